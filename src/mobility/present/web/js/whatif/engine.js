// The library's routes in the browser: the same graph, the same costs, the same ties. One number orders routes, as in
// the library: milliseconds, then transfers, then legs. All are whole numbers below 2^53, so that float64 sums are
// exact here and there.
import { MS_PER_H, fixed } from "../numbers.js";
import { conditionsOf, placeAndMode, usableLinks } from "./conditions.js";
import { arcsOf, fillIds, rowsByKey } from "./graph.js";
import { arrivalOf } from "./march.js";
import { rankTo, walk } from "./search.js";
import { buildingOf, closingOf } from "./words.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Arcs, Conditions, Engine, Leg, Loss, Route } from "../types" */

/**
 * Arc lengths. A state exists only where a usable link ends, though it be closed: one may still change there.
 * @param {EngineData} net
 * @param {Arcs} arcs
 * @param {Ask} ask
 * @param {Conditions} now
 * @param {Uint8Array} usable
 */
function lengths(net, arcs, ask, now, usable) {
  const { ms, transfer, leg } = net.weights;
  const profile = net.profiles[ask.profile];
  const alive = new Uint8Array(net.states.place.length);
  usable.forEach((yes, i) => {
    if (yes) {
      alive[net.links.a[i]] = alive[net.links.b[i]] = 1;
    }
  });
  function crossing(/** @type {number} */ row, /** @type {number} */ state) {
    const border = net.borders[row];
    const open = border.active || (border.opens && now.met.has(placeAndMode(net, state)));
    return open && !now.shut.has(border.place) ? border.ms * ms : Infinity;
  }
  return arcs.kind.map((kind, k) => {
    const i = arcs.row[k];
    if (kind === "link") {
      return usable[i] && !now.closed[i] ? now.ms[i] * ms + leg : Infinity;
    }
    if (!alive[arcs.tail[k]] || !alive[arcs.head[k]]) {
      return Infinity;
    }
    if (kind === "pass") {
      return 0;
    }
    return kind === "transfer" ? profile.transfer_ms[i] * ms + transfer : crossing(i, arcs.tail[k]);
  });
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
  const statesOf = rowsByKey(net.states.place, net.places.length);
  const [closing, building] = [closingOf(net), buildingOf(net)];
  const access = new Set(net.links.access);
  const road = net.modes.indexOf("road");

  // Milliseconds of the best route, null where there is none, and what `walk` needs.
  function best(/** @type {Ask} */ ask, /** @type {Conditions} */ now, /** @type {Uint8Array} */ usable) {
    const rank = lengths(net, arcs, ask, now, usable);
    const remaining = rankTo(arcs, statesOf[ask.to], rank);
    const least = Math.min(Infinity, ...statesOf[ask.from].map((state) => remaining[state]));
    return { ms: least < Infinity ? Math.floor(least / weights.ms) : null, remaining, rank };
  }

  // Raises RangeError where the costs are too large to be exact.
  /** @type {Engine["route"]} */
  function route(ask) {
    const now = conditionsOf(net, closing, building, ask);
    const usable = usableLinks(net, ask, now);
    const { ms, remaining, rank } = best(ask, now, usable);
    if (remaining.some((r) => r < Infinity && r >= weights.longest)) {
      const hours = fixed(Math.floor(weights.longest / weights.ms / MS_PER_H), 0);
      throw new RangeError(`a route takes more than ${hours} hours; the costs are too large to be exact`);
    }
    const path = ms === null ? [] : walk(arcs, statesOf[ask.from], remaining, rank);
    const legs = path.filter((k) => arcs.kind[k] !== "pass").map((k) => legOf(k, rank, now));
    const drives = (/** @type {Leg} */ leg) => leg.kind === "link" && net.states.mode[leg.tail] === road;
    const arrival = arrivalOf(legs, drives, net.profiles[ask.profile].wheel_ms);
    return { ms, arrival, km: legs.reduce((sum, leg) => sum + leg.km, 0), legs, now, usable };
  }
  /** @type {(k: number, rank: number[], now: Conditions) => Leg} */
  function legOf(k, rank, now) {
    const [kind, row] = [arcs.kind[k], arcs.row[k]];
    const link = kind === "link" ? row : -1;
    const km = kind === "link" ? now.km[row] : 0;
    return { kind, link, km, tail: arcs.tail[k], head: arcs.head[k], ms: Math.floor(rank[k] / weights.ms) };
  }

  // The link of a route whose loss costs most, the first of equals; null where no loss costs time. Access links are no
  // candidates unless asked for.
  /** @type {(ask: Ask, found: Route) => Loss | null} */
  function worst(ask, found) {
    /** @type {Loss | null} */
    let loss = null;
    let most = found.ms;
    for (const { kind, link } of found.legs) {
      if (kind === "link" && !access.has(link) && most !== null) {
        const closed = found.now.closed.slice();
        closed[link] = 1;
        const { ms } = best(ask, { ...found.now, closed }, found.usable);
        if (ms === null || ms > most) {
          loss = { link, ms };
          most = ms;
        }
      }
    }
    return loss;
  }
  return {
    closing, building, route, worst,
    conditions: (ask) => conditionsOf(net, closing, building, ask),
    usable: (ask, now) => usableLinks(net, ask, now),
  };
}
