// What a route costs when one of its arcs is lost, for every arc at once: the library's way (see
// mobility.analysis.replacement, which says why it holds). A route without an arc takes some step from what the tree of
// the start reaches before it to what it reaches after it; the least of these is the answer, unless the tree onward
// takes the arc itself. Then a search tells.
import { rankWithout, treeFrom } from "./search.js";
/** @import { Arcs, Tree, Way } from "../types" */

/**
 * Per state, after how many arcs of the path the best way to it leaves the path; -1 where it never is on it.
 * @param {Arcs} arcs
 * @param {Tree} tree
 * @param {number[]} path
 */
function leavesAt(arcs, tree, path) {
  const left = new Int32Array(tree.rank.length).fill(-1);
  const on = new Int32Array(tree.rank.length).fill(-1);
  [arcs.tail[path[0]], ...path.map((k) => arcs.head[k])].forEach((state, i) => { on[state] = i; });
  for (const state of tree.order) { // after the one before it
    const up = tree.up[state];
    left[state] = on[state] < 0 && up >= 0 ? left[arcs.tail[up]] : on[state];
  }
  return left;
}

// Of many offers, each for some slots in a row, the cheapest for each slot.
class Offers {
  /** @param {number} slots */
  constructor(slots) {
    this.slots = slots;
    this.levels = 32 - Math.clz32(slots);
    this.cost = new Float64Array(this.levels * slots).fill(Infinity); // of 2 ** level slots in a row, by the first
    this.what = new Int32Array(this.levels * slots).fill(-1);
  }

  /**
   * @param {number} at
   * @param {number} cost
   * @param {number} what
   */
  lower(at, cost, what) {
    if (cost < this.cost[at]) {
      this.cost[at] = cost;
      this.what[at] = what;
    }
  }

  /**
   * Two spans of a power of two, which overlap, make up the slots.
   * @param {number} first
   * @param {number} last the slot after
   * @param {number} cost
   * @param {number} what
   */
  add(first, last, cost, what) {
    const level = 31 - Math.clz32(last - first);
    this.lower(level * this.slots + first, cost, what);
    this.lower(level * this.slots + last - (1 << level), cost, what);
  }

  settle() {
    for (let level = this.levels - 1; level; level--) {
      for (let i = 0; i + (1 << level) <= this.slots; i++) {
        const at = level * this.slots + i;
        this.lower(at - this.slots, this.cost[at], this.what[at]);
        this.lower(at - this.slots + (1 << (level - 1)), this.cost[at], this.what[at]);
      }
    }
  }
}

/**
 * Ranks without each arc of a way's path; Infinity where nothing replaces it.
 * @param {Arcs} arcs
 * @param {Way} way
 */
export function ranksWithoutEach(arcs, { path, stops, goal, lengths }) {
  const [starts, targets] = stops;
  const start = treeFrom(arcs.out, starts, lengths);
  const left = leavesAt(arcs, start, path);
  const offers = new Offers(path.length);
  for (let k = 0; k < lengths.length; k++) {
    const first = Math.max(left[arcs.tail[k]], 0);
    const last = left[arcs.head[k]];
    const total = start.rank[arcs.tail[k]] + lengths[k] + goal.rank[arcs.head[k]];
    if (first < last && total < Infinity && path[first] !== k) {
      offers.add(first, last, total, k);
    }
  }
  for (const state of targets) { // another end than the path's
    const first = Math.max(left[state], 0);
    if (start.rank[state] < Infinity && first < path.length) {
      offers.add(first, path.length, start.rank[state], -1);
    }
  }
  offers.settle();
  /** @type {(k: number, lost: number) => boolean} */
  function takes(k, lost) {
    for (let onward = k; onward >= 0; onward = goal.up[arcs.head[onward]]) {
      if (onward === lost) {
        return true;
      }
    }
    return false;
  }
  return Float64Array.from(path, (lost, i) => (
    takes(offers.what[i], lost) ? rankWithout(arcs, starts, goal.rank, lengths, lost) : offers.cost[i]
  ));
}
