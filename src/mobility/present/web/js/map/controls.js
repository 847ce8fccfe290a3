// The controls around a map: title, scale, legend (which chooses what is shown) and search; and how it prints.
import { element } from "../dom.js";
import { switchOf } from "./choice.js";
import { finderOf } from "./finder.js";
import { legendOf } from "./legend.js";
import { forPrint } from "./print.js";
import { rankingOf } from "./ranking.js";
/** @import { MapOwn } from "../contract" */
/** @import { Drawing, Scene } from "../types" */

/**
 * @param {L.Map} map
 * @param {L.ControlPosition} position
 * @param {HTMLElement} node
 */
export function panelOn(map, position, node) {
  const control = new L.Control({ position });
  control.onAdd = () => node;
  L.DomEvent.disableClickPropagation(node);
  L.DomEvent.disableScrollPropagation(node);
  return control.addTo(map);
}

/**
 * @param {Scene} scene
 * @param {MapOwn} data
 * @param {Drawing} drawing
 * @param {(when: string) => void} choose
 */
export function drawControls(scene, data, drawing, choose) {
  const { map, wide } = scene;
  const title = element("div", "", "mob-title");
  title.append(element("h1", data.title));
  if (data.subtitle) {
    title.append(element("p", data.subtitle));
  }
  if (data.choices.length > 1) {
    title.append(switchOf(data, choose));
  }
  drawing.panel("topleft", title);
  L.control.scale({ imperial: false, position: wide ? "bottomright" : "bottomleft" }).addTo(map);
  const legend = legendOf(data.legend, drawing.filter);
  legend.open = wide;
  legend.classList.toggle("mob-small", !wide);
  legend.addEventListener("toggle", drawing.placeLabels);
  drawing.panel("bottomleft", legend);
  const ranking = data.ranked.length ? rankingOf(data.ranked, data.ranking, drawing) : null;
  if (ranking) {
    ranking.open = wide;
    ranking.addEventListener("toggle", drawing.placeLabels);
    drawing.panel("bottomleft", ranking);
  }
  const finder = finderOf(drawing, scene.base.letters);
  finder.open = wide;
  finder.addEventListener("toggle", drawing.placeLabels);
  drawing.panel(wide ? "topright" : "bottomleft", finder);
  new ResizeObserver(() => { map.invalidateSize({ animate: false }); }).observe(map.getContainer());
  choose(data.choices[data.choices.length - 1] || ""); // the legend too
  forPrint(map, drawing, ranking ? [legend, ranking] : [legend]);
}
