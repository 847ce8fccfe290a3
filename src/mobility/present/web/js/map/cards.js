// Cards: what is said of a link or place when the pointer or the focus is on it, or at a tap.
import { element } from "../dom.js";
import { fixed } from "../numbers.js";
/** @import { LinkRow, Scene } from "../types" */

/**
 * One card at a time: a tap leaves it open, a tap beside it closes it.
 * @param {L.Map} map
 */
export function oneCardAtATime(map) {
  /** @type {L.Tooltip | null} */
  let shown = null;
  map.on("tooltipopen", (event) => {
    if (shown && shown !== event.tooltip) {
      map.closeTooltip(shown);
    }
    shown = event.tooltip;
  });
  map.on("click", () => {
    if (shown) {
      map.closeTooltip(shown);
    }
  });
}

/**
 * @param {string} title
 * @param {string[]} lines
 */
export function card(title, lines) {
  const box = element("div", "", "mob-card");
  box.append(element("b", title), ...lines.filter(Boolean).map((line) => element("div", line)));
  return box;
}

/**
 * What a link's card says of it in numbers; what is not known is left out.
 * @param {LinkRow} link
 */
export function facts(link) {
  const words = [`${link.mode} ${link.kind}`.trim(), `${link.km} km (confidence ${link.confidence})`];
  if (link.kmh !== null) {
    words.push(`${link.kmh} km/h`);
  }
  if (link.hours !== null) {
    words.push(`${fixed(link.hours, 1)} h`);
  }
  return `${words.join(", ")}; ${link.corridors}`;
}

/**
 * Give a path its card, and tell the listeners of a click, and of Enter and Space when it has the focus.
 * @param {Scene} scene
 * @param {L.Path} path
 * @param {"link" | "place"} kind
 * @param {number} index
 * @param {() => HTMLElement} content
 */
export function activate(scene, path, kind, index, content) {
  const tell = (/** @type {L.LeafletMouseEvent | KeyboardEvent} */ event) => {
    scene.listeners[kind].forEach((listener) => listener(index, event));
  };
  const name = kind === "link" ? scene.links[index].name : scene.places[index].label;
  path.bindTooltip(content, { sticky: kind === "link" });
  path.on("click", tell);
  path.on("add", () => {
    const node = elementOf(path);
    node.setAttribute("tabindex", "-1");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", name);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        scene.map.getContainer().focus({ preventScroll: true });
      }
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        tell(event);
      }
    });
  });
}

/**
 * Open the card of a path and give the path the focus.
 * @param {L.Path} path
 */
export function reach(path) {
  elementOf(path).focus({ preventScroll: true });
  path.openTooltip();
}

/**
 * What the browser draws of a path, or marker, that is on a map.
 * @template {SVGElement | HTMLElement} [T=SVGElement]
 * @param {{ getElement(): Element | undefined }} path
 */
export function elementOf(path) {
  return /** @type {T} */ (path.getElement());
}
