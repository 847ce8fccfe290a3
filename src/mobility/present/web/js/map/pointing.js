// What the pointer or the focus is on: its card, and what a click, a tap or a key means. Lines and marks are only
// drawn, as elements or on a canvas; what lies where is looked up here.
import { cardOfLink, cardOfPlace } from "./cards.js";
import { DOTS_ZOOM } from "./labels.js";
import { halfway, lineAlong } from "./lines.js";
/** @import { Kind, Place, Scene as Whole } from "../types" */
/** @typedef {Omit<Whole, "pointing">} Scene */

const LINE = 7; // px from a line, and
const DOT = 5; // px from a dot, that still mean it
const BESIDE = 4; // px, what a line may lie beside its course

/**
 * The shown place whose mark or dot is at a point of the map's layer; -1 for none.
 * @param {Scene} scene
 * @param {L.Point} at
 */
function placeAt({ map, places, end }, at) {
  const far = Math.max(end, DOT);
  const [one, other] = [at.subtract([far, far]), at.add([far, far])].map((corner) => map.layerPointToLatLng(corner));
  /** @type {(place: Place, px: number) => boolean} */
  function meets(place, px) {
    const [lat, lng] = place.at;
    const near = lat < one.lat && lat > other.lat && lng > one.lng && lng < other.lng;
    return near && !place.hidden && map.latLngToLayerPoint(place.at).distanceTo(at) <= px;
  }
  const mark = places.findIndex((place) => place.role && meets(place, end));
  return mark < 0 && map.getZoom() >= DOTS_ZOOM ? places.findIndex((place) => meets(place, DOT)) : mark;
}

/**
 * The shown link whose line comes nearest to a point of the map's layer, one with a broad line before others; -1 for
 * none in reach.
 * @param {Scene} scene
 * @param {L.Point} at
 */
function linkAt(scene, at) {
  let found = -1;
  let least = LINE;
  const far = LINE + BESIDE;
  scene.links.forEach((link, index) => {
    const [line] = link.paths;
    const { min, max } = line._rawPxBounds;
    if (link.hidden || at.x < min.x - far || at.x > max.x + far || at.y < min.y - far || at.y > max.y + far) {
      return;
    }
    const px = distance(line._parts, at);
    const first = scene.layers.some((layer) => layer.paths[index]) ? LINE : 0;
    if (px <= LINE && px - first <= least) {
      least = px - first;
      found = index;
    }
  });
  return found;
}

/**
 * @param {L.Point[][]} parts
 * @param {L.Point} at
 */
function distance(parts, at) {
  let least = Infinity;
  for (const part of parts) {
    for (let i = 1; i < part.length; i++) {
      least = Math.min(least, L.LineUtil.pointToSegmentDistance(at, part[i - 1], part[i]));
    }
  }
  return least;
}

// The one card that is open, and the one thing that has the focus.
export class Pointing {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.tip = L.tooltip();
    this.shown = ""; // what the card is of
    this.renderer = L.svg({ pane: "hits" });
    /** @type {L.Path | null} */
    this.focused = null;
    const { map } = scene;
    map.on("mousemove", (event) => this.hover(event));
    map.on("mouseout dragstart", () => this.close());
    map.on("click", (event) => this.click(event));
    map.on("contextmenu", (event) => this.menu(event));
  }

  /**
   * What lies under the pointer.
   * @param {L.LeafletMouseEvent} event
   * @returns {{ kind: Kind, index: number }}
   */
  under({ layerPoint, originalEvent }) {
    if (/** @type {Element} */ (originalEvent.target).closest(".leaflet-control, .leaflet-interactive")) {
      return { kind: "link", index: -1 };
    }
    const place = placeAt(this.scene, layerPoint);
    return place < 0 ? { kind: "link", index: linkAt(this.scene, layerPoint) } : { kind: "place", index: place };
  }

  /** @param {L.LeafletMouseEvent} event */
  hover(event) {
    const { map } = this.scene;
    if (map.dragging.moving()) {
      return;
    }
    const { kind, index } = this.under(event);
    if (index < 0) {
      this.close();
    } else {
      map.getContainer().style.cursor = "pointer";
      this.open(kind, index, kind === "link" ? event.latlng : null);
    }
  }

  /** @param {L.LeafletMouseEvent} event */
  click(event) {
    const { kind, index } = this.under(event);
    this.close();
    if (index >= 0) {
      this.tell(kind, index, event);
      this.open(kind, index, kind === "link" ? event.latlng : null);
    }
  }

  /**
   * The right button, or a long touch.
   * @param {L.LeafletMouseEvent} event
   */
  menu(event) {
    const { kind, index } = this.under(event);
    if (index >= 0 && this.scene.listeners.menu.length) {
      this.close();
      event.originalEvent.preventDefault();
      this.scene.listeners.menu.forEach((listener) => listener(kind, index, event.latlng));
    }
  }

  /**
   * @param {Kind} kind
   * @param {number} index
   * @param {L.LeafletMouseEvent | KeyboardEvent} event
   */
  tell(kind, index, event) {
    this.scene.listeners[kind].forEach((listener) => listener(index, event));
  }

  /**
   * Open the card of a link or place.
   * @param {Kind} kind
   * @param {number} index
   * @param {L.LatLng | null} at where the pointer is, null for the middle
   */
  open(kind, index, at) {
    const { map, links, places, lines, listeners } = this.scene;
    if (this.shown !== `${kind} ${index}`) {
      this.shown = `${kind} ${index}`;
      if (kind === "link") {
        listeners.card.forEach((listener) => listener(links[index], index));
      }
      this.tip.setContent(kind === "link" ? cardOfLink(this.scene, index) : cardOfPlace(places[index]));
    }
    const middle = kind === "link" ? halfway(lines[index]) : places[index].at;
    this.tip.setLatLng(at || middle);
    map.openTooltip(this.tip);
  }

  close() {
    const { map } = this.scene;
    this.shown = "";
    map.getContainer().style.cursor = "";
    map.closeTooltip(this.tip);
  }

  /**
   * Open the card of a link or place and give it the focus, by an element that is made for it.
   * @param {Kind} kind
   * @param {number} index
   */
  reach(kind, index) {
    const { map, links, places } = this.scene;
    const look = { pane: "hits", renderer: this.renderer, className: "mob-hit", opacity: 0, fill: false };
    this.focused?.remove();
    this.focused = kind === "link"
      ? lineAlong(this.scene, index, { ...look, weight: 14 })
      : L.circleMarker(places[index].at, { ...look, weight: 8, interactive: false });
    this.focused.addTo(map);
    const node = /** @type {SVGElement} */ (this.focused.getElement());
    node.setAttribute("tabindex", "-1");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", kind === "link" ? links[index].name : places[index].label);
    node.addEventListener("focus", () => this.open(kind, index, null));
    node.addEventListener("blur", () => this.close());
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        map.getContainer().focus({ preventScroll: true });
      }
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        this.tell(kind, index, event);
      }
      if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
        event.preventDefault();
        this.scene.listeners.menu.forEach((listener) => listener(kind, index, null));
      }
    });
    node.focus({ preventScroll: true });
  }
}
