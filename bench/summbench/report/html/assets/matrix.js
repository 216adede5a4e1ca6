"use strict";
// Paired tests of every two models: the row minus the column, marked only if the test is significant.
const Matrix = (() => {
  const { el, byId } = summbench;

  /** Class, sign and word of a difference. @param {Metric} metric @param {Difference} difference */
  function classify(metric, difference) {
    if (!Differences.isSignificant(difference)) return ["same", "·", "not told apart"];
    if (metric.direction === "neither") return difference.mean > 0 ? ["more", ">", "higher"] : ["less", "<", "lower"];
    return difference.mean > 0 === (metric.direction === "higher") ? ["wins", "+", "better"] : ["loses", "−", "worse"];
  }

  /** @param {BoardView} view @param {Metric} metric @param {Pair[]} pairs @param {number} a @param {number} b */
  function drawCell(view, metric, pairs, a, b) {
    const difference = a === b ? null : Differences.find(pairs, a, b);
    if (!difference) return el("td", { class: "self" }, "");
    const [kind, sign, word] = classify(metric, difference);
    const facts = `${Differences.describe(view.board, metric, a, b, difference)}\n${word}`;
    return el("td", { class: kind, "data-facts": facts }, el("span", { "aria-hidden": "true" }, sign),
      el("span", { class: "unseen" }, `${word}, p ${Format.pValue(difference.p_adjusted)}`));
  }

  /** The models with a test, the best first. @param {BoardView} view @param {Pair[]} pairs */
  function listModels(view, pairs) {
    const tested = new Set(pairs.flatMap((pair) => [pair.a, pair.b]));
    const models = LeaderboardTable.getModels(view).filter((model) => tested.has(model));
    if (view.metric === view.primary) return models;
    const sign = view.board.metrics[view.metric].direction === "lower" ? 1 : -1;
    /** @param {number} model */
    const getMean = (model) => view.board.entries[view.dataset][view.metric][model]?.mean ?? -Infinity;
    return models.sort((a, b) => sign * (getMean(a) - getMean(b)));
  }

  /** @param {BoardView} view @param {Pair[]} pairs */
  function draw(view, pairs) {
    const figure = byId("matrix");
    const metric = view.board.metrics[view.metric];
    const models = listModels(view, pairs);
    const count = LeaderboardTable.getModels(view).length;
    figure.hidden = count < 2 || (!models.length && view.metric === view.primary);
    if (figure.hidden) return;
    if (!models.length || models.length > view.board.most_drawn) {
      figure.querySelector("p").textContent = !models.length
        ? `Pairs on ${metric.name} are not in this report. In Python: run.compare("${metric.name}").`
        : `A square of ${models.length} models is too large for a page. Choose a model to compare with, above, for its differences.`;
      figure.querySelector(".scroll").replaceChildren();
      return;
    }
    figure.classList.toggle("wide", models.length > 20);
    /** @param {number} model */
    const getLabel = (model) => Plot.shorten(view.board.models[model].name);
    const table = el("table", { class: models.length > 14 ? "matrix dense" : "matrix" },
      el("caption", {}, el("span", { class: "unseen" }, `${metric.name}: row against column`)),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "unseen" }, "model")),
        ...models.map((model) => el("th", { scope: "col" }, el("span", {}, getLabel(model)))))),
      el("tbody", {}, ...models.map((a) => el("tr", {}, el("th", { scope: "row" }, getLabel(a)),
        ...models.map((b) => drawCell(view, metric, pairs, a, b))))));
    const correction = view.metric === view.primary ? "Holm over all pairs" : "Benjamini and Hochberg, exploratory";
    figure.querySelector("p").textContent = `+ the row is significantly better than the column, − worse, · not told apart (5 %, ${correction}). Point at a cell for its difference and adjusted p.`;
    figure.querySelector(".scroll").replaceChildren(table);
    Page.makeRoving(table);
  }

  return { draw };
})();
