"use strict";
// The leaderboard page: what was chosen, kept in the address, and all of it drawn.
(() => {
  const { el, byId, load, state, choose, page } = summbench;
  const view = { board: null, d: 0, m: 0, primary: 0, baseline: null, filter: "", sort: null, up: null, columns: null, all: [] };

  function fromAddress() {
    const said = state.read();
    const { board } = view;
    const place = (list, name) => list.findIndex((one) => one.name === name);
    view.d = Math.max(0, place(board.datasets, said.dataset));
    view.primary = place(board.metrics, board.primary);
    view.m = Math.max(0, said.metric && place(board.metrics, said.metric) >= 0 ? place(board.metrics, said.metric) : view.primary);
    const against = place(board.models, said.vs ?? board.vs);
    view.baseline = against >= 0 && view.primary >= 0 ? against : null;
    view.filter = said.models ?? "";
    view.sort = said.sort ?? null;
    view.up = said.up === undefined ? null : said.up === "1";
    view.columns = said.columns ?? null;
  }

  function fillControls() {
    const { board } = view;
    choose(byId("dataset"), board.datasets.map((d) => [d.name, d.name]), board.datasets[view.d].name);
    byId("baseline").disabled = view.primary < 0;
    const rivals = board.models.filter((m) => m.kind !== "bound" && (!board.vs || m.name === board.vs));
    choose(byId("baseline"), [...(board.vs ? [] : [["", "no model"]]), ...rivals.map((m) => [m.name, m.name])], view.baseline === null ? "" : board.models[view.baseline].name);
    const there = board.metrics.filter((_, m) => board.entries[view.d][m]?.some(Boolean));
    choose(byId("metric"), there.map((m) => [m.name, m.name]), board.metrics[view.m].name);
    byId("filter").value = view.filter;
  }

  function lede() {
    const { board } = view;
    const info = board.datasets[view.d];
    const kept = info.kept === info.articles ? "all can be read" : `${info.kept.toLocaleString("en")} can be read: those on which the systems differ most`;
    byId("lede").replaceChildren(
      `${info.order.length} models on ${info.articles.toLocaleString("en")} articles of ${info.name}, sorted by ${board.primary}. `,
      ...(info.kept ? ["Of the articles, ", el("a", { href: `articles.html#${new URLSearchParams({ dataset: info.name })}` }, kept), "."] : []));
    byId("notes").replaceChildren(...info.notes.map((note) => el("li", {}, note)));
    const failures = Object.entries(board.failures);
    byId("failures").hidden = !failures.length;
    byId("failures").querySelector("ul").replaceChildren(...failures.map(([model, why]) => el("li", {}, el("strong", {}, model), `: ${why}`)));
  }

  async function drawTable() {
    const pairs = view.baseline === null ? [] : (await load(`metric-${view.d}-${view.primary}`)).pairs;
    view.all = summbench.columns.all(view.board, view.d, view.baseline, pairs);
    summbench.leaderboard.draw(view);
    summbench.leaderboard.drawChoices(view);
  }

  async function drawPictures() {
    const wanted = view.m;
    const { pairs, spread } = await load(`metric-${view.d}-${view.m}`);
    if (wanted !== view.m) return; // another was chosen meanwhile
    summbench.charts.intervals(view, pairs);
    summbench.matrix.draw(view, pairs);
    summbench.charts.length(view);
    summbench.charts.speed(view);
    summbench.charts.spread(view, spread);
  }

  const draw = () => drawTable().then(drawPictures).catch(page.problem);

  function listen() {
    const { board } = view;
    const on = (id, event, change) => byId(id).addEventListener(event, (e) => { change(e.target.value); fromAddress(); draw(); });
    on("dataset", "change", (value) => { state.write({ dataset: value }); fromAddress(); fillControls(); lede(); });
    on("baseline", "change", (value) => state.write({ vs: value }));
    on("filter", "input", (value) => state.write({ models: value }));
    on("metric", "change", (value) => state.write({ metric: value === board.primary ? "" : value }));
    for (const form of document.querySelectorAll("form.controls")) form.addEventListener("submit", (e) => e.preventDefault());
    window.addEventListener("hashchange", restart);
    window.addEventListener("popstate", restart);
  }

  function restart() {
    fromAddress();
    fillControls();
    lede();
    return draw();
  }

  page.start(view, listen, restart);
})();
