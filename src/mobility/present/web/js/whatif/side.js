// Which of the two the map shows, the start or now, or both; with the swatches of the legend, to explain them.
import { element } from "../dom.js";
import { say } from "../speech.js";
/** @import { Acts, Shows } from "../types" */

/** @type {[Shows, string, string][]} */
const SIDES = [["both", "both", ""], ["start", "start", "route at the start"], ["now", "now", "route now"]];

/**
 * @param {HTMLElement} legend
 * @param {Acts} act
 */
export function sideSwitch(legend, act) {
  const box = element("fieldset", "", "mob-switch mob-side");
  const rows = [...legend.querySelectorAll(".mob-row")];
  box.append(element("legend", say("Map")), ...SIDES.map(([side, text, row]) => {
    const label = element("label");
    const input = element("input");
    input.type = "radio";
    input.name = "mob-side";
    input.checked = side === "both";
    input.addEventListener("change", () => act.look(side));
    const swatch = rows.find((node) => node.textContent === say(row))?.querySelector("svg");
    label.append(input, ...(swatch ? [swatch.cloneNode(true)] : []), say(text));
    return label;
  }));
  return box;
}
