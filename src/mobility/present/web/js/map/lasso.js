// An area drawn on a map by hand: corners by clicks or taps, or drawn along; by keys at the middle of the map.
/** @import { Position } from "../types" */

const FREE = 6; // px from one point to the next where the pointer draws along, and
const MANY = 4; // points from which on it has drawn an area, not trembled at a corner

class Lasso {
  /**
   * @param {L.Map} map
   * @param {(corners: Position[]) => void} done with no corner where it was given up
   */
  constructor(map, done) {
    this.map = map;
    this.done = done;
    /** @type {L.LatLng[]} */
    this.corners = [];
    this.shape = L.polygon([], { color: "var(--mob-ink)", weight: 2, dashArray: "4 4", interactive: false });
    this.down = false;
    this.along = 0; // points drawn since the pointer went down
    this.box = map.getContainer();
    this.events = new AbortController();
  }

  begin() {
    const { map } = this;
    const hear = { capture: true, signal: this.events.signal };
    map.dragging.disable();
    map.doubleClickZoom.disable();
    this.box.classList.add("mob-drawing");
    this.shape.addTo(map);
    for (const kind of /** @type {const} */ (["pointerdown", "pointermove", "pointerup", "click", "dblclick"])) {
      this.box.addEventListener(kind, (event) => this.pointer(/** @type {PointerEvent} */ (event)), hear);
    }
    this.box.addEventListener("keydown", (event) => this.key(event), hear);
    this.box.focus({ preventScroll: true });
  }

  /** @param {L.LatLng} at */
  add(at) {
    this.corners.push(at);
    this.shape.setLatLngs(this.corners);
  }

  /** @param {PointerEvent} event */
  pointer(event) {
    if (/** @type {Element} */ (event.target).closest(".leaflet-control")) {
      return;
    }
    event.stopPropagation();
    const point = this.map.mouseEventToContainerPoint(event);
    const at = this.map.containerPointToLatLng(point);
    if (event.type === "pointerdown") {
      this.down = true;
      this.along = 0;
      this.add(at);
    } else if (event.type === "pointermove" && this.down) {
      const last = this.corners[this.corners.length - 1];
      if (this.map.latLngToContainerPoint(last).distanceTo(point) > FREE) {
        this.along += 1;
        this.add(at);
      }
    } else if (event.type === "pointerup") {
      this.down = false;
      if (this.along > MANY) {
        this.end(true);
      }
    } else if (event.type === "dblclick") {
      this.end(true);
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, () => void>} */
    const does = {
      " ": () => this.add(this.map.getCenter()),
      Enter: () => this.end(true),
      Escape: () => this.end(false),
      Backspace: () => {
        this.corners.pop();
        this.shape.setLatLngs(this.corners);
      },
    };
    if (does[event.key]) {
      event.preventDefault();
      event.stopPropagation();
      does[event.key]();
    }
  }

  /** @param {boolean} good */
  end(good) {
    this.events.abort();
    this.shape.remove();
    this.map.dragging.enable();
    this.map.doubleClickZoom.enable();
    this.box.classList.remove("mob-drawing");
    this.done(good ? this.corners.map(({ lat, lng }) => [lat, lng]) : []);
  }
}

/**
 * Let an area be drawn, unless one is being drawn.
 * @param {L.Map} map
 * @param {(corners: Position[]) => void} done with no corner where it was given up
 */
export function drawArea(map, done) {
  if (!map.getContainer().classList.contains("mob-drawing")) {
    new Lasso(map, done).begin();
  }
}

/**
 * Whether a line lies in an area, or touches it.
 * @param {Position[]} line
 * @param {Position[]} area its corners
 */
export function touches(line, area) {
  const edges = area.map((corner, i) => /** @type {const} */ ([corner, area[(i + 1) % area.length]]));
  return inside(line[0], edges) || line.slice(1).some((to, i) => edges.some(([a, b]) => crosses(line[i], to, a, b)));
}

/**
 * @param {Position} point
 * @param {(readonly [Position, Position])[]} edges
 */
function inside([y, x], edges) {
  const across = edges.filter(([a, b]) => a[0] > y !== b[0] > y);
  const cut = across.filter(([a, b]) => x < a[1] + ((y - a[0]) / (b[0] - a[0])) * (b[1] - a[1]));
  return cut.length % 2 === 1;
}

/**
 * Whether two lines, each from one point to another, meet.
 * @param {Position} a
 * @param {Position} b
 * @param {Position} c
 * @param {Position} d
 */
function crosses(a, b, c, d) {
  const turn = (/** @type {Position} */ p, /** @type {Position} */ q, /** @type {Position} */ r) => (
    Math.sign((q[1] - p[1]) * (r[0] - p[0]) - (q[0] - p[0]) * (r[1] - p[1]))
  );
  return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
}
