// The route in words and as a table of legs.
import { button, element } from "../dom.js";
import { MS_PER_H, fixed, hours, several, signed } from "../numbers.js";
import { maskOf } from "./graph.js";
/** @import { EngineData } from "../contract" */
/** @import { Acts, Drawing, Leg, Names, Route } from "../types" */

/**
 * Hours and kilometres of a route, and how they differ from those at the start ("": not at all).
 * @param {Route} found
 * @param {Route} before
 */
export function figuresOf(found, before) {
  if (found.ms === null) {
    const figures = "no route";
    return { figures, change: before.ms === null ? "" : `cut off; ${hours(before.ms)} at the start` };
  }
  const arrives = found.arrival === found.ms ? "" : ` under way, arrival after ${hours(found.arrival)}`;
  const figures = `${hours(found.ms)}${arrives}, ${fixed(found.km, 0)} km`;
  if (before.ms === null) {
    return { figures, change: "connected; no route at the start" };
  }
  if (found.ms === before.ms && found.km === before.km) {
    return { figures, change: "" };
  }
  const further = `${found.km < before.km ? "−" : "+"}${fixed(Math.abs(found.km - before.km), 0)} km`;
  return { figures, change: `${signed(found.ms - before.ms)}, ${further} against the start` };
}

/**
 * What a leg rests on.
 * @param {EngineData} net
 */
export function doubtsOf(net) {
  const doubtful = maskOf(net.links.doubtful, net.links.id.length);
  const estimated = maskOf(net.estimated, net.places.length);
  return {
    unverified: (/** @type {Leg} */ leg, /** @type {Route} */ found) =>
      leg.kind === "link" && Boolean(doubtful[leg.link]) && !found.now.built[leg.link],
    estimate: (/** @type {Leg} */ leg) => leg.kind === "transfer" && Boolean(estimated[net.states.place[leg.tail]]),
  };
}
/** @typedef {ReturnType<typeof doubtsOf>} Doubts */

/**
 * What there is on a route, and how sure it is.
 * @param {Route} found
 * @param {Doubts} doubts
 */
export function notesOn(found, doubts) {
  const count = (/** @type {(leg: Leg) => boolean} */ is) => found.legs.filter(is).length;
  const changes = several(count((leg) => leg.kind === "transfer"), "change");
  const notes = [`${changes} of mode, ${several(count((leg) => leg.kind === "crossing"), "border crossing")}`];
  const unsure = count((leg) => doubts.unverified(leg, found));
  const guessed = count(doubts.estimate);
  const bare = found.legs.reduce((km, leg) => km + (found.now.unknown[leg.link] ? leg.km : 0), 0);
  if (unsure) {
    notes.push(`${several(unsure, "leg")} of unverified status`);
  }
  if (bare) {
    notes.push(`no load limit is stated for ${fixed(bare, 0)} km`);
  }
  if (guessed) {
    notes.push(`${several(guessed, "change")} of mode an estimate`);
  }
  if (found.ms !== null && found.arrival > found.ms) {
    notes.push("by another way the arrival may be earlier (routes, route --by arrival)");
  }
  return `${notes.join("; ")}.`;
}

/**
 * The rows of the table of legs, its caption and head included.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Names} names
 * @param {Doubts} doubts
 * @param {Acts} act
 */
export function legsOf(net, drawing, names, doubts, act) {
  const { states, words } = net;
  const place = (/** @type {number} */ state) => names.places[states.place[state]];
  /** @type {(leg: Leg, found: Route) => string} */
  function wordsOf(leg, found) {
    const { kind, tail, head } = leg;
    if (kind === "link") {
      const unsure = doubts.unverified(leg, found) ? ` (${words.doubtful})` : "";
      return `to ${place(head)}, ${drawing.links[leg.link].mode}${unsure}`;
    }
    if (kind === "transfer") {
      const guess = doubts.estimate(leg) ? " (estimate)" : "";
      return `at ${place(tail)}: ${net.modes[states.mode[tail]]} to ${net.modes[states.mode[head]]}${guess}`;
    }
    return `border ${place(tail)}: ${states.country[tail]} to ${states.country[head]}`;
  }
  /** @type {(leg: Leg, found: Route) => HTMLElement} */
  function rowOf(leg, found) {
    const row = element("tr");
    const last = element("td");
    const km = leg.kind === "link" ? fixed(leg.km, leg.km < 10 ? 1 : 0) : "";
    row.append(element("td", wordsOf(leg, found)), element("td", km), element("td", fixed(leg.ms / MS_PER_H, 1)), last);
    if (leg.kind === "link") {
      const close = () => act.close(`link:${net.links.id[leg.link]}`);
      last.append(button("✕", `leg ${leg.link}`, `Close ${names.links[leg.link]}`, close));
    }
    return row;
  }
  function headRow() {
    const row = element("tr");
    for (const text of ["Leg", "km", "h", "Close"]) {
      const cell = element("th", text);
      cell.scope = "col";
      row.append(cell);
    }
    return row;
  }
  return (/** @type {Route} */ found) => [
    element("caption", "Legs in order of travel", "mob-unseen"), headRow(),
    ...found.legs.map((leg) => rowOf(leg, found)),
  ];
}
