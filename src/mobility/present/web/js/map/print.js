// On paper the map has the size that the style sheet says, and its legend; the controls are hidden there.
/** @import { Drawing } from "../types" */

/**
 * @param {L.Map} map
 * @param {Drawing} drawing
 * @param {HTMLDetailsElement[]} beside what is opened on paper: legend, list
 */
export function forPrint(map, drawing, beside) {
  const sheet = /** @type {HTMLElement} */ (map.getContainer().parentNode);
  const opened = () => beside.map((box) => box.open);
  const now = () => ({ view: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom(), open: opened() });
  let before = now();
  function resize(/** @type {boolean} */ onPaper) {
    sheet.classList.toggle("mob-sheet", onPaper);
    map.invalidateSize({ animate: false });
    return drawing.unmoved(); // then it has framed itself
  }
  window.addEventListener("beforeprint", () => {
    before = now();
    beside.forEach((box) => { box.open = true; });
    if (!resize(true)) {
      map.fitBounds(before.view, { animate: false });
    }
  });
  window.addEventListener("afterprint", () => {
    beside.forEach((box, i) => { box.open = before.open[i]; });
    if (!resize(false)) {
      map.setView(before.centre, before.zoom, { animate: false });
    }
  });
}
