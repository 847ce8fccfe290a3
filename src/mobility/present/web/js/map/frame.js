// What a map shows of the world: at first, and when asked for.
import { inside } from "../dom.js";
/** @import { MapOwn } from "../contract" */
/** @import { Scene } from "../types" */

/**
 * Show these links.
 * @param {Scene} scene
 * @param {number[]} indices
 */
export function zoomTo(scene, indices) {
  const box = L.latLngBounds([]);
  indices.forEach((index) => box.extend(L.latLngBounds(scene.lines[index])));
  if (box.isValid()) {
    scene.map.fitBounds(box, { ...roomOf(scene), maxZoom: 11, animate: false });
  }
}

/**
 * What title and legend leave of a map.
 * @param {Scene} scene
 * @returns {L.FitBoundsOptions}
 */
function roomOf({ map, wide }) {
  const title = inside(map.getContainer(), ".mob-title");
  /** @type {HTMLDetailsElement} */
  const legend = inside(map.getContainer(), ".mob-legend");
  const ranking = map.getContainer().querySelector(".mob-ranking");
  const column = Math.max(legend.offsetWidth, /** @type {HTMLElement | null} */ (ranking)?.offsetWidth || 0);
  const aside = map.getSize().x > 900 && legend.open ? column + 15 : 20;
  return { paddingTopLeft: [aside, title.offsetHeight + 25], paddingBottomRight: wide ? [60, 60] : [40, 90] };
}

/**
 * What the map opens with, clear of the title and where there is room of the legend; kept until the map is moved.
 * @param {Scene} scene
 * @param {MapOwn} data
 */
export function frameOf(scene, data) {
  const { map, base } = scene;
  let home = { at: map.getCenter(), zoom: NaN };
  function fit() {
    map.setMinZoom(map.getBoundsZoom(base.world, true)); // the cut edge of the land never shows
    map.fitBounds(data.bounds, { ...roomOf(scene), animate: false });
    home = { at: map.getCenter(), zoom: map.getZoom() };
  }
  function unmoved() {
    const middle = map.getSize().divideBy(2);
    return map.getZoom() === home.zoom && map.latLngToContainerPoint(home.at).distanceTo(middle) < 3;
  }
  return { fit, unmoved };
}
