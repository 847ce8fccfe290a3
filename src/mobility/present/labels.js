// Labels: as many as fit, the most important first, never one on top of another, off the lines where there is room.
// Returns the function that places them anew.
function drawLabels(map, drawing, end) {
  "use strict";
  const CELL = 6, board = element("div", "", "mob-labels");
  map.getPane("marks").appendChild(board);
  // What binds and ports asked about come first, then other places asked about, towns where many links meet, towns,
  // all others.
  function rank(place) { return place.binds ? 0 : !place.role ? place.rank : place.kind === "port" ? 0 : 1; }
  const LEAST_ZOOM = [0, 0, 0, 8, 10], labels = drawing.places.slice();
  labels.forEach(function (place) {
    const binds = place.binds ? ": " + place.binds : "";
    place.node = board.appendChild(element("span", place.label.replace(/ \(.*\)/, "") + binds));
  });

  function boxesOf(selector) {
    const frame = map.getContainer().getBoundingClientRect();
    return Array.from(map.getContainer().querySelectorAll(selector)).map(function (node) {
      const box = node.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
    });
  }

  // The squares of the view that lines run through.
  function lined() {
    const cells = new Set(), origin = map.containerPointToLayerPoint([0, 0]);
    drawing.links.forEach(function (link) {
      if (link.hidden) { return; }
      link.paths[0]._parts.forEach(function (part) {
        part.slice(1).forEach(function (b, i) {
          const a = part[i], count = Math.ceil(a.distanceTo(b) / CELL);
          for (let k = 0; k <= count; k++) {
            const x = a.x + (b.x - a.x) * k / count - origin.x, y = a.y + (b.y - a.y) * k / count - origin.y;
            cells.add(Math.floor(x / CELL) + 1e4 * Math.floor(y / CELL));
          }
        });
      });
    });
    return cells;
  }
  // The share of a box that lies on lines.
  function crossed(box, cells) {
    let count = 0, all = 0;
    for (let x = Math.floor(box[0] / CELL); x <= box[2] / CELL; x++) {
      for (let y = Math.floor(box[1] / CELL); y <= box[3] / CELL; y++, all++) { count += cells.has(x + 1e4 * y); }
    }
    return count / all;
  }

  // Where a label may stand: beside its point, above, below and askew; then the same a little further off.
  function spots(at, w, h, gap) {
    const near = [
      [gap, -h / 2], [-gap - w, -h / 2], [-w / 2, -gap - h], [-w / 2, gap],
      [gap - 2, 4 - gap - h], [2 - gap - w, gap - 4], [gap - 2, gap - 4], [2 - gap - w, 4 - gap - h]
    ];
    const far = near.map(function (d) { return [d[0] + 6 * Math.sign(d[0] + w / 2), d[1] + 6 * Math.sign(d[1] + h / 2)]; });
    return near.concat(far).map(function (d) { return [at.x + d[0], at.y + d[1], at.x + d[0] + w, at.y + d[1] + h]; });
  }

  function place() {
    const size = map.getSize(), zoom = map.getZoom(), cells = lined();
    map.getPane("dots").style.display = zoom < 8 ? "none" : "";  // junctions would hide the lines
    const taken = boxesOf(".leaflet-control, .mob-cross");
    function free(box) {
      return box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2 && taken.every(function (t) {
        return box[2] < t[0] || box[0] > t[2] || box[3] < t[1] || box[1] > t[3];
      });
    }
    labels.sort(function (a, b) { return rank(a) - rank(b); });
    const changed = labels.filter(function (p) { return p.node.className !== "mob-label mob-rank" + rank(p); });
    changed.forEach(function (p) { p.node.className = "mob-label mob-rank" + rank(p); });
    changed.forEach(function (p) { p.size = [p.node.offsetWidth, p.node.offsetHeight]; });
    labels.forEach(function (p) {  // no label may cover the mark of a more important place
      const at = map.latLngToContainerPoint(p.at);
      const half = p.binds ? end + 5 : end;
      if (p.role || p.binds) { taken.push([at.x - half, at.y - half, at.x + half, at.y + half]); }
    });
    labels.forEach(function (p) {
      const at = map.latLngToContainerPoint(p.at), seen = !p.hidden && zoom >= LEAST_ZOOM[rank(p)];
      let best = null, least = Infinity;
      (seen ? spots(at, p.size[0], p.size[1], p.binds ? 14 : p.role ? 9 : 5) : []).forEach(function (box, i) {
        const cost = 24 * crossed(box, cells) + i / 4 + (i < 8 ? 0 : 3);  // the nearest that hides little
        if (cost < least && free(box)) { least = cost; best = box; }
      });
      p.node.style.visibility = best ? "visible" : "hidden";
      if (best) {
        taken.push([best[0] - 1, best[1], best[2] + 1, best[3]]);
        const layer = map.containerPointToLayerPoint(best);
        p.node.style.transform = "translate(" + Math.round(layer.x) + "px," + Math.round(layer.y) + "px)";
      }
    });
  }
  map.on("moveend resize", place);
  return place;
}
