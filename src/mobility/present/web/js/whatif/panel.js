// The panel of the what-if page: lists to choose from, the result, what was changed, the command, the legs.
import { button, element, inside } from "../dom.js";
import { keyOf } from "../map/finder.js";
import { signed } from "../numbers.js";
import { say } from "../speech.js";
import { alternativesSection } from "./alternatives.js";
import { choicesOf } from "./choices.js";
import { Combobox } from "./combobox.js";
import { commandOf } from "./command.js";
import { copyText } from "./copy.js";
import { exportButtons } from "./exports.js";
import { namesOf } from "./names.js";
import { pairsSection } from "./pairs.js";
import { doubtsOf, figuresOf, legsOf, notesOn } from "./route.js";
import { changeOffers } from "./offers.js";
import { sideSwitch } from "./side.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Engine, Loss, Names, PairTime, Route, Shown } from "../types" */

const ROOMY = 1600; // px
const HINT =
  "Click a link to close it, a dashed one to build it, again to undo; click a place for its menu (start, end, via, " +
  "close); the right button or a long touch has more. Or by name:";

/**
 * The panel, empty, beside the map.
 * @param {L.Map} map
 */
function besideMap(map) {
  const figure = /** @type {HTMLElement} */ (map.getContainer().closest("figure"));
  const frame = element("div", "", "mob-whatif");
  const panel = element("section");
  panel.setAttribute("aria-label", say("What if"));
  figure.before(frame);
  frame.append(panel, figure);
  inside(figure, ".mob-table").remove(); // of the start; the panel has that of every state
  for (const selector of [".mob-legend", ".mob-find"]) { // the panel takes their room, unless there is enough
    /** @type {HTMLDetailsElement} */ (inside(figure, selector)).open = innerWidth >= ROOMY;
  }
  return { panel, figure };
}

/**
 * The parts of the panel, in order from top to bottom.
 * @param {L.Map} map
 * @param {EngineData} net
 * @param {Engine} engine
 * @param {Names} names
 * @param {Acts} act
 */
function partsOf(map, net, engine, names, act) {
  const { panel, figure } = besideMap(map);
  const choices = choicesOf(net, map.drawing, names, act);
  const status = element("p", "", "mob-unseen");
  status.setAttribute("role", "status");
  const notice = element("p", "", "mob-notice");
  const tell = (/** @type {string} */ text) => { notice.textContent = status.textContent = text; };
  const key = (/** @type {string} */ text) => keyOf(text, map.drawing.letters);
  const offers = changeOffers(net, map.drawing, names, act);
  const search = new Combobox(say("Close or build"), key, offers, ({ does }) => does?.());
  search.input.placeholder = say("bridge, border, corridor, link, project …");
  /** @type {Shown} */
  const shown = { ask: net.start, found: null, before: null, pairs: [] };
  const parts = {
    result: element("div", "", "mob-result"),
    worst: element("p", "", "mob-worst"),
    changes: element("ul", "", "mob-changes"),
    pairs: pairsSection(net, map.drawing, names, act),
    legs: element("table", "", "mob-legs"),
    command: element("code", "", "mob-command"),
    alternatives: alternativesSection(map, engine, () => shown),
    shown,
  };
  const copy = (/** @type {string} */ text, /** @type {string} */ what) => copyText(panel, text, what, tell);
  panel.append(
    choices.form, choices.about, parts.result, parts.worst,
    sideSwitch(inside(figure, ".mob-legend"), act), status, notice,
    element("h2", say("Close or build")), element("p", say(HINT), "mob-aside mob-hint"), search.box, parts.changes,
    button(say("Draw an area to close"), "draw", "", () => act.draw()), element("br"),
    button(say("Undo"), "undo", say("Undo the last step"), () => act.undo()),
    button(say("Redo"), "redo", say("Redo what was undone"), () => act.redo()),
    button(say("Back to the start"), "reset", "", () => act.reset()),
    element("h2", say("Several pairs at once")), parts.pairs.node,
    element("h2", say("The route"), "mob-onpage"), parts.legs, parts.alternatives.node,
    element("h2", say("Take it away"), "mob-onpage"), exportButtons(map, net, () => shown, tell),
    parts.command,
    button(say("Copy command"), "copy", "", () => copy(parts.command.textContent || "", say("The command"))),
    button(say("Copy link"), "share", "", () => copy(location.href, say("The link"))),
  );
  if (net.fixed) {
    panel.append(element("p", say("Throughout: {what}.", { what: net.fixed }), "mob-aside"));
  }
  if (map.getSize().x <= 600) {
    panel.append(inside(figure, ".mob-note"));
  }
  return { ...parts, panel, choices, status, notice, say: tell };
}

/**
 * Write parts of the panel anew. New buttons take the place of old ones; who was on one stays on it, or on the one that
 * took its place.
 * @param {HTMLElement} panel
 * @param {() => void} render
 */
function keepingFocus(panel, render) {
  const buttons = () => [...panel.querySelectorAll("button")].filter((node) => node.offsetParent); // that are seen
  const old = document.activeElement;
  const at = buttons().findIndex((node) => node === old);
  const key = old instanceof HTMLElement ? old.dataset.key : undefined;
  render();
  if (at >= 0 && key !== undefined && !panel.contains(old)) {
    const all = buttons();
    (all.find((node) => node.dataset.key === key) || all[Math.min(at, all.length - 1)]).focus({ preventScroll: true });
  }
}

/**
 * What was closed or built, each with a button that undoes it.
 * @param {string[]} words
 * @param {"closed" | "built"} how
 * @param {Names} names
 * @param {(word: string) => void} undo
 */
function undoable(words, how, names, undo) {
  const sign = { closed: "✕", built: "+" }[how];
  return words.map((word) => {
    const what = `${say(how)}: ${names.of(word)}`;
    const row = element("li", `${sign} ${what} `);
    row.append(button(say("Undo"), `undo ${how} ${word}`, say("Undo {what}", { what }), () => undo(word)));
    return row;
  });
}

/**
 * @param {L.Map} map
 * @param {EngineData} net
 * @param {Engine} engine
 * @param {Acts} act
 */
export function whatIfPanel(map, net, engine, act) {
  const names = namesOf(net, map.drawing);
  const parts = partsOf(map, net, engine, names, act);
  const doubts = doubtsOf(net);
  const legs = legsOf(net, map.drawing, names, doubts, act);

  // The result of a state that has one. Returns the title of the page.
  /** @type {(ends: string, found: Route, before: Route) => string} */
  function showRoute(ends, found, before) {
    const { figures, change } = figuresOf(found, before);
    parts.result.append(element("strong", figures), element("span", change || say("as at the start")));
    if (found.ms === null) {
      return `${ends}: ${figures} (${change || say("as at the start")})`;
    }
    parts.result.append(element("small", notesOn(found, doubts)));
    parts.legs.append(...legs(found));
    return `${ends}: ${figures}${change && ` (${change})`}`;
  }
  // Show a state: its route, or why it has none, and that at the start. Returns the title of the page.
  /** @type {(ask: Ask, found: Route | null, before: Route | null, said: string, why: string) => string} */
  function show(ask, found, before, said, why) {
    const ends = `${names.places[ask.from]} – ${names.places[ask.to]}`;
    let title = `${ends}: ${why}`;
    parts.choices.show(ask);
    Object.assign(parts.shown, { ask, found, before });
    parts.alternatives.clear();
    parts.notice.textContent = said;
    parts.command.replaceChildren(...commandOf(net, ask).flatMap((word, i) => [i ? " " : "", element("span", word)]));
    parts.worst.replaceChildren();
    keepingFocus(parts.panel, () => {
      parts.legs.replaceChildren();
      parts.result.replaceChildren();
      parts.changes.replaceChildren(
        ...undoable(ask.closed, "closed", names, act.close), ...undoable(ask.built, "built", names, act.build),
      );
      if (found && before) {
        title = showRoute(ends, found, before);
      } else {
        parts.result.append(element("strong", "–"), element("span", why));
      }
    });
    return title;
  }
  /** @type {(found: Route | null, worst: Loss | null, sentence: string) => void} */
  function showWorst(found, worst, sentence) {
    if (!worst || !found || found.ms === null) {
      parts.worst.textContent = found && found.ms !== null ? say("No single link lost would cost time.") : "";
      parts.status.textContent = `${sentence}.`;
      return;
    }
    const name = names.links[worst.link];
    const loss = worst.ms === null ? say("cuts the pair off") : signed(worst.ms - found.ms);
    const shut = () => act.close(`link:${net.links.id[worst.link]}`);
    parts.worst.append(
      `${say("Worst next closure")}: `, element("b", name), " ", element("span", `(${loss})`), " ",
      button(say("Close it"), "worst", `${say("Close it")}: ${name}`, shut),
      button(say("Show"), "zoom", say("Show {name} on the map", { name }), () => act.zoom(worst.link)),
    );
    parts.status.textContent = `${sentence}. ${say("Worst next closure")}: ${name} (${loss}).`;
  }
  function showPairs(/** @type {PairTime[]} */ pairs) {
    keepingFocus(parts.panel, () => parts.pairs.show(Object.assign(parts.shown, { pairs })));
  }
  return { show, showWorst, showPairs, say: parts.say, names };
}
