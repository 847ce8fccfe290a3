// The library's graph in the browser: the same states and arcs in the same order (see mobility.analysis.graph).
/** @import { EngineData } from "../contract" */
/** @import { ArcKind, Arcs, Side } from "../types" */

/** @type {ArcKind[]} */
export const KINDS = ["link", "transfer", "crossing", "pass"];
export const LINK = KINDS.indexOf("link");
export const TRANSFER = KINDS.indexOf("transfer");
export const PASS = KINDS.indexOf("pass");

/**
 * Which rows have each key, from 0 to `count` - 1: those of a key stand from its start up to the next one's.
 * @param {ArrayLike<number>} keys
 * @param {number} count
 */
export function rowsByKey(keys, count) {
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < keys.length; i++) {
    starts[keys[i] + 1] += 1;
  }
  for (let key = 0; key < count; key++) {
    starts[key + 1] += starts[key];
  }
  const next = starts.slice();
  const rows = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    rows[next[keys[i]]++] = i;
  }
  return { starts, rows, of: (/** @type {number} */ key) => rows.subarray(starts[key], starts[key + 1]) };
}

/**
 * Do something for each row of runs, which are written as first row, length, first row, length, ...
 * @param {number[]} runs
 * @param {(row: number) => void} does
 */
export function eachOf(runs, does) {
  for (let k = 0; k < runs.length; k += 2) {
    for (let row = runs[k]; row < runs[k] + runs[k + 1]; row++) {
      does(row);
    }
  }
}

/**
 * Runs of rows as 0 and 1.
 * @param {number[]} runs
 * @param {number} size
 */
export function maskOf(runs, size) {
  const mask = new Uint8Array(size);
  eachOf(runs, (row) => { mask[row] = 1; });
  return mask;
}

/**
 * Arcs in the library's order: links as drawn, links reversed, transfers, crossings, passes.
 * @param {EngineData} net
 * @returns {Arcs}
 */
export function arcsOf(net) {
  const { a, b } = net.links;
  const oneway = maskOf(net.links.oneway, a.length);
  const reversed = [...a.keys()].filter((i) => !oneway[i]);
  const joins = [net.transfers, net.crossings, net.passes];
  const tail = Int32Array.from([...a, ...reversed.map((i) => b[i]), ...joins.flat().map((arc) => arc[0])]);
  const head = Int32Array.from([...b, ...reversed.map((i) => a[i]), ...joins.flat().map((arc) => arc[1])]);
  const row = Int32Array.from([
    ...a.keys(), ...reversed, ...net.transfers.keys(), ...net.crossings.map((arc) => arc[2]), ...net.passes.keys(),
  ]);
  const kind = new Uint8Array(tail.length);
  let from = a.length + reversed.length;
  joins.forEach((arcs, i) => { kind.fill(i + 1, from, from += arcs.length); });
  const size = net.states.place.length;
  return { tail, head, kind, row, out: sideOf(tail, head, size), into: sideOf(head, tail, size) };
}

/**
 * The arcs at each state, and where they lead.
 * @param {Int32Array} near
 * @param {Int32Array} ends
 * @param {number} size
 * @returns {Side}
 */
function sideOf(near, ends, size) {
  const { starts, rows } = rowsByKey(near, size);
  return { starts, arcs: rows, far: rows.map((k) => ends[k]) };
}

/**
 * Whether an id comes before another by code point, as Python sorts: the smallest wins among equals.
 * @param {string} a
 * @param {string} b
 */
export function isBefore(a, b) {
  const [one, two] = [a, b].map((id) => Array.from(id, (letter) => Number(letter.codePointAt(0))));
  const at = one.findIndex((letter, i) => letter !== two[i]);
  return at < 0 ? one.length < two.length : one[at] < (two[at] ?? -1);
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
