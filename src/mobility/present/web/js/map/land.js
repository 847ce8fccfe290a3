// Panes, land and boundaries, below everything.
/** @import { MapBase } from "../contract" */
import { decode } from "./columns.js";

const PANES = ["land", "tiles", "casing", "route", "links", "hits", "dots", "marks"]; // the lowest first
const MOST_ELEMENTS = 3000; // links that are drawn as elements of the page; more are drawn on canvases

/**
 * @param {L.Map} map
 * @param {number} links how many
 */
export function makePanes(map, links) {
  map.options.preferCanvas = links > MOST_ELEMENTS;
  PANES.forEach((name, i) => {
    const pane = map.createPane(name);
    pane.style.zIndex = String(210 + 50 * i);
    pane.style.pointerEvents = "none";
  });
}

/**
 * @param {L.Map} map
 * @param {MapBase} base
 * @param {string} tiles
 */
export function drawLand(map, base, tiles) {
  const style = base.style;
  const below = { pane: "land", interactive: false, color: style.border };
  const coarse = (/** @type {string} */ text) => decode(text, 1e3);
  const land = base.land.map((rings) => rings.map(coarse));
  L.polygon(land, { ...below, weight: 0.6, fillColor: style.land, fillOpacity: 1 }).addTo(map);
  L.polyline(base.borders.map(coarse), { ...below, weight: 1 }).addTo(map);
  L.polyline(base.disputed.map(coarse), { ...below, weight: 1.2, dashArray: style.disputed }).addTo(map);
  if (tiles) {
    L.tileLayer(tiles, { pane: "tiles", maxZoom: 19 }).addTo(map);
  }
}
