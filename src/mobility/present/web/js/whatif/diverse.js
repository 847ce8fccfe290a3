// Routes that share little with each other, as the library finds them (mobility.analysis.routing.diverse_routes): links
// of the routes found so far are made dearer until a route appears that has little in common with each of them.
import { LINK, isBefore } from "./graph.js";
import { treeFrom, walk } from "./search.js";
/** @import { Arcs, Way } from "../types" */

const PENALTY = 1.4;
const MOST_SHARED = 0.7;
const ROUNDS = 60;

/**
 * A whole number from a product: a half goes to the even one.
 * @param {number} value
 */
function whole(value) {
  const down = Math.floor(value);
  return value - down === 0.5 ? down + (down % 2) : Math.round(value);
}

/**
 * The share of a route's moving time that lies on links of another.
 * @param {Arcs} arcs
 * @param {(k: number) => number} msOf
 * @param {number[]} path
 * @param {number[]} other
 */
function shared({ kind, row }, msOf, path, other) {
  const theirs = new Set(other.filter((k) => kind[k] === LINK).map((k) => row[k]));
  let [common, total] = [0, 0];
  for (const k of path.filter((arc) => kind[arc] === LINK)) {
    total += msOf(k);
    common += theirs.has(row[k]) ? msOf(k) : 0;
  }
  return total ? common / total : 0;
}

/**
 * Up to `count` ways from the first to the last stop of a way, the best first, each with the largest share it has in
 * common with a better one.
 * @param {Arcs} arcs
 * @param {string[]} ids of links
 * @param {number} msWeight
 * @param {Way} way
 * @param {number} count
 */
export function diverseWays(arcs, ids, msWeight, { stops, lengths }, count) {
  const [starts, targets] = [stops[0], stops[stops.length - 1]];
  const [own, end] = [new Set(starts), new Set(targets)];
  const open = lengths.map((r, k) => (own.has(arcs.head[k]) || end.has(arcs.tail[k]) ? Infinity : r));
  const msOf = (/** @type {number} */ k) => Math.floor(lengths[k] / msWeight);
  const share = (/** @type {number[]} */ path, /** @type {number[]} */ other) => shared(arcs, msOf, path, other);
  /** @type {number[][]} */
  const found = [];
  let rank = open;
  for (let round = 0; round < ROUNDS && found.length < count; round++) {
    const { rank: remaining } = treeFrom(arcs.into, targets, rank);
    if (!starts.some((state) => remaining[state] < Infinity)) {
      break;
    }
    const path = walk(arcs, ids, starts, remaining, rank);
    if (found.every((other) => share(path, other) <= MOST_SHARED)) {
      found.push(path);
    }
    const used = new Set(path.filter((k) => arcs.kind[k] === LINK).map((k) => arcs.row[k]));
    const dearer = (/** @type {number} */ k) => arcs.kind[k] === LINK && used.has(arcs.row[k]) && rank[k] < Infinity;
    rank = rank.map((r, k) => (dearer(k) ? whole(r * PENALTY) : r));
  }
  const total = (/** @type {number[]} */ path) => path.reduce((sum, k) => sum + lengths[k], 0);
  const linked = (/** @type {number[]} */ path) => path.filter((k) => arcs.kind[k] === LINK);
  const order = (/** @type {number[]} */ path) => linked(path).map((k) => ids[arcs.row[k]]).join("\n");
  found.sort((a, b) => total(a) - total(b) || (isBefore(order(a), order(b)) ? -1 : 1));
  return found.map((path, i) => (
    { path, common: Math.max(0, ...found.slice(0, i).map((other) => share(path, other))) }
  ));
}
