// The route in words and as a table of legs.
import { button, element } from "../dom.js";
import { MS_PER_H, fixed, hours, several, signed } from "../numbers.js";
import { say } from "../speech.js";
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
    const figures = say("no route");
    const was = before.ms === null ? "" : say("cut off; {hours} at the start", { hours: hours(before.ms) });
    return { figures, change: was };
  }
  const times = { hours: hours(found.ms), arrival: hours(found.arrival) };
  const long = found.arrival === found.ms ? times.hours : say("{hours} under way, arrival after {arrival}", times);
  const figures = `${long}, ${fixed(found.km, 0)} km`;
  if (before.ms === null) {
    return { figures, change: say("connected; no route at the start") };
  }
  if (found.ms === before.ms && found.km === before.km) {
    return { figures, change: "" };
  }
  const further = `${found.km < before.km ? "−" : "+"}${fixed(Math.abs(found.km - before.km), 0)} km`;
  const by = { hours: signed(found.ms - before.ms), km: further };
  return { figures, change: say("{hours}, {km} against the start", by) };
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
  const changes = several(count((leg) => leg.kind === "transfer"), "change of mode", "changes of mode");
  const crossings = several(count((leg) => leg.kind === "crossing"), "border crossing", "border crossings");
  const notes = [`${changes}, ${crossings}`];
  const unsure = count((leg) => doubts.unverified(leg, found));
  const guessed = count(doubts.estimate);
  const bare = found.legs.reduce((km, leg) => km + (found.now.unknown[leg.link] ? leg.km : 0), 0);
  if (unsure) {
    notes.push(several(unsure, "leg of unverified status", "legs of unverified status"));
  }
  if (bare) {
    notes.push(say("no load limit is stated for {km} km", { km: fixed(bare, 0) }));
  }
  if (guessed) {
    notes.push(several(guessed, "change of mode an estimate", "changes of mode an estimate"));
  }
  if (found.ms !== null && found.arrival > found.ms) {
    notes.push(say("by another way the arrival may be earlier (routes, route --by arrival)"));
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
      return say("to {place}, {mode}", { place: place(head), mode: say(drawing.links[leg.link].mode) }) + unsure;
    }
    if (kind === "transfer") {
      const guess = doubts.estimate(leg) ? ` (${say("estimate")})` : "";
      const [from, to] = [tail, head].map((state) => say(net.modes[states.mode[state]]));
      return say("at {place}: {from} to {to}", { place: place(tail), from, to }) + guess;
    }
    const [from, to] = [states.country[tail], states.country[head]];
    return say("border {place}: {from} to {to}", { place: place(tail), from, to });
  }
  /** @type {(leg: Leg, found: Route) => HTMLElement} */
  function rowOf(leg, found) {
    const row = element("tr");
    const last = element("td");
    const km = leg.kind === "link" ? fixed(leg.km, leg.km < 10 ? 1 : 0) : "";
    row.append(element("td", wordsOf(leg, found)), element("td", km), element("td", fixed(leg.ms / MS_PER_H, 1)), last);
    if (leg.kind === "link") {
      const close = () => act.close(`link:${net.links.id[leg.link]}`);
      last.append(button("✕", `leg ${leg.link}`, say("Close {what}", { what: names.links[leg.link] }), close));
    }
    return row;
  }
  function headRow() {
    const row = element("tr");
    for (const text of [say("Leg"), "km", "h", say("Close")]) {
      const cell = element("th", text);
      cell.scope = "col";
      row.append(cell);
    }
    return row;
  }
  return (/** @type {Route} */ found) => [
    element("caption", say("Legs in order of travel"), "mob-unseen"), headRow(),
    ...found.legs.map((leg) => rowOf(leg, found)),
  ];
}
