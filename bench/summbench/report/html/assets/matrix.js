"use strict";
// Who beats whom: a row's model less a column's, marked only where the test says so.
summbench.matrix = (() => {
  const { el, byId, format } = summbench;

  function verdict(metric, d) {
    if (!(d.adjusted <= 0.05)) return ["same", "·", "can't be told apart"];
    if (metric.direction === "neither") return d.mean > 0 ? ["more", ">", "higher"] : ["less", "<", "lower"];
    return d.mean > 0 === (metric.direction === "higher") ? ["wins", "+", "better"] : ["loses", "−", "worse"];
  }

  function cell(view, metric, pairs, a, b) {
    if (a === b) return el("td", { class: "self" }, "");
    const d = summbench.difference(pairs, a, b);
    if (!d) return el("td", { class: "self" }, "");
    const [kind, sign, said] = verdict(metric, d);
    const facts = `${summbench.differenceFacts(view.board, metric, a, b, d)}\n${said}`;
    return el("td", { class: kind, "data-facts": facts }, el("span", { "aria-hidden": "true" }, sign), el("span", { class: "unseen" }, `${said}, p ${format.p(d.adjusted)}`));
  }

  function draw(view, pairs) {
    const figure = byId("matrix");
    const metric = view.board.metrics[view.m];
    const compared = new Set(pairs.flatMap(([a, b]) => [a, b]));
    const found = summbench.leaderboard.models(view).filter((model) => compared.has(model));
    figure.hidden = found.length < 2;
    if (figure.hidden) return;
    figure.classList.toggle("wide", found.length > 20);
    if (view.m !== view.primary) {
      const mean = (model) => view.board.entries[view.d][view.m][model]?.mean ?? -Infinity;
      found.sort((a, b) => (metric.direction === "lower" ? mean(a) - mean(b) : mean(b) - mean(a)));
    }
    const names = found.map((model) => view.board.models[model].name);
    const table = el("table", { class: found.length > 14 ? "matrix dense" : "matrix" },
      el("caption", {}, el("span", { class: "unseen" }, `${metric.name}: row against column`)),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "unseen" }, "model")),
        ...names.map((name) => el("th", { scope: "col" }, el("span", {}, summbench.plot.shortened(name)))))),
      el("tbody", {}, ...found.map((a, i) => el("tr", {}, el("th", { scope: "row" }, summbench.plot.shortened(names[i])), ...found.map((b) => cell(view, metric, pairs, a, b))))));
    figure.querySelector("p").textContent = `+ the row is significantly better than the column, − worse, · can't be told apart (5 %, ${
      view.m === view.primary ? "Holm over all pairs" : "Benjamini and Hochberg, exploratory"}). Point at a cell for its difference and adjusted p.`;
    figure.querySelector(".scroll").replaceChildren(table);
    summbench.page.roving(table);
  }

  return { draw };
})();
