// What rows, lines and cards are made of.

// Rows from tables of columns; a column of few texts is {words, rows: which of them per row}.
function rowsOf(...tables) {
  const columns = Object.assign({}, ...tables), rows = [];
  Object.keys(columns).forEach(function (name) {
    const column = columns[name];
    (column.rows || column).forEach(function (value, i) {
      rows[i] = rows[i] || {};
      rows[i][name] = column.words ? column.words[value] : value;
    });
  });
  return rows;
}

// Google's polyline encoding.
function decode(text, scale) {
  const points = [];
  let at = 0, lat = 0, lon = 0;
  function next() {
    let shift = 0, value = 0, byte;
    do { byte = text.charCodeAt(at++) - 63; value |= (byte & 31) << shift; shift += 5; } while (byte >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  }
  while (at < text.length) { lat += next(); lon += next(); points.push([lat / scale, lon / scale]); }
  return points;
}

// The point at half the length of a line.
function halfway(line) {
  const steps = line.slice(1).map(function (p, i) { return L.latLng(p).distanceTo(line[i]); });
  let left = steps.reduce(function (a, b) { return a + b; }, 0) / 2, i = 0;
  while (i < steps.length - 1 && left > steps[i]) { left -= steps[i++]; }
  const share = steps[i] ? left / steps[i] : 0;
  return [line[i][0] + share * (line[i + 1][0] - line[i][0]), line[i][1] + share * (line[i + 1][1] - line[i][1])];
}

// A line drawn beside its course, always on the same side of the map, so that a railway and its road are both seen.
const BesideLine = L.Polyline.extend({
  _simplifyPoints: function () {
    L.Polyline.prototype._simplifyPoints.call(this);
    const first = this._latlngs[0], last = this._latlngs[this._latlngs.length - 1];
    const right = last.lat - first.lat - (last.lng - first.lng);  // north-east is on its right
    const px = Math.max(1, Math.min(3.5, this._map.getZoom() - 3)) * (right < 0 ? -1 : 1);
    this._parts = this._parts.map(function (part) { return moved(part, px); });
  }
});
function moved(part, px) {
  return part.map(function (point, i) {
    let x = 0, y = 0;
    [[i - 1, i], [i, i + 1]].forEach(function (ends) {
      const a = part[ends[0]], b = part[ends[1]];
      if (!a || !b) { return; }
      const long = a.distanceTo(b) || 1;
      x -= (b.y - a.y) / long;
      y += (b.x - a.x) / long;
    });
    const size = Math.hypot(x, y) || 1;
    return L.point(point.x + px * x / size, point.y + px * y / size);
  });
}

// Land and boundaries, below everything.
function drawLand(map, base) {
  const style = base.style;
  function coarse(text) { return decode(text, 1e3); }
  function add(kind, coordinates, options) {
    new kind(coordinates, Object.assign({pane: "land", interactive: false, color: style.border}, options)).addTo(map);
  }
  const land = base.land.map(function (rings) { return rings.map(coarse); });
  add(L.Polygon, land, {weight: 0.6, fillColor: style.land, fillOpacity: 1});
  add(L.Polyline, base.borders.map(coarse), {weight: 1});
  add(L.Polyline, base.disputed.map(coarse), {weight: 1.2, dashArray: style.disputed});
}

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text) { node.textContent = text; }
  if (className) { node.className = className; }
  return node;
}

// What a link's card says of it in numbers; what is not known is left out.
function facts(link) {
  return [
    (link.mode + " " + link.kind).trim(),
    link.km + " km (confidence " + link.confidence + ")",
    link.kmh === null ? "" : link.kmh + " km/h",
    link.hours === null ? "" : link.hours.toFixed(1) + " h"
  ].filter(Boolean).join(", ") + "; " + link.corridors;
}
