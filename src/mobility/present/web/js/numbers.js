// Numbers as the library prints them: halves that are exact go to the even digit (Python), not up. What the page
// computes only in the browser cannot be sent as text, so this one rule stands in both languages.
import { marked, say } from "./speech.js";

/**
 * @param {number} value
 * @param {0 | 1} digits
 */
export function fixed(value, digits) {
  const scaled = value * (digits ? 4 : 2); // exact; odd for x.25, x.75 and, without digits, x.5
  const unit = digits ? 10 : 1;
  const down = Math.floor(value * unit);
  const half = Math.abs(scaled % 2) === 1;
  const even = down % 2 ? down + 1 : down;
  const parts = (half ? even / unit : value).toFixed(digits).split(".");
  parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
  return marked(parts.join("."));
}

/**
 * A count and what is counted.
 * @param {number} count
 * @param {string} one what one is called
 * @param {string} many what several are called
 */
export function several(count, one, many) {
  return `${count} ${say(count === 1 ? one : many)}`;
}

export const MS_PER_H = 3.6e6;
const FEW_MS = 180_000; // below three minutes a difference is said in minutes

/** @param {number} ms */
export function hours(ms) {
  return `${fixed(ms / MS_PER_H, 1)} h`;
}

/**
 * A difference of time, with its sign.
 * @param {number} ms
 */
export function signed(ms) {
  const size = Math.abs(ms);
  const words = size && size < FEW_MS ? `${fixed(size / 60_000, 1)} min` : hours(size);
  return (ms < 0 ? "−" : "+") + words;
}
