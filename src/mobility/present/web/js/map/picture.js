// What a map shows now, as an SVG: its lines and areas in the order of their panes, then its marks and labels.
import { inked } from "./ink.js";
/** @typedef {{ x: number, y: number, size: number, colour?: string, look?: string }} Pen */

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const LINE = 16; // px from one line of text to the next
const WIDE = 5.6; // px, a letter of the note at the most

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>]/g, (sign) => ESCAPED[/** @type {"&"} */ (sign)]);
}

/**
 * @param {string} text
 * @param {Pen} pen
 */
function written(text, { x, y, size, colour = "#1a1a1a", look = "" }) {
  const at = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`;
  return `<text ${at} font-size="${size}" fill="${colour}" ${look}>${escaped(text)}</text>`;
}

/**
 * A line, an area or a circle as it is drawn.
 * @param {L.Map} map
 * @param {L.Path} path
 */
function shapeOf(map, path) {
  const { stroke, color, weight, opacity, fill, fillColor, fillOpacity, dashArray, lineCap } = path.options;
  const at = (/** @type {L.Point} */ point) => {
    const { x, y } = map.layerPointToContainerPoint(point);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const look = [
    stroke === false ? "" : `stroke="${color}" stroke-width="${weight}" stroke-opacity="${opacity}"`,
    fill ? `fill="${fillColor || color}" fill-opacity="${fillOpacity}" fill-rule="evenodd"` : 'fill="none"',
    dashArray ? `stroke-dasharray="${dashArray}"` : "", `stroke-linecap="${lineCap}" stroke-linejoin="round"`,
  ].join(" ");
  if (path instanceof L.CircleMarker) {
    const [cx, cy] = at(map.latLngToLayerPoint(path.getLatLng())).split(" ");
    return `<circle cx="${cx}" cy="${cy}" r="${path.getRadius()}" ${look}/>`;
  }
  const { _parts } = /** @type {L.Polyline} */ (path);
  const end = path instanceof L.Polygon ? "Z" : "";
  const line = (_parts || []).filter((part) => part.length).map((part) => `M${part.map(at).join("L")}${end}`).join("");
  return line && `<path d="${line}" ${look}/>`;
}

/**
 * The labels and crosses that are seen.
 * @param {HTMLElement} box of the map
 */
function textsOf(box) {
  const { left, top } = box.getBoundingClientRect();
  const nodes = [...box.querySelectorAll(".mob-label, .mob-badge, .mob-cross span")];
  return nodes.filter((node) => getComputedStyle(node).visibility === "visible").map((node) => {
    const { fontSize, fontStyle, fontWeight, letterSpacing, color, textShadow } = getComputedStyle(node);
    const at = node.getBoundingClientRect();
    const halo = textShadow === "none" ? "" : ' stroke="#fff" stroke-width="3" paint-order="stroke"';
    const size = parseFloat(fontSize);
    const spaced = letterSpacing === "normal" ? "" : ` letter-spacing="${letterSpacing}"`;
    const look = `font-style="${fontStyle}" font-weight="${fontWeight}"${spaced}${halo}`;
    const y = at.top - top + at.height / 2 + size * 0.35;
    return written(node.textContent || "", { x: at.left - left, y, size, colour: color, look });
  });
}

/**
 * A long text in lines.
 * @param {string} text
 * @param {number} letters
 */
function wrapped(text, letters) {
  return text.match(new RegExp(`.{1,${Math.max(20, Math.floor(letters))}}(?:\\s|$)`, "g")) || [];
}

/**
 * @param {L.Map} map
 * @param {string} title
 * @param {{ text: string, swatch: string }[]} key what its broad lines mean
 * @param {string} note sources and reservations
 */
export function pictureOf(map, title, key, note) {
  const { x: width, y: height } = map.getSize();
  const box = map.getContainer();
  /** @type {[number, string][]} */
  const shapes = [];
  map.eachLayer((layer) => {
    if (layer instanceof L.Path && layer.options.stroke !== false && layer.options.opacity !== 0) {
      const pane = /** @type {HTMLElement} */ (map.getPane(layer.options.pane || "overlayPane"));
      const seen = getComputedStyle(pane).display !== "none";
      shapes.push([Number(pane.style.zIndex || 400), seen ? shapeOf(map, layer) : ""]);
    }
  });
  shapes.sort((a, b) => a[0] - b[0]);
  const heads = wrapped(title, width / 10.5);
  const feet = wrapped(note, width / WIDE);
  const above = 10 + heads.length * 20;
  const rows = key.map(({ text, swatch }, i) => (
    `<g transform="translate(${8 + i * 190} 4)">${swatch}${written(text, { x: 46, y: 11, size: 12 })}</g>`
  ));
  const below = 22 + feet.length * LINE;
  const whole = above + height + below;
  return inked([
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" `
    + 'font-family="system-ui, sans-serif">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...heads.map((text, i) => written(text, { x: 8, y: 22 + i * 20, size: 16, look: 'font-weight="700"' })),
    `<svg y="${above}" width="${width}" height="${height}" overflow="hidden">`,
    `<rect width="100%" height="100%" fill="${getComputedStyle(box).backgroundColor}"/>`,
    ...shapes.map(([, shape]) => shape), ...textsOf(box), "</svg>",
    `<g transform="translate(0 ${above + height})">`, ...rows,
    ...feet.map((text, i) => written(text, { x: 8, y: 32 + i * LINE, size: 10.5 })),
    "</g></svg>",
  ].filter(Boolean).join("\n"), box);
}
