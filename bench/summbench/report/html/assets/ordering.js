"use strict";
// In which order articles are worth reading.
summbench.ordering = (() => {
  const ORDERS = [
    ["given", "as in the dataset"],
    ["a", "A better than B, most first"],
    ["b", "B better than A, most first"],
    ["systems", "systems disagree most"],
    ["metrics", "metrics disagree most"],
    ["flags", "most health flags"],
    ["low", "lowest mean score"],
  ];

  // How far the best and the worst rank of a system are apart, over metrics; mean of the systems.
  function disagreement(tables, i, models) {
    const ranks = tables.map(({ rows, sign }) => {
      const order = [...models].sort((a, b) => sign * (rows[b][i] - rows[a][i]) || a - b);
      return new Map(order.map((model, rank) => [model, rank]));
    });
    let sum = 0;
    for (const model of models) {
      const of = ranks.map((rank) => rank.get(model));
      sum += Math.max(...of) - Math.min(...of);
    }
    return sum / (models.length * Math.max(1, models.length - 1));
  }

  function deviation(rows, i, models) {
    const values = models.map((model) => rows[model][i]).filter(Number.isFinite);
    if (values.length < 2) return NaN;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  }

  const bits = (value) => value.toString(2).replaceAll("0", "").length;

  // A number for each article, the highest first; `tables` are the quality metrics that are shown.
  function key(order, { rows, sign, a, b, tables, models, flags }) {
    if (order === "a") return (i) => sign * (rows[a][i] - rows[b][i]);
    if (order === "b") return (i) => sign * (rows[b][i] - rows[a][i]);
    if (order === "systems") return (i) => deviation(rows, i, models);
    if (order === "metrics") return (i) => disagreement(tables, i, models);
    if (order === "flags") return (i) => flags.reduce((sum, row) => sum + bits(row[i]), 0);
    return (i) => {
      const values = models.map((model) => rows[model][i]).filter(Number.isFinite);
      return values.length ? (-sign * values.reduce((x, y) => x + y, 0)) / values.length : NaN;
    };
  }

  function sorted(places, order, facts) {
    if (order === "given") return { places, keys: null };
    const of = key(order, facts);
    const keys = new Map(places.map((i) => [i, of(i)]));
    const rank = (i) => (Number.isFinite(keys.get(i)) ? keys.get(i) : -Infinity);
    return { places: [...places].sort((x, y) => rank(y) - rank(x) || x - y), keys };
  }

  return { ORDERS, sorted };
})();
