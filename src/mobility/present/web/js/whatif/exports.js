// What can be taken away: the map as a picture, tables and lines as files.
import { button, element } from "../dom.js";
import { inLight } from "../map/ink.js";
import { pictureOf } from "../map/picture.js";
import { MS_PER_H } from "../numbers.js";
import { say } from "../speech.js";
import { linksOf } from "./draw.js";
/** @import { EngineData } from "../contract" */
/** @import { Drawing, PairTime, Route, Shown } from "../types" */

const TWICE = 2; // pixels of a PNG for one of the screen

/**
 * A table as CSV; what a spreadsheet would take for a formula is text.
 * @param {(string | number | null)[][]} rows
 */
export function csvOf(rows) {
  const safe = (/** @type {string} */ text) => (/^[=+@\-\t\r]/.test(text) ? `'${text}` : text);
  const cell = (/** @type {string | number | null} */ value) => {
    const text = typeof value === "string" ? safe(value) : String(value ?? "");
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** @param {number | null} ms */
function hoursOf(ms) {
  return ms === null ? null : Number((ms / MS_PER_H).toFixed(3));
}

/**
 * The legs of a route, with the columns of `mobility route -f csv`.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Route} found
 */
export function legRows(net, drawing, found) {
  const place = (/** @type {number} */ state) => net.places[net.states.place[state]];
  let passed = 0;
  return [
    ["leg", "link", "name", "mode", "from", "to", "length_km", "time_h", "cumulative_h"],
    ...found.legs.map((leg, i) => {
      const link = leg.link < 0 ? null : drawing.links[leg.link];
      passed += leg.ms;
      return [
        i + 1, link ? net.links.id[leg.link] : "", link ? link.name : "", link ? link.mode : leg.kind,
        place(leg.tail), place(leg.head), Number(leg.km.toFixed(3)), hoursOf(leg.ms), hoursOf(passed),
      ];
    }),
  ];
}

/**
 * The table of pairs, with the columns of `mobility whatif -f csv`.
 * @param {EngineData} net
 * @param {PairTime[]} pairs
 */
export function pairRows(net, pairs) {
  return [
    ["from", "to", "time_h_before", "time_h_after", "delta_h", "cut_off"],
    ...pairs.map(({ from, to, before, now }) => [
      net.places[from], net.places[to], hoursOf(before), hoursOf(now),
      before === null || now === null ? null : hoursOf(now - before), String(before !== null && now === null),
    ]),
  ];
}

/**
 * Lines as GeoJSON: the routes now and at the start, what is closed and what is built.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Route | null} found
 * @param {Route | null} before
 */
export function linesOf(net, drawing, found, before) {
  /** @type {[string, number[]][]} */
  const parts = [
    ["route now", found ? linksOf(found) : []], ["route at the start", before ? linksOf(before) : []],
    ["closed", [...(found?.now.closed || [])].flatMap((is, i) => (is ? [i] : []))],
    ["built", [...(found?.now.built || [])].flatMap((is, i) => (is ? [i] : []))],
  ];
  const features = parts.flatMap(([layer, rows]) => rows.map((row) => ({
    type: "Feature",
    properties: { layer, link: net.links.id[row], name: drawing.links[row].name, mode: drawing.links[row].mode },
    geometry: { type: "LineString", coordinates: drawing.lines[row].map(([lat, lng]) => [lng, lat]) },
  })));
  return `${JSON.stringify({ type: "FeatureCollection", features })}\n`;
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
function save(name, blob) {
  const link = element("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * An SVG as a PNG.
 * @param {string} svg
 * @returns {Promise<Blob>}
 */
async function pngOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = element("canvas");
  [canvas.width, canvas.height] = [image.width * TWICE, image.height * TWICE];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the browser makes no PNG of it"))));
  });
}

/**
 * The buttons; `shown` says what there is to take away.
 * @param {L.Map} map
 * @param {EngineData} net
 * @param {() => Shown} shown
 * @param {(text: string) => void} tell
 */
export function exportButtons(map, net, shown, tell) {
  const { drawing } = map;
  const node = element("div", "", "mob-exports");
  const text = (/** @type {string} */ words, /** @type {string} */ type) => new Blob([words], { type });
  const box = map.getContainer();
  const words = (/** @type {string} */ selector) => (
    box.closest(".mob-whatif")?.querySelector(selector)?.textContent?.trim() || ""
  );
  function picture() {
    const rows = [...box.querySelectorAll(".mob-legend .mob-row")].map((row) => ({
      text: row.textContent || "", swatch: row.querySelector("svg")?.outerHTML || "",
    }));
    const broad = ["route at the start", "route now", "worst next closure"].map((row) => say(row));
    const key = rows.filter((row) => row.swatch && broad.includes(row.text));
    return inLight(() => pictureOf(map, words(".mob-title h1"), key, words(".mob-note")));
  }
  /** @type {[string, string, () => Blob | Promise<Blob>][]} */
  const kinds = [
    [say("Map as PNG"), "map.png", () => pngOf(picture())],
    [say("Map as SVG"), "map.svg", () => text(picture(), "image/svg+xml")],
    [say("Legs as CSV"), "legs.csv", () => {
      const { found } = shown();
      return text(csvOf(found ? legRows(net, drawing, found) : []), "text/csv");
    }],
    [say("Pairs as CSV"), "pairs.csv", () => text(csvOf(pairRows(net, shown().pairs)), "text/csv")],
    [say("Lines as GeoJSON"), "lines.geojson", () => {
      const { found, before } = shown();
      return text(linesOf(net, drawing, found, before), "application/geo+json");
    }],
  ];
  node.append(...kinds.map(([label, name, make]) => button(label, `save ${name}`, "", () => {
    const { ask } = shown();
    Promise.resolve().then(make).then(
      (blob) => save(`${net.places[ask.from]}-${net.places[ask.to]}-${name}`, blob),
      (error) => tell(`${label}: ${error.message}`),
    );
  })));
  return node;
}
