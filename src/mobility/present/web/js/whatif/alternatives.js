// Other routes of the pair that share little with the best: asked for by a button, shown as a dotted line.
import { button, element } from "../dom.js";
import { fixed, hours, signed } from "../numbers.js";
import { say } from "../speech.js";
/** @import { Alternative, Engine, Shown } from "../types" */

const COUNT = 3; // as `mobility route --diverse`
const ABOVE = { pane: "marks", interactive: false };
const LINES = [{ color: "var(--mob-paper)", weight: 7 }, { color: "var(--mob-ink)", weight: 4, dashArray: "1 7" }];

/**
 * The section; `clear` takes the old ones away.
 * @param {L.Map} map
 * @param {Engine} engine
 * @param {() => Shown} shown
 */
export function alternativesSection(map, engine, shown) {
  const node = element("div", "", "mob-onpage");
  const list = element("ol", "", "mob-changes");
  const line = L.layerGroup().addTo(map);
  /** @type {(other: Alternative) => number[]} */
  const linksOf = (other) => other.legs.flatMap((leg) => (leg.link < 0 ? [] : [leg.link]));
  function draw(/** @type {Alternative} */ other) {
    line.clearLayers();
    const links = linksOf(other);
    LINES.forEach((look) => {
      links.forEach((i) => L.polyline(map.drawing.lines[i], { ...ABOVE, ...look }).addTo(line));
    });
    map.drawing.zoomTo(links);
  }
  function rowOf(/** @type {Alternative} */ other, /** @type {number} */ i, /** @type {Alternative[]} */ all) {
    const shared = say("{n} % shared", { n: fixed(100 * other.common, 0) });
    const more = i ? ` (${signed(other.ms - all[0].ms)}, ${shared})` : ` (${say("the best")})`;
    const row = element("li", `${hours(other.ms)}, ${fixed(other.km, 0)} km${more} `);
    const label = say("Show alternative {n} on the map", { n: i + 1 });
    row.append(button(say("Show"), `alternative ${i}`, label, () => draw(other)));
    return row;
  }
  function search() {
    const { ask, found } = shown();
    const all = found && found.ms !== null && !ask.via.length ? engine.alternatives(ask, found, COUNT) : [];
    line.clearLayers();
    const none = ask.via.length ? say("None by way of places: take these off.") : say("There is no route.");
    list.replaceChildren(...(all.length ? all.map(rowOf) : [element("li", none)]));
  }
  node.append(button(say("Alternatives that share little"), "alternatives", "", search), list);
  function clear() {
    line.clearLayers();
    list.replaceChildren();
  }
  return { node, clear };
}
