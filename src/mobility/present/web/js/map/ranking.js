// What a finding ranks: its marks on the map, and the list beside it.
import { button, element } from "../dom.js";
/** @import { Ranked } from "../contract" */
/** @import { Badge, Drawing, Scene } from "../types" */

const SHARES = [0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95]; // of a line, where its mark may stand

/**
 * The marks of what is ranked, each on the line in the middle of its links.
 * @param {Scene} scene
 * @param {Ranked[]} ranked
 * @returns {Badge[]}
 */
export function badgesOf(scene, ranked) {
  return ranked.filter((row) => row.links.length).map((row) => {
    const lines = row.links.map((index) => scene.lines[index]);
    const middle = lines.length >> 1;
    const order = [...lines.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    const spots = order.flatMap((i) => {
      const line = lines[i];
      return SHARES.map((share) => line[Math.round(share * (line.length - 1))]);
    });
    return { node: element("span", row.mark, "mob-badge"), spots, size: [0, 0] };
  });
}

/**
 * The list: a click shows what a row is of.
 * @param {Ranked[]} ranked
 * @param {string} heading
 * @param {Drawing} drawing
 */
export function rankingOf(ranked, heading, drawing) {
  const box = element("details", "", "mob-ranking");
  const list = element("ol");
  list.append(...ranked.map((row) => {
    const item = element("li");
    const text = element("span");
    text.append(element("b", row.name), element("small", row.said));
    const words = button("", row.mark, "", () => drawing.zoomTo(row.links));
    words.disabled = !row.links.length;
    words.append(element("span", row.mark, "mob-badge"), text);
    item.append(words);
    return item;
  }));
  box.append(element("summary", heading), list);
  return box;
}
