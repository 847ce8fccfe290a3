// Broad lines under the links, on a dark casing; the first layer lies lowest.
import { veil } from "./filter.js";
import { lineAlong } from "./lines.js";
/** @import { Layer } from "../contract" */
/** @import { DrawnLayer, Scene } from "../types" */

/**
 * A layer, still empty: `show` draws its lines by their values, with words for the cards of its links; lines that stay
 * as they are it leaves alone.
 * @param {Scene} scene
 * @param {Layer} layer
 * @param {number} most
 * @returns {DrawnLayer}
 */
export function layerOn(scene, layer, most) {
  const { map, scale, style } = scene;
  const [least, more] = style.breadth;
  /** @type {(index: number, weight: number) => L.Polyline[]} */
  const pathsOf = (index, weight) => [
    lineAlong(scene, index, { pane: "casing", color: style.casing, weight: weight + 3 * scale }),
    lineAlong(scene, index, { pane: "route", color: layer.colour, weight, className: "mob-route" }),
  ];
  /** @type {DrawnLayer} */
  const own = {
    notes: {},
    paths: {},
    show(values, notes = {}) {
      const top = Object.values(values).reduce((a, b) => Math.max(a, b), most); // one measure for all layers
      const old = own.paths;
      own.notes = notes;
      own.paths = {};
      for (const [key, value] of Object.entries(values)) {
        const index = Number(key);
        const width = scale * (least + more * Math.sqrt(value / top));
        const same = old[index]?.[1].options.weight === width;
        own.paths[index] = same ? old[index] : pathsOf(index, width);
        if (!same) {
          own.paths[index].forEach((path) => path.addTo(map));
          veil(scene, index);
        }
      }
      for (const [index, paths] of Object.entries(old)) {
        if (own.paths[index] !== paths) {
          paths.forEach((path) => path.remove());
        }
      }
    },
  };
  return own;
}
