// Columns on the move: a slider over time, and on the map where each of them is.
import { button, element } from "../dom.js";
import { say } from "../speech.js";
/** @import { Moves, MovingColumn } from "../contract" */
/** @import { Position } from "../types" */

const TICK = 60; // ms between two pictures while it plays
const PLAYED = 400; // pictures from start to end
const STEP = 10; // minutes of the slider

/**
 * A line, and how far along it each of its points is.
 * @param {Position[]} points
 */
function measured(points) {
  const far = [0];
  for (let i = 1; i < points.length; i++) {
    const [lat, lng] = points[i];
    const wide = (lng - points[i - 1][1]) * Math.cos((lat * Math.PI) / 180);
    far.push(far[i - 1] + Math.hypot(lat - points[i - 1][0], wide));
  }
  return { points, far };
}

/**
 * The point at a share of a line's length.
 * @param {{ points: Position[], far: number[] }} line
 * @param {number} share
 * @returns {Position}
 */
function along({ points, far }, share) {
  const goal = share * far[far.length - 1];
  const i = Math.max(1, far.findIndex((d) => d >= goal));
  const part = (goal - far[i - 1]) / (far[i] - far[i - 1] || 1);
  const [a, b] = [points[i - 1], points[i]];
  return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
}

/**
 * Where a column is at a minute; null before it sets out.
 * @param {MovingColumn} column
 * @param {number} minute
 * @param {(link: number) => ReturnType<typeof measured>} lineOf
 * @param {(place: number) => Position} placeAt
 */
function whereIs({ steps }, minute, lineOf, placeAt) {
  const after = steps.findIndex(([begin]) => begin > minute);
  const step = steps[(after < 0 ? steps.length : after) - 1];
  if (!step) {
    return null;
  }
  const [begin, end, link, back] = step;
  if (link < 0) {
    return placeAt(back);
  }
  const share = minute >= end ? 1 : (minute - begin) / (end - begin);
  return along(lineOf(link), back ? 1 - share : share);
}

/**
 * The panel with slider, clock and forces; `show` is called with each minute that is chosen.
 * @param {Moves} data
 * @param {(minute: number) => void} show
 */
function panelOf(data, show) {
  const box = element("div", "", "mob-moves");
  const clock = element("output");
  const slider = element("input");
  Object.assign(slider, { type: "range", min: "0", max: String(data.minutes), step: String(STEP), value: "0" });
  slider.setAttribute("aria-label", say("Time"));
  const rows = data.forces.map((force) => {
    const row = element("li");
    const mark = element("i");
    mark.style.background = force.colour;
    const there = element("span");
    row.append(mark, element("b", force.name), there);
    return { row, there };
  });
  const list = element("ul");
  list.append(...rows.map(({ row }) => row));
  function draw() {
    const minute = Number(slider.value);
    clock.textContent = `${data.clock[Math.floor(minute / 60)]}:${String(minute % 60).padStart(2, "0")}`;
    slider.setAttribute("aria-valuetext", clock.textContent);
    rows.forEach(({ there }, force) => {
      const own = data.columns.filter((column) => column.force === force);
      const done = own.filter((column) => column.end <= minute).length;
      there.textContent = say("{done} of {all} there", { done, all: own.length });
    });
    show(minute);
  }
  let playing = 0;
  function pause() {
    clearInterval(playing);
    playing = 0;
    play.textContent = say("Play");
  }
  const play = button(say("Play"), "play", "", () => {
    if (playing) {
      pause();
      return;
    }
    play.textContent = say("Pause");
    if (Number(slider.value) >= data.minutes) {
      slider.value = "0";
    }
    const more = Math.max(STEP, Math.round(data.minutes / PLAYED / STEP) * STEP);
    playing = setInterval(() => {
      slider.value = String(Number(slider.value) + more);
      draw();
      if (Number(slider.value) + STEP > data.minutes) {
        pause();
      }
    }, TICK);
  });
  slider.addEventListener("input", () => {
    pause();
    draw();
  });
  box.append(play, slider, clock, list);
  return { box, draw };
}

/**
 * @param {L.Map} map with a drawing
 * @param {Moves} data
 */
export function showMoves(map, data) {
  const { links, places, panel } = map.drawing;
  /** @type {Map<number, ReturnType<typeof measured>>} */
  const lines = new Map();
  /** @type {(link: number) => ReturnType<typeof measured>} */
  function lineOf(link) {
    const known = lines.get(link);
    if (known) {
      return known;
    }
    const points = /** @type {L.LatLng[]} */ (links[link].paths[0].getLatLngs());
    const line = measured(points.map(({ lat, lng }) => [lat, lng]));
    lines.set(link, line);
    return line;
  }
  const markers = data.columns.map((column) => L.circleMarker([0, 0], {
    pane: "marks", radius: 5, weight: 1.5, color: "var(--mob-paper)", className: "mob-column",
    fillColor: data.forces[column.force].colour, fillOpacity: 1,
  }).bindTooltip(column.name));
  const { box, draw } = panelOf(data, (minute) => {
    data.columns.forEach((column, i) => {
      const at = whereIs(column, minute, lineOf, (place) => places[place].at);
      if (at) {
        markers[i].setLatLng(at).addTo(map);
      } else {
        markers[i].remove();
      }
    });
  });
  panel("bottomright", box);
  draw();
  map.drawing.placeLabels();
}
