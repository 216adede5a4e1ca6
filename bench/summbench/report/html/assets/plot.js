"use strict";
// The parts of a picture: scales, ticks, marks; every colour is a class of the style sheet.
summbench.plot = (() => {
  const { svg } = summbench;

  function linear(low, high, start, end) {
    const span = high - low || 1;
    return (value) => start + ((value - low) / span) * (end - start);
  }

  function ticks(low, high, wanted = 5) {
    const rough = (high - low || 1) / wanted;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * unit).find((s) => s >= rough);
    const first = Math.ceil(low / step - 1e-9);
    const found = [];
    for (let i = first; i * step <= high + 1e-9 * step; i += 1) found.push(i * step);
    return { at: found, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }

  // Powers of ten between the two.
  function decades(low, high) {
    const found = [];
    for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k += 1) found.push(10 ** k);
    return found;
  }

  function room(values, share = 0.06) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const more = (high - low || Math.abs(high) || 1) * share;
    return [low - more, high + more];
  }

  const text = (x, y, content, attributes = {}) => svg("text", { x, y, ...attributes }, content);

  function frame(width, height, label) {
    return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "plot", role: "img", "aria-label": label });
  }

  function below(picture, x, at, digits, bottom, top) {
    for (const value of at) {
      picture.append(
        svg("line", { class: "grid", x1: x(value), x2: x(value), y1: top, y2: bottom }),
        text(x(value), bottom + 16, value.toFixed(digits), { class: "tick", "text-anchor": "middle" }));
    }
  }

  function beside(picture, y, at, digits, left, right) {
    for (const value of at) {
      picture.append(
        svg("line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
        text(left - 6, y(value) + 4, value.toFixed(digits), { class: "tick", "text-anchor": "end" }));
    }
  }

  const shortened = (name, most = 26) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

  // A floor, baseline or bound is drawn open or square, so that no colour is needed to know it.
  function mark(x, y, kind, facts, extra = "") {
    const shared = { class: `mark ${kind} ${extra}`, "data-facts": facts };
    if (kind === "bound") return svg("path", { ...shared, d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z` });
    if (kind === "system") return svg("circle", { ...shared, cx: x, cy: y, r: 5 });
    return svg("rect", { ...shared, x: x - 4.5, y: y - 4.5, width: 9, height: 9 });
  }

  return { linear, ticks, decades, room, text, frame, below, beside, shortened, mark };
})();
