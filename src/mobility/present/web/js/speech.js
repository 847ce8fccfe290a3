// The language of a page: its texts by their English, and the marks of its numbers.
/** @import { Speech } from "./contract" */

/** @type {Speech} */
let speech = { words: {}, decimal: ".", group: "," };

/** @param {Speech} other */
export function speak(other) {
  speech = other;
}

/**
 * A text in the language of the page, with values in its {places}; what has no other words stays as it is.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function say(text, values = {}) {
  return (speech.words[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/**
 * A number as it is written in English, with the marks of the language.
 * @param {string} text
 */
export function marked(text) {
  return text.replace(/[.,]/g, (mark) => (mark === "." ? speech.decimal : speech.group));
}
