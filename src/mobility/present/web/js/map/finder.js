// Search by any name of a place, or by the name of a link, whatever the accents; Enter goes to the first found.
import { element } from "../dom.js";
import { say } from "../speech.js";
/** @import { Drawing } from "../types" */
/** @typedef {{ name: string, keys: string[], what: string, visit(): void }} Entry */

const MOST = 8; // entries listed

/**
 * A name as it is compared: no case, no accents, words apart (as mobility.model.names.fold, whose letters these are).
 * @param {string} text
 * @param {Record<string, string>} letters
 */
export function fold(text, letters) {
  const bare = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  const plain = Array.from(bare, (letter) => letters[letter] || letter).join("");
  return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * The name itself comes before one that begins so, that before one with such a word in it, and that before the rest.
 * @param {{ keys: string[] }} entry
 * @param {string} asked
 */
function rankOf(entry, asked) {
  return Math.min(...entry.keys.map((key) => {
    const at = key.indexOf(asked);
    if (key === asked) {
      return -1;
    }
    if (at >= 0) {
      return at ? 1 : 0;
    }
    return key.indexOf(asked.trim()) > 0 ? 2 : 3;
  }));
}

/**
 * A name as `matches` takes it: a blank before the first word.
 * @param {string} text
 * @param {Record<string, string>} letters
 */
export function keyOf(text, letters) {
  return ` ${fold(text, letters)}`;
}

/**
 * The entries found, the best first.
 * @template {{ keys: string[] }} E
 * @param {E[]} entries
 * @param {string} asked
 * @returns {E[]}
 */
export function matches(entries, asked) {
  if (asked === " ") {
    return [];
  }
  const found = entries.map((entry) => ({ entry, rank: rankOf(entry, asked) })).filter(({ rank }) => rank < 3);
  return found.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ entry }) => entry);
}

/**
 * @param {Drawing} drawing
 * @param {Record<string, string>} letters
 */
export function finderOf(drawing, letters) {
  const key = (/** @type {string} */ text) => keyOf(text, letters);
  /** @type {Entry[]} */
  let entries = [];
  const listed = () => [
    ...drawing.places.map((p) => ({
      name: p.label, keys: [p.name, ...p.also].map(key), what: `${p.kind}, ${p.country}`, visit: p.visit,
    })),
    ...drawing.links.map((l) => ({ name: l.name, keys: [key(l.name)], what: say(l.mode), visit: l.visit })),
  ];
  const box = element("details", "", "mob-find");
  const input = element("input");
  const list = element("ul");
  input.type = "search";
  input.placeholder = say("place or link");
  input.setAttribute("aria-label", say("Find a place or link"));
  list.setAttribute("aria-live", "polite");
  box.append(element("summary", say("Find")), input, list);

  function go(/** @type {Entry} */ found) {
    input.value = found.name;
    list.replaceChildren();
    found.visit();
  }
  function rowOf(/** @type {Entry} */ entry) {
    const row = element("li");
    const button = element("button", entry.name);
    button.type = "button";
    button.append(element("small", entry.what));
    button.addEventListener("click", () => go(entry));
    row.append(button);
    return row;
  }
  // Of a large network it takes a while: not before somebody asks.
  input.addEventListener("focus", () => { entries = listed(); }, { once: true });
  input.addEventListener("input", () => {
    const asked = key(input.value);
    const rows = matches(entries, asked).map(rowOf);
    list.replaceChildren(...(rows.length || asked === " " ? rows : [element("li", say("nothing of that name"))]));
  });
  input.addEventListener("keydown", (event) => {
    const [first] = event.key === "Enter" ? matches(entries, key(input.value)) : [];
    if (first) {
      go(first);
    }
    event.stopPropagation(); // the map has keys of its own
  });
  return box;
}
