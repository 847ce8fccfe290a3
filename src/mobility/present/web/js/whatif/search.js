// Shortest ways (Dijkstra), and the one way among equals that the library takes.
import { LINK, isBefore } from "./graph.js";
/** @import { Arcs, Side, Tree } from "../types" */

// A binary heap of states by key, the least first; a state may stand in it more than once.
class Heap {
  /** @param {number} most how often something is put in, at most */
  constructor(most) {
    this.keys = new Float64Array(most);
    this.states = new Int32Array(most);
    this.size = 0;
  }

  /**
   * @param {number} key
   * @param {number} state
   */
  push(key, state) {
    const { keys, states } = this;
    let i = this.size++;
    while (i && keys[(i - 1) >> 1] > key) {
      keys[i] = keys[(i - 1) >> 1];
      states[i] = states[(i - 1) >> 1];
      i = (i - 1) >> 1;
    }
    keys[i] = key;
    states[i] = state;
  }

  pop() {
    const { keys, states } = this;
    const top = states[0];
    const size = --this.size;
    const key = keys[size];
    let i = 0;
    for (let next = 1; next < size; i = next, next = 2 * i + 1) {
      if (next + 1 < size && keys[next + 1] < keys[next]) {
        next += 1;
      }
      if (key <= keys[next]) {
        break;
      }
      keys[i] = keys[next];
      states[i] = states[next];
    }
    keys[i] = key;
    states[i] = states[size];
    return top;
  }
}

/**
 * Least ranks from some states along the arcs of one side; against the arcs, where the side is those that enter.
 * @param {Side} side
 * @param {Iterable<number>} starts
 * @param {Float64Array} lengths of each arc
 * @param {Float64Array | null} [beyond] what is left beyond each start; default: nothing
 * @returns {Tree}
 */
export function treeFrom(side, starts, lengths, beyond) {
  const size = side.starts.length - 1;
  const rank = new Float64Array(size).fill(Infinity);
  const up = new Int32Array(size).fill(-1);
  const order = new Int32Array(size);
  let reached = 0;
  const heap = new Heap(size + lengths.length);
  for (const state of starts) {
    rank[state] = beyond ? beyond[state] : 0;
    if (rank[state] < Infinity) {
      heap.push(rank[state], state);
    }
  }
  while (heap.size) {
    const key = heap.keys[0];
    const state = heap.pop();
    if (key > rank[state]) { // outdated
      continue;
    }
    order[reached++] = state;
    for (let at = side.starts[state]; at < side.starts[state + 1]; at++) {
      const through = key + lengths[side.arcs[at]];
      const far = side.far[at];
      if (through < rank[far]) {
        rank[far] = through;
        up[far] = side.arcs[at];
        heap.push(through, far);
      }
    }
  }
  return { rank, up, order: order.subarray(0, reached) };
}

/**
 * The least rank of a way without one arc, Infinity where there is none: a search led by what remains with it.
 * @param {Arcs} arcs
 * @param {Iterable<number>} starts
 * @param {Float64Array} remaining from each state, with the arc
 * @param {Float64Array} lengths
 * @param {number} lost
 */
export function rankWithout({ out }, starts, remaining, lengths, lost) {
  const rank = new Float64Array(remaining.length).fill(Infinity);
  const heap = new Heap(remaining.length + lengths.length);
  for (const state of starts) {
    rank[state] = 0;
    if (remaining[state] < Infinity) {
      heap.push(remaining[state], state);
    }
  }
  while (heap.size) {
    const key = heap.keys[0];
    const state = heap.pop();
    if (key > rank[state] + remaining[state]) { // outdated
      continue;
    }
    if (!remaining[state]) {
      return key;
    }
    for (let at = out.starts[state]; at < out.starts[state + 1]; at++) {
      const k = out.arcs[at];
      const far = out.far[at];
      const through = rank[state] + lengths[k];
      if (through < rank[far] && remaining[far] < Infinity && k !== lost) {
        rank[far] = through;
        heap.push(through + remaining[far], far);
      }
    }
  }
  return Infinity;
}

/**
 * Reach all states without a leg, along least-rank arcs: to `here`, which holds the arcs taken to each, are added those
 * that transfers and crossings lead to. Returns the arc of the next leg, or the target that is reached.
 * @param {Arcs} arcs
 * @param {string[]} ids of links
 * @param {Map<number, number[]>} here
 * @param {{ remaining: Float64Array, lengths: Float64Array, ends: (state: number) => number }} by
 * @returns {{ leg: number, target?: number }}
 */
function nextLeg({ kind, row, out }, ids, here, { remaining, lengths, ends }) {
  let leg = -1;
  for (const [state, taken] of here) { // grows by states reached without a leg
    if (remaining[state] === ends(state)) {
      return { leg, target: state };
    }
    for (let at = out.starts[state]; at < out.starts[state + 1]; at++) {
      const k = out.arcs[at];
      if (lengths[k] + remaining[out.far[at]] !== remaining[state]) {
        continue;
      }
      if (kind[k] === LINK) {
        leg = leg < 0 || isBefore(ids[row[k]], ids[row[leg]]) ? k : leg;
      } else if (!here.has(out.far[at])) {
        here.set(out.far[at], [...taken, k]);
      }
    }
  }
  return { leg };
}

/**
 * Follow least-rank arcs; among equals the smallest next link id (as Graph.walk does).
 * @param {Arcs} arcs
 * @param {string[]} ids of links
 * @param {number[]} starts
 * @param {Float64Array} remaining
 * @param {Float64Array} lengths
 * @param {(state: number) => number} [ends] what remains at each target, Infinity elsewhere
 */
export function walk(arcs, ids, starts, remaining, lengths, ends = () => 0) {
  const least = Math.min(...starts.map((state) => remaining[state]));
  /** @type {Map<number, number[]>} */
  let here = new Map(starts.filter((state) => remaining[state] === least).map((state) => [state, []]));
  /** @type {number[]} */
  const path = [];
  for (;;) {
    const { leg, target } = nextLeg(arcs, ids, here, { remaining, lengths, ends });
    if (target !== undefined) {
      return path.concat(here.get(target) || []);
    }
    path.push(...(here.get(arcs.tail[leg]) || []), leg);
    here = new Map([[arcs.head[leg], []]]);
  }
}
