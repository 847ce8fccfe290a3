// The controls around a map: title, scale, legend (which chooses what is shown) and search; and how it prints.
function drawPanels(map, data, drawing, placeLabels) {
  "use strict";
  const wide = map.getSize().x > 600;
  const title = element("div", "", "mob-title");
  title.appendChild(element("h1", data.title));
  if (data.subtitle) { title.appendChild(element("p", data.subtitle)); }
  drawing.panel("topleft", title);
  L.control.scale({imperial: false, position: wide ? "bottomright" : "bottomleft"}).addTo(map);
  const legend = legendOf(data.legend, drawing.filter);
  legend.open = wide;
  legend.classList.toggle("mob-small", !wide);
  legend.addEventListener("toggle", placeLabels);
  drawing.panel("bottomleft", legend);
  const finder = finderOf(drawing);
  finder.open = wide;
  finder.addEventListener("toggle", placeLabels);
  drawing.panel(wide ? "topright" : "bottomleft", finder);

  new ResizeObserver(function () { map.invalidateSize({animate: false}); }).observe(map.getContainer());
  forPrint(map, drawing, legend);
}

// The legend; the rows of corridors, modes and states are boxes that show and hide their lines.
function legendOf(rows, filter) {
  const legend = element("details", "", "mob-legend"), body = element("div"), off = {};
  legend.appendChild(element("summary", "Legend"));
  legend.appendChild(body);
  rows.forEach(function (row) {
    if (!row.swatch) {
      body.appendChild(element("b", row.text, "mob-row mob-long"));
      return;
    }
    const long = row.text.length > 16 || row.alone ? " mob-long" : "";
    const line = element(row.of ? "label" : "div", "", "mob-row" + long), swatch = element("span");
    swatch.innerHTML = row.swatch;  // an SVG made by this program, never data
    if (row.of) {
      const box = element("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", function () {
        line.classList.toggle("mob-off", !box.checked);
        off[row.of] = off[row.of] || new Set();
        off[row.of][box.checked ? "delete" : "add"](row.is);
        filter(function (link) { return Object.keys(off).every(function (of) { return !off[of].has(link[of]); }); });
      });
      line.appendChild(box);
    }
    line.appendChild(swatch);
    line.appendChild(element("span", row.text));
    body.appendChild(line);
  });
  return legend;
}

// Search by any name of a place, or by the name of a link, whatever the accents; Enter goes to the first found.
function finderOf(drawing) {
  const LETTERS = {"ł": "l", "đ": "d", "ı": "i", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d"}, MOST = 8;
  function fold(text) {
    const plain = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
    return plain.replace(/[łđıøßæœð]/g, function (c) { return LETTERS[c]; }).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }
  function entry(name, names, what, visit) {
    return {name: name, keys: names.map(function (text) { return " " + fold(text); }), what: what, visit: visit};
  }
  const entries = drawing.places.map(function (p) {
    return entry(p.label, [p.name].concat(p.also), p.kind + ", " + p.country, p.visit);
  }).concat(drawing.links.map(function (l) { return entry(l.name, [l.name], l.mode, l.visit); }));

  const box = element("details", "", "mob-find"), input = element("input"), list = element("ul");
  box.appendChild(element("summary", "Find"));
  input.type = "search";
  input.placeholder = "place or link";
  input.setAttribute("aria-label", "Find a place or link");
  list.setAttribute("aria-live", "polite");
  box.appendChild(input);
  box.appendChild(list);
  function go(found) {
    input.value = found.name;
    list.replaceChildren();
    found.visit();
  }
  function matches() {
    const asked = " " + fold(input.value);
    if (asked === " ") { return []; }
    // A name that begins so comes before one with such a word in it, and that before the rest.
    function rank(e) {
      return Math.min.apply(null, e.keys.map(function (key) {
        const at = key.indexOf(asked);
        return at === 0 ? 0 : at > 0 ? 1 : key.indexOf(asked.trim()) > 0 ? 2 : 3;
      }));
    }
    return entries.map(function (e) { return [rank(e), e]; }).filter(function (r) { return r[0] < 3; })
      .sort(function (a, b) { return a[0] - b[0]; }).slice(0, MOST).map(function (r) { return r[1]; });
  }
  input.addEventListener("input", function () {
    const found = matches();
    list.replaceChildren(...found.map(function (e) {
      const row = element("li"), button = element("button", e.name);
      button.type = "button";
      button.appendChild(element("small", e.what));
      button.addEventListener("click", function () { go(e); });
      row.appendChild(button);
      return row;
    }));
    if (!found.length && fold(input.value)) { list.appendChild(element("li", "nothing of that name")); }
  });
  input.addEventListener("keydown", function (event) {
    const found = event.key === "Enter" ? matches() : [];
    if (found.length) { go(found[0]); }
    event.stopPropagation();  // the map has keys of its own
  });
  return box;
}

// On paper the map has the size that the style sheet says, and its legend; the controls are hidden there.
function forPrint(map, drawing, legend) {
  const sheet = map.getContainer().parentNode;
  let before = null;
  function resize(onPaper) {
    sheet.classList.toggle("mob-sheet", onPaper);
    map.invalidateSize({animate: false});
    return drawing.unmoved();  // then it has framed itself
  }
  window.addEventListener("beforeprint", function () {
    before = {view: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom(), open: legend.open};
    legend.open = true;
    if (!resize(true)) { map.fitBounds(before.view, {animate: false}); }
  });
  window.addEventListener("afterprint", function () {
    legend.open = before.open;
    if (!resize(false)) { map.setView(before.centre, before.zoom, {animate: false}); }
  });
}
