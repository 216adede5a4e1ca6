"use strict";
// Figures of one metric with a row for each model: intervals, and the distribution over articles.
const Charts = (() => {
  const { svg, byId } = summbench;
  const LEFT = 190;
  const LINE = 22;
  const WIDTH = 640;

  /** Shows a figure, or hides its place if there is none. @param {string} id @param {string} caption @param {Element | null} figure */
  function place(id, caption, figure) {
    const box = byId(id);
    box.hidden = !figure;
    if (!figure) return;
    box.querySelector("p").textContent = caption;
    box.querySelector(".scroll").replaceChildren(figure);
  }

  /** @param {Metric} metric */
  const getFactor = (metric) => (metric.role === "quality" ? 100 : 1);
  /** @param {Metric} metric */
  const formatUnit = (metric) => (metric.role === "quality" ? `${metric.name}, points` : metric.name);

  /** @param {Model} model @param {number} y */
  const drawLabel = (model, y) =>
    Plot.drawText(LEFT - 12, y + 4, Plot.shorten(model.name), { class: `label ${model.kind}`, "text-anchor": "end" });

  /** @param {Element} figure @param {number} bottom @param {string} title */
  const drawXTitle = (figure, bottom, title) =>
    figure.append(Plot.drawText((LEFT + WIDTH) / 2, bottom + 34, title, { class: "axis-title", "text-anchor": "middle" }));

  /** @typedef {{model: number, estimate: Entry | Difference, mean: number}} Row */

  /** The chosen model, if the page has the metric's pairs. @param {BoardView} view @param {Pair[]} pairs */
  const getBaseline = (view, pairs) => (pairs.length ? view.baseline : null);

  /** Means of the metric, or differences to the chosen model; sorted. @param {BoardView} view @param {Pair[]} pairs @returns {Row[]} */
  function listRows(view, pairs) {
    const metric = view.board.metrics[view.metric];
    const baseline = getBaseline(view, pairs);
    /** @param {number} model */
    const getEstimate = (model) => {
      if (baseline === null) return view.board.entries[view.dataset][view.metric][model];
      return model === baseline ? null : Differences.find(pairs, model, baseline);
    };
    /** @type {Row[]} */
    const rows = [];
    for (const model of LeaderboardTable.getModels(view)) {
      const estimate = getEstimate(model);
      if (estimate && Format.isNumber(estimate.mean)) rows.push({ model, estimate, mean: estimate.mean });
    }
    const sign = metric.direction === "lower" ? 1 : -1;
    if (view.metric !== view.primary || baseline !== null) rows.sort((a, b) => sign * (a.mean - b.mean));
    return rows;
  }

  /** @param {BoardView} view @param {number | null} baseline @param {Row} row */
  function describeRow(view, baseline, row) {
    const metric = view.board.metrics[view.metric];
    if (baseline !== null) return Differences.describe(view.board, metric, row.model, baseline, /** @type {Difference} */ (row.estimate));
    const { mean, low, high, n, coverage } = row.estimate;
    return `${view.board.models[row.model].name}: ${Format.score(metric, mean)}, 95 % interval ${Format.score(metric, low)} to ${Format.score(metric, high)}, n = ${coverage || Format.count(n)}`;
  }

  /** Against a chosen model the differences are drawn, with a line at 0. @param {BoardView} view @param {Pair[]} pairs */
  function drawIntervals(view, pairs) {
    const metric = view.board.metrics[view.metric];
    const baseline = getBaseline(view, pairs);
    const rows = listRows(view, pairs);
    if (!rows.length) return place("intervals", "", null);
    const factor = getFactor(metric);
    /** @param {Row} row */
    const isBound = (row) => view.board.models[row.model].kind === "bound";
    const zero = baseline === null ? [] : [0];
    const [low, high] = Plot.computeSystemRange(rows, isBound,
      ({ estimate }) => [...zero, ...[estimate.mean, estimate.low, estimate.high].map((value) => (Format.isNumber(value) ? value * factor : value))]);
    const bottom = 14 + LINE * rows.length;
    const scale = Plot.createScale(low, high, LEFT, WIDTH - 16);
    /** What is off the scale, as a bound may be, is drawn at its end. @param {number} value */
    const x = (value) => scale(Plot.clamp(value, low, high));
    const figure = Plot.createFigure(WIDTH, bottom + 40, `${metric.name} of ${rows.length} models with 95 % intervals`);
    Plot.drawXTicks(figure, x, Plot.computeTicks(low, high), bottom, 6);
    if (baseline !== null) figure.append(svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 6, y2: bottom }));
    rows.forEach((row, i) => {
      const y = 18 + LINE * i;
      const model = view.board.models[row.model];
      const { low: start, high: end } = row.estimate;
      if (Format.isNumber(start) && Format.isNumber(end)) figure.append(svg("line", { class: `whisker ${model.kind}`, x1: x(start * factor), x2: x(end * factor), y1: y, y2: y }));
      const mean = row.mean * factor;
      if (mean > high) figure.append(Plot.drawText(WIDTH - 28, y + 4, `${Format.score(metric, row.mean)} →`, { class: "tick", "text-anchor": "end" }));
      if (mean < low) figure.append(Plot.drawText(LEFT + 12, y + 4, `← ${Format.score(metric, row.mean)}`, { class: "tick" }));
      figure.append(drawLabel(model, y), Plot.drawMark(x(row.mean * factor), y, model.kind, describeRow(view, baseline, row)));
    });
    const against = baseline === null ? "" : view.board.models[baseline].name;
    drawXTitle(figure, bottom, against ? `${formatUnit(metric)}: difference to ${Plot.shorten(against)}` : formatUnit(metric));
    return place("intervals", against ? `Mean difference to ${against} on the same articles, with its 95 % interval (of one pair, not corrected).`
      : "The mean over the articles with its 95 % interval (point at it for their number). Overlapping intervals do not say whether two models differ; the paired tests below do.", figure);
  }

  /** @param {BoardView} view @param {Distribution | null} distribution */
  function drawDistributions(view, distribution) {
    const metric = view.board.metrics[view.metric];
    const models = LeaderboardTable.getModels(view).filter((model) => distribution?.counts[view.board.models[model].name]);
    if (!distribution || !models.length) return place("spread", "", null);
    const factor = getFactor(metric);
    const [line, bottom] = [34, 10 + 34 * models.length];
    const [low, high] = [distribution.low * factor, distribution.high * factor];
    const scale = Plot.createScale(low, high, LEFT, WIDTH - 16);
    /** What is off the scale, as a bound may be, is drawn at its end. @param {number} value */
    const x = (value) => scale(Plot.clamp(value, low, high));
    const figure = Plot.createFigure(WIDTH, bottom + 40, `${metric.name} of single articles, ${models.length} models`);
    Plot.drawXTicks(figure, x, Plot.computeTicks(low, high), bottom, 6);
    const maxCount = Math.max(...models.flatMap((model) => distribution.counts[view.board.models[model].name]));
    models.forEach((index, i) => {
      const model = view.board.models[index];
      const base = 4 + line * (i + 1);
      const counts = distribution.counts[model.name];
      const step = (x(high) - LEFT) / counts.length;
      const bars = counts.map((n, k) => `M${LEFT + k * step} ${base}v${-((line - 8) * n) / maxCount}h${step}v${((line - 8) * n) / maxCount}Z`).join("");
      const [first, median, third] = distribution.quartiles[model.name];
      const total = counts.reduce((sum, n) => sum + n, 0);
      const facts = `${model.name}: half of ${Format.count(total)} articles between ${Format.score(metric, first)} and ${Format.score(metric, third)}, median ${Format.score(metric, median)}`;
      figure.append(svg("path", { class: `hills ${model.kind}`, d: bars, "data-facts": facts }),
        svg("line", { class: "base", x1: LEFT, x2: WIDTH - 16, y1: base, y2: base }),
        svg("line", { class: "median", x1: x(median * factor), x2: x(median * factor), y1: base - line + 8, y2: base }), drawLabel(model, base - 10));
    });
    drawXTitle(figure, bottom, `${formatUnit(metric)}, one article`);
    return place("spread", "How many articles have which score; the vertical line is the median. All rows share one scale.", figure);
  }

  return { place, getFactor, formatUnit, drawIntervals, drawDistributions };
})();
