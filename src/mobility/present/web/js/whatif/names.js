// What places, links and the words of closures and builds are called on the page.
import { say } from "../speech.js";
/** @import { EngineData } from "../contract" */
/** @import { Drawing, Names } from "../types" */

/**
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @returns {Names}
 */
export function namesOf(net, drawing) {
  const places = drawing.places.map((place) => place.label);
  const named = (/** @type {string} */ name) => name.replace(/ \(sea\)$/, "");
  const links = drawing.links.map(({ name, mode }) => `${named(name)} (${say(mode)})`);
  const called = new Map(net.links.id.map((id, i) => [`link:${id}`, links[i]]));
  net.places.forEach((id, i) => called.set(`place:${id}`, places[i]));
  net.borders.forEach(({ place }) => {
    called.set(`border:${net.places[place]}`, say("border {name}", { name: places[place] }));
  });
  net.sets.forEach(({ name }) => called.set(`place:set:${name}`, say("set {name}", { name })));
  net.closures.forEach((item) => called.set(item.word, item.name));
  net.builds.forEach((item) => called.set(item.word, item.name));
  return { places, links, of: (word) => called.get(word) ?? word };
}
