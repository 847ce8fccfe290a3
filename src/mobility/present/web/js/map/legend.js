// The legend; the rows of corridors, modes and states are boxes that show and hide their lines.
import { element } from "../dom.js";
import { say } from "../speech.js";
/** @import { LegendRow } from "../contract" */
/** @import { ChoiceRow, Drawing, LinkRow, SwatchRow } from "../types" */

const LONG = 16; // letters, from which on a row takes the whole width

/**
 * @param {LegendRow[]} rows
 * @param {Drawing["filter"]} filter
 */
export function legendOf(rows, filter) {
  const legend = element("details", "", "mob-legend");
  const body = element("div");
  legend.append(element("summary", say("Legend")), body);
  /** @type {Map<ChoiceRow["of"], Set<string>>} */
  const off = new Map();
  const kept = (/** @type {LinkRow} */ link) => [...off].every(([of, hidden]) => !hidden.has(link[of]));
  /** @type {(row: ChoiceRow, shown: boolean) => void} */
  const choose = (row, shown) => {
    const hidden = off.get(row.of) || new Set();
    hidden[shown ? "delete" : "add"](row.is);
    off.set(row.of, hidden);
    filter(kept);
  };
  body.append(...rows.map((row) => {
    const node = isSwatch(row) ? lineOf(row, choose) : element("b", row.text, "mob-row mob-long");
    if (row.when) {
      node.dataset.when = row.when;
    }
    return node;
  }));
  return legend;
}

/**
 * @param {LegendRow} row
 * @returns {row is SwatchRow}
 */
function isSwatch(row) {
  return row.swatch !== undefined;
}

/**
 * @param {LegendRow} row
 * @returns {row is ChoiceRow}
 */
function isChoice(row) {
  return row.of !== undefined;
}

/**
 * @param {SwatchRow} row
 * @param {(row: ChoiceRow, shown: boolean) => void} choose
 */
function lineOf(row, choose) {
  const long = row.text.length > LONG || row.alone ? " mob-long" : "";
  const line = element(isChoice(row) ? "label" : "div", "", `mob-row${long}`);
  const swatch = element("span");
  swatch.innerHTML = row.swatch; // an SVG made by this program, never data
  if (isChoice(row)) {
    const box = element("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      line.classList.toggle("mob-off", !box.checked);
      choose(row, box.checked);
    });
    line.append(box);
  }
  line.append(swatch, element("span", row.text));
  return line;
}
