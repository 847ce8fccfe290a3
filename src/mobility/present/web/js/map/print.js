// On paper the map has the size that the style sheet says, and its legend; the controls are hidden there.
/** @import { Drawing } from "../types" */

/**
 * @param {L.Map} map
 * @param {Drawing} drawing
 * @param {HTMLDetailsElement} legend
 */
export function forPrint(map, drawing, legend) {
  const sheet = /** @type {HTMLElement} */ (map.getContainer().parentNode);
  const now = () => ({ view: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom(), open: legend.open });
  let before = now();
  function resize(/** @type {boolean} */ onPaper) {
    sheet.classList.toggle("mob-sheet", onPaper);
    map.invalidateSize({ animate: false });
    return drawing.unmoved(); // then it has framed itself
  }
  window.addEventListener("beforeprint", () => {
    before = now();
    legend.open = true;
    if (!resize(true)) {
      map.fitBounds(before.view, { animate: false });
    }
  });
  window.addEventListener("afterprint", () => {
    legend.open = before.open;
    if (!resize(false)) {
      map.setView(before.centre, before.zoom, { animate: false });
    }
  });
}
