"use strict";
// The page of the articles: what was chosen, kept in the address; the list, and the open article.
(() => {
  const { byId, load, state, choose, floats, bytes, rows, page, ordering, browser, keys, format } = summbench;
  const view = { board: null, d: 0, m: 0, a: 0, b: 0, order: "given", query: "", texts: null, at: null, active: null, places: [], keys: null, page: null };
  view.link = (i) => {
    const said = new URLSearchParams(location.hash.slice(1));
    said.set("article", view.index.ids[i]);
    return said;
  };

  const place = (list, name) => list.findIndex((one) => one.name === name);

  async function table(m) {
    const { values } = await load(`scores-${view.d}-${m}`);
    const { metrics } = view.board;
    return { rows: rows(floats(values), view.index.ids.length), sign: metrics[m].direction === "lower" ? -1 : 1 };
  }

  const ranked = () => view.board.datasets[view.d].order.filter((model) => view.board.models[model].kind !== "bound");

  function fromAddress() {
    const said = state.read();
    const { board } = view;
    const wanted = place(board.datasets, said.dataset);
    view.d = wanted >= 0 ? wanted : Math.max(0, board.datasets.findIndex((d) => d.kept));
    const primary = Math.max(0, place(board.metrics, board.primary));
    const metric = place(board.metrics, said.metric);
    view.m = metric >= 0 ? metric : primary;
    const order = board.datasets[view.d].order;
    const rivals = ranked().length ? ranked() : order;
    const model = (name, otherwise) => (place(board.models, name) >= 0 ? place(board.models, name) : otherwise);
    view.a = model(said.a, rivals[0] ?? 0);
    view.b = model(said.b, rivals[1] ?? rivals[0] ?? 0);
    view.order = ordering.ORDERS.some(([key]) => key === said.order) ? said.order : "given";
    if (said.q !== view.query) view.texts = null;
    view.query = said.q ?? "";
    view.wanted = said.article;
  }

  function fillControls() {
    const { board } = view;
    choose(byId("dataset"), board.datasets.filter((d) => d.kept).map((d) => [d.name, d.name]), board.datasets[view.d].name);
    const names = board.datasets[view.d].order.map((m) => [board.models[m].name, board.models[m].name]);
    choose(byId("a"), names, board.models[view.a].name);
    choose(byId("b"), names, board.models[view.b].name);
    choose(byId("metric"), board.metrics.filter((_, m) => board.entries[view.d][m].some(Boolean)).map((m) => [m.name, m.name]), board.metrics[view.m].name);
    choose(byId("order"), ordering.ORDERS, view.order);
    if (document.activeElement !== byId("search")) byId("search").value = view.query;
    const info = board.datasets[view.d];
    const which = info.kept === info.articles ? `All ${format.count(info.kept)} articles of ${info.name}.`
      : `${format.count(info.kept)} of ${format.count(info.articles)} articles of ${info.name}: those on which the systems differ most (n_examples=all keeps every one).`;
    byId("lede").textContent = which;
  }

  async function arrange() {
    view.index = await load(`index-${view.d}`);
    view.flags = rows(bytes(view.index.bits), view.index.ids.length);
    const found = view.texts ?? browser.matching(view.index, view.query);
    const facts = { a: view.a, b: view.b, models: ranked(), flags: view.flags, tables: [], ...(view.order === "given" ? {} : await table(view.m)) };
    if (view.order === "metrics") {
      const quality = view.board.shown.map((name) => place(view.board.metrics, name)).filter((m) => view.board.metrics[m]?.role === "quality");
      facts.tables = await Promise.all(quality.map(table));
    }
    Object.assign(view, ordering.sorted(found, view.order, facts), { page: null });
  }

  async function show(i) {
    const { chunk } = view.board;
    const { articles } = await load(`articles-${view.d}-${Math.floor(i / chunk)}`);
    if (i !== view.at) return; // the reader went on meanwhile
    summbench.article.draw(view, articles[i % chunk], { step, activate });
    document.title = `${view.index.ids[i]} · ${view.board.name}`;
  }

  function open(i, isStep = true) {
    const another = i !== view.at;
    view.at = i;
    view.page = null;
    if (another && isStep) state.write({ dataset: view.board.datasets.length > 1 ? view.board.datasets[view.d].name : null, article: view.index.ids[i] }, true);
    browser.draw(view, open);
    return show(i).catch(page.problem);
  }

  function step(by) {
    const here = view.places.indexOf(view.at);
    const next = view.places[here < 0 ? 0 : here + by];
    if (next !== undefined) open(next);
  }

  function activate(model) {
    view.active = model;
    show(view.at).then(() => byId("article").querySelector(".card.active .pick")?.focus({ preventScroll: true })).catch(page.problem);
  }

  function turn(by) {
    if (!view.cards?.length) return;
    const here = view.cards.indexOf(view.active);
    activate(view.cards[(here + by + view.cards.length) % view.cards.length]);
    byId("article").querySelectorAll(".card")[(here + by + view.cards.length) % view.cards.length]?.scrollIntoView({ block: "nearest" });
  }

  async function restart() {
    fromAddress();
    fillControls();
    if (!view.board.datasets[view.d].kept) {
      byId("article").textContent = "The run kept no articles to look at (n_examples=0).";
      return;
    }
    await arrange();
    const wanted = view.index.ids.indexOf(view.wanted);
    if (view.wanted !== undefined && wanted < 0) page.problem(new Error(`The article ${view.wanted} is not among those that the run kept.`));
    const first = wanted >= 0 ? wanted : view.places[0];
    if (first === undefined) browser.draw(view, open);
    else await open(first, false);
  }

  async function searchTexts() {
    const query = byId("search").value.trim();
    if (!query) return;
    state.write({ q: query });
    view.query = query;
    view.texts = await browser.inTexts(view, query, (c, of) => { byId("found").textContent = `Reading ${c + 1} of ${of} files…`; });
    await again();
  }

  // The same article stays open where it is still in the list; a new order begins with its first.
  async function again(afresh = false) {
    fromAddress();
    await arrange();
    const elsewhere = afresh || !view.places.includes(view.at);
    if (elsewhere && view.places.length) await open(view.places[0]);
    else { browser.draw(view, open); if (view.at !== null) await show(view.at); }
  }

  function listen() {
    const on = (id, key, event = "change") => byId(id).addEventListener(event, (e) => {
      state.write({ [key]: e.target.value, ...(key === "dataset" ? { article: null } : {}) });
      (key === "dataset" ? restart() : again(key === "order" || (key !== "q" && view.order !== "given"))).catch(page.problem);
    });
    for (const id of ["dataset", "a", "b", "metric", "order"]) on(id, id);
    on("search", "q", "input");
    byId("deep").addEventListener("click", () => searchTexts().catch(page.problem));
    byId("controls").addEventListener("submit", (e) => { e.preventDefault(); searchTexts().catch(page.problem); });
    window.addEventListener("popstate", () => restart().catch(page.problem));
    keys.on("j", () => step(1));
    keys.on("k", () => step(-1));
    keys.on("n", () => turn(1));
    keys.on("p", () => turn(-1));
  }

  page.start(view, listen, restart);
})();
