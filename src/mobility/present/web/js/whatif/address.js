// The state in the page's address. What it says of things that are not in this network is left out, and counted.
/** @import { Ask, EngineData } from "../contract" */
/** @import { Engine } from "../types" */

/**
 * @param {EngineData} net
 * @param {Engine} engine
 */
export function addressOf(net, engine) {
  const profiles = net.profiles.map((profile) => profile.name);
  const atStart = whole(net.start);

  // All of a state, as text.
  function whole(/** @type {Ask} */ ask) {
    const words = new URLSearchParams({
      from: net.places[ask.from], to: net.places[ask.to], profile: profiles[ask.profile],
    });
    ask.closed.forEach((word) => words.append("close", word));
    ask.built.forEach((word) => words.append("build", word));
    return words.toString();
  }
  // What stands in the address: nothing at the start.
  function written(/** @type {Ask} */ ask) {
    return whole(ask) === atStart ? "" : whole(ask);
  }
  /** @type {(hash: string) => { ask: Ask, lost: number }} */
  function read(hash) {
    if (hash.length < 2) {
      return { ask: net.start, lost: 0 };
    }
    const words = new URLSearchParams(hash.slice(1));
    let lost = 0;
    function one(/** @type {string} */ key, /** @type {string[]} */ known, /** @type {number} */ otherwise) {
      const word = words.get(key);
      const row = word === null ? otherwise : known.indexOf(word);
      lost += Number(row < 0);
      return row < 0 ? otherwise : row;
    }
    function many(/** @type {string} */ key, /** @type {ReadonlyMap<string, unknown>} */ known) {
      const all = [...new Set(words.getAll(key))];
      const good = all.filter((word) => known.has(word));
      lost += all.length - good.length;
      return good;
    }
    const ask = {
      from: one("from", net.places, net.start.from),
      to: one("to", net.places, net.start.to),
      profile: one("profile", profiles, net.start.profile),
      closed: many("close", engine.closing),
      built: many("build", engine.building),
    };
    return { ask, lost };
  }
  return { whole, written, read };
}
