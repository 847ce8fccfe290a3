// Shortest ways from every state (Dijkstra), and the one way among equals that the library takes.
/** @import { Arcs } from "../types" */

// A binary heap of states by key, the least first; a state may stand in it more than once.
class Heap {
  /** @type {number[]} */
  keys = [];
  /** @type {number[]} */
  states = [];

  /**
   * @param {number} i
   * @param {number} j
   */
  swap(i, j) {
    const { keys, states } = this;
    [keys[i], keys[j]] = [keys[j], keys[i]];
    [states[i], states[j]] = [states[j], states[i]];
  }

  /**
   * @param {number} key
   * @param {number} state
   */
  push(key, state) {
    const { keys, states } = this;
    let i = keys.push(key) - 1;
    states.push(state);
    while (i && keys[(i - 1) >> 1] > keys[i]) {
      this.swap(i, (i - 1) >> 1);
      i = (i - 1) >> 1;
    }
  }

  pop() {
    const { keys, states } = this;
    const state = states[0];
    this.swap(0, keys.length - 1);
    keys.pop();
    states.pop();
    for (let i = 0, next = 1; next < keys.length; i = next, next = 2 * i + 1) {
      if (next + 1 < keys.length && keys[next + 1] < keys[next]) {
        next += 1;
      }
      if (keys[i] <= keys[next]) {
        break;
      }
      this.swap(i, next);
    }
    return state;
  }
}

/**
 * Every state's least rank to a target; Infinity where there is no way.
 * @param {Arcs} arcs
 * @param {number[]} targets
 * @param {number[]} rank of each arc
 */
export function rankTo(arcs, targets, rank) {
  const least = new Float64Array(arcs.entering.length).fill(Infinity);
  const heap = new Heap();
  for (const state of targets) {
    least[state] = 0;
    heap.push(0, state);
  }
  while (heap.keys.length) {
    const key = heap.keys[0];
    const state = heap.pop();
    if (key > least[state]) { // outdated
      continue;
    }
    for (const k of arcs.entering[state]) {
      const through = key + rank[k];
      const tail = arcs.tail[k];
      if (through < least[tail]) {
        least[tail] = through;
        heap.push(through, tail);
      }
    }
  }
  return least;
}

/**
 * Reach all states without a leg, along least-rank arcs: to `here`, which holds the arcs taken to each, are added those
 * that transfers and crossings lead to. Returns the arc of the next leg, or the target that is reached.
 * @param {Arcs} arcs
 * @param {Map<number, number[]>} here
 * @param {Float64Array} remaining
 * @param {number[]} rank
 * @returns {{ leg: number, target?: number }}
 */
function nextLeg(arcs, here, remaining, rank) {
  let leg = -1;
  for (const [state, taken] of here) { // grows by states reached without a leg
    if (remaining[state] === 0) {
      return { leg, target: state };
    }
    for (const k of arcs.leaving[state]) {
      const head = arcs.head[k];
      if (rank[k] + remaining[head] !== remaining[state]) {
        continue;
      }
      if (arcs.kind[k] === "link") {
        leg = leg < 0 || arcs.order[arcs.row[k]] < arcs.order[arcs.row[leg]] ? k : leg;
      } else if (!here.has(head)) {
        here.set(head, [...taken, k]);
      }
    }
  }
  return { leg };
}

/**
 * Follow least-rank arcs; among equals the smallest next link id (as Graph.walk does).
 * @param {Arcs} arcs
 * @param {number[]} start
 * @param {Float64Array} remaining
 * @param {number[]} rank
 */
export function walk(arcs, start, remaining, rank) {
  const least = Math.min(...start.map((state) => remaining[state]));
  /** @type {Map<number, number[]>} */
  let here = new Map(start.filter((state) => remaining[state] === least).map((state) => [state, []]));
  /** @type {number[]} */
  const path = [];
  for (;;) {
    const { leg, target } = nextLeg(arcs, here, remaining, rank);
    if (target !== undefined) {
      return path.concat(here.get(target) || []);
    }
    path.push(...(here.get(arcs.tail[leg]) || []), leg);
    here = new Map([[arcs.head[leg], []]]);
  }
}
