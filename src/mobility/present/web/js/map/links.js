// Links: their lines and their states.
import { veil } from "./filter.js";
import { zoomTo } from "./frame.js";
import { cross, halfway, lineAlong } from "./lines.js";
/** @import { Link, Scene } from "../types" */

/**
 * The colour and the width of a link's line: on a quiet map thin and grey, but for what is closed.
 * @param {Scene} scene
 * @param {Link} link
 * @param {number} wide px of its mode or state
 */
function penOf({ style, scale, quiet }, link, wide) {
  const shut = link.state === "closed";
  const weight = wide * scale * (style.widths[link.group] || 1);
  if (quiet && !shut) {
    return { weight: Math.max(0.6, weight * style.quiet_width), color: style.quiet };
  }
  return { weight, color: shut ? style.closed : style.groups[link.group] };
}

/**
 * How the line of a link in its state is drawn.
 * @param {Scene} scene
 * @param {Link} link
 * @returns {L.PolylineOptions & { weight: number }}
 */
function lookOf(scene, link) {
  const { style } = scene;
  const mode = style.modes[link.mode];
  const look = link.state ? style.status[link.state] : mode;
  const round = link.mode === "sea" && (link.state === "" || link.state === "unused");
  return {
    ...penOf(scene, link, look.width),
    pane: link.state === "closed" ? "shut" : "links", className: `mob-${link.state || link.mode}`,
    dashArray: (round ? mode.dash : look.dash) || undefined, lineCap: round ? "round" : "butt",
  };
}

/**
 * The lines of a link in its state: of a railway in use a coloured one with white dashes on it.
 * @param {Scene} scene
 * @param {number} index
 */
function linesOf(scene, index) {
  const link = scene.links[index];
  const look = lookOf(scene, link);
  if (link.mode !== "rail" || link.state) {
    return [lineAlong(scene, index, look)];
  }
  if (link.group === "relief" || scene.quiet) { // too thin for white dashes
    return [lineAlong(scene, index, { ...look, dashArray: scene.style.quiet_rail })];
  }
  const white = Math.max(1, look.weight - 1.8);
  return [
    lineAlong(scene, index, { ...look, dashArray: undefined }),
    lineAlong(scene, index, { ...look, className: "", color: scene.style.paper, weight: white }),
  ];
}

/**
 * Draw a link and give it what changes it:
 * setState(state, words) draws it anew ("" in use, "unused", "planned" or "closed"; words for its card),
 * visit() goes there, opens its card and gives it the focus.
 * @param {Scene} scene
 * @param {number} index
 */
export function drawLink(scene, index) {
  const { map } = scene;
  const link = scene.links[index];
  function draw() {
    const [line, ...more] = linesOf(scene, index);
    const crosses = link.state === "closed" ? [cross(halfway(scene.lines[index]))] : [];
    link.paths = [line, ...more, ...crosses];
    link.paths.forEach((path) => path.addTo(map));
    line.getElement()?.setAttribute("aria-label", link.name);
    line.getElement()?.setAttribute("role", "img");
    veil(scene, index);
  }
  link.setState = (state, words) => {
    if (words !== undefined) {
      link.words = words;
    }
    if (state !== link.state) {
      link.state = state;
      link.paths.forEach((path) => path.remove());
      draw();
    }
  };
  link.visit = () => {
    zoomTo(scene, [index]);
    scene.pointing.reach("link", index);
  };
  draw();
}
