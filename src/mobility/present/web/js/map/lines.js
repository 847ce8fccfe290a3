// Lines as they are drawn, and the cross on what is closed.
/** @import { Position, Scene } from "../types" */

/**
 * The point at half the length of a line.
 * @param {Position[]} line
 * @returns {Position}
 */
export function halfway(line) {
  const steps = line.slice(1).map((p, i) => L.latLng(p).distanceTo(line[i]));
  let left = steps.reduce((a, b) => a + b, 0) / 2;
  let i = 0;
  while (i < steps.length - 1 && left > steps[i]) {
    left -= steps[i++];
  }
  const share = steps[i] ? left / steps[i] : 0;
  return [line[i][0] + share * (line[i + 1][0] - line[i][0]), line[i][1] + share * (line[i + 1][1] - line[i][1])];
}

// A line drawn beside its course, always on the same side of the map, so that a railway and its road are both seen.
class BesideLine extends L.Polyline {
  _simplifyPoints() {
    super._simplifyPoints();
    const first = this._latlngs[0];
    const last = this._latlngs[this._latlngs.length - 1];
    const right = last.lat - first.lat - (last.lng - first.lng); // north-east is on its right
    const px = Math.max(1, Math.min(3.5, this._map.getZoom() - 3)) * (right < 0 ? -1 : 1);
    this._parts.forEach((part, i, parts) => { parts[i] = moved(part, px); });
  }
}

/**
 * A line moved sideways.
 * @param {L.Point[]} part
 * @param {number} px
 */
function moved(part, px) {
  return part.map((point, i) => {
    let x = 0;
    let y = 0;
    for (const [from, to] of [[i - 1, i], [i, i + 1]]) {
      const a = part[from];
      const b = part[to];
      if (a && b) {
        const long = a.distanceTo(b) || 1;
        x -= (b.y - a.y) / long;
        y += (b.x - a.x) / long;
      }
    }
    const size = Math.hypot(x, y) || 1;
    return L.point(point.x + (px * x) / size, point.y + (px * y) / size);
  });
}

/**
 * A line along a link.
 * @param {Pick<Scene, "links" | "lines">} scene
 * @param {number} index
 * @param {L.PolylineOptions} options
 */
export function lineAlong(scene, index, options) {
  const kind = scene.links[index].mode === "rail" ? BesideLine : L.Polyline;
  return new kind(scene.lines[index], { interactive: false, ...options });
}

// Points, each written as a line from itself to itself; Leaflet rounds to pixels, and a line without length is none.
export class Dots extends L.Polyline {
  _simplifyPoints() {
    super._simplifyPoints();
    this._parts.forEach(([at], i, parts) => { parts[i] = [at, L.point(at.x + 0.01, at.y)]; });
  }
}

/** @param {Position} at */
export function cross(at) {
  const icon = L.divIcon({ className: "mob-cross", html: "<span>✕</span>", iconSize: [16, 16] });
  return L.marker(at, { pane: "marks", icon, interactive: false, keyboard: false });
}
