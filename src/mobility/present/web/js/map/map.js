// Draws a network on a Leaflet map. `map.drawing` is then the handle for what is built on it (Drawing in types.d.ts).
import { say } from "../speech.js";
import { choiceOf } from "./choice.js";
import { decode, rowsOf } from "./columns.js";
import { drawControls, panelOn } from "./controls.js";
import { showOnly } from "./filter.js";
import { frameOf, zoomTo } from "./frame.js";
import { drawLabels } from "./labels.js";
import { drawLand, makePanes } from "./land.js";
import { layerOn } from "./layers.js";
import { cross, halfway } from "./lines.js";
import { drawLink } from "./links.js";
import { drawDots, drawPlace } from "./places.js";
import { Pointing } from "./pointing.js";
import { badgesOf } from "./ranking.js";
/** @import { MapBase, MapOwn } from "../contract" */
/** @import { Drawing, Link, Place, Scene } from "../types" */

/**
 * What the parts of a map share; of links and places nothing is drawn yet.
 * @param {L.Map} map
 * @param {MapBase} base
 * @param {MapOwn} data
 * @returns {Scene}
 */
function sceneOf(map, base, data) {
  /** @type {Place[]} */
  const places = rowsOf(base.places, data.places);
  /** @type {Link[]} */
  const links = rowsOf(base.links, data.links);
  for (const place of places) {
    place.label = place.label || place.name;
  }
  for (const link of links) { // called after its ends, unless it has a name of its own
    link.name = link.name || `${places[link.from].name}–${places[link.to].name}`;
  }
  decode(base.points, 1e4).forEach((point, i) => { places[i].at = point; });
  const wide = map.getSize().x > 600;
  const scale = wide ? 1 : 0.7;
  /** @type {Omit<Scene, "pointing">} */
  const scene = {
    map, base, links, places, wide, scale,
    style: base.style,
    quiet: data.quiet,
    end: 6 * scale,
    lines: base.links.line.map((text) => decode(text, 1e4)),
    layers: [],
    listeners: { link: [], place: [], card: [], menu: [] },
    keep: () => true,
  };
  return Object.assign(scene, { pointing: new Pointing(scene) });
}

/**
 * @param {L.Map} map
 * @param {MapBase} base the network, shared by all its maps in a page
 * @param {MapOwn} data how this map uses it
 */
export function drawNetwork(map, base, data) {
  const scene = sceneOf(map, base, data);
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", say("Map: {title}", { title: data.title }));
  makePanes(map, scene.links.length, data.quiet);
  drawLand(map, base, data.tiles);
  scene.layers = data.layers.map((layer) => layerOn(scene, layer, data.most));
  scene.links.forEach((_, index) => drawLink(scene, index));
  const choose = choiceOf(scene, data);
  data.closed_borders.forEach((at) => cross(at).addTo(map));
  const redrawDots = drawDots(scene);
  scene.places.forEach((_, index) => drawPlace(scene, index));

  const frame = frameOf(scene, data);
  const badges = badgesOf(scene, data.ranked);
  const placeLabels = drawLabels(scene, badges);
  /** @type {Drawing} */
  const drawing = {
    links: scene.links,
    places: scene.places,
    layers: scene.layers,
    letters: base.letters,
    lines: scene.lines,
    filter(keep) {
      showOnly(scene, keep);
      redrawDots();
      placeLabels(true);
    },
    placeLabels: () => placeLabels(false),
    panel: (position, node) => panelOn(map, position, node),
    zoomTo: (indices) => zoomTo(scene, indices),
    unmoved: frame.unmoved,
    onLink: (listener) => { scene.listeners.link.push(listener); },
    onPlace: (listener) => { scene.listeners.place.push(listener); },
    onMenu: (listener) => { scene.listeners.menu.push(listener); },
    middle: (kind, index) => (kind === "link" ? halfway(scene.lines[index]) : scene.places[index].at),
    onCard: (listener) => { scene.listeners.card.push(listener); },
  };
  map.drawing = drawing;
  drawControls(scene, data, drawing, choose);
  map.setMaxBounds(base.world);
  map.options.maxBoundsViscosity = 1;
  frame.fit();
  map.on("resize", () => {
    if (frame.unmoved()) {
      frame.fit();
    }
  });
  placeLabels(true);
}
