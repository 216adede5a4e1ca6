"use strict";
// In which order articles are worth reading.
const Ordering = (() => {
  /** @type {[string, string][]} */
  const ORDERS = [
    ["given", "as in the dataset"],
    ["a", "A better than B, most first"],
    ["b", "B better than A, most first"],
    ["systems", "systems disagree most"],
    ["metrics", "metrics disagree most"],
    ["flags", "most health flags"],
    ["low", "lowest mean score"],
  ];

  /** The distance between the best and the worst rank of a system over the metrics; mean of the systems. @param {ScoreTable[]} tables @param {number} i @param {number[]} models */
  function computeDisagreement(tables, i, models) {
    const ranks = tables.map(({ rows, sign }) => {
      const order = [...models].sort((a, b) => sign * (rows[b][i] - rows[a][i]) || a - b);
      return new Map(order.map((model, rank) => [model, rank]));
    });
    let sum = 0;
    for (const model of models) {
      const modelRanks = ranks.map((rank) => rank.get(model) ?? 0);
      sum += Math.max(...modelRanks) - Math.min(...modelRanks);
    }
    return sum / (models.length * Math.max(1, models.length - 1));
  }

  /** @param {number[]} values */
  const computeMean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Of the systems' scores of one article; undefined for fewer than two. @param {number[]} values */
  function computeDeviation(values) {
    if (values.length < 2) return NaN;
    const mean = computeMean(values);
    return Math.sqrt(computeMean(values.map((value) => (value - mean) ** 2)));
  }

  /** @param {number} value */
  const countBits = (value) => value.toString(2).replaceAll("0", "").length;

  /** A number for each article; the highest comes first. @param {string} order @param {OrderFacts} facts @returns {(i: number) => number} */
  function getKey(order, { rows = [], sign = 1, a, b, tables, models, flagRows }) {
    /** @param {number} i */
    const getScores = (i) => models.map((model) => rows[model][i]).filter(Format.isNumber);
    if (order === "a") return (i) => sign * (rows[a][i] - rows[b][i]);
    if (order === "b") return (i) => sign * (rows[b][i] - rows[a][i]);
    if (order === "systems") return (i) => computeDeviation(getScores(i));
    if (order === "metrics") return (i) => computeDisagreement(tables, i, models);
    if (order === "flags") return (i) => flagRows.reduce((sum, row) => sum + countBits(row[i]), 0);
    return (i) => -sign * computeMean(getScores(i));
  }

  /** Articles without a number come last; equal ones stay in the dataset's order. @param {number[]} places @param {string} order @param {OrderFacts} facts */
  function sortArticles(places, order, facts) {
    if (order === "given") return { places, sortKeys: null };
    const key = getKey(order, facts);
    const sortKeys = new Map(places.map((i) => [i, key(i)]));
    /** @param {number} i */
    const rank = (i) => {
      const value = sortKeys.get(i);
      return Format.isNumber(value) ? value : -Infinity;
    };
    // two infinities differ by NaN, which is falsy too
    return { places: [...places].sort((x, y) => rank(y) - rank(x) || x - y), sortKeys };
  }

  return { ORDERS, sortArticles };
})();
