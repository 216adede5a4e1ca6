"use strict";
// The parts of a figure: scales, ticks, marks; every colour is a class of the style sheet.
const Plot = (() => {
  const { svg } = summbench;

  /** A linear scale. @param {number} low @param {number} high @param {number} start @param {number} end @returns {(value: number) => number} */
  function createScale(low, high, start, end) {
    const span = high - low || 1;
    return (value) => start + ((value - low) / span) * (end - start);
  }

  /** Round values between the two, and the digits that they need. @param {number} low @param {number} high @param {number} count */
  function computeTicks(low, high, count = 5) {
    const rough = (high - low || 1) / count;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * unit).find((size) => size >= rough) ?? 10 * unit;
    const values = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1) values.push(i * step);
    return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }

  /** The powers of ten around the two. @param {number} low @param {number} high */
  function computeDecades(low, high) {
    const values = [];
    for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k += 1) values.push(10 ** k);
    return values;
  }

  /** The range of the values with a margin. @param {number[]} values @param {number} share @returns {[number, number]} */
  function computeRange(values, share = 0.06) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = (high - low || Math.abs(high) || 1) * share;
    return [low - margin, high + margin];
  }

  /** @param {number} x @param {number} y @param {string} content @param {Record<string, any>} attributes */
  const drawText = (x, y, content, attributes = {}) => svg("text", { x, y, ...attributes }, content);

  /** @param {number} width @param {number} height @param {string} label */
  function createFigure(width, height, label) {
    return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "plot", role: "img", "aria-label": label });
  }

  /** @typedef {ReturnType<typeof computeTicks>} Ticks @typedef {(value: number) => number} Scale */

  /** @param {Element} figure @param {Scale} x @param {Ticks} ticks @param {number} bottom @param {number} top */
  function drawXTicks(figure, x, ticks, bottom, top) {
    for (const value of ticks.values) {
      figure.append(
        svg("line", { class: "grid", x1: x(value), x2: x(value), y1: top, y2: bottom }),
        drawText(x(value), bottom + 16, value.toFixed(ticks.digits), { class: "tick", "text-anchor": "middle" }));
    }
  }

  /** @param {Element} figure @param {Scale} y @param {Ticks} ticks @param {number} left @param {number} right */
  function drawYTicks(figure, y, ticks, left, right) {
    for (const value of ticks.values) {
      figure.append(
        svg("line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
        drawText(left - 6, y(value) + 4, value.toFixed(ticks.digits), { class: "tick", "text-anchor": "end" }));
    }
  }

  /** @param {string} name @param {number} maxLength */
  const shorten = (name, maxLength = 26) => (name.length > maxLength ? `${name.slice(0, maxLength - 1)}…` : name);

  /**
   * A floor, baseline or bound is open or square, so that no colour is needed to recognise it.
   * @param {number} x @param {number} y @param {Kind} kind @param {string} facts
   */
  function drawMark(x, y, kind, facts) {
    const shared = { class: `mark ${kind} `, "data-facts": facts };
    if (kind === "bound") return svg("path", { ...shared, d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z` });
    if (kind === "system") return svg("circle", { ...shared, cx: x, cy: y, r: 5 });
    return svg("rect", { ...shared, x: x - 4.5, y: y - 4.5, width: 9, height: 9 });
  }

  /**
   * The range of all but bounds, so that a bound stretches no figure; of all if there are only bounds.
   * @template Row @param {Row[]} rows @param {(row: Row) => boolean} isBound @param {(row: Row) => unknown[]} getValues
   */
  function computeSystemRange(rows, isBound, getValues) {
    const systems = rows.filter((row) => !isBound(row));
    return computeRange((systems.length ? systems : rows).flatMap(getValues).filter(Format.isNumber));
  }

  /** The value, or the nearer end of the range. @param {number} value @param {number} low @param {number} high */
  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

  return { clamp, computeSystemRange, createScale, computeTicks, computeDecades, computeRange, drawText, createFigure, drawXTicks, drawYTicks, shorten, drawMark };
})();
