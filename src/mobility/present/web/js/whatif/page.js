// The what-if page: a map and a panel that show one state, which also stands in the page's address.
import { inside } from "../dom.js";
import { drawArea, touches } from "../map/lasso.js";
import { Menu } from "../map/menu.js";
import { several } from "../numbers.js";
import { say } from "../speech.js";
import { addressOf } from "./address.js";
import { drawerOn, linksOf, routesOn } from "./draw.js";
import { whatIfEngine } from "./engine.js";
import { menuItems } from "./menu.js";
import { pairTimes } from "./pairs.js";
import { whatIfPanel } from "./panel.js";
import { actsOn } from "./toggle.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Acts, Engine, MenuListener, Painted, Route, Shows } from "../types" */

const DRAWING =
  "Draw around an area on the map, or click its corners and double-click; by keys: arrows move the map, Space sets a " +
  "corner in its middle, Enter ends, Escape gives up. What is in use and shown there is closed.";

const LOST = "{parts} of the address named nothing in this network and had no effect.";

/**
 * The route of a state and that of its pair and profile at the start; or why there is none.
 * @param {EngineData} net
 * @param {Engine} engine
 */
function askerOf(net, engine) {
  let key = "";
  /** @type {Route | null} */
  let before = null;
  /** @type {(ask: Ask) => { found: Route | null, before: Route | null, why: string }} */
  return (ask) => {
    if (ask.from === ask.to) {
      [key, before] = ["", null];
      return { found: null, before, why: say("choose two different places") };
    }
    const { from, to, via, profile, pace } = ask; // these hold on both sides of the comparison
    try {
      const found = engine.route(ask);
      const asked = JSON.stringify([from, to, via, profile, pace]);
      if (key !== asked) {
        before = engine.route({ ...net.start, from, to, via, profile, pace });
        key = asked;
      }
      return { found, before, why: "" };
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      [key, before] = ["", null];
      return { found: null, before, why: error.message };
    }
  };
}

/**
 * A map whose title is that of the state shown.
 * @param {L.Map} map
 */
function headingOf(map) {
  map.invalidateSize(); // the panel has taken its share
  map.getContainer().querySelectorAll(".mob-title p").forEach((p) => p.remove()); // the profile is a choice now
  return inside(map.getContainer(), ".mob-title h1");
}

// What the page shows, and how it comes to show something else.
class Page {
  /**
   * @param {L.Map} map
   * @param {EngineData} net
   */
  constructor(map, net) {
    this.map = map;
    this.state = net.start;
    this.engine = whatIfEngine(net);
    this.pairTimes = pairTimes(net, this.engine, map.drawing.places.map((place) => place.role));
    this.address = addressOf(net, this.engine);
    this.ask = askerOf(net, this.engine);
    this.act = actsOn(net, this.engine, {
      now: () => this.state,
      show: (next, said) => this.step(next, said),
      say: (text) => this.panel.say(text),
      nameOf: (word) => this.panel.names.of(word),
      zoom: (link) => map.drawing.zoomTo([link]),
      draw: () => this.drawArea(),
      undo: () => this.turnBack(this.past, this.future, say("Undone.")),
      look: (side) => this.look(side),
      redo: () => this.turnBack(this.future, this.past, say("Done again.")),
    });
    this.panel = whatIfPanel(map, net, this.engine, this.act);
    this.routes = routesOn(map.drawing);
    this.draw = drawerOn(map, net);
    this.heading = headingOf(map);
    this.shownPair = "";
    /** @type {Shows} */
    this.side = "both";
    /** @type {Painted | null} */
    this.painted = null;
    this.placed = { at: map.getCenter(), zoom: NaN }; // where the page itself has put the map
    this.turn = 0; // how often something was shown
    /** @type {Ask[]} */
    this.past = [];
    /** @type {Ask[]} */
    this.future = [];
  }

  /**
   * @param {Ask} next
   * @param {string} said
   */
  step(next, said) {
    this.past.push(this.state);
    this.future = [];
    this.show(next, said, true);
  }

  /**
   * Undo or redo: take the last state of one list, and keep the present one in the other.
   * @param {Ask[]} from
   * @param {Ask[]} into
   * @param {string} said
   */
  turnBack(from, into, said) {
    const next = from.pop();
    if (next) {
      into.push(this.state);
      this.show(next, said, true);
    } else {
      this.panel.say(from === this.past ? say("There is nothing to undo.") : say("There is nothing to redo."));
    }
  }

  /**
   * Take up a state: the new route at once; what takes longer waits until the browser has drawn it.
   * @param {Ask} next
   * @param {string} said what was done
   * @param {boolean} isNew whether it is a step in the browser's history
   */
  show(next, said, isNew) {
    this.state = next;
    this.turn += 1;
    const mine = this.turn;
    const focus = document.activeElement;
    const { found, before, why } = this.ask(next);
    const now = found ? found.now : this.engine.conditions(next);
    this.painted = { found, before, now, usable: found ? found.usable : this.engine.usable(next, now), worst: null };
    this.paint();
    const title = this.panel.show(next, found, before, said, why);
    this.heading.textContent = title;
    keepFocus(focus);
    setTimeout(() => {
      if (mine === this.turn) { // else the reader was faster
        if (isNew) {
          location.hash = this.address.written(next); // the same again makes no step
        }
        this.finish(found, (said ? `${said} ` : "") + title);
      }
    }, 0);
  }

  // Draw the state that is shown, or the start, or both.
  paint() {
    if (this.painted) {
      const { found, before, now, usable, worst } = this.painted;
      const start = this.side === "start" ? before : null;
      this.draw(this.state, start ? start.now : now, start ? start.usable : usable);
      this.routes.show(start ? null : found, this.side === "now" ? null : before);
      this.routes.showWorst(start ? null : worst);
    }
  }

  // Let the reader draw an area; what is in use and shown there is closed.
  drawArea() {
    this.panel.say(say(DRAWING));
    drawArea(this.map, (area) => {
      const { links, lines } = this.map.drawing;
      const met = [...lines.keys()].filter((i) => !links[i].hidden && !links[i].state && touches(lines[i], area));
      if (area.length > 2) {
        this.act.closeAll(met);
      } else {
        this.panel.say(say("No area was drawn."));
      }
    });
  }

  /** @param {Shows} side */
  look(side) {
    this.side = side;
    this.paint();
    this.map.drawing.placeLabels();
  }

  // Whether the reader has left the map where the page has put it.
  still() {
    const { map, placed } = this;
    const middle = map.getSize().divideBy(2);
    return map.getZoom() === placed.zoom && map.latLngToContainerPoint(placed.at).distanceTo(middle) < 3;
  }

  // Show all of the routes.
  frame() {
    const { found, before } = this.painted || {};
    const links = [found, before].flatMap((route) => (route ? linksOf(route) : []));
    this.map.drawing.zoomTo(links);
  }

  // Show the whole of another pair's route; of the same pair where it is not seen and the map was not moved.
  follow() {
    const { map, painted } = this;
    const pair = `${this.state.from} ${this.state.to}`;
    const seen = (/** @type {number} */ i) => map.getBounds().contains(L.latLngBounds(map.drawing.lines[i]));
    const hidden = painted?.found && !linksOf(painted.found).every(seen);
    if (pair !== this.shownPair ? painted?.found : this.still() && hidden) {
      this.frame();
      this.placed = { at: map.getCenter(), zoom: map.getZoom() };
    }
    this.shownPair = pair;
  }

  /**
   * Show the worst next closure, and what many pairs lose.
   * @param {Route | null} found
   * @param {string} sentence
   */
  finish(found, sentence) {
    const worst = found && this.engine.worst(found);
    if (this.painted) {
      this.painted.worst = worst;
    }
    this.routes.showWorst(this.side === "start" ? null : worst);
    this.panel.showWorst(found, worst, sentence);
    this.follow();
    this.map.drawing.placeLabels(); // labels make room for crosses
    const mine = this.turn;
    setTimeout(() => {
      if (mine === this.turn) {
        this.showPairs();
      }
    }, 0);
  }

  showPairs() {
    try {
      this.panel.showPairs(this.pairTimes(this.state));
    } catch (error) {
      if (!(error instanceof RangeError)) { // costs too large: the result says so
        throw error;
      }
    }
  }

  // Show what the address says, unless it is our own change.
  read() {
    const { ask, lost } = this.address.read(location.hash);
    const parts = several(lost, "part", "parts");
    if (!this.turn || lost || this.address.written(ask) !== this.address.written(this.state)) {
      if (this.turn) {
        this.past.push(this.state);
        this.future = [];
      }
      this.show(ask, lost ? say(LOST, { parts }) : "", false);
    }
  }
}

/**
 * @param {L.Map} map drawn by map.js
 * @param {EngineData} net
 */
export function whatIfPage(map, net) {
  const page = new Page(map, net);
  map.drawing.onLink(page.act.link);
  const { names } = page.panel;
  const menu = new Menu(map);
  const items = menuItems(net, page.engine, names, { act: page.act, now: () => page.state });
  /** @type {MenuListener} */
  function openMenu(kind, row, at) {
    const name = (kind === "link" ? names.links : names.places)[row];
    menu.open(name, items(kind, row), at || map.drawing.middle(kind, row));
  }
  map.drawing.onPlace((row, event) => openMenu("place", row, "latlng" in event ? event.latlng : null));
  map.drawing.onMenu(openMenu);
  let still = false;
  window.addEventListener("beforeprint", () => { still = page.still(); }, true);
  window.addEventListener("beforeprint", () => { // the map has taken the size of the sheet
    if (still) {
      page.frame();
    }
  });
  window.addEventListener("hashchange", () => page.read());
  document.addEventListener("keydown", (event) => undoByKey(event, page.act));
  page.read();
}

/**
 * Ctrl+Z undoes, Ctrl+Y or Ctrl+Shift+Z does again; in a field that was written in they mean its text.
 * @param {KeyboardEvent} event
 * @param {Acts} act
 */
function undoByKey(event, act) {
  const key = event.key.toLowerCase();
  const field = event.target instanceof HTMLInputElement && event.target.value !== event.target.defaultValue;
  if (field || event.altKey || !(event.ctrlKey || event.metaKey) || !["z", "y"].includes(key)) {
    return;
  }
  event.preventDefault();
  if (key === "y" || event.shiftKey) {
    act.redo();
  } else {
    act.undo();
  }
}

/**
 * Drawing moves lines, and what is moved loses the focus.
 * @param {Element | null} focus
 */
function keepFocus(focus) {
  const focusable = focus instanceof HTMLElement || focus instanceof SVGElement;
  if (focusable && focus.isConnected && focus !== document.activeElement) {
    focus.focus({ preventScroll: true });
  }
}
