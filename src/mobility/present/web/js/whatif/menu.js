// What can be done with a link or place of the map.
import { say } from "../speech.js";
import { thing } from "./words.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Engine, Kind, Names } from "../types" */
/** @typedef {[string, () => void]} Item */

/**
 * The items of the menu of a link or place.
 * @param {EngineData} net
 * @param {Engine} engine
 * @param {Names} names
 * @param {{ act: Acts, now: () => Ask }} page
 * @returns {(kind: Kind, row: number) => Item[]}
 */
export function menuItems(net, engine, names, { act, now }) {
  const shut = (/** @type {string} */ word, /** @type {string} */ what) => /** @type {Item} */ ([
    say(now().closed.includes(word) ? "Open {what} again" : "Close {what}", { what }), () => act.close(word),
  ]);
  const build = (/** @type {string} */ word, /** @type {string} */ what) => /** @type {Item} */ ([
    say(now().built.includes(word) ? "Do not build {what}" : "Build {what}", { what }), () => act.build(word),
  ]);
  /** @type {(kind: "links" | "borders", row: number) => Item[]} */
  function larger(kind, row) {
    const holding = net.closures.filter(({ word, what }) => (
      what !== "country" && what !== "mode" && thing(engine.closing, word)[kind].includes(row)
    ));
    return holding.map(({ word, name, what }) => shut(word, kind === "links" ? name : `${say(what)} ${name}`));
  }
  /** @type {(row: number) => Item[]} */
  function ofPlace(row) {
    const { via } = now();
    const name = names.places[row];
    const notVia = say("Not via {name}.", { name });
    /** @type {Item[]} */
    const items = [
      [say("Start here"), () => act.choose({ from: row }, say("Start: {name}.", { name }))],
      [say("End here"), () => act.choose({ to: row }, say("End: {name}.", { name }))],
      via.includes(row)
        ? [say("Not via this place"), () => act.choose({ via: via.filter((other) => other !== row) }, notVia)]
        : [say("Via here"), () => act.choose({ via: [...via, row] }, say("Via {name}.", { name }))],
      shut(`place:${net.places[row]}`, say("the place, all its links")),
    ];
    if (net.borders.some(({ place }) => place === row)) {
      items.push(shut(`border:${net.places[row]}`, say("the border crossing")), ...larger("borders", row));
    }
    return items;
  }
  /** @type {(row: number) => Item[]} */
  function ofLink(row) {
    const word = `link:${net.links.id[row]}`;
    const planned = engine.building.has(word);
    const projects = net.builds.filter(({ links, changed }) => links.includes(row) || changed.includes(row));
    return [
      ...(planned ? [build(word, say("this link"))] : []), shut(word, say("this link")), ...larger("links", row),
      ...projects.map((item) => build(item.word, item.name)),
    ];
  }
  return (kind, row) => (kind === "link" ? ofLink(row) : ofPlace(row));
}
