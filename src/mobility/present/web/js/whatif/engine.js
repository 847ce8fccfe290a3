// The library's routes in the browser: the same graph, the same costs, the same ties. One number orders routes, as in
// the library: milliseconds, then transfers, then legs. All are whole numbers below 2^53, so that float64 sums are
// exact here and there.
import { MS_PER_H, fixed } from "../numbers.js";
import { conditionsOf, placeAndMode, usableLinks } from "./conditions.js";
import { KINDS, LINK, PASS, TRANSFER, arcsOf, fillIds, maskOf, rowsByKey } from "./graph.js";
import { arrivalOf } from "./march.js";
import { ranksWithoutEach } from "./replacement.js";
import { treeFrom, walk } from "./search.js";
import { buildingOf, closingOf } from "./words.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Arcs, Conditions, Engine, Leg, Loss } from "../types" */

/**
 * Arc lengths. A state exists only where a usable link ends, though it be closed: one may still change there.
 * @param {EngineData} net
 * @param {Arcs} arcs
 * @param {Ask} ask
 * @param {Conditions} now
 * @param {Uint8Array} usable
 */
function lengthsOf(net, { kind, row, tail, head }, ask, now, usable) {
  const { ms, transfer, leg } = net.weights;
  const { a, b } = net.links;
  const profile = net.profiles[ask.profile];
  const alive = new Uint8Array(net.states.place.length);
  for (let i = 0; i < usable.length; i++) {
    if (usable[i]) {
      alive[a[i]] = alive[b[i]] = 1;
    }
  }
  function crossing(/** @type {number} */ k) {
    const border = net.borders[row[k]];
    const open = border.active || (border.opens && now.met.has(placeAndMode(net, tail[k])));
    return open && !now.shut.has(border.place) ? border.ms * ms : Infinity;
  }
  function lengthOf(/** @type {number} */ k) {
    if (kind[k] === LINK) {
      return usable[row[k]] && !now.closed[row[k]] ? now.ms[row[k]] * ms + leg : Infinity;
    }
    if (!alive[tail[k]] || !alive[head[k]]) {
      return Infinity;
    }
    if (kind[k] === PASS) {
      return 0;
    }
    return kind[k] === TRANSFER ? profile.transfer_ms[row[k]] * ms + transfer : crossing(k);
  }
  const lengths = new Float64Array(kind.length);
  for (let k = 0; k < kind.length; k++) {
    lengths[k] = lengthOf(k);
  }
  return lengths;
}

/**
 * An engine that answers questions of one form, `Ask`.
 * @param {EngineData} net
 * @returns {Engine}
 */
export function whatIfEngine(net) {
  const { weights } = net;
  fillIds(net);
  const arcs = arcsOf(net);
  const states = rowsByKey(net.states.place, net.places.length);
  const [closing, building] = [closingOf(net), buildingOf(net)];
  const access = maskOf(net.links.access, net.links.id.length);
  const road = net.modes.indexOf("road");

  // Raises RangeError where the costs are too large to be exact.
  /** @type {Engine["route"]} */
  function route(ask) {
    const now = conditionsOf(net, closing, building, ask);
    const usable = usableLinks(net, ask, now);
    const lengths = lengthsOf(net, arcs, ask, now, usable);
    const [starts, targets] = [ask.from, ask.to].map((place) => [...states.of(place)]);
    const goal = treeFrom(arcs.into, targets, lengths);
    if (goal.rank.some((r) => r < Infinity && r >= weights.longest)) {
      const hours = fixed(Math.floor(weights.longest / weights.ms / MS_PER_H), 0);
      throw new RangeError(`a route takes more than ${hours} hours; the costs are too large to be exact`);
    }
    const least = Math.min(Infinity, ...starts.map((state) => goal.rank[state]));
    const ms = least < Infinity ? Math.floor(least / weights.ms) : null;
    const path = ms === null ? [] : walk(arcs, net.links.id, starts, goal.rank, lengths);
    const legs = path.filter((k) => arcs.kind[k] !== PASS).map((k) => legOf(k, lengths, now));
    const drives = (/** @type {Leg} */ leg) => leg.kind === "link" && net.states.mode[leg.tail] === road;
    const arrival = arrivalOf(legs, drives, net.profiles[ask.profile].wheel_ms);
    const km = legs.reduce((sum, leg) => sum + leg.km, 0);
    return { ms, arrival, km, legs, now, usable, way: { path, starts, targets, goal, lengths } };
  }
  /** @type {(k: number, lengths: Float64Array, now: Conditions) => Leg} */
  function legOf(k, lengths, now) {
    const link = arcs.kind[k] === LINK ? arcs.row[k] : -1;
    const km = link < 0 ? 0 : now.km[link];
    const ms = Math.floor(lengths[k] / weights.ms);
    return { kind: KINDS[arcs.kind[k]], link, km, tail: arcs.tail[k], head: arcs.head[k], ms };
  }

  // The link of a route whose loss costs most, the first of equals; null where no loss costs time. Access links are no
  // candidates unless asked for.
  /** @type {Engine["worst"]} */
  function worst({ ms: least, way }) {
    /** @type {Loss | null} */
    let loss = null;
    if (least === null) {
      return null;
    }
    let most = least;
    ranksWithoutEach(arcs, way).forEach((rank, i) => {
      const [k, ms] = [way.path[i], Math.floor(rank / weights.ms)];
      if (arcs.kind[k] === LINK && !access[arcs.row[k]] && ms > most) {
        loss = { link: arcs.row[k], ms: ms < Infinity ? ms : null };
        most = ms;
      }
    });
    return loss;
  }
  return {
    closing, building, route, worst,
    conditions: (ask) => conditionsOf(net, closing, building, ask),
    usable: (ask, now) => usableLinks(net, ask, now),
  };
}
