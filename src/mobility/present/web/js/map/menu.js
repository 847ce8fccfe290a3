// A menu on a map (the menu of the ARIA patterns): arrows move, Escape closes, what had the focus has it again.
import { element } from "../dom.js";
/** @typedef {[string, () => void]} Item */

export class Menu {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
    this.node = element("div", "", "mob-menu");
    /** @type {Element | null} */
    this.before = null;
    this.node.setAttribute("role", "menu");
    this.node.hidden = true;
    map.getContainer().append(this.node);
    L.DomEvent.disableClickPropagation(this.node);
    L.DomEvent.disableScrollPropagation(this.node);
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.node.contains(event.relatedTarget))) {
        this.node.hidden = true;
      }
    });
    map.on("movestart zoomstart", () => { this.node.hidden = true; });
  }

  close() {
    this.node.hidden = true;
    if (this.before instanceof HTMLElement || this.before instanceof SVGElement) {
      this.before.focus({ preventScroll: true });
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const items = [...this.node.querySelectorAll("button")];
    const at = items.findIndex((node) => node === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    event.stopPropagation(); // the map has keys of its own
    if (to !== undefined) {
      event.preventDefault();
      items[to % items.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close();
    }
  }

  /**
   * @param {string} name
   * @param {Item[]} items
   * @param {L.LatLngExpression} at
   */
  open(name, items, at) {
    const { map, node } = this;
    const point = map.latLngToContainerPoint(at);
    const heading = element("b", name);
    heading.setAttribute("role", "presentation");
    this.before = document.activeElement;
    node.setAttribute("aria-label", name);
    node.replaceChildren(heading, ...items.map((item) => this.itemOf(item)));
    node.hidden = false;
    const size = map.getSize();
    node.style.left = `${Math.max(0, Math.min(point.x, size.x - node.offsetWidth - 6))}px`;
    node.style.top = `${Math.max(0, Math.min(point.y, size.y - node.offsetHeight - 6))}px`;
    node.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @param {Item} item */
  itemOf([text, does]) {
    const node = element("button", text);
    node.type = "button";
    node.tabIndex = -1;
    node.setAttribute("role", "menuitem");
    node.addEventListener("click", () => {
      this.close();
      does();
    });
    return node;
  }
}
