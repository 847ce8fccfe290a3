// Labels: as many as fit, the most important first, never one on top of another, off the lines where there is room.
// print/lettering.py does the same on paper: the ranks and the words are data that both take from Scene; the placing
// is not shared, for the screen counts what lies in squares of pixels at every zoom, and paper in points, once.
import { element } from "../dom.js";
import { decode } from "./columns.js";
/** @import { Badge, Box, Lettered, Place } from "../types" */

const CELL = 6; // px
const ROUNDED = 2; // px, what rounding a place to whole pixels may take from a gap
const ROW = 1e4; // cells
const LEAST_ZOOM = [0, 0, 0, 8, 10, 12, 99]; // by rank
const LESSER_ZOOM = 7; // from here on lesser rivers and lakes are named
const SHIFTS = [0, 30, -30, 60, -60].flatMap((x) => [0, 16, -16, 34, -34].map((y) => [x, y])); // px, a name's, sorted
SHIFTS.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
const NONE = new Set();
const NEAR = 24; // px, how far outside the view a place may lie whose label stands in it
export const DOTS_ZOOM = 8; // further out, junctions would hide the lines

/**
 * What binds and ports asked about come first, then other places asked about, towns where many links meet, ...
 * @param {Place} place
 */
export function rankOf(place) {
  if (place.binds || place.first) {
    return 0;
  }
  return place.role ? place.asked : place.rank;
}

/** @param {Place} place */
function orderOf(place) {
  return place.first || place.binds ? -1 : rankOf(place);
}

/** @param {Place} place */
export function wordsOf(place) {
  return (place.short || place.label) + (place.binds && `: ${place.binds}`);
}

/**
 * What labels keep off: boxes of controls and crosses.
 * @param {L.Map} map
 * @returns {Box[]}
 */
function boxesOf(map) {
  const frame = map.getContainer().getBoundingClientRect();
  return Array.from(map.getContainer().querySelectorAll(".leaflet-control, .mob-cross"), (node) => {
    const box = node.getBoundingClientRect();
    const [x, y] = [frame.left, frame.top];
    return [box.left - x - ROUNDED, box.top - y - ROUNDED, box.right - x + ROUNDED, box.bottom - y + ROUNDED];
  });
}

/**
 * The squares of the view that lines run through.
 * @param {Lettered} scene
 */
function lined(scene) {
  const cells = new Set();
  const origin = scene.map.containerPointToLayerPoint([0, 0]);
  const parts = scene.links.filter((link) => !link.hidden).flatMap((link) => link.paths[0]._parts);
  for (const part of parts) {
    for (let i = 1; i < part.length; i++) {
      const [a, b] = [part[i - 1], part[i]];
      const count = Math.ceil(a.distanceTo(b) / CELL);
      for (let k = 0; k <= count; k++) {
        const x = a.x + ((b.x - a.x) * k) / count - origin.x;
        const y = a.y + ((b.y - a.y) * k) / count - origin.y;
        cells.add(Math.floor(x / CELL) + ROW * Math.floor(y / CELL));
      }
    }
  }
  return cells;
}

/**
 * The share of a box that lies on lines.
 * @param {Box} box
 * @param {Set<number>} cells
 */
function crossed(box, cells) {
  let count = 0;
  let all = 0;
  for (let x = Math.floor(box[0] / CELL); x <= box[2] / CELL; x++) {
    for (let y = Math.floor(box[1] / CELL); y <= box[3] / CELL; y++, all++) {
      count += Number(cells.has(x + ROW * y));
    }
  }
  return count / all;
}

/**
 * Where a label may stand: beside its point, above, below and askew; then the same a little further off.
 * @param {L.Point} at
 * @param {[number, number]} size
 * @param {number} gap
 * @returns {Box[]}
 */
function spots(at, [w, h], gap) {
  const near = [
    [gap, -h / 2], [-gap - w, -h / 2], [-w / 2, -gap - h], [-w / 2, gap],
    [gap - 2, 4 - gap - h], [2 - gap - w, gap - 4], [gap - 2, gap - 4], [2 - gap - w, 4 - gap - h],
  ];
  const far = near.map(([x, y]) => [x + 6 * Math.sign(x + w / 2), y + 6 * Math.sign(y + h / 2)]);
  return [...near, ...far].map(([x, y]) => [at.x + x, at.y + y, at.x + x + w, at.y + y + h]);
}

/**
 * The spot that hides little, near before far; null where none is free.
 * @param {Box[]} boxes
 * @param {Box[]} taken
 * @param {Set<number>} cells
 * @param {L.Point} size
 */
function bestOf(boxes, taken, cells, size) {
  const free = (/** @type {Box} */ box) =>
    box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2 &&
    taken.every((t) => box[2] < t[0] || box[0] > t[2] || box[3] < t[1] || box[1] > t[3]);
  /** @type {Box | null} */
  let best = null;
  let least = Infinity;
  boxes.forEach((box, i) => {
    const cost = 24 * crossed(box, cells) + i / 4 + (i < 8 ? 0 : 3);
    if (cost < least && free(box)) {
      least = cost;
      best = box;
    }
  });
  return /** @type {Box | null} */ (best);
}

/**
 * Give labels their nodes and looks, and measure those that are new or look otherwise than before.
 * @param {Place[]} labels
 * @param {HTMLElement} board
 */
function nodesOf(labels, board) {
  /** @type {{ place: Place, node: HTMLElement }[]} */
  const changed = [];
  const nodes = labels.map((place) => {
    const look = `mob-label mob-rank${rankOf(place)}`;
    const node = place.node || element("span", wordsOf(place));
    if (node.className !== look) {
      place.node = node;
      node.className = look;
      changed.push({ place, node });
    }
    return node;
  });
  board.append(...nodes.filter((node) => !node.isConnected));
  changed.forEach(({ place, node }) => { place.size = [node.offsetWidth, node.offsetHeight]; });
  return nodes;
}

/**
 * How far a label stays from its point.
 * @param {Place} place
 */
function gapOf(place) {
  if (place.binds) {
    return 14;
  }
  return place.role ? 9 : 5;
}

/**
 * The names of countries, seas and rivers, written once; a name stands on its spot or, if that is taken, near it.
 * @param {Lettered} scene
 * @param {HTMLElement} board
 */
function backdropOf({ base }, board) {
  const found = base.names.map(({ text, kind, rank, at }) => ({
    node: element("span", text, `mob-label mob-name mob-${kind}`),
    rank,
    at: decode(at, 100),
    size: [0, 0],
    reach: kind === "sea" ? 1 : 0.4,
  }));
  board.append(...found.map(({ node }) => node));
  found.forEach((name) => { name.size = [name.node.offsetWidth, name.node.offsetHeight]; });
  return found;
}

/**
 * Where a name on the land or the water may stand around its spots.
 * @param {L.Point[]} at
 * @param {number[]} size
 * @param {number} reach how far it may move from its spot: a country's and a river's name hardly
 * @returns {Box[]}
 */
function around(at, [w, h], reach) {
  const shifts = reach < 0.5 ? SHIFTS.slice(0, 5) : SHIFTS;
  return at.flatMap((p) => shifts.map(([x, y]) => {
    const left = p.x + x * reach - w / 2;
    const top = p.y + y * reach - h / 2;
    return /** @type {Box} */ ([left, top, left + w, top + h]);
  }));
}

/**
 * The places whose labels may stand in the view at its zoom.
 * @param {Lettered} scene
 * @param {Place[]} labels
 */
function candidates({ map }, labels) {
  const zoom = map.getZoom();
  const first = map.containerPointToLatLng([-NEAR, -NEAR]);
  const last = map.containerPointToLatLng(map.getSize().add([NEAR, NEAR]));
  return labels.filter((place) => {
    const [lat, lng] = place.at;
    return !place.hidden && zoom >= LEAST_ZOOM[rankOf(place)] &&
      lat < first.lat && lat > last.lat && lng > first.lng && lng < last.lng;
  });
}

/**
 * Write the labels. Returns the function that places them anew; it is told whether lines have moved, come or gone.
 * @param {Lettered} scene
 * @param {Badge[]} badges marks of what is ranked: they come first
 */
export function drawLabels(scene, badges) {
  const { map, end } = scene;
  const board = element("div", "", "mob-labels");
  /** @type {HTMLElement} */ (map.getPane("marks")).append(board);
  const labels = scene.places.slice();
  const backdrop = backdropOf(scene, board);
  board.append(...badges.map(({ node }) => node));
  badges.forEach((badge) => { badge.size = [badge.node.offsetWidth, badge.node.offsetHeight]; });
  /** @type {(node: HTMLElement, best: Box | null, taken: Box[]) => void} */
  function stand(node, best, taken) {
    node.style.visibility = best ? "visible" : "hidden";
    if (best) {
      taken.push([best[0] - 1, best[1], best[2] + 1, best[3]]);
      const { x, y } = map.containerPointToLayerPoint([best[0], best[1]]);
      node.style.transform = `translate(${Math.round(x)}px,${Math.round(y)}px)`;
    }
  }
  /** @type {(taken: Box[], named: (rank: number) => boolean) => void} */
  function placeBackdrop(taken, named) {
    const view = map.getBounds().pad(0.05);
    for (const name of backdrop.filter(({ rank }) => named(rank))) {
      const near = name.at.filter((spot) => view.contains(spot)).slice(0, 24);
      const inView = near.map((spot) => map.latLngToContainerPoint(spot));
      stand(name.node, bestOf(around(inView, name.size, name.reach), taken, cells, map.getSize()), taken);
    }
  }
  let cells = new Set();
  /** @type {HTMLElement[]} */
  let nodes = [];

  function place(/** @type {boolean} */ moved) {
    cells = moved ? lined(scene) : cells;
    /** @type {HTMLElement} */ (map.getPane("dots")).style.display = map.getZoom() < DOTS_ZOOM ? "none" : "";
    const taken = boxesOf(map);
    labels.sort((a, b) => orderOf(a) - orderOf(b));
    backdrop.forEach(({ node }) => { node.style.visibility = "hidden"; });
    for (const p of labels.filter((each) => each.role || each.binds)) { // no label may cover the mark of another
      const at = map.latLngToContainerPoint(p.at);
      const half = p.binds ? end + 5 : end;
      taken.push([at.x - half, at.y - half, at.x + half, at.y + half]);
    }
    for (const badge of badges) { // off each other, but on their lines
      const points = badge.spots.map((spot) => map.latLngToContainerPoint(spot));
      const boxes = [...around(points, badge.size, 0.4), ...around(points.slice(0, 1), badge.size, 0.6)];
      stand(badge.node, bestOf(boxes, taken, NONE, map.getSize()), taken);
    }
    nodes.forEach((node) => { node.style.visibility = "hidden"; });
    const seen = candidates(scene, labels);
    nodes = nodesOf(seen, board);
    const firsts = seen.filter((p) => orderOf(p) < 2).length;
    seen.forEach((p, i) => {
      if (i === firsts) {
        placeBackdrop(taken, (rank) => rank === 1);
      }
      const boxes = spots(map.latLngToContainerPoint(p.at), p.size, gapOf(p));
      stand(nodes[i], bestOf(boxes, taken, cells, map.getSize()), taken);
    });
    const lesser = map.getZoom() >= LESSER_ZOOM;
    placeBackdrop(taken, (rank) => (rank > 1 ? lesser : firsts === seen.length));
  }
  map.on("moveend resize", () => place(true));
  return place;
}
