// What the fields of the panel offer by name: places; and whatever can be closed or built.
import { keyOf } from "../map/finder.js";
import { say } from "../speech.js";
import { maskOf } from "./graph.js";
/** @import { EngineData } from "../contract" */
/** @import { Acts, Drawing, Names, Offer, Role } from "../types" */

const ORDER = new Intl.Collator();
const GROUPS = { origin: "port of entry, base", destination: "destination", "": "" };

/**
 * Places by role, then by name.
 * @param {Drawing} drawing
 * @param {Names} names
 * @param {Role[]} order
 */
export function placeOffers(drawing, names, order) {
  const { letters } = drawing;
  const roles = drawing.places.map((place) => place.role); // as the network has them
  return () => {
    const offers = drawing.places.map((place, row) => ({
      row, name: names.places[row], what: say(GROUPS[roles[row]]) || `${place.kind}, ${place.country}`,
      keys: [place.label, place.name, ...place.also].map((text) => keyOf(text, letters)),
    }));
    const rank = (/** @type {Offer} */ offer) => order.indexOf(roles[offer.row]);
    return offers.sort((a, b) => rank(a) - rank(b) || ORDER.compare(a.name, b.name));
  };
}

/**
 * What can be closed or built: the larger things first.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Names} names
 * @param {Acts} act
 */
export function changeOffers(net, drawing, names, act) {
  const { letters } = drawing;
  return () => {
    const planned = maskOf(net.links.planned, net.links.id.length);
    /** @type {Offer[]} */
    const offers = [];
    function offer(/** @type {string[]} */ called, /** @type {string} */ what, /** @type {() => void} */ does) {
      offers.push({ name: called[0], what, keys: called.map((text) => keyOf(text, letters)), row: 0, does });
    }
    net.closures.forEach(({ word, name, what }) => offer([name], say(what), () => act.close(word)));
    net.builds.forEach(({ word, name }) => offer([name], say("project"), () => act.build(word)));
    new Set(net.borders.map(({ place }) => place)).forEach((i) => {
      const { name, also } = drawing.places[i];
      offer([names.places[i], name, ...also], say("border"), () => act.close(`border:${net.places[i]}`));
    });
    drawing.places.forEach(({ name, kind, also }, i) => {
      offer([names.places[i], name, ...also], say("{kind}, all its links", { kind }), () => act.place(i));
    });
    drawing.links.forEach(({ mode }, i) => {
      offer([names.links[i]], planned[i] ? say("{mode}, not open", { mode: say(mode) }) : say(mode), () => act.link(i));
    });
    return offers;
  };
}
