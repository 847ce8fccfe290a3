// Places: a dot each, and a circle whose look says what it is for.
import { Dots } from "./lines.js";
/** @import { Scene } from "../types" */

/**
 * Draw a dot for each place that is not hidden, as one. Returns the function that draws them anew.
 * @param {Scene} scene
 */
export function drawDots({ map, places, style }) {
  const at = () => places.filter((place) => !place.hidden).map((place) => [place.at, place.at]);
  const look = { pane: "dots", color: style.ink, weight: 5, interactive: false };
  const dots = new Dots(at(), { ...look, lineCap: "round" }).addTo(map);
  return () => { dots.setLatLngs(at()); };
}

/**
 * Mark a place by its role and give it what changes it:
 * setRole(role) marks it anew, visit() goes there, opens its card and gives it the focus.
 * @param {Scene} scene
 * @param {number} index
 */
export function drawPlace(scene, index) {
  const { map, scale, end, style: { ink, paper, worst } } = scene;
  const place = scene.places[index];
  const look = { pane: "marks", interactive: false };
  /** @type {L.Path | null} */
  let mark = null;
  place.setRole = (role) => {
    place.role = role;
    mark?.remove();
    mark = null;
    if (role) {
      const fillColor = role === "origin" ? paper : ink;
      mark = L.circleMarker(place.at, { ...look, radius: end, color: ink, weight: 2, fillColor, fillOpacity: 1 });
      mark.addTo(map);
      place.hidden = false;
    }
  };
  place.visit = () => {
    map.setView(place.at, Math.max(map.getZoom(), 9), { animate: false });
    scene.pointing.reach("place", index);
  };
  place.hidden = false;
  place.setRole(place.role);
  if (place.binds) {
    const ring = { color: worst, weight: 3 * scale, radius: end + 4 * scale, fill: false };
    L.circleMarker(place.at, { ...look, className: "mob-binds", ...ring }).addTo(map);
  }
}
