// Places: one circle each; what it is for says how big and which colour.
import { activate, card, elementOf, reach } from "./cards.js";
/** @import { Place, Scene } from "../types" */

const INK = "#1A1A1A";

/** @param {Place} place */
function cardOf(place) {
  return card(place.label, [`${place.kind}, ${place.country}`, place.binds && `binds: ${place.binds}`, place.note]);
}

/**
 * Draw a place and give it what changes it:
 * setRole(role) draws it anew, visit() goes there, opens its card and gives it the focus.
 * @param {Scene} scene
 * @param {number} index
 * @param {number} end radius in px of an origin or destination
 */
export function drawPlace(scene, index, end) {
  const { map, scale } = scene;
  const place = scene.places[index];
  const mark = L.circleMarker(place.at, { color: INK, fillOpacity: 1, bubblingMouseEvents: false });
  place.hide = (gone) => {
    place.hidden = gone;
    elementOf(mark).style.display = gone ? "none" : "";
  };
  place.setRole = (role) => {
    place.role = role;
    mark.remove();
    mark.options.pane = role ? "marks" : "dots";
    mark.setRadius(role ? end : 2);
    mark.setStyle({ weight: role ? 2 : 1, fillColor: role === "origin" ? "#FFFFFF" : INK });
    mark.addTo(map);
    place.hide(place.hidden && !role);
  };
  place.visit = () => {
    map.setView(place.at, Math.max(map.getZoom(), 9), { animate: false });
    reach(mark);
  };
  activate(scene, mark, "place", index, () => cardOf(place));
  place.setRole(place.role);
  if (place.binds) {
    const ring = { color: scene.style.worst, weight: 3 * scale, radius: end + 4 * scale, fill: false };
    L.circleMarker(place.at, { pane: "marks", interactive: false, className: "mob-binds", ...ring }).addTo(map);
  }
}
