// Elements of a page; text is set as text, never as HTML.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [text]
 * @param {string} [className]
 */
export function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text) {
    node.textContent = text;
  }
  if (className) {
    node.className = className;
  }
  return node;
}

/**
 * The first element inside another that a selector finds: one that is known to be there.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 */
export function inside(root, selector) {
  const node = root.querySelector(selector);
  if (!node) {
    throw new Error(`the page has no ${selector}`);
  }
  return /** @type {T} */ (node);
}

/**
 * A button; it is known by its key when a new one takes its place.
 * @param {string} text
 * @param {string} key
 * @param {string} label what a screen reader says instead of the text, "" for the text
 * @param {() => void} click
 */
export function button(text, key, label, click) {
  const node = element("button", text);
  node.type = "button";
  node.dataset.key = key;
  if (label) {
    node.setAttribute("aria-label", label);
  }
  node.addEventListener("click", click);
  return node;
}
