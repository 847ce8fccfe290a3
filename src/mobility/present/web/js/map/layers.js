// Broad lines under the links, on a dark casing; the first layer lies lowest.
import { veil } from "./filter.js";
import { lineAlong } from "./lines.js";
/** @import { Layer } from "../contract" */
/** @import { DrawnLayer, Scene } from "../types" */

/**
 * A layer, still empty: `show` draws its lines anew, by their values, with words for the cards of its links.
 * @param {Scene} scene
 * @param {Layer} layer
 * @param {number} most
 * @returns {DrawnLayer}
 */
export function layerOn(scene, layer, most) {
  const { scale, style } = scene;
  const [least, more] = style.breadth;
  const group = L.layerGroup().addTo(scene.map);
  /** @type {DrawnLayer} */
  const own = {
    notes: {},
    paths: {},
    show(values, notes = {}) {
      const top = Math.max(...Object.values(values), most); // one measure for all layers
      own.notes = notes;
      own.paths = {};
      group.clearLayers();
      for (const [key, value] of Object.entries(values)) {
        const index = Number(key);
        const width = scale * (least + more * Math.sqrt(value / top));
        own.paths[index] = [
          lineAlong(scene, index, { pane: "casing", color: style.casing, weight: width + 3 * scale }),
          lineAlong(scene, index, { pane: "route", color: layer.colour, weight: width, className: "mob-route" }),
        ];
        own.paths[index].forEach((path) => group.addLayer(path));
        veil(scene, index);
        scene.links[index].hit.bringToFront(); // the pointer means it before a line that runs beside
      }
    },
  };
  return own;
}
