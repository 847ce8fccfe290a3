// Whatever can be closed or built, by name.
import { element } from "../dom.js";
import { maskOf } from "./graph.js";
/** @import { EngineData } from "../contract" */
/** @import { Acts, Names } from "../types" */

/**
 * The form, and the list of names that its field offers.
 * @param {EngineData} net
 * @param {Names} names
 * @param {Acts} act
 * @param {(text: string) => void} say
 */
export function searchForm(net, names, act, say) {
  const form = element("form", "", "mob-search");
  const field = element("input");
  const hints = element("datalist");
  hints.id = field.name = "mob-things";
  field.setAttribute("list", hints.id);
  field.setAttribute("aria-label", "Link, place or project to close or build");
  field.placeholder = "link, place or project";
  form.append(field, element("button", "Close / build"));
  /** @type {Map<string, () => void>} */
  const known = new Map();
  function offer(/** @type {string} */ text, /** @type {string} */ id, /** @type {() => void} */ does) {
    known.set(known.has(text) ? `${text} [${id}]` : text, does);
  }
  // Of a large network there is much to offer: it waits until somebody asks.
  field.addEventListener("focus", () => {
    const planned = maskOf(net.links.planned, net.links.id.length);
    net.places.forEach((id, i) => offer(names.places[i], id, () => act.place(i)));
    net.links.id.forEach((id, i) => {
      offer(names.links[i] + (planned[i] ? ", not open" : ""), id, () => act.link(i));
    });
    net.builds.forEach((item) => offer(`${item.name}, project`, item.word, () => act.build(item.word)));
    for (const text of known.keys()) {
      const hint = element("option");
      hint.value = text;
      hints.append(hint);
    }
  }, { once: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const does = known.get(field.value);
    if (does) {
      field.value = "";
      does();
    } else {
      say(`Choose a name from the list: nothing is called “${field.value}”.`);
    }
  });
  return { form, hints };
}
