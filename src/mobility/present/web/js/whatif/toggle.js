// What a click on the map, a button or a name does to the lists of closures and builds.
import { several } from "../numbers.js";
import { say } from "../speech.js";
import { maskOf } from "./graph.js";
import { thing } from "./words.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Closes, Engine, Shows } from "../types" */

/**
 * What the acts act on.
 * @typedef {object} Page
 * @property {() => Ask} now
 * @property {(next: Ask, said: string) => void} show
 * @property {(text: string) => void} say
 * @property {(word: string) => string} nameOf
 * @property {(link: number) => void} zoom
 * @property {() => void} draw
 * @property {(side: Shows) => void} look
 * @property {() => void} undo
 * @property {() => void} redo
 */

/**
 * @param {EngineData} net
 * @param {Engine} engine
 * @param {Page} page
 * @returns {Acts}
 */
export function actsOn(net, engine, page) {
  const planned = maskOf(net.links.planned, net.links.id.length);
  /** @type {(key: "closed" | "built", word: string, on: string, off: string) => void} */
  function toggle(key, word, on, off) {
    const list = page.now()[key];
    const has = list.includes(word);
    const next = has ? list.filter((other) => other !== word) : [...list, word];
    page.show({ ...page.now(), [key]: next }, say(has ? off : on, { name: page.nameOf(word) }));
  }
  const close = (/** @type {string} */ word) => toggle("closed", word, "Closed {name}.", "Opened again {name}.");
  const build = (/** @type {string} */ word) => toggle("built", word, "Built {name}.", "Not built any more: {name}.");

  // Close, or open again, a link or place; unless something larger closes it, which has to be taken back as a whole.
  /** @type {(word: string, closes: (item: Closes) => boolean) => void} */
  function closeOrOpen(word, closes) {
    const { closed } = page.now();
    const larger = closed.find((other) => other !== word && closes(thing(engine.closing, other)));
    if (larger !== undefined && !closed.includes(word)) {
      const names = { name: page.nameOf(word), larger: page.nameOf(larger) };
      page.say(say("{name} is closed by {larger}: take that off the list to open it.", names));
    } else {
      close(word);
    }
  }
  return {
    close, build,
    link(i) {
      const word = `link:${net.links.id[i]}`;
      const { built } = page.now();
      const byOther = built.some((other) => thing(engine.building, other).links.includes(i));
      if (built.includes(word) || (planned[i] && !byOther)) {
        build(word);
      } else {
        closeOrOpen(word, (item) => item.links.includes(i));
      }
    },
    place: (i) => closeOrOpen(`place:${net.places[i]}`, (item) => item.places.includes(i)),
    closeAll(rows) {
      const { closed } = page.now();
      const words = rows.map((i) => `link:${net.links.id[i]}`).filter((word) => !closed.includes(word));
      if (words.length) {
        const name = several(words.length, "link", "links");
        page.show({ ...page.now(), closed: [...closed, ...words] }, say("Closed {name}.", { name }));
      } else {
        page.say(say("The area touches no link that is in use and shown: nothing is closed."));
      }
    },
    draw: () => page.draw(),
    choose: (part, said = "") => page.show({ ...page.now(), ...part }, said),
    reset: () => page.show(net.start, say("Back to the start.")),
    zoom: page.zoom, look: page.look, undo: page.undo, redo: page.redo,
  };
}
