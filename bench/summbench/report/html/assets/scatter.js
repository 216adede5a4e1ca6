"use strict";
// Figures of one metric against another number of each model: length, or time.
const Scatter = (() => {
  const { svg } = summbench;
  const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 380, 52, 330];

  /** @typedef {{model: number, x: number, y: number}} Point */
  /**
   * @typedef {object} Options
   * @property {string} id @property {(model: number) => Maybe<number>} getX @property {boolean} [isLog] @property {boolean} [hasFront]
   * @property {string} label @property {string} title @property {string} caption @property {(point: Point) => string} describe
   */

  /** The points that no other is better than in both ways. @param {Point[]} points @param {boolean} isLowerBetter */
  function findParetoFront(points, isLowerBetter) {
    const sign = isLowerBetter ? -1 : 1;
    const sorted = [...points].sort((a, b) => a.x - b.x || sign * (b.y - a.y));
    return sorted.filter((point, i) => sorted.slice(0, i).every((other) => sign * (point.y - other.y) > 0));
  }

  /** @param {BoardView} view @param {Options} options @returns {Point[]} */
  function listPoints(view, options) {
    /** @type {Point[]} */
    const points = [];
    for (const model of LeaderboardTable.getModels(view)) {
      const [x, y] = [options.getX(model), view.board.entries[view.dataset][view.metric][model]?.mean];
      if (Format.isNumber(x) && Format.isNumber(y) && (!options.isLog || x > 0)) points.push({ model, x, y });
    }
    return points;
  }

  /** The scale of x with its ticks drawn. @param {Element} figure @param {number[]} values @param {boolean} isLog @returns {(value: number) => number} */
  function drawXAxis(figure, values, isLog) {
    const [start, end] = [LEFT + 8, WIDTH - 20];
    if (!isLog) {
      const [low, high] = Plot.computeRange(values, 0.12);
      const scale = Plot.createScale(low, high, start, end);
      Plot.drawXTicks(figure, scale, Plot.computeTicks(low, high), BOTTOM, 12);
      return scale;
    }
    const decades = Plot.computeDecades(Math.min(...values), Math.max(...values));
    const linear = Plot.createScale(Math.log10(decades[0]), Math.log10(decades[decades.length - 1]), start, end);
    for (const decade of decades) {
      const x = linear(Math.log10(decade));
      figure.append(svg("line", { class: "grid", x1: x, x2: x, y1: 12, y2: BOTTOM }),
        Plot.drawText(x, BOTTOM + 16, String(Number(decade.toPrecision(1))), { class: "tick", "text-anchor": "middle" }));
    }
    return (value) => linear(Math.log10(value));
  }

  /** @param {BoardView} view @param {Options} options */
  function draw(view, options) {
    const metric = view.board.metrics[view.metric];
    const factor = Charts.getFactor(metric);
    const points = listPoints(view, options);
    if (points.length < 2) return Charts.place(options.id, "", null);
    const figure = Plot.createFigure(WIDTH, HEIGHT, options.label);
    const [low, high] = Plot.computeSystemRange(points, (point) => view.board.models[point.model].kind === "bound", (point) => [point.y * factor]);
    const scale = Plot.createScale(low, high, BOTTOM, 12);
    /** A bound off the scale is drawn at its end. @param {number} value */
    const y = (value) => scale(Plot.clamp(value, low, high));
    Plot.drawYTicks(figure, y, Plot.computeTicks(low, high), LEFT, WIDTH - 8);
    const x = drawXAxis(figure, points.map((point) => point.x), Boolean(options.isLog));
    if (options.hasFront) {
      const systems = points.filter((point) => view.board.models[point.model].kind !== "bound");
      const front = findParetoFront(systems, metric.direction === "lower");
      figure.append(svg("polyline", { class: "front", points: front.map((point) => `${x(point.x)},${y(point.y * factor)}`).join(" ") }));
    }
    drawMarks(view, figure, points.map((point) => ({ model: point.model, x: x(point.x), y: y(point.y * factor), facts: options.describe(point) })));
    figure.append(Plot.drawText((LEFT + WIDTH) / 2, HEIGHT - 8, options.title, { class: "axis-title", "text-anchor": "middle" }),
      Plot.drawText(14, BOTTOM / 2, Charts.formatUnit(metric), { class: "axis-title", "text-anchor": "middle", transform: `rotate(-90 14 ${BOTTOM / 2})` }));
    return Charts.place(options.id, options.caption, figure);
  }

  /** @typedef {[number, number, number, number]} Box Left, top, right, bottom. */

  /** Names where they cover no other name and no mark; the other names appear as facts. @param {BoardView} view @param {Element} figure @param {{model: number, x: number, y: number, facts: string}[]} marks */
  function drawMarks(view, figure, marks) {
    /** @type {Box[]} */
    const occupied = marks.map(({ x, y }) => [x - 6, y - 6, x + 6, y + 6]);
    /** @param {Box} box */
    const isFree = (box) => occupied.every((other) => box[0] >= other[2] || box[2] <= other[0] || box[1] >= other[3] || box[3] <= other[1]);
    for (const { model, x, y, facts } of marks) {
      const { name, kind } = view.board.models[model];
      const label = Plot.shorten(name, 20);
      const length = 6.6 * label.length;
      const labels = [
        { x: x + 9, y: y + 4, anchor: "start", left: x + 9 }, { x: x - 9, y: y + 4, anchor: "end", left: x - 9 - length },
        { x, y: y - 10, anchor: "middle", left: x - length / 2 }, { x, y: y + 19, anchor: "middle", left: x - length / 2 },
      ];
      /** @param {(typeof labels)[number]} candidate @returns {Box} */
      const getBox = (candidate) => [candidate.left, candidate.y - 11, candidate.left + length, candidate.y + 3];
      const free = labels.find((candidate) => {
        const box = getBox(candidate);
        return box[0] > 54 && box[2] < WIDTH && box[1] > 0 && isFree(box);
      });
      figure.append(Plot.drawMark(x, y, kind, facts));
      if (!free) continue;
      occupied.push(getBox(free));
      figure.append(Plot.drawText(free.x, free.y, label, { class: `label ${kind}`, "text-anchor": free.anchor }));
    }
  }

  /** @param {BoardView} view @param {Point} point */
  function describeMean(view, point) {
    const entry = view.board.entries[view.dataset][view.metric][point.model];
    return Format.covered(Format.score(view.board.metrics[view.metric], point.y), entry ?? {});
  }

  /** @param {BoardView} view */
  function drawLength(view) {
    const metric = view.board.metrics[view.metric];
    const m = summbench.findByName(view.board.metrics, "length.tokens");
    const health = view.board.health[view.dataset];
    draw(view, {
      id: "length",
      getX: (model) => (m >= 0 ? view.board.entries[view.dataset][m][model]?.mean : health[model]?.median_tokens),
      label: `${metric.name} by length of summary`, title: m >= 0 ? "words per summary (mean)" : "tokens per summary (median)",
      describe: (point) => `${view.board.models[point.model].name}: ${describeMean(view, point)} with ${Format.decimal(point.x, 1)} words`,
      caption: "Longer summaries have a higher recall, and up to a point a higher F. A model to the right of all others may rank high for its length alone.",
    });
  }

  /** @param {BoardView} view */
  function drawSpeed(view) {
    const metric = view.board.metrics[view.metric];
    const health = view.board.health[view.dataset];
    draw(view, {
      id: "speed", getX: (model) => health[model]?.seconds_per_article, isLog: true, hasFront: true,
      label: `${metric.name} by seconds per article`, title: "seconds per article, measured when the summaries were made",
      describe: (point) => `${view.board.models[point.model].name}: ${describeMean(view, point)} in ${point.x.toPrecision(2)} s per article`,
      caption: "Left and up is better. The line joins the models that no other model beats in both (bounds left out).",
    });
  }

  return { findParetoFront, drawLength, drawSpeed };
})();
