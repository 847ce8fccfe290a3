// The state in the page's address. What it says of things that are not in this network is left out, and counted.
/** @import { Ask, EngineData } from "../contract" */
/** @import { Engine } from "../types" */

/**
 * All of a state, as text.
 * @param {EngineData} net
 * @param {Ask} ask
 */
function textOf(net, ask) {
  const { places, profiles, paces, transits, regimes, start } = net;
  const words = new URLSearchParams({
    from: places[ask.from], to: places[ask.to], profile: profiles[ask.profile].name,
  });
  const add = (/** @type {string} */ key) => (/** @type {string} */ word) => words.append(key, word);
  [paces[ask.pace]].filter((one) => one !== paces[start.pace]).forEach(({ name }) => add("pace")(name));
  [transits[ask.transit]].filter((one) => one !== transits[start.transit]).forEach(({ name }) => add("transit")(name));
  [regimes[ask.regime]].filter((one) => one !== regimes[start.regime]).forEach(({ name }) => add("borders")(name));
  ask.via.map((row) => places[row]).forEach(add("via"));
  ask.origins.forEach(add("origin"));
  ask.goals.forEach(add("destination"));
  ask.closed.forEach(add("close"));
  ask.built.forEach(add("build"));
  return words.toString();
}

/**
 * @param {EngineData} net
 * @param {Engine} engine
 */
export function addressOf(net, engine) {
  const [profiles, paces, transits, regimes] = [net.profiles, net.paces, net.transits, net.regimes].map(
    (list) => list.map(({ name }) => name),
  );
  const known = new Map([...net.places.keys()].map((row) => [net.places[row], row]));
  const ends = new Set([...net.places, ...net.sets.map(({ name }) => `set:${name}`)]);
  const whole = (/** @type {Ask} */ ask) => textOf(net, ask);
  const atStart = whole(net.start);
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
    function one(/** @type {string} */ key, /** @type {string[]} */ list, /** @type {number} */ otherwise) {
      const word = words.get(key);
      const row = word === null ? otherwise : list.indexOf(word);
      lost += Number(row < 0);
      return row < 0 ? otherwise : row;
    }
    function many(/** @type {string} */ key, /** @type {{ has(word: string): boolean }} */ things) {
      const all = [...new Set(words.getAll(key))];
      const good = all.filter((word) => things.has(word));
      lost += all.length - good.length;
      return good;
    }
    const ask = {
      from: one("from", net.places, net.start.from),
      to: one("to", net.places, net.start.to),
      profile: one("profile", profiles, net.start.profile),
      pace: one("pace", paces, net.start.pace),
      transit: one("transit", transits, net.start.transit),
      regime: one("borders", regimes, net.start.regime),
      via: many("via", known).map((word) => Number(known.get(word))),
      origins: many("origin", ends),
      goals: many("destination", ends),
      closed: many("close", engine.closing),
      built: many("build", engine.building),
    };
    return { ask, lost };
  }
  return { whole, written, read };
}
