// Broad lines with a casing; the first layer lies lowest.
import { veil } from "./filter.js";
import { lineAlong } from "./lines.js";
/** @import { Layer } from "../contract" */
/** @import { DrawnLayer, Scene } from "../types" */

const EDGE = 2; // px that a casing adds to the width of its line (as EDGE in scene.py)

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
  const [least, greatest] = style.breadth;
  const dashArray = layer.dash || undefined;
  const [below, above] = dashArray ? ["shut", "shut"] : ["casing", "route"];
  /** @type {(index: number, weight: number) => L.Polyline[]} */
  const pathsOf = (index, weight) => [
    lineAlong(scene, index, { pane: below, color: layer.casing, weight: weight + EDGE * scale }),
    lineAlong(scene, index, {
      pane: above, color: layer.colour || style.groups[scene.links[index].group], weight,
      className: `mob-route mob-when-${layer.when || "always"}`, dashArray, lineCap: dashArray ? "butt" : "round",
    }),
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
        const width = scale * (layer.fixed || Math.max(least, (greatest * value) / top));
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
