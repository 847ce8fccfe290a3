// The library's graph in the browser: the same states and arcs in the same order (see mobility.analysis.graph).
/** @import { EngineData } from "../contract" */
/** @import { ArcKind, Arcs } from "../types" */

/**
 * Which rows have each key, from 0 to `count` - 1.
 * @param {number[]} keys
 * @param {number} count
 */
export function rowsByKey(keys, count) {
  const found = Array.from({ length: count }, () => /** @type {number[]} */ ([]));
  keys.forEach((key, i) => { found[key].push(i); });
  return found;
}

/**
 * Arcs in the library's order: links as drawn, links reversed, transfers, crossings, passes.
 * @param {EngineData} net
 * @returns {Arcs}
 */
export function arcsOf(net) {
  const { a, b, id } = net.links;
  /** @type {Pick<Arcs, "tail" | "head" | "kind" | "row">} */
  const arcs = { tail: [], head: [], kind: [], row: [] };
  /** @type {(tail: number, head: number, kind: ArcKind, row: number) => void} */
  function add(tail, head, kind, row) {
    arcs.tail.push(tail);
    arcs.head.push(head);
    arcs.kind.push(kind);
    arcs.row.push(row);
  }
  const oneway = new Set(net.links.oneway);
  id.forEach((_, i) => add(a[i], b[i], "link", i));
  id.forEach((_, i) => {
    if (!oneway.has(i)) {
      add(b[i], a[i], "link", i);
    }
  });
  net.transfers.forEach(([tail, head], i) => add(tail, head, "transfer", i));
  net.crossings.forEach(([tail, head, border]) => add(tail, head, "crossing", border));
  net.passes.forEach(([tail, head], i) => add(tail, head, "pass", i));
  const size = net.states.place.length;
  return { ...arcs, leaving: rowsByKey(arcs.tail, size), entering: rowsByKey(arcs.head, size), order: orderOf(id) };
}

/**
 * The place of each id among all, by code point as Python sorts: the smallest wins among equals.
 * @param {string[]} ids
 */
function orderOf(ids) {
  const letters = ids.map((id) => Array.from(id, (letter) => Number(letter.codePointAt(0))));
  const order = new Array(ids.length);
  const sorted = [...ids.keys()].sort((i, j) => byCodePoint(letters[i], letters[j]));
  sorted.forEach((row, place) => { order[row] = place; });
  return order;
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function byCodePoint(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return a.length - b.length;
}

/**
 * Put in the ids of links that are called after their ends and mode.
 * @param {EngineData} net
 */
export function fillIds({ links, places, states, modes }) {
  const place = (/** @type {number} */ state) => places[states.place[state]];
  links.id.forEach((id, i) => {
    const [a, b] = [links.a[i], links.b[i]];
    links.id[i] = id || `${place(a)}-${place(b)}-${modes[states.mode[a]]}`;
  });
}
