"use strict";
// The leaderboard page: what is chosen is in the address, and everything is drawn from it.
(() => {
  const { el, byId, load, state, fillSelect, findByName } = summbench;
  /** @type {BoardView} */
  const view = {
    board: /** @type {any} */ (null), dataset: 0, metric: 0, primary: 0, baseline: null, filter: "", sortKey: null,
    isAscending: null, columnKeys: null, columns: [],
  };

  function readAddress() {
    const parameters = state.read();
    const { board } = view;
    view.dataset = Math.max(0, findByName(board.datasets, parameters.dataset));
    view.primary = findByName(board.metrics, board.primary);
    const metric = findByName(board.metrics, parameters.metric);
    view.metric = metric >= 0 ? metric : Math.max(0, view.primary);
    const baseline = findByName(board.models, parameters.vs ?? board.vs);
    view.baseline = baseline >= 0 && view.primary >= 0 ? baseline : null;
    view.filter = parameters.models ?? "";
    view.sortKey = parameters.sort ?? null;
    view.isAscending = parameters.up === undefined ? null : parameters.up === "1";
    view.columnKeys = parameters.columns ?? null;
  }

  /** @param {{name: string}[]} items @returns {[string, string][]} */
  const toOptions = (items) => items.map(({ name }) => [name, name]);

  function fillControls() {
    const { board } = view;
    fillSelect(byId("dataset"), toOptions(board.datasets), board.datasets[view.dataset].name);
    byId("baseline").disabled = view.primary < 0;
    const rivals = board.models.filter((model) => model.kind !== "bound" && (!board.vs || model.name === board.vs));
    /** @type {[string, string][]} */
    const none = board.vs ? [] : [["", "no model"]];
    fillSelect(byId("baseline"), [...none, ...toOptions(rivals)], view.baseline === null ? "" : board.models[view.baseline].name);
    const metrics = board.metrics.filter((_, m) => board.entries[view.dataset][m]?.some(Boolean));
    fillSelect(byId("metric"), toOptions(metrics), board.metrics[view.metric].name);
    byId("filter").value = view.filter;
  }

  function drawIntroduction() {
    const { board } = view;
    const dataset = board.datasets[view.dataset];
    const readable = dataset.n_examples === dataset.articles ? "all can be read"
      : `${Format.count(dataset.n_examples)} can be read: those on which the systems differ most`;
    const link = el("a", { href: `articles.html#${new URLSearchParams({ dataset: dataset.name })}` }, readable);
    byId("lede").replaceChildren(
      `${dataset.order.length} models on ${Format.count(dataset.articles)} articles of ${dataset.name}, sorted by ${board.primary}. `,
      ...(dataset.n_examples ? ["Of the articles, ", link, "."] : []));
    byId("answer").textContent = dataset.verdict;
    byId("scope").textContent = board.scope.join(" ");
    byId("warnings").hidden = !dataset.warnings.length;
    byId("warnings").replaceChildren(...dataset.warnings.map((warning) => el("li", {}, warning)));
    byId("notes").replaceChildren(...dataset.notes.map((note) => el("li", {}, note)));
    const failures = Object.entries(board.failures);
    byId("failures").hidden = !failures.length;
    byId("failures").querySelector("ul").replaceChildren(...failures.map(([model, reason]) => el("li", {}, el("strong", {}, model), `: ${reason}`)));
  }

  async function drawTable() {
    const pairs = view.baseline === null ? [] : (await load(`metric-${view.dataset}-${view.primary}`)).pairs;
    view.columns = Columns.buildAll(view.board, view.dataset, view.baseline, pairs);
    LeaderboardTable.draw(view);
    LeaderboardTable.drawChoices(view);
  }

  async function drawFigures() {
    const { metric } = view;
    /** @type {MetricData} */
    const { pairs, distribution } = await load(`metric-${view.dataset}-${metric}`);
    if (metric !== view.metric) return; // another was chosen meanwhile
    Charts.drawIntervals(view, pairs);
    Matrix.draw(view, pairs);
    Scatter.drawLength(view);
    Scatter.drawSpeed(view);
    Charts.drawDistributions(view, distribution);
  }

  const draw = () => drawTable().then(drawFigures).catch(Page.showProblem);

  function listen() {
    const { board } = view;
    /** @param {string} id @param {string} event @param {(value: string) => void} change */
    const on = (id, event, change) => byId(id).addEventListener(event, (/** @type {any} */ e) => {
      change(e.target.value);
      readAddress();
      draw();
    });
    on("dataset", "change", (value) => {
      state.write({ dataset: value });
      readAddress();
      fillControls();
      drawIntroduction();
    });
    on("baseline", "change", (value) => state.write({ vs: value }));
    on("filter", "input", (value) => state.write({ models: value }));
    on("metric", "change", (value) => state.write({ metric: value === board.primary ? "" : value }));
    for (const form of document.querySelectorAll("form.controls")) form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", restart);
    window.addEventListener("popstate", restart);
  }

  function restart() {
    readAddress();
    fillControls();
    drawIntroduction();
    return draw();
  }

  Page.start(view, listen, restart);
})();
