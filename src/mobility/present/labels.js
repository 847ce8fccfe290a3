// Labels: as many as fit, the most important first, never one on top of another.
// Returns the function that places them anew.
function drawLabels(map, places, end) {
  "use strict";
  const board = element("div", "", "mob-labels");
  map.getPane("marks").appendChild(board);
  const labels = places.filter(function (p) { return p.rank < 4; }).sort(function (a, b) { return a.rank - b.rank; });
  labels.forEach(function (place) {
    place.node = element("span", place.name.replace(/ \(.*\)/, ""), "mob-label mob-rank" + place.rank);
    board.appendChild(place.node);
    place.size = [place.node.offsetWidth, place.node.offsetHeight];
  });
  function boxesOf(selector) {
    const frame = map.getContainer().getBoundingClientRect();
    return Array.from(map.getContainer().querySelectorAll(selector)).map(function (node) {
      const box = node.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
    });
  }
  function place() {
    const size = map.getSize(), zoom = map.getZoom();
    map.getPane("dots").style.display = zoom < 8 ? "none" : "";  // junctions would hide the lines
    const taken = boxesOf(".leaflet-control, .mob-cross");
    function free(box) {
      return box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2 && taken.every(function (t) {
        return box[2] < t[0] || box[0] > t[2] || box[3] < t[1] || box[1] > t[3];
      });
    }
    labels.forEach(function (p) {  // no label may cover the mark of a more important place
      const at = map.latLngToContainerPoint([p.lat, p.lon]);
      if (p.role) { taken.push([at.x - end, at.y - end, at.x + end, at.y + end]); }
    });
    labels.forEach(function (p) {
      const at = map.latLngToContainerPoint([p.lat, p.lon]), w = p.size[0], h = p.size[1], gap = p.role ? 9 : 5;
      const tries = p.rank === 3 && zoom < 8 ? [] : [
        [at.x + gap, at.y - h / 2], [at.x - gap - w, at.y - h / 2], [at.x - w / 2, at.y - gap - h], [at.x - w / 2, at.y + gap],
        [at.x + gap - 2, at.y - gap - h + 4], [at.x - gap - w + 2, at.y + gap - 4], [at.x + gap - 2, at.y + gap - 4], [at.x - gap - w + 2, at.y - gap - h + 4]
      ];
      const spot = tries.find(function (t) { return free([t[0], t[1], t[0] + w, t[1] + h]); });
      p.node.style.visibility = spot ? "visible" : "hidden";
      if (spot) {
        taken.push([spot[0] - 1, spot[1], spot[0] + w + 1, spot[1] + h]);
        const layer = map.containerPointToLayerPoint(spot);
        p.node.style.transform = "translate(" + Math.round(layer.x) + "px," + Math.round(layer.y) + "px)";
      }
    });
  }
  map.on("zoomend moveend resize", place);
  return place;
}
