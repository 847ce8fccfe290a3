// Lists to choose from: the pair and the profile.
import { button, element } from "../dom.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Drawing, Names, Role } from "../types" */

const ORDER = new Intl.Collator();
/** @type {Record<Role, string>} */
const GROUPS = { origin: "Ports of entry, bases", destination: "Destinations", "": "Other places" };

/**
 * Fill a list with places, in groups, by name. Of a large network most are asked about by nobody: the other places come
 * in when the list gets the focus, or one of them is to be shown. Returns the function that shows a place.
 * @param {HTMLSelectElement} list
 * @param {Role[]} order
 * @param {Role[]} roles
 * @param {string[]} names
 */
function placesIn(list, order, roles, names) {
  function add(/** @type {Role} */ role) {
    const group = element("optgroup");
    const rows = [...roles.keys()].filter((i) => roles[i] === role);
    group.label = GROUPS[role];
    rows.sort((a, b) => ORDER.compare(names[a], names[b]));
    rows.forEach((i) => group.append(option(names[i], i)));
    list.append(group);
  }
  function complete() {
    if (list.children.length === order.length) {
      add("");
    }
  }
  order.forEach(add);
  list.addEventListener("focus", complete);
  return (/** @type {number} */ row) => {
    if (!roles[row]) {
      complete();
    }
    list.value = String(row);
  };
}

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
  function choice(/** @type {string} */ label, /** @type {"from" | "to" | "profile"} */ key) {
    const box = element("label", label);
    const list = element("select");
    box.append(list);
    form.append(box);
    list.addEventListener("change", () => act.choose({ [key]: Number(list.value) }));
    return list;
  }
  const [from, to] = [choice("From", "from"), choice("To", "to")];
  const roles = drawing.places.map((place) => place.role); // as the network has them
  const showFrom = placesIn(from, ["origin", "destination"], roles, names.places);
  const showTo = placesIn(to, ["destination", "origin"], roles, names.places);
  form.append(button("⇅", "swap", "Swap origin and destination", () => {
    act.choose({ from: Number(to.value), to: Number(from.value) });
  }));
  const profile = choice("Profile", "profile");
  profile.append(...net.profiles.map((p, i) => option(p.name, i)));
  function show(/** @type {Ask} */ ask) {
    showFrom(ask.from);
    showTo(ask.to);
    profile.value = String(ask.profile);
  }
  return { form, show };
}
