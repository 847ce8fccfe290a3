// Panes, land, waters and boundaries, below everything.
/** @import { Ground } from "../contract" */
import { decode } from "./columns.js";
import { inkCanvases } from "./ink.js";

const PANES = ["land", "tiles", "casing", "route", "links", "shut", "hits", "dots", "marks"]; // the lowest first
const QUIET = ["land", "tiles", "links", "casing", "route", "shut", "hits", "dots", "marks"]; // layers above links
const NEAR_ZOOM = 7; // from here on lesser rivers are drawn
const MOST_ELEMENTS = 4000; // links that are drawn as elements of the page; more are drawn on canvases

/**
 * @param {L.Map} map
 * @param {number} links how many
 * @param {boolean} quiet
 */
export function makePanes(map, links, quiet) {
  if (links > MOST_ELEMENTS) {
    map.options.preferCanvas = true;
    inkCanvases(map);
  }
  (quiet ? QUIET : PANES).forEach((name, i) => {
    const pane = map.createPane(name);
    pane.style.zIndex = String(210 + 50 * i);
    pane.style.pointerEvents = "none";
  });
}

/**
 * @param {L.Map} map
 * @param {Ground} base
 * @param {string} tiles
 */
export function drawLand(map, base, tiles) {
  const style = base.style;
  const below = { pane: "land", interactive: false, color: style.border };
  const coarse = (/** @type {string} */ text) => decode(text, 1e3);
  const land = base.land.map((rings) => rings.map(coarse));
  L.polygon(land, { ...below, color: style.coast, weight: 0.8, fillColor: style.land, fillOpacity: 1 }).addTo(map);
  const wet = { ...below, color: style.river, className: "mob-water" };
  const lakes = base.lakes.map((rings) => rings.map(coarse));
  L.polygon(lakes, { ...wet, weight: 0.8, fillColor: style.water, fillOpacity: 1 }).addTo(map);
  drawRivers(map, base, wet);
  const band = { ...below, color: style.ink, opacity: 0.07, weight: 5 }; // seen at arm's length
  L.polyline([...base.borders, ...base.disputed].map(coarse), band).addTo(map);
  L.polyline(base.borders.map(coarse), { ...below, weight: 1.2 }).addTo(map);
  L.polyline(base.disputed.map(coarse), { ...below, weight: 1.2, dashArray: style.disputed }).addTo(map);
  if (tiles) {
    L.tileLayer(tiles, { pane: "tiles", maxZoom: 19 }).addTo(map);
  }
}

/**
 * The great rivers, and from nearer by the lesser ones.
 * @param {L.Map} map
 * @param {Ground} base
 * @param {L.PolylineOptions} look
 */
function drawRivers(map, base, look) {
  /** @type {(great: number) => L.LatLngTuple[][]} */
  const linesOf = (great) => base.rivers.filter((_, i) => base.great[i] === great).flat().map((t) => decode(t, 1e3));
  L.polyline(linesOf(1), { ...look, weight: 1.8 }).addTo(map);
  const lesser = L.polyline(linesOf(0), { ...look, weight: 1 });
  const choose = () => { lesser[map.getZoom() < NEAR_ZOOM ? "remove" : "addTo"](map); };
  map.on("zoomend", choose);
}
