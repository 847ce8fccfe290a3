// Cards: what is said of a link or place when the pointer or the focus is on it, or at a tap.
import { element } from "../dom.js";
import { fixed } from "../numbers.js";
import { marked, say } from "../speech.js";
/** @import { LinkRow, PlaceRow, Scene } from "../types" */

const SOURCES = 3; // that a card names

/**
 * @param {string} title
 * @param {string[]} lines
 */
function card(title, lines) {
  const box = element("div", "", "mob-card");
  box.append(element("b", title), ...lines.filter(Boolean).map((line) => element("div", line)));
  return box;
}

/**
 * What a link's card says of it in numbers; what is not known is left out.
 * @param {LinkRow} link
 */
function facts(link) {
  const sure = { km: marked(String(link.km)), how: say(link.confidence) };
  const words = [`${say(link.mode)} ${say(link.kind)}`.trim(), say("{km} km (confidence {how})", sure)];
  if (link.kmh !== null) {
    words.push(`${link.kmh} km/h`);
  }
  if (link.hours !== null) {
    words.push(`${fixed(link.hours, 1)} h`);
  }
  return `${words.join(", ")}; ${link.corridors}`;
}

/**
 * @param {Pick<Scene, "links" | "layers" | "base">} scene
 * @param {number} index
 */
export function cardOfLink(scene, index) {
  const link = scene.links[index];
  const notes = scene.layers.map((layer) => layer.notes[index] || "");
  const sources = link.sources.map((row) => scene.base.sources[row]);
  const more = sources.length > SOURCES ? say(" and {n} more", { n: sources.length - SOURCES }) : "";
  const cited = `${say("Source")}: ${sources.slice(0, SOURCES).join("; ")}${more}`;
  return card(link.name, [facts(link), link.words, ...notes, link.note, cited]);
}

/** @param {PlaceRow} place */
export function cardOfPlace(place) {
  const binds = place.binds && say("binds: {what}", { what: place.binds });
  return card(place.label, [`${place.kind}, ${place.country}`, binds, place.note]);
}
