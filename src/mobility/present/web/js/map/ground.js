// A map without a network: the land and its names, below whatever else is put on it; and the land in small maps.
import { decode } from "./columns.js";
import { drawLabels } from "./labels.js";
import { drawLand, makePanes } from "./land.js";
/** @import { Ground } from "../contract" */

const SMALLEST = 3; // zoom of a small map: further out it would show where the land is cut off

/**
 * @param {L.Map} map
 * @param {Ground} base
 */
export function drawGround(map, base) {
  makePanes(map, 0, false);
  /** @type {HTMLElement} */ (map.getPane("marks")).style.zIndex = "230"; // names lie below markers here
  drawLand(map, base, "");
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  drawLabels({ map, base, end: 0, links: [], places: [] }, [])(true);
}

/**
 * Let the small maps of the plugin MiniMap show the land: tiles would come from the network.
 * @param {Ground} base
 */
export function landInMiniMaps({ land, style }) {
  const small = /** @type {any} */ (L.Control).MiniMap;
  const begin = small.prototype.initialize;
  small.include({
    /** @type {(tiles: unknown, options: object) => void} */
    initialize(_, options) {
      const rings = land.map((polygon) => polygon.map((text) => decode(text, 1e3)));
      const look = { stroke: false, fillColor: style.land, fillOpacity: 1, interactive: false };
      begin.call(this, L.polygon(rings, look), { ...options, mapOptions: { minZoom: SMALLEST } });
    },
  });
}
