// What words close and build: given ones by their text, else link:ID, place:ID and project:ID.
import { eachOf } from "./graph.js";
/** @import { EngineData } from "../contract" */
/** @import { Builds, Closes } from "../types" */

function rowsOf(/** @type {number[]} */ runs) {
  /** @type {number[]} */
  const rows = [];
  eachOf(runs, (row) => rows.push(row));
  return rows;
}

/**
 * @param {EngineData} net
 * @returns {Map<string, Closes>}
 */
export function closingOf(net) {
  const { a, b, id } = net.links;
  const linksAt = net.places.map(() => /** @type {number[]} */ ([]));
  id.forEach((_, i) => [a[i], b[i]].forEach((state) => linksAt[net.states.place[state]].push(i)));
  /** @type {Map<string, Closes>} */
  const closing = new Map();
  id.forEach((word, i) => closing.set(`link:${word}`, { links: [i], places: [], borders: [] }));
  net.places.forEach((word, i) => closing.set(`place:${word}`, { links: linksAt[i], places: [i], borders: [] }));
  net.borders.forEach(({ place }) => {
    closing.set(`border:${net.places[place]}`, { links: [], places: [], borders: [place] });
  });
  net.closures.forEach((item) => closing.set(item.word, { ...item, links: rowsOf(item.links) }));
  return closing;
}

/**
 * @param {EngineData} net
 * @returns {Map<string, Builds>}
 */
export function buildingOf(net) {
  /** @type {Map<string, Builds>} */
  const building = new Map();
  eachOf(net.links.planned, (i) => building.set(`link:${net.links.id[i]}`, { links: [i], changed: [] }));
  net.builds.forEach((item) => building.set(item.word, item));
  return building;
}

/**
 * What a word that is known to be there stands for.
 * @template T
 * @param {Map<string, T>} things
 * @param {string} word
 */
export function thing(things, word) {
  return /** @type {T} */ (things.get(word));
}
