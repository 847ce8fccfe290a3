// The controls around a map: title, legend, scale and note.
function drawPanels(map, data, drawing, placeLabels) {
  "use strict";
  const wide = map.getSize().x > 600;
  const title = element("div", "", "mob-title");
  title.appendChild(element("h1", data.title));
  if (data.subtitle) { title.appendChild(element("p", data.subtitle)); }
  drawing.panel("topleft", title);

  L.control.scale({imperial: false, position: wide ? "bottomright" : "bottomleft"}).addTo(map);
  // Corners stack upwards: on a phone the note lies below the legend.
  drawing.panel(wide ? "bottomright" : "bottomleft", element("div", data.footnote, "mob-note"));

  const legend = element("details", "", "mob-legend");
  legend.open = wide;
  legend.appendChild(element("summary", "Legend"));
  data.legend.forEach(function (row) {
    const line = element("div", "", "mob-row");
    if (row[0]) {
      const swatch = element("span");
      swatch.innerHTML = row[0];  // an SVG made by this program, never data
      line.appendChild(swatch);
    }
    line.appendChild(element(row[0] ? "span" : "b", row[1]));
    legend.appendChild(line);
  });
  legend.addEventListener("toggle", placeLabels);
  drawing.panel("bottomleft", legend);
}
