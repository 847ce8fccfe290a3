// Which links are shown, and with them which places.
/** @import { LinkRow, Scene } from "../types" */

/**
 * Hide a link that is not kept: its line and its broad lines; else show it.
 * @param {Scene} scene
 * @param {number} index
 */
export function veil(scene, index) {
  const link = scene.links[index];
  const gone = !scene.keep(link);
  if (gone || link.hidden) { // what is new is shown
    const broad = scene.layers.flatMap((layer) => layer.paths[index] || []);
    [...link.paths, ...broad].forEach((path) => show(path, !gone));
  }
  link.hidden = gone;
}

/**
 * @param {L.Polyline | L.Marker} path
 * @param {boolean} shown
 */
function show(path, shown) {
  const node = /** @type {SVGElement | HTMLElement | undefined} */ (path.getElement());
  if (node) {
    node.style.display = shown ? "" : "none";
  } else { // on a canvas
    /** @type {L.Polyline} */ (path).setStyle({ stroke: shown });
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
  const seen = new Uint8Array(scene.places.length);
  for (const link of scene.links) {
    if (!link.hidden) {
      seen[link.from] = seen[link.to] = 1;
    }
  }
  scene.places.forEach((place, index) => { place.hidden = !place.role && !seen[index]; });
}
