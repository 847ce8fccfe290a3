// The least ways by places in an order, as the library finds them (mobility.analysis.routing).
import { MS_PER_H, fixed } from "../numbers.js";
import { LINK } from "./graph.js";
import { ranksWithoutEach } from "./replacement.js";
import { treeFrom, walk } from "./search.js";
/** @import { Weights } from "../contract" */
/** @import { Arcs, Tree, Way } from "../types" */

export class Ways {
  /**
   * @param {Arcs} arcs
   * @param {string[]} ids of links
   * @param {Weights} weights
   */
  constructor(arcs, ids, weights) {
    this.arcs = arcs;
    this.ids = ids;
    this.weights = weights;
  }

  /**
   * The tree to some states. Raises RangeError where the costs are too large to be exact.
   * @param {number[]} ends
   * @param {Float64Array} lengths
   * @param {Float64Array | null} beyond
   */
  treeTo(ends, lengths, beyond) {
    const { ms, longest } = this.weights;
    const tree = treeFrom(this.arcs.into, ends, lengths, beyond);
    if (tree.rank.some((r) => r < Infinity && r >= longest)) {
      const hours = fixed(Math.floor(longest / ms / MS_PER_H), 0);
      throw new RangeError(`a route takes more than ${hours} hours; the costs are too large to be exact`);
    }
    return tree;
  }

  /**
   * Milliseconds of a rank; null where there is no way.
   * @param {number} rank
   */
  msOf(rank) {
    return rank < Infinity ? Math.floor(rank / this.weights.ms) : null;
  }

  /**
   * The least way by stops: states of the origin, of places on the way, of the destination.
   * @param {number[][]} stops
   * @param {Float64Array} lengths
   * @returns {Way & { least: number }}
   */
  by(stops, lengths) {
    /** @type {Tree[]} */
    const trees = [];
    stops.slice(1).reverse().forEach((ends) => {
      trees.unshift(this.treeTo(ends, lengths, trees.length ? trees[0].rank : null));
    });
    const least = leastOf(trees[0], stops[0]);
    /** @type {number[]} */
    const path = [];
    let [here] = stops;
    for (const [i, tree] of (least < Infinity ? trees : []).entries()) {
      const onward = trees[i + 1]?.rank;
      const at = new Set(stops[i + 1]);
      const ends = onward ? (/** @type {number} */ state) => (at.has(state) ? onward[state] : Infinity) : undefined;
      const part = walk(this.arcs, this.ids, here, tree.rank, lengths, ends);
      const nearest = leastOf(tree, here);
      here = part.length ? [this.arcs.head[part[part.length - 1]]] : here.filter((s) => tree.rank[s] === nearest);
      path.push(...part);
    }
    return { path, stops, goal: trees[0], lengths, least };
  }

  /**
   * The rank without each arc of a way. By way of places a link may be passed twice: there a search tells, without both
   * its arcs.
   * @param {Way} way
   * @returns {ArrayLike<number>}
   */
  withoutEach(way) {
    const { kind, row } = this.arcs;
    if (way.stops.length === 2) {
      return ranksWithoutEach(this.arcs, way);
    }
    return way.path.map((lost) => {
      const open = way.lengths.map((r, k) => (kind[k] === LINK && row[k] === row[lost] ? Infinity : r));
      return kind[lost] === LINK ? this.by(way.stops, open).least : 0;
    });
  }
}

/**
 * The least rank of some states.
 * @param {Tree} tree
 * @param {number[]} some
 */
export function leastOf(tree, some) {
  return Math.min(Infinity, ...some.map((state) => tree.rank[state]));
}
