// What closures, builds and the pair make of the links.
import { MS_PER_H } from "../numbers.js";
import { eachOf, maskOf } from "./graph.js";
import { thing } from "./words.js";
/** @import { Ask, EngineData, Profile } from "../contract" */
/** @import { Builds, Closes, Conditions } from "../types" */

/**
 * A place and a mode as one number.
 * @param {EngineData} net
 * @param {number} state
 */
export function placeAndMode(net, state) {
  return net.states.place[state] * net.modes.length + net.states.mode[state];
}

/**
 * Whole milliseconds of a way, as the library has them: a half goes to the even one.
 * @param {number} km
 * @param {number} kmh
 */
function milliseconds(km, kmh) {
  const exact = (km / kmh) * MS_PER_H;
  const down = Math.floor(exact);
  return exact - down === 0.5 ? down + (down % 2) : Math.round(exact);
}

/**
 * The speeds of links: of railways as the pace has it and the profile allows, of others as the profile drives.
 * @param {Uint8Array} rails which are railways
 * @param {number[]} trains
 * @param {number[]} others
 * @param {number} most
 */
function speedsOf(rails, trains, others, most) {
  let [train, other] = [0, 0];
  return Float64Array.from(rails, (rail) => (rail ? Math.min(trains[train++], most) : others[other++]));
}

/**
 * Let projects change the links that they change.
 * @param {EngineData} net
 * @param {Profile} profile
 * @param {Float64Array} kmh of the changed links
 * @param {Conditions} now
 */
function upgrade(net, profile, kmh, now) {
  const unknown = maskOf(net.changed_unknown, net.changed.length);
  const refused = new Map(profile.changed_refused);
  net.changed.forEach((i, k) => {
    if (now.changed[i]) {
      const reason = refused.get(k);
      now.km[i] = net.changed_km[k];
      now.ms[i] = milliseconds(now.km[i], kmh[k]);
      now.refused.delete(i);
      now.unknown[i] = unknown[k];
      if (reason !== undefined) {
        now.refused.set(i, reason);
      }
    }
  });
}

/**
 * What closures and builds make of the links: all that does not hang on the pair.
 * @param {EngineData} net
 * @param {Map<string, Closes>} closing
 * @param {Map<string, Builds>} building
 * @param {Ask} ask
 * @returns {Conditions}
 */
export function conditionsOf(net, closing, building, ask) {
  const { a, b, km } = net.links;
  const profile = net.profiles[ask.profile];
  const pace = net.paces[ask.pace];
  const rail = net.modes.indexOf("rail");
  const rails = Uint8Array.from(a, (state) => Number(net.states.mode[state] === rail));
  const changedRails = Uint8Array.from(net.changed, (i) => rails[i]);
  const ms = speedsOf(rails, pace.kmh, profile.kmh, profile.rail_kmh).map((kmh, i) => milliseconds(km[i], kmh));
  /** @type {Conditions} */
  const now = {
    closed: new Uint8Array(km.length),
    built: new Uint8Array(km.length),
    changed: new Uint8Array(km.length),
    ms,
    km: new Float64Array(km),
    refused: new Map(profile.refused),
    unknown: maskOf(net.links.unknown, km.length),
    shut: new Set(),
    met: new Set(),
    denied: deniedOn(net, net.transits[ask.transit].denied),
  };
  for (const item of ask.built.map((word) => thing(building, word))) {
    item.links.forEach((i) => { now.built[i] = 1; });
    item.changed.forEach((i) => { now.changed[i] = 1; });
  }
  upgrade(net, profile, speedsOf(changedRails, pace.changed_kmh, profile.changed_kmh, profile.rail_kmh), now);
  // A crossing that is not usable today opens when a built link meets it, whether or not the profile can use that
  // link; unless it is barred to forces.
  now.built.forEach((built, i) => {
    if (built) {
      now.met.add(placeAndMode(net, a[i])).add(placeAndMode(net, b[i]));
    }
  });
  for (const item of ask.closed.map((word) => thing(closing, word))) {
    item.links.forEach((i) => { now.closed[i] = 1; });
    item.borders.forEach((place) => now.shut.add(place));
  }
  return now;
}

/**
 * Which links the pair can use but for closures, as 0 and 1.
 * @param {EngineData} net
 * @param {Ask} ask
 * @param {Conditions} now
 */
export function usableLinks(net, ask, now) {
  const usable = new Uint8Array(net.links.id.length).fill(1);
  eachOf(net.links.planned, (i) => { usable[i] = now.built[i]; });
  now.refused.forEach((_, i) => { usable[i] = 0; });
  eachOf(net.left_out, (i) => { usable[i] &= now.built[i]; });
  const own = new Set(ownOf(net, ask)); // transit is not denied to the pair by its own countries
  for (const [i, codes] of now.denied) {
    if (!codes.every((code) => own.has(code))) {
      usable[i] = 0;
    }
  }
  return usable;
}

/**
 * The countries of a pair's ends.
 * @param {EngineData} net
 * @param {{ from: number, to: number }} pair
 */
export function ownOf({ countries }, { from, to }) {
  return [...countries.words[countries.places[from]], ...countries.words[countries.places[to]]];
}

/**
 * The links in countries that deny transit.
 * @param {EngineData} net
 * @param {string[]} codes
 */
function deniedOn({ countries }, codes) {
  const found = countries.words.map((words) => words.filter((code) => codes.includes(code)));
  /** @type {Map<number, string[]>} */
  const denied = new Map();
  countries.links.forEach((row, i) => {
    if (found[row].length) {
      denied.set(i, found[row]);
    }
  });
  return denied;
}
