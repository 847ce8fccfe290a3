// Draws a network on a Leaflet map from one data object; text is set as text, never as HTML.
// Returns a handle, also found as `map.drawing`, for what is built on the map:
//   links[i].setState(state, words)   draw link i anew: "" (as it is in use), "closed" or "planned"; words for its card
//   places[i].setRole(role)           "", "origin" or "destination"
//   layers[n].show(values, notes)     draw the broad lines of layer n anew: {link: value}, {link: words for its card}
//   onLink(f), onPlace(f)             f(index, event) on a click, a tap, or Enter and Space when it has the focus
//   panel(position, node)             add a control in a corner
//   zoomTo(links)                     show these links
function drawNetwork(map, data) {
  "use strict";
  const STYLE = data.style, wide = map.getSize().x > 600;
  const listeners = {link: [], place: []};
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  ["land", "casing", "route", "links", "hits", "dots", "marks"].forEach(function (name, i) {
    const pane = map.createPane(name);
    pane.style.zIndex = 210 + 50 * i;
    if (["hits", "dots", "marks"].indexOf(name) < 0) { pane.style.pointerEvents = "none"; }
  });

  function card(title, lines) {
    const box = element("div", "", "mob-card");
    box.appendChild(element("b", title));
    lines.forEach(function (line) { if (line) { box.appendChild(element("div", line)); } });
    return box;
  }

  let shown = null;  // one card at a time: a tap leaves it open
  map.on("tooltipopen", function (event) {
    if (shown && shown !== event.tooltip) { map.closeTooltip(shown); }
    shown = event.tooltip;
  });

  function cross(at) {
    const icon = L.divIcon({className: "mob-cross", html: "<span>✕</span>", iconSize: [16, 16]});
    return L.marker(at, {pane: "marks", icon: icon, interactive: false, keyboard: false}).addTo(map);
  }

  // Give a path its card and tell the listeners of a click, and of Enter and Space when it has the focus.
  function activates(path, kind, index, content) {
    function tell(event) { listeners[kind].forEach(function (f) { f(index, event); }); }
    path.bindTooltip(content, {sticky: kind === "link"});
    path.on("click", tell);
    path.on("add", function () {
      path.getElement().setAttribute("tabindex", "-1");
      path.getElement().addEventListener("keydown", function (event) {
        if (event.key !== "Enter" && event.key !== " ") { return; }
        event.preventDefault();
        event.stopPropagation();
        tell(event);
      });
    });
    return path;
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
  const layers = data.layers.map(function (layer) {
    const group = L.layerGroup().addTo(map), own = {notes: {}};
    own.show = function (values, notes) {
      const most = Math.max.apply(null, Object.values(values));
      own.notes = notes || {};
      group.clearLayers();
      Object.keys(values).forEach(function (index) {
        const width = 5 + 7 * Math.sqrt(values[index] / most);
        group.addLayer(L.polyline(shapes[index], {pane: "casing", color: STYLE.casing, weight: width + 3, opacity: 1, interactive: false}));
        group.addLayer(L.polyline(shapes[index], {pane: "route", color: layer.colour, weight: width, opacity: 1, interactive: false, className: "mob-route"}));
      });
    };
    own.show(layer.values, layer.notes);
    return own;
  });

  // The paths of a link in a state.
  function linesOf(link, line, state) {
    const look = state ? STYLE.status[state] : STYLE.modes[link.mode];
    const width = look.width * (link.group === "other" ? 0.6 : 1), rail = !state && link.mode === "rail";
    const paths = [L.polyline(line, {
      pane: "links", color: state === "closed" ? "#333333" : STYLE.groups[link.group], weight: width,
      dashArray: rail ? null : look.dash || null, interactive: false,
      lineCap: state !== "closed" && link.mode === "sea" ? "round" : "butt", className: "mob-" + (state || link.mode)
    })];
    if (rail) {  // a coloured line with white dashes
      paths.push(L.polyline(line, {pane: "links", color: "#FFFFFF", weight: Math.max(1, width - 1.8), dashArray: look.dash, lineCap: "butt", interactive: false}));
    }
    return paths;
  }

  const links = data.links.map(function (link, index) {
    const own = {name: link.name, state: null, words: link.state}, line = shapes[index];
    let drawn = [];
    own.setState = function (state, words) {
      if (words !== undefined) { own.words = words; }
      if (state === own.state) { return; }
      own.state = state;
      drawn.forEach(function (path) { path.remove(); });
      drawn = linesOf(link, line, state).map(function (path) { return path.addTo(map); });
      if (state === "closed") { drawn.push(cross(halfway(line))); }
    };
    own.setState(link.closed ? "closed" : link.open ? "" : "planned");
    const hit = L.polyline(line, {pane: "hits", weight: 14, opacity: 0, className: "mob-hit"});
    activates(hit, "link", index, function () {
      const notes = layers.map(function (layer) { return layer.notes[index] || ""; });
      const sources = link.sources.map(function (s) { return data.sources[s]; });
      const more = sources.length > 3 ? " and " + (sources.length - 3) + " more" : "";
      return card(link.name, [link.facts, own.words].concat(notes, [link.note, "Source: " + sources.slice(0, 3).join("; ") + more]));
    }).addTo(map);
    return own;
  });

  data.closed_borders.forEach(cross);

  // Places: one circle each; what it is for says how big and which colour.
  const end = wide ? 6 : 4;
  const places = data.places.map(function (place, index) {
    const own = {name: place.name, role: null}, mark = L.circleMarker([place.lat, place.lon], {color: "#1A1A1A", fillOpacity: 1});
    own.setRole = function (role) {
      if (role === own.role) { return; }
      own.role = role;
      mark.remove();
      mark.options.pane = role ? "marks" : "dots";
      mark.setRadius(role ? end : 2).setStyle({weight: role ? 2 : 1, fillColor: role === "origin" ? "#FFFFFF" : "#1A1A1A"});
      mark.addTo(map);
    };
    activates(mark, "place", index, function () { return card(place.name, [place.facts, place.note]); });
    own.setRole(place.role);
    return own;
  });

  function panel(position, node) {
    const control = L.control({position: position});
    control.onAdd = function () { return node; };
    L.DomEvent.disableClickPropagation(node).disableScrollPropagation(node);
    return control.addTo(map);
  }
  function zoomTo(indices) {
    const box = L.latLngBounds([]);
    indices.forEach(function (index) { box.extend(L.latLngBounds(shapes[index])); });
    if (box.isValid()) { map.fitBounds(box, {padding: [40, 40], maxZoom: 11, animate: false}); }
  }

  const drawing = map.drawing = {
    links: links, places: places, layers: layers, panel: panel, zoomTo: zoomTo,
    onLink: function (f) { listeners.link.push(f); },
    onPlace: function (f) { listeners.place.push(f); }
  };
  const placeLabels = drawLabels(map, data.places, end);
  drawPanels(map, data, drawing, placeLabels);
  // The cut edge of the land never shows: no view beyond the basemap.
  const world = L.latLngBounds(data.world);
  map.setMinZoom(map.getBoundsZoom(world, true));
  map.setMaxBounds(world);
  map.options.maxBoundsViscosity = 1;
  const roomy = map.getSize().x > 900;  // then keep what matters clear of the legend and the title
  map.fitBounds(data.bounds, {animate: false, paddingTopLeft: [roomy ? 330 : 20, 80], paddingBottomRight: [roomy ? 60 : 40, roomy ? 90 : 130]});
  placeLabels();
  return drawing;
}

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
