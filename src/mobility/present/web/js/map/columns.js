// Rows and lines from the texts and columns that a page carries.
/** @import { Column, ListColumn } from "../contract" */
/** @import { Position } from "../types" */

/**
 * Rows from tables of columns.
 * @param {...object} tables
 * @returns {any[]}
 */
export function rowsOf(...tables) {
  /** @type {[string, unknown[] | Column | ListColumn][]} */
  const columns = Object.entries(Object.assign({}, ...tables));
  const size = Math.max(...columns.map(([, column]) => ("rows" in column ? column.rows : column).length));
  /** @type {Record<string, any>[]} */
  const rows = Array.from({ length: size }, () => ({}));
  for (const [name, column] of columns) {
    rows.forEach((row, i) => { row[name] = "rows" in column ? column.words[column.rows[i] ?? 0] : column[i]; });
  }
  return rows;
}

/**
 * The points of a line in Google's polyline encoding.
 * @param {string} text
 * @param {number} scale
 */
export function decode(text, scale) {
  /** @type {Position[]} */
  const points = [];
  let at = 0;
  let lat = 0;
  let lon = 0;
  function next() {
    let shift = 0;
    let value = 0;
    let byte;
    do {
      byte = text.charCodeAt(at++) - 63;
      value |= (byte & 31) << shift;
      shift += 5;
    } while (byte >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  }
  while (at < text.length) {
    lat += next();
    lon += next();
    points.push([lat / scale, lon / scale]);
  }
  return points;
}
