// Which links are shown, and with them which places.
import { elementOf } from "./cards.js";
/** @import { LinkRow, Scene } from "../types" */

/**
 * Hide a link that is not kept: its line, its broad lines and what the pointer meets; else show it.
 * @param {Scene} scene
 * @param {number} index
 */
export function veil(scene, index) {
  const link = scene.links[index];
  const broad = scene.layers.flatMap((layer) => layer.paths[index] || []);
  link.hidden = !scene.keep(link);
  for (const path of [...link.paths, ...broad]) {
    elementOf(path).style.display = link.hidden ? "none" : "";
  }
}

/**
 * Show the links that are kept, and the places that they touch, that are asked about.
 * @param {Scene} scene
 * @param {(link: LinkRow) => boolean} keep
 */
export function showOnly(scene, keep) {
  scene.keep = keep;
  scene.links.forEach((_, index) => veil(scene, index));
  const shown = scene.links.filter((link) => !link.hidden);
  const seen = new Set(shown.flatMap((link) => [link.from, link.to]));
  scene.places.forEach((place, index) => place.hide(!place.role && !seen.has(index)));
}
