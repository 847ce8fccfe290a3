// Rows and lines from the texts and columns that a page carries.
/** @import { Column } from "../contract" */
/** @import { Position } from "../types" */

/**
 * Rows from tables of columns.
 * @param {...object} tables
 * @returns {any[]}
 */
export function rowsOf(...tables) {
  /** @type {Record<string, any>[]} */
  const rows = [];
  /** @type {[string, unknown[] | Column][]} */
  const columns = Object.entries(Object.assign({}, ...tables));
  for (const [name, column] of columns) {
    const cells = Array.isArray(column) ? column : column.rows.map((word) => column.words[word]);
    cells.forEach((value, i) => {
      rows[i] = rows[i] || {};
      rows[i][name] = value;
    });
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
