// How a state of the what-if page is drawn on its map.
import { cross } from "../map/lines.js";
import { MS_PER_H } from "../numbers.js";
/** @import { Ask, EngineData } from "../contract" */
/** @import { Conditions, Drawing, Loss, Role, Route } from "../types" */

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
      BEFORE.show(values(before));
      shown = before;
    }
    NOW.show(values(found));
    WORST.show({});
  }
  /** @type {(loss: Loss | null) => void} */
  function showWorst(loss) {
    WORST.show(loss ? { [loss.link]: 1 } : {}, loss ? { [loss.link]: "worst next closure" } : {});
  }
  return { show, showWorst };
}

/**
 * Says of each link what keeps it from being used, or lets it be used here.
 * @param {EngineData} net
 */
function sayingOf(net) {
  const doubtful = new Set(net.links.doubtful);
  const denied = new Map(net.denied.map(([i, codes]) => [i, codes.join(", ")]));
  /** @type {(i: number, now: Conditions, usable: boolean) => string} */
  return (i, now, usable) => {
    const built = now.built[i] || now.changed[i];
    const codes = denied.get(i);
    /** @type {[unknown, string][]} */
    const words = [
      [now.closed[i], net.words.closed],
      [now.changed[i], "built here, as the project changes it"],
      [now.built[i] && !now.changed[i], "built here"],
      [net.links.planned.includes(i) && !now.built[i], "not open"],
      [now.refused.has(i), `${net.words.refused}${now.refused.get(i)}`],
      [codes && !usable, `transit denied: ${codes}`],
      [doubtful.has(i) && !built, net.words.doubtful],
    ];
    return words.filter(([holds]) => holds).map(([, text]) => text).join("; ");
  };
}

/**
 * @param {EngineData} net
 * @param {number} i
 * @param {Conditions} now
 * @param {boolean} usable
 */
function stateOf(net, i, now, usable) {
  if (now.closed[i]) {
    return "closed";
  }
  if (net.links.planned.includes(i) && !now.built[i]) {
    return "planned";
  }
  return usable ? "" : "unused";
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
  const saying = sayingOf(net);
  /** @type {string[]} */
  const seen = [];
  /** @type {(ask: Ask, now: Conditions, usable: Uint8Array) => void} */
  return (ask, now, usable) => {
    drawing.links.forEach((link, i) => {
      const key = [now.closed[i], now.built[i], now.changed[i], usable[i], ask.profile].join();
      if (key !== seen[i]) {
        seen[i] = key;
        link.km = Number(now.km[i].toFixed(1));
        link.hours = now.ms[i] / MS_PER_H;
        link.kmh = null;
        link.setState(stateOf(net, i, now, Boolean(usable[i])), saying(i, now, Boolean(usable[i])));
      }
    });
    crosses.clearLayers();
    now.shut.forEach((place) => cross(drawing.places[place].at).addTo(crosses));
    drawing.places.forEach((place, i) => {
      /** @type {Role} */
      let role = i === ask.to ? "destination" : "";
      role = i === ask.from ? "origin" : role;
      if (role !== place.role) {
        place.setRole(role);
      }
    });
  };
}
