// How a state of the what-if page is drawn on its map.
import { cross } from "../map/lines.js";
import { MS_PER_H } from "../numbers.js";
import { say } from "../speech.js";
import { maskOf } from "./graph.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Conditions, Drawing, Loss, Route } from "../types" */

/**
 * The links of a route, in order of travel.
 * @param {Route} route
 */
export function linksOf(route) {
  return route.legs.filter((leg) => leg.kind === "link").map((leg) => leg.link);
}

/**
 * The broad lines: returns functions that show the route before and now, and the worst next closure.
 * @param {Drawing} drawing
 */
export function routesOn(drawing) {
  const [BEFORE, NOW, WORST] = drawing.layers;
  /** @type {Route | null} */
  let shown = null;
  /** @type {(route: Route | null) => Record<string, number>} */
  const values = (route) => Object.fromEntries(route ? linksOf(route).map((link) => [link, 1]) : []);
  /** @type {(found: Route | null, before: Route | null) => void} */
  function show(found, before) {
    if (before !== shown) {
      NOW.show({}); // else it would lie below
      BEFORE.show(values(before));
      shown = before;
    }
    NOW.show(values(found));
    WORST.show({});
  }
  /** @type {(loss: Loss | null) => void} */
  function showWorst(loss) {
    WORST.show(loss ? { [loss.link]: 1 } : {}, loss ? { [loss.link]: say("worst next closure") } : {});
  }
  return { show, showWorst };
}

/**
 * Says of each link what keeps it from being used, or lets it be used here.
 * @param {EngineData} net
 * @param {Uint8Array} planned
 */
function sayingOf(net, planned) {
  const doubtful = maskOf(net.links.doubtful, planned.length);
  /** @type {(i: number, now: Conditions, usable: Uint8Array) => string} */
  return (i, now, usable) => {
    const built = now.built[i] || now.changed[i];
    const codes = now.denied.get(i);
    /** @type {[unknown, string][]} */
    const words = [
      [now.closed[i], net.words.closed],
      [now.changed[i], say("built here, as the project changes it")],
      [now.built[i] && !now.changed[i], say("built here")],
      [planned[i] && !now.built[i], say("not open")],
      [now.refused.has(i), `${net.words.refused}${now.refused.get(i)}`],
      [codes && !usable[i], say("transit denied: {codes}", { codes: [...(codes || [])].sort().join(", ") })],
      [doubtful[i] && !built, net.words.doubtful],
    ];
    return words.filter(([holds]) => holds).map(([, text]) => text).join("; ");
  };
}

/**
 * Returns a function that draws anew what has changed of links, crosses at borders, and ends.
 * @param {L.Map} map
 * @param {EngineData} net
 */
export function drawerOn(map, net) {
  /** @type {Drawing} */
  const drawing = map.drawing;
  const crosses = L.layerGroup().addTo(map);
  const planned = maskOf(net.links.planned, net.links.id.length);
  const saying = sayingOf(net, planned);
  /** @type {{ now: Conditions, usable: Uint8Array } | null} */
  let shown = null;
  drawing.onCard((link, i) => {
    if (shown) {
      link.km = Number(shown.now.km[i].toFixed(1));
      link.hours = shown.now.ms[i] / MS_PER_H;
      link.kmh = null;
      link.words = saying(i, shown.now, shown.usable);
    }
  });
  /** @type {(i: number, now: Conditions, usable: Uint8Array) => string} */
  function stateOf(i, now, usable) {
    if (now.closed[i]) {
      return "closed";
    }
    if (planned[i] && !now.built[i]) {
      return "planned";
    }
    return usable[i] ? "" : "unused";
  }
  /** @type {(ask: Ask, now: Conditions, usable: Uint8Array) => void} */
  return (ask, now, usable) => {
    shown = { now, usable };
    drawing.links.forEach((link, i) => link.setState(stateOf(i, now, usable)));
    crosses.clearLayers();
    now.shut.forEach((place) => cross(drawing.places[place].at).addTo(crosses));
    drawing.places.forEach((place, i) => {
      const end = i === ask.to ? "destination" : "";
      const role = i === ask.from ? "origin" : end;
      if (role !== place.role) {
        place.setRole(role);
      }
    });
  };
}
