// The library's routes in the browser: the same graph, the same costs, the same ties. One number orders routes, as in
// the library: milliseconds, then transfers, then legs. All are whole numbers below 2^53, so that float64 sums are
// exact here and there.
import { diverseWays } from "./diverse.js";
import { conditionsOf, ownOf, placeAndMode, usableLinks } from "./conditions.js";
import { KINDS, LINK, PASS, TRANSFER, arcsOf, fillIds, maskOf, rowsByKey } from "./graph.js";
import { arrivalOf } from "./march.js";
import { Ways, leastOf } from "./ways.js";
import { buildingOf, closingOf } from "./words.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Arcs, Conditions, Engine, Leg, Loss, Route, Tree, Way } from "../types" */

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
  const waits = net.regimes[ask.regime].ms;
  function crossing(/** @type {number} */ k) {
    const border = net.borders[row[k]];
    const open = border.active || (border.opens && now.met.has(placeAndMode(net, tail[k])));
    return open && !now.shut.has(border.place) ? waits[row[k]] * ms : Infinity;
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
 * The link of a route whose loss costs most, the first of equals; null where no loss costs time. Access links are no
 * candidates unless asked for.
 * @param {Arcs} arcs
 * @param {Ways} ways
 * @param {Uint8Array} access
 * @param {Route} found
 */
function worstOf(arcs, ways, access, { ms: least, way }) {
  /** @type {Loss | null} */
  let loss = null;
  if (least === null) {
    return null;
  }
  let most = least;
  const ranks = ways.withoutEach(way);
  way.path.forEach((k, i) => {
    const ms = ways.msOf(ranks[i]);
    if (arcs.kind[k] === LINK && !access[arcs.row[k]] && (ms ?? Infinity) > most) {
      loss = { link: arcs.row[k], ms };
      most = ms ?? Infinity;
    }
  });
  return loss;
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
  const ways = new Ways(arcs, net.links.id, weights);
  const states = rowsByKey(net.states.place, net.places.length);
  const [closing, building] = [closingOf(net), buildingOf(net)];
  const access = maskOf(net.links.access, net.links.id.length);
  const road = net.modes.indexOf("road");
  const statesOf = (/** @type {number} */ place) => [...states.of(place)];
  /** @type {Engine["route"]} */
  function route(ask) {
    const now = conditionsOf(net, closing, building, ask);
    const usable = usableLinks(net, ask, now);
    const lengths = lengthsOf(net, arcs, ask, now, usable);
    const way = ways.by([ask.from, ...ask.via, ask.to].map(statesOf), lengths);
    return { ...along(ask, way, now), ms: ways.msOf(way.least), now, usable, way };
  }
  // What a way comes to.
  /** @type {(ask: Ask, way: Way, now: Conditions) => { arrival: number, km: number, legs: Leg[] }} */
  function along(ask, { path, lengths }, now) {
    const legs = path.filter((k) => arcs.kind[k] !== PASS).map((k) => legOf(k, lengths, now));
    const drives = (/** @type {Leg} */ leg) => leg.kind === "link" && net.states.mode[leg.tail] === road;
    const arrival = arrivalOf(legs, drives, net.profiles[ask.profile].wheel_ms);
    return { arrival, km: legs.reduce((sum, leg) => sum + leg.km, 0), legs };
  }
  /** @type {Engine["alternatives"]} */
  function alternatives(ask, { way, now }, count) {
    return diverseWays(arcs, net.links.id, weights.ms, way, count).map(({ path, common }) => {
      const other = along(ask, { ...way, path }, now);
      return { ...other, common, ms: other.legs.reduce((sum, leg) => sum + leg.ms, 0) };
    });
  }

  // The least times of many pairs: one search to each destination serves all that the same countries let pass.
  /** @type {Engine["times"]} */
  function times(ask, pairs) {
    const now = conditionsOf(net, closing, building, ask);
    const { denied } = net.transits[ask.transit];
    /** @type {Map<string, Float64Array>} */
    const lengths = new Map();
    /** @type {Map<string, Tree>} */
    const trees = new Map();
    return pairs.map(([from, to]) => {
      const pair = { ...ask, from, to };
      const own = [...new Set(ownOf(net, pair).filter((code) => denied.includes(code)))].sort().join();
      const length = lengths.get(own) || lengthsOf(net, arcs, ask, now, usableLinks(net, pair, now));
      const tree = trees.get(`${to} ${own}`) || ways.treeTo(statesOf(to), length, null);
      lengths.set(own, length);
      trees.set(`${to} ${own}`, tree);
      return ways.msOf(leastOf(tree, statesOf(from)));
    });
  }
  /** @type {(k: number, lengths: Float64Array, now: Conditions) => Leg} */
  function legOf(k, lengths, now) {
    const link = arcs.kind[k] === LINK ? arcs.row[k] : -1;
    const km = link < 0 ? 0 : now.km[link];
    const ms = Math.floor(lengths[k] / weights.ms);
    return { kind: KINDS[arcs.kind[k]], link, km, tail: arcs.tail[k], head: arcs.head[k], ms };
  }

  return {
    closing, building, route, times, alternatives,
    worst: (found) => worstOf(arcs, ways, access, found),
    conditions: (ask) => conditionsOf(net, closing, building, ask),
    usable: (ask, now) => usableLinks(net, ask, now),
  };
}
