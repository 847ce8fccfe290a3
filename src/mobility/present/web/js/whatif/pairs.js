// Several pairs at once: what each of them loses or gains against the start.
import { button, element } from "../dom.js";
import { keyOf } from "../map/finder.js";
import { MS_PER_H, fixed, several, signed } from "../numbers.js";
import { say } from "../speech.js";
import { Combobox } from "./combobox.js";
import { pairsCommand } from "./command.js";
import { placeOffers } from "./offers.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Drawing, Engine, Names, Offer, PairTime, Role, Shown } from "../types" */

const FEW = 12; // rows that are shown at once

/**
 * Gives the pairs of a state, and their times at the start and now; those of the start are kept.
 * @param {EngineData} net
 * @param {Engine} engine
 * @param {Role[]} roles of places
 */
export function pairTimes(net, engine, roles) {
  const members = new Map(net.sets.map(({ name, places }) => [`set:${name}`, places]));
  net.places.forEach((word, row) => members.set(word, [row]));
  const byRole = (/** @type {Role} */ role) => [...roles.keys()].filter((row) => roles[row] === role);
  /** @type {(words: string[], role: Role) => number[]} */
  const rowsOf = (words, role) => (
    words.length ? [...new Set(words.flatMap((word) => members.get(word) || []))] : byRole(role)
  );
  let key = "";
  /** @type {(number | null)[]} */
  let before = [];
  /** @type {(ask: Ask) => PairTime[]} */
  return (ask) => {
    const { origins, goals, profile, pace } = ask;
    const ends = rowsOf(goals, "destination");
    const pairs = rowsOf(origins, "origin").flatMap((from) => (
      ends.filter((to) => to !== from).map((to) => /** @type {[number, number]} */ ([from, to]))
    ));
    const asked = JSON.stringify([origins, goals, profile, pace]);
    before = key === asked ? before : engine.times({ ...net.start, profile, pace }, pairs);
    key = asked;
    const now = engine.times(ask, pairs);
    return pairs.map(([from, to], i) => ({ from, to, before: before[i], now: now[i] }));
  };
}

/**
 * How much worse a pair is, to put the worst first.
 * @param {PairTime} pair
 */
function lossOf({ before, now }) {
  return (now ?? 1e15) - (before ?? 1e15);
}

/**
 * @param {PairTime} pair
 */
function changeOf({ before, now }) {
  if (now === before) {
    return before === null ? say("no route") : "–";
  }
  if (now === null) {
    return say("cut off");
  }
  return before === null ? say("connected") : signed(now - before);
}

/**
 * What became of the pairs, in a sentence.
 * @param {PairTime[]} pairs
 */
function summaryOf(pairs) {
  const worse = pairs.filter((pair) => pair.now !== null && pair.before !== null && pair.now > pair.before);
  const better = pairs.filter((pair) => lossOf(pair) < 0);
  const cut = pairs.filter((pair) => pair.now === null && pair.before !== null);
  const lost = worse.reduce((sum, pair) => sum + lossOf(pair), 0);
  const parts = [];
  if (cut.length) {
    parts.push(say("{n} cut off", { n: fixed(cut.length, 0) }));
  }
  if (worse.length) {
    const by = signed(lost / worse.length).slice(1);
    parts.push(say("{n} longer, by {by} on average", { n: fixed(worse.length, 0), by }));
  }
  if (better.length) {
    parts.push(say("{n} better", { n: fixed(better.length, 0) }));
  }
  return `${several(pairs.length, "pair", "pairs")}: ${parts.join("; ") || say("all as at the start")}.`;
}

/**
 * The section of the panel; `show` fills it.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Names} names
 * @param {Acts} act
 */
export function pairsSection(net, drawing, names, act) {
  const node = element("div");
  const summary = element("p");
  const table = element("table", "", "mob-legs mob-pairs");
  const more = button("", "more pairs", "", () => {
    all = !all;
    render();
  });
  const command = element("code", "", "mob-pairs-command");
  const [fields, chips] = fieldsOf(net, drawing, names, act);
  const box = element("details");
  box.append(element("summary", say("Other pairs, sets of places")), fields, command);
  node.append(summary, table, more, box);
  let all = false;
  /** @type {PairTime[]} */
  let shown = [];

  function rowOf(/** @type {PairTime} */ pair) {
    const row = element("tr");
    const name = `${names.places[pair.from]} – ${names.places[pair.to]}`;
    const cell = element("td");
    cell.append(button(name, `pair ${pair.from} ${pair.to}`, "", () => act.choose({ from: pair.from, to: pair.to })));
    const hours = [pair.before, pair.now].map((ms) => element("td", ms === null ? "–" : fixed(ms / MS_PER_H, 1)));
    row.append(cell, ...hours, element("td", changeOf(pair)));
    return row;
  }
  function render() {
    const changed = shown.filter((pair) => pair.now !== pair.before);
    const listed = shown.length <= FEW || all ? [...shown] : changed;
    listed.sort((a, b) => lossOf(b) - lossOf(a));
    const rows = all ? listed : listed.slice(0, FEW);
    const head = element("tr");
    head.append(...[say("Pair"), say("h at start"), say("h now"), say("Change")].map((text) => {
      const cell = element("th", text);
      cell.scope = "col";
      return cell;
    }));
    table.replaceChildren(element("caption", say("What pairs lose"), "mob-unseen"), head, ...rows.map(rowOf));
    table.hidden = !rows.length;
    more.hidden = shown.length <= FEW;
    more.textContent = all ? say("Show fewer") : say("Show all {n} pairs", { n: fixed(shown.length, 0) });
  }
  return {
    node,
    show(/** @type {Shown} */ { ask, pairs }) {
      shown = pairs;
      summary.textContent = summaryOf(pairs);
      chips(ask);
      command.textContent = pairsCommand(net, ask);
      command.hidden = !command.textContent;
      render();
    },
  };
}

/**
 * The fields that add origins and destinations, and what shows those there are.
 * @param {EngineData} net
 * @param {Drawing} drawing
 * @param {Names} names
 * @param {Acts} act
 * @returns {[HTMLElement, (ask: Ask) => void]}
 */
function fieldsOf(net, drawing, names, act) {
  const fields = element("div", "", "mob-several");
  /** @type {Ask} */
  let shown = net.start;
  /** @type {(label: string, key: "origins" | "goals", order: Role[]) => (ask: Ask) => void} */
  function field(label, key, order) {
    const asKey = (/** @type {string} */ text) => keyOf(text, drawing.letters);
    const places = placeOffers(drawing, names, order);
    const wordOf = (/** @type {Offer} */ { row }) => (row < 0 ? `set:${net.sets[-row - 1].name}` : net.places[row]);
    const named = (/** @type {string} */ name) => say("set {name}", { name });
    const sets = () => net.sets.map(({ name, places: { length } }, i) => (
      { name: named(name), what: several(length, "place", "places"), keys: [name, named(name)].map(asKey), row: -i - 1 }
    ));
    const combo = new Combobox(label, asKey, () => [...sets(), ...places()], (offer) => {
      act.choose({ [key]: [...new Set([...shown[key], wordOf(offer)])] });
    });
    const own = element("div", "", "mob-chips");
    combo.input.placeholder = say("place or set");
    fields.append(element("b", label), combo.box, own);
    const drop = (/** @type {string} */ word) => () => {
      act.choose({ [key]: shown[key].filter((other) => other !== word) });
    };
    return (ask) => {
      own.replaceChildren(...ask[key].map((word) => {
        const name = names.of(`place:${word}`);
        return button(`${name} ✕`, `${key} ${word}`, say("Leave out {name}", { name }), drop(word));
      }));
      if (!ask[key].length) {
        own.append(element("span", say("all by role"), "mob-aside"));
      }
    };
  }
  const parts = [
    field(say("Origins"), "origins", ["origin", "destination", ""]),
    field(say("Destinations"), "goals", ["destination", "origin", ""]),
  ];
  return [fields, (ask) => {
    shown = ask;
    parts.forEach((part) => part(ask));
  }];
}
