// Draws a network on a Leaflet map; text is set as text, never as HTML.
// base: the network, shared by all its maps in a page; data: how one map uses it.
// Returns a handle, also found as `map.drawing`, for what is built on the map:
//   links[i], places[i]               what is known of them (name, mode, from, to ...), and
//   links[i].setState(state, words)   draw link i anew: "" (in use), "unused", "planned" or "closed"; words for its card
//   places[i].setRole(role)           "", "origin" or "destination"
//   links[i].visit(), places[i].visit()   go there, open its card and give it the focus
//   layers[n].show(values, notes)     draw the broad lines of layer n anew: {link: value}, {link: words for its card}
//   onLink(f), onPlace(f)             f(index, event) on a click, a tap, or Enter and Space when it has the focus
//   filter(f)                         show the links for which f(link) is true, and hide places without any
//   panel(position, node)             add a control in a corner
//   zoomTo(links)                     show these links
//   unmoved()                         whether the map still frames what it opened with
function drawNetwork(map, base, data) {
  "use strict";
  const STYLE = base.style, wide = map.getSize().x > 600, scale = wide ? 1 : 0.7;  // of lines and marks
  const links = rowsOf(base.links, data.links), places = rowsOf(base.places, data.places);
  links.forEach(function (link) {  // called after its ends, unless it has a name of its own
    link.name = link.name || places[link.from].name + "–" + places[link.to].name;
  });
  const lines = base.links.line.map(function (text) { return decode(text, 1e4); });
  const points = decode(base.points, 1e4);
  const listeners = {link: [], place: []};
  let keep = function () { return true; };
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", "Map: " + data.title);
  ["land", "tiles", "casing", "route", "links", "hits", "dots", "marks"].forEach(function (name, i) {
    const pane = map.createPane(name);
    pane.style.zIndex = 210 + 50 * i;
    if (["hits", "dots", "marks"].indexOf(name) < 0) { pane.style.pointerEvents = "none"; }
  });

  let shown = null;  // one card at a time: a tap leaves it open
  map.on("tooltipopen", function (event) {
    if (shown && shown !== event.tooltip) { map.closeTooltip(shown); }
    shown = event.tooltip;
  });
  map.on("click", function () { if (shown) { map.closeTooltip(shown); } });
  function card(title, words) {
    const box = element("div", "", "mob-card");
    box.appendChild(element("b", title));
    words.forEach(function (line) { if (line) { box.appendChild(element("div", line)); } });
    return box;
  }

  // Give a path its card and tell the listeners of a click, and of Enter and Space when it has the focus.
  function activates(path, kind, index, name, content) {
    function tell(event) { listeners[kind].forEach(function (f) { f(index, event); }); }
    path.bindTooltip(content, {sticky: kind === "link"});
    path.on("click", tell);
    path.on("add", function () {
      const node = path.getElement();
      node.setAttribute("tabindex", "-1");
      node.setAttribute("role", "img");
      node.setAttribute("aria-label", name);
      node.addEventListener("keydown", function (event) {
        if (event.key === "Escape") { map.getContainer().focus({preventScroll: true}); }
        if (event.key !== "Enter" && event.key !== " ") { return; }
        event.preventDefault();
        event.stopPropagation();
        tell(event);
      });
    });
    return path;
  }
  function reach(path) {
    path.getElement().focus({preventScroll: true});
    path.openTooltip();
  }

  function line(index, options) {
    const kind = links[index].mode === "rail" ? BesideLine : L.Polyline;
    return new kind(lines[index], Object.assign({interactive: false}, options));
  }
  function cross(at) {
    const icon = L.divIcon({className: "mob-cross", html: "<span>✕</span>", iconSize: [16, 16]});
    return L.marker(at, {pane: "marks", icon: icon, interactive: false, keyboard: false}).addTo(map);
  }

  drawLand(map, base);
  if (data.tiles) { L.tileLayer(data.tiles, {pane: "tiles", maxZoom: 19}).addTo(map); }

  // Broad lines lie under the links, on a dark casing; the first layer lies lowest.
  const layers = data.layers.map(function (layer) {
    const group = L.layerGroup().addTo(map), own = {notes: {}, paths: {}};
    own.show = function (values, notes) {
      const most = Math.max.apply(null, Object.values(values).concat(data.most));  // one measure for all layers
      own.notes = notes || {};
      own.paths = {};
      group.clearLayers();
      Object.keys(values).forEach(function (index) {
        const width = scale * (5 + 7 * Math.sqrt(values[index] / most));
        own.paths[index] = [
          line(index, {pane: "casing", color: STYLE.casing, weight: width + 3 * scale}),
          line(index, {pane: "route", color: layer.colour, weight: width, className: "mob-route"})
        ];
        own.paths[index].forEach(function (path) { group.addLayer(path); });
        veil(index);
        links[index].hit.bringToFront();  // the pointer means it before a line that runs beside
      });
    };
    return own;
  });

  // The paths of a link in a state.
  function pathsOf(link, index) {
    const mode = STYLE.modes[link.mode], look = STYLE.status[link.state] || mode;
    const width = look.width * scale * (link.group === "other" ? 0.6 : 1), rail = !link.state && link.mode === "rail";
    const round = link.mode === "sea" && (!link.state || link.state === "unused");
    const paths = [line(index, {
      pane: "links", color: link.state === "closed" ? "#333333" : STYLE.groups[link.group], weight: width,
      dashArray: rail ? null : (round ? mode.dash : look.dash) || null, lineCap: round ? "round" : "butt",
      className: "mob-" + (link.state || link.mode)
    })];
    if (rail) {  // a coloured line with white dashes
      const white = Math.max(1, width - 1.8);
      paths.push(line(index, {pane: "links", color: "#FFFFFF", weight: white, dashArray: mode.dash, lineCap: "butt"}));
    }
    return paths;
  }

  links.forEach(function (link, index) {
    const hit = link.hit = line(index, {
      pane: "hits", weight: 14, opacity: 0, className: "mob-hit", interactive: true, bubblingMouseEvents: false
    });
    let drawn = [];
    link.draw = function () {
      drawn.forEach(function (path) { path.remove(); });
      drawn = pathsOf(link, index).map(function (path) { return path.addTo(map); });
      if (link.state === "closed") { drawn.push(cross(halfway(lines[index]))); }
      link.paths = drawn.concat(hit);
      veil(index);
    };
    link.setState = function (state, words) {
      if (words !== undefined) { link.words = words; }
      if (state !== link.state) { link.state = state; link.draw(); }
    };
    link.visit = function () { zoomTo([index]); reach(hit); };
    activates(hit, "link", index, link.name, function () {
      const notes = layers.map(function (layer) { return layer.notes[index] || ""; });
      const sources = link.sources.map(function (s) { return base.sources[s]; });
      const cited = sources.slice(0, 3).join("; ") + (sources.length > 3 ? " and " + (sources.length - 3) + " more" : "");
      return card(link.name, [facts(link), link.words].concat(notes, [link.note, "Source: " + cited]));
    }).addTo(map);
    link.draw();
  });
  layers.forEach(function (layer, n) { layer.show(data.layers[n].values, data.layers[n].notes); });
  data.closed_borders.forEach(cross);

  // Places: one circle each; what it is for says how big and which colour.
  const end = 6 * scale;
  places.forEach(function (place, index) {
    const mark = L.circleMarker(points[index], {color: "#1A1A1A", fillOpacity: 1, bubblingMouseEvents: false});
    place.at = points[index];
    place.hide = function (gone) {
      place.hidden = gone;
      mark.getElement().style.display = gone ? "none" : "";
    };
    place.setRole = function (role) {
      place.role = role;
      mark.remove();
      mark.options.pane = role ? "marks" : "dots";
      mark.setRadius(role ? end : 2);
      mark.setStyle({weight: role ? 2 : 1, fillColor: role === "origin" ? "#FFFFFF" : "#1A1A1A"});
      mark.addTo(map);
      place.hide(place.hidden && !role);
    };
    place.visit = function () {
      map.setView(place.at, Math.max(map.getZoom(), 9), {animate: false});
      reach(mark);
    };
    activates(mark, "place", index, place.label, function () {
      const binds = place.binds && "binds: " + place.binds;
      return card(place.label, [place.kind + ", " + place.country, binds, place.note]);
    });
    place.setRole(place.role);
    if (place.binds) {  // a ring around the mark
      L.circleMarker(points[index], {
        pane: "marks", radius: end + 4 * scale, weight: 3 * scale, color: STYLE.worst, fill: false, interactive: false,
        className: "mob-binds"
      }).addTo(map);
    }
  });

  // Hide a link that is not kept: its line, its broad lines and what the pointer meets.
  function veil(index) {
    const gone = !keep(links[index]);
    links[index].hidden = gone;
    layers.reduce(function (all, layer) { return all.concat(layer.paths[index] || []); }, links[index].paths || [])
      .forEach(function (path) { path.getElement().style.display = gone ? "none" : ""; });
  }
  function filter(f) {
    keep = f;
    links.forEach(function (link, index) { veil(index); });
    const seen = new Set();
    links.forEach(function (link) { if (!link.hidden) { seen.add(link.from).add(link.to); } });
    places.forEach(function (place, index) { place.hide(!place.role && !seen.has(index)); });
    placeLabels();
  }

  function panel(position, node) {
    const control = L.control({position: position});
    control.onAdd = function () { return node; };
    L.DomEvent.disableClickPropagation(node).disableScrollPropagation(node);
    return control.addTo(map);
  }
  function zoomTo(indices) {
    const box = L.latLngBounds([]);
    indices.forEach(function (index) { box.extend(L.latLngBounds(lines[index])); });
    if (box.isValid()) { map.fitBounds(box, {padding: [40, 40], maxZoom: 11, animate: false}); }
  }

  // What the map opens with, clear of the title and where there is room of the legend; kept until the map is moved.
  let home = null;
  function fit() {
    const title = map.getContainer().querySelector(".mob-title"), legend = map.getContainer().querySelector(".mob-legend");
    const aside = map.getSize().x > 900 && legend.open ? legend.offsetWidth + 15 : 20;
    map.setMinZoom(map.getBoundsZoom(base.world, true));  // the cut edge of the land never shows
    map.fitBounds(data.bounds, {
      animate: false, paddingTopLeft: [aside, title.offsetHeight + 25], paddingBottomRight: wide ? [60, 60] : [40, 90]
    });
    home = {at: map.getCenter(), zoom: map.getZoom()};
  }
  function unmoved() {
    const middle = map.getSize().divideBy(2);
    return map.getZoom() === home.zoom && map.latLngToContainerPoint(home.at).distanceTo(middle) < 3;
  }

  const drawing = map.drawing = {
    links: links, places: places, layers: layers, filter: filter, panel: panel, zoomTo: zoomTo, unmoved: unmoved,
    onLink: function (f) { listeners.link.push(f); },
    onPlace: function (f) { listeners.place.push(f); }
  };
  const placeLabels = drawLabels(map, drawing, end);
  drawPanels(map, data, drawing, placeLabels);
  map.setMaxBounds(base.world);
  map.options.maxBoundsViscosity = 1;
  fit();
  map.on("resize", function () { if (unmoved()) { fit(); } });
  placeLabels();
  return drawing;
}
