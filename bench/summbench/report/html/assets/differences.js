"use strict";
// Differences of two models: each pair is stored once; turned round, the difference changes its sign.
const Differences = (() => {
  /** @param {Maybe<number>} value */
  const negate = (value) => (Format.isNumber(value) ? -value : null);

  /** Pairs by their two models, made once for each file. @type {WeakMap<Pair[], Map<string, Pair>>} */
  const indexes = new WeakMap();

  /** @param {Pair[]} pairs @returns {Map<string, Pair>} */
  function getIndex(pairs) {
    const known = indexes.get(pairs);
    if (known) return known;
    const index = new Map(pairs.map((pair) => [`${pair.a} ${pair.b}`, pair]));
    indexes.set(pairs, index);
    return index;
  }

  /** The difference a - b, or null if the two were not compared. @param {Pair[]} pairs @param {number} a @param {number} b @returns {Difference | null} */
  function find(pairs, a, b) {
    const index = getIndex(pairs);
    const known = index.get(`${a} ${b}`);
    if (known) return known;
    const pair = index.get(`${b} ${a}`);
    if (!pair) return null;
    return {
      ...pair, mean: -pair.mean, low: negate(pair.high), high: negate(pair.low),
      wins: pair.losses, losses: pair.wins, effect_size: negate(pair.effect_size),
    };
  }

  /** @param {Difference} difference */
  const isSignificant = (difference) => difference.p_adjusted !== null && difference.p_adjusted <= 0.05;

  /** @param {Board} board @param {Metric} metric @param {number} a @param {number} b @param {Difference} difference */
  function describe(board, metric, a, b, difference) {
    const unit = metric.role === "quality" ? " points" : "";
    const method = difference.correction === "holm" ? "Holm" : "Benjamini and Hochberg, exploratory";
    /** @param {Maybe<number>} value */
    const signed = (value) => Format.signed(Format.score(metric, value));
    return [
      `${board.models[a].name} − ${board.models[b].name}, ${metric.name}`,
      `${signed(difference.mean)}${unit}, 95 % interval ${signed(difference.low)} to ${signed(difference.high)}`,
      `adjusted p ${Format.pValue(difference.p_adjusted)} (${method}), p ${Format.pValue(difference.p)}`,
      `${difference.wins} wins, ${difference.ties} ties, ${difference.losses} losses on ${difference.coverage || Format.count(difference.n)} articles; d_z ${Format.decimal(difference.effect_size)}`,
    ].join("\n");
  }

  return { find, isSignificant, describe };
})();
