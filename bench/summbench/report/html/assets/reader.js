"use strict";
// The articles page: what is chosen is in the address; the list, and the open article.
(() => {
  const { byId, load, state, fillSelect, findByName, decodeFloats, decodeBytes, splitRows } = summbench;
  /** @type {ArticlesView} */
  const view = {
    board: /** @type {any} */ (null), dataset: 0, metric: 0, a: 0, b: 0, order: "given", group: "", query: "",
    index: { ids: [], leads: [], flags: [], bits: "" }, flagRows: [], matches: null, places: [], sortKeys: null,
    current: null, requestedId: undefined, activeModel: null, cardModels: [], pageStart: null, copies: new Map(),
  };

  /** @param {number} m @returns {Promise<ScoreTable>} */
  async function loadScores(m) {
    /** @type {ScoreData} */
    const { values } = await load(`scores-${view.dataset}-${m}`);
    const sign = view.board.metrics[m].direction === "lower" ? -1 : 1;
    return { rows: splitRows(decodeFloats(values), view.index.ids.length), sign };
  }

  const listRanked = () =>
    view.board.datasets[view.dataset].order.filter((model) => view.board.models[model].kind !== "bound");

  function readAddress() {
    const parameters = state.read();
    const { board } = view;
    const dataset = findByName(board.datasets, parameters.dataset);
    view.dataset = dataset >= 0 ? dataset : Math.max(0, board.datasets.findIndex((d) => d.n_examples));
    const metric = findByName(board.metrics, parameters.metric);
    view.metric = metric >= 0 ? metric : Math.max(0, findByName(board.metrics, board.primary));
    const rivals = listRanked().length ? listRanked() : board.datasets[view.dataset].order;
    /** @param {string | undefined} name @param {number} fallback */
    const findModel = (name, fallback) => {
      const model = findByName(board.models, name);
      return model >= 0 ? model : fallback;
    };
    view.a = findModel(parameters.a, rivals[0] ?? 0);
    view.b = findModel(parameters.b, rivals[1] ?? rivals[0] ?? 0);
    view.order = Ordering.ORDERS.find(([key]) => key === parameters.order)?.[0] ?? "given";
    view.group = parameters.group ?? "";
    if (parameters.q !== view.query) view.matches = null;
    view.query = parameters.q ?? "";
    view.requestedId = parameters.article;
  }

  /** @param {{name: string}[]} items @returns {[string, string][]} */
  const toOptions = (items) => items.map(({ name }) => [name, name]);

  function fillControls() {
    const { board } = view;
    const dataset = board.datasets[view.dataset];
    fillSelect(byId("dataset"), toOptions(board.datasets.filter((d) => d.n_examples)), dataset.name);
    const models = toOptions(dataset.order.map((model) => board.models[model]));
    fillSelect(byId("a"), models, board.models[view.a].name);
    fillSelect(byId("b"), models, board.models[view.b].name);
    const metrics = board.metrics.filter((_, m) => board.entries[view.dataset][m].some(Boolean));
    fillSelect(byId("metric"), toOptions(metrics), board.metrics[view.metric].name);
    fillSelect(byId("order"), Ordering.ORDERS, view.order);
    if (document.activeElement !== byId("search")) byId("search").value = view.query;
    const [shown, total] = [Format.count(dataset.n_examples), Format.count(dataset.articles)];
    byId("lede").textContent = dataset.n_examples === dataset.articles ? `All ${shown} articles of ${dataset.name}.`
      : `${shown} of ${total} articles of ${dataset.name}: those on which the systems differ most (n_examples=all stores every article).`;
  }

  /** A menu of the groups that articles have; without any there is none. */
  function fillGroups() {
    const groups = [...new Set((view.index.groups ?? []).flat())].sort();
    if (!groups.includes(view.group)) view.group = "";
    byId("group").parentElement.hidden = !groups.length;
    fillSelect(byId("group"), [["", "all articles"], ...groups.map((group) => /** @type {[string, string]} */ ([group, group]))], view.group);
  }

  /** Loads what the order needs, and sorts the list. */
  async function arrange() {
    view.index = await load(`index-${view.dataset}`);
    view.flagRows = splitRows(decodeBytes(view.index.bits), view.index.ids.length);
    fillGroups();
    const matches = view.matches ?? ArticleList.searchIndex(view.index, view.query);
    const places = ArticleList.filterGroup(view.index, matches, view.group);
    /** @type {OrderFacts} */
    const facts = { a: view.a, b: view.b, models: listRanked(), flagRows: view.flagRows, tables: [] };
    if (view.order !== "given") Object.assign(facts, await loadScores(view.metric));
    if (view.order === "metrics") {
      const { metrics, display_metrics: names } = view.board;
      const quality = names.map((name) => findByName(metrics, name)).filter((m) => metrics[m]?.role === "quality");
      facts.tables = await Promise.all(quality.map(loadScores));
    }
    Object.assign(view, Ordering.sortArticles(places, view.order, facts), { pageStart: null });
  }

  /** @param {number} i */
  async function show(i) {
    const size = view.board.chunk_size;
    /** @type {ArticleChunk} */
    const { articles } = await load(`articles-${view.dataset}-${Math.floor(i / size)}`);
    if (i !== view.current) return; // another article was opened meanwhile
    ArticleCard.draw(view, articles[i % size], { step, activate });
    document.title = `${view.index.ids[i]} · ${view.board.name}`;
  }

  /** @param {number} i @param {boolean} isStep */
  function open(i, isStep = true) {
    const isOther = i !== view.current;
    view.current = i;
    view.pageStart = null;
    const dataset = view.board.datasets.length > 1 ? view.board.datasets[view.dataset].name : null;
    if (isOther && isStep) state.write({ dataset, article: view.index.ids[i] }, true);
    ArticleList.draw(view, open);
    return show(i).catch(Page.showProblem);
  }

  /** @param {number} by */
  function step(by) {
    const position = view.places.indexOf(view.current ?? -1);
    const next = view.places[position < 0 ? 0 : position + by];
    if (next !== undefined) open(next);
  }

  /** @param {number} model */
  function activate(model) {
    view.activeModel = model;
    if (view.current === null) return;
    show(view.current).then(() => byId("article").querySelector(".card.active .pick")?.focus({ preventScroll: true })).catch(Page.showProblem);
  }

  /** To the next or previous summary. @param {number} by */
  function turn(by) {
    const count = view.cardModels.length;
    if (!count) return;
    const next = (view.cardModels.indexOf(view.activeModel ?? -1) + by + count) % count;
    activate(view.cardModels[next]);
    byId("article").querySelectorAll(".card")[next]?.scrollIntoView({ block: "nearest" });
  }

  async function restart() {
    readAddress();
    fillControls();
    if (!view.board.datasets[view.dataset].n_examples) {
      byId("article").textContent = "The run stored no articles (n_examples=0).";
      return;
    }
    await arrange();
    const requested = view.index.ids.indexOf(view.requestedId ?? "");
    if (view.requestedId !== undefined && requested < 0) Page.showProblem(new Error(`The run did not store the article ${view.requestedId}.`));
    const first = requested >= 0 ? requested : view.places[0];
    if (first === undefined) ArticleList.draw(view, open);
    else await open(first, false);
  }

  async function searchTexts() {
    const query = byId("search").value.trim();
    if (!query) return;
    state.write({ q: query });
    view.query = query;
    view.matches = await ArticleList.searchTexts(view, query, (chunk, count) => {
      byId("found").textContent = `Reading ${chunk + 1} of ${count} files…`;
    });
    await refresh();
  }

  /** The same article stays open while it is in the list; a new order begins with its first. @param {boolean} isNewOrder */
  async function refresh(isNewOrder = false) {
    readAddress();
    await arrange();
    const hasMoved = isNewOrder || !view.places.includes(view.current ?? -1);
    if (hasMoved && view.places.length) {
      await open(view.places[0]);
      return;
    }
    ArticleList.draw(view, open);
    if (view.current !== null) await show(view.current);
  }

  function listen() {
    /** @param {string} id @param {string} key @param {string} event */
    const on = (id, key, event = "change") => byId(id).addEventListener(event, (/** @type {any} */ e) => {
      state.write({ [key]: e.target.value, ...(key === "dataset" ? { article: null, group: null } : {}) });
      const isNewOrder = key === "order" || (key !== "q" && key !== "group" && view.order !== "given");
      (key === "dataset" ? restart() : refresh(isNewOrder)).catch(Page.showProblem);
    });
    for (const id of ["dataset", "group", "a", "b", "metric", "order"]) on(id, id);
    on("search", "q", "input");
    byId("deep").addEventListener("click", () => searchTexts().catch(Page.showProblem));
    byId("controls").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      searchTexts().catch(Page.showProblem);
    });
    window.addEventListener("popstate", () => restart().catch(Page.showProblem));
    Keys.on("j", () => step(1));
    Keys.on("k", () => step(-1));
    Keys.on("n", () => turn(1));
    Keys.on("p", () => turn(-1));
  }

  Page.start(view, listen, restart);
})();
