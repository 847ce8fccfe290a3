// What is asked: the pair and the profile.
import { button, element } from "../dom.js";
import { keyOf } from "../map/finder.js";
import { say } from "../speech.js";
import { Combobox } from "./combobox.js";
import { placeOffers } from "./offers.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Drawing, Names, Role } from "../types" */

/** @type {[string, "profile" | "pace" | "transit" | "regime", "profiles" | "paces" | "transits" | "regimes"][]} */
const SELECTS = [
  ["Profile", "profile", "profiles"], ["Trains", "pace", "paces"],
  ["Transit", "transit", "transits"], ["Borders", "regime", "regimes"],
];

/**
 * @param {string} name
 * @param {number} row
 */
function option(name, row) {
  const node = element("option", name);
  node.value = String(row);
  return node;
}

/**
 * The form; `show` sets it to a state.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Names} names
 * @param {Acts} act
 */
export function choicesOf(net, drawing, names, act) {
  const form = element("div", "", "mob-choices");
  /** @type {Ask} */
  let shown = net.start;
  /** @type {(label: string, key: "from" | "to", order: Role[]) => (row: number) => void} */
  function placeField(label, key, order) {
    const asKey = (/** @type {string} */ text) => keyOf(text, drawing.letters);
    const offers = placeOffers(drawing, names, order);
    const field = new Combobox(label, asKey, offers, ({ row }) => act.choose({ [key]: row }));
    const line = element("div", label);
    line.append(field.box);
    form.append(line);
    return (row) => field.show(names.places[row]);
  }
  const showFrom = placeField(say("From"), "from", ["origin", "destination", ""]);
  const showTo = placeField(say("To"), "to", ["destination", "origin", ""]);
  form.append(button("⇅", "swap", say("Swap origin and destination"), () => {
    act.choose({ from: shown.to, to: shown.from });
  }));
  const selects = SELECTS.map(([label, key, list]) => {
    const line = element("label", say(label));
    const select = element("select");
    select.append(...net[list].map(({ name }, row) => option(say(name), row)));
    select.addEventListener("change", () => act.choose({ [key]: Number(select.value) }));
    line.append(select);
    form.append(line);
    return { key, select };
  });
  const about = element("p", "", "mob-aside mob-about");
  const via = element("div", "", "mob-chips");
  form.append(via);
  function show(/** @type {Ask} */ ask) {
    shown = ask;
    about.textContent = say(net.profiles[ask.profile].description);
    showFrom(ask.from);
    showTo(ask.to);
    selects.forEach(({ key, select }) => { select.value = String(ask[key]); });
    via.replaceChildren(...ask.via.map((row) => {
      const off = () => act.choose({ via: shown.via.filter((other) => other !== row) });
      const name = names.places[row];
      return button(`${say("via {name}", { name })} ✕`, `via ${row}`, say("Not via {name}", { name }), off);
    }));
  }
  return { form, about, show };
}
