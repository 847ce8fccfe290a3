// Draws a network map on a Leaflet map from one data object. Text is set as text, never as HTML.
function drawNetwork(map, data) {
  "use strict";
  const STYLE = data.style;
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  ["land", "casing", "route", "links", "dots", "marks"].forEach(function (name, i) {
    const pane = map.createPane(name);
    pane.style.zIndex = 210 + 50 * i;
    if (["links", "dots", "marks"].indexOf(name) < 0) { pane.style.pointerEvents = "none"; }
  });

  // Google's polyline encoding, 4 decimals.
  function decode(text) {
    const points = [];
    let at = 0, lat = 0, lon = 0;
    function next() {
      let shift = 0, value = 0, byte;
      do { byte = text.charCodeAt(at++) - 63; value |= (byte & 31) << shift; shift += 5; } while (byte >= 32);
      return value & 1 ? ~(value >> 1) : value >> 1;
    }
    while (at < text.length) { lat += next(); lon += next(); points.push([lat / 1e4, lon / 1e4]); }
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

  function element(tag, text, className) {
    const node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (className) { node.className = className; }
    return node;
  }

  function card(title, lines) {
    const box = element("div", "", "mob-card");
    box.appendChild(element("b", title));
    lines.forEach(function (line) { if (line) { box.appendChild(element("div", line)); } });
    return box;
  }

  L.geoJSON(data.basemap, {
    pane: "land", interactive: false,
    style: function (feature) {
      const kind = feature.properties.kind;
      if (kind === "land") { return {stroke: true, color: STYLE.border, weight: 0.6, fillColor: STYLE.land, fillOpacity: 1}; }
      return {color: STYLE.border, weight: 1, dashArray: kind === "border_disputed" ? "1 3" : null, fill: false};
    }
  }).addTo(map);

  const shapes = data.links.map(function (link) { return decode(link.line); });

  // Routes lie under the links: yellow on a dark casing, as wide as many pairs use the link.
  // The first layer lies lowest.
  data.layers.forEach(function (layer) {
    Object.keys(layer.values).forEach(function (index) {
      const width = 5 + 7 * Math.sqrt(layer.values[index] / layer.most);
      L.polyline(shapes[index], {pane: "casing", color: STYLE.casing, weight: width + 3, opacity: 1, interactive: false}).addTo(map);
      L.polyline(shapes[index], {pane: "route", color: layer.colour, weight: width, opacity: 1, interactive: false, className: "mob-route"}).addTo(map);
    });
  });

  function linkCard(link, index) {
    const notes = data.layers.map(function (layer) { return layer.notes[index] || ""; });
    const sources = link.sources.map(function (s) { return data.sources[s]; });
    const more = sources.length > 3 ? " and " + (sources.length - 3) + " more" : "";
    return card(link.name, [link.facts, link.state].concat(notes, [link.note, "Source: " + sources.slice(0, 3).join("; ") + more]));
  }

  const crosses = L.layerGroup().addTo(map);
  data.links.forEach(function (link, index) {
    const line = shapes[index], colour = STYLE.groups[link.group], mode = STYLE.modes[link.mode];
    const state = link.closed ? "closed" : link.open ? "" : "planned";
    const look = state ? STYLE.status[state] : mode;
    const thin = link.group === "other" ? 0.6 : 1;
    const options = {pane: "links", color: state === "closed" ? "#333333" : colour, weight: look.width * thin, dashArray: look.dash || null, lineCap: "butt", className: "mob-" + (state || link.mode)};
    if (state !== "closed" && link.mode === "sea") { options.lineCap = "round"; }
    if (!state && link.mode === "rail") {  // a coloured line with white dashes
      options.dashArray = null;
      L.polyline(line, options).addTo(map);
      L.polyline(line, {pane: "links", color: "#FFFFFF", weight: Math.max(1, look.width * thin - 1.8), dashArray: look.dash, lineCap: "butt", interactive: false}).addTo(map);
    } else {
      L.polyline(line, options).addTo(map);
    }
    if (state === "closed") {
      const at = halfway(line);
      const icon = L.divIcon({className: "mob-cross", html: element("span", "✕").outerHTML, iconSize: [16, 16]});
      L.marker(at, {pane: "marks", icon: icon, interactive: false, keyboard: false}).addTo(crosses);
    }
    const hit = L.polyline(line, {pane: "links", weight: 14, opacity: 0}).addTo(map);
    hit.bindTooltip(function () { return linkCard(link, index); }, {sticky: true});
  });

  data.closed_borders.forEach(function (at) {
    const icon = L.divIcon({className: "mob-cross", html: element("span", "✕").outerHTML, iconSize: [16, 16]});
    L.marker(at, {pane: "marks", icon: icon, interactive: false, keyboard: false}).addTo(crosses);
  });

  // Places: one circle each; what it is for says how big and which colour.
  const end = map.getSize().x > 600 ? 6 : 4, RADIUS = {origin: end, destination: end, "": 2};
  data.places.forEach(function (place) {
    const mark = L.circleMarker([place.lat, place.lon], {
      pane: place.role ? "marks" : "dots", radius: RADIUS[place.role], weight: place.role ? 2 : 1, color: "#1A1A1A",
      fillColor: place.role === "origin" ? "#FFFFFF" : "#1A1A1A", fillOpacity: 1
    }).addTo(map);
    mark.bindTooltip(function () { return card(place.name, [place.facts, place.note]); });
  });

  // Labels: as many as fit, the most important first, never one on top of another.
  const board = element("div", "", "mob-labels");
  map.getPane("marks").appendChild(board);
  const labels = data.places.filter(function (p) { return p.rank < 4; }).sort(function (a, b) { return a.rank - b.rank; });
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

  const title = L.control({position: "topleft"});
  title.onAdd = function () {
    const box = element("div", "", "mob-title");
    box.appendChild(element("h1", data.title));
    if (data.subtitle) { box.appendChild(element("p", data.subtitle)); }
    return box;
  };
  title.addTo(map);
  L.control.scale({imperial: false, position: map.getSize().x > 600 ? "bottomright" : "bottomleft"}).addTo(map);
  // Corners stack upwards: on a phone the note lies below the legend.
  const note = L.control({position: map.getSize().x > 600 ? "bottomright" : "bottomleft"});
  note.onAdd = function () { return element("div", data.footnote, "mob-note"); };
  note.addTo(map);
  const legend = L.control({position: "bottomleft"});
  legend.onAdd = function () {
    const box = element("details", "", "mob-legend");
    box.open = map.getSize().x > 600;
    box.appendChild(element("summary", "Legend"));
    data.legend.forEach(function (row) {
      const line = element("div", "", "mob-row");
      if (row[0]) {
        const swatch = element("span");
        swatch.innerHTML = row[0];  // an SVG made by this program, never data
        line.appendChild(swatch);
      }
      line.appendChild(element(row[0] ? "span" : "b", row[1]));
      box.appendChild(line);
    });
    box.addEventListener("toggle", place);
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  legend.addTo(map);
  map.on("zoomend moveend resize", place);
  // The cut edge of the land never shows: no view beyond the basemap.
  const world = L.latLngBounds(data.world);
  map.setMinZoom(map.getBoundsZoom(world, true));
  map.setMaxBounds(world);
  map.options.maxBoundsViscosity = 1;
  const wide = map.getSize().x > 900;  // then keep what matters clear of the legend and the title
  map.fitBounds(data.bounds, {animate: false, paddingTopLeft: [wide ? 330 : 20, 80], paddingBottomRight: [wide ? 60 : 40, wide ? 90 : 130]});
  place();
}
