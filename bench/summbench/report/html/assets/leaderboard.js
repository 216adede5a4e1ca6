"use strict";
// The table: sorted by any column, its rows filtered, its columns switched on and off.
summbench.leaderboard = (() => {
  const { el, byId, state } = summbench;

  function isWanted(name, filter) {
    const words = filter.toLowerCase().split(/[\s,]+/).filter(Boolean);
    return !words.length || words.some((word) => name.toLowerCase().includes(word));
  }

  const models = (view) =>
    view.board.datasets[view.d].order.filter((m) => isWanted(view.board.models[m].name, view.filter));

  // What has no value comes last, whichever way.
  function sorted(found, column, ascending) {
    const rank = (value) => (typeof value === "string" ? value !== "" : Number.isFinite(value));
    return [...found].sort((a, b) => {
      const [x, y] = [column.value(a), column.value(b)];
      if (!rank(x) || !rank(y)) return rank(y) - rank(x);
      const order = typeof x === "string" ? x.localeCompare(y) : x - y;
      return ascending ? order : -order;
    });
  }

  const byName = (board) => ({
    key: "model", heading: "model", lowFirst: true, facts: "", value: (m) => board.models[m].name,
  });

  function shownColumns(view) {
    const chosen = view.columns ? new Set(view.columns.split(" ")) : null;
    return view.all.filter((c) => (chosen ? chosen.has(c.key) || c.key === "against" : c.on));
  }

  // Long names break after a dot only.
  const breakable = (text) => text.split(/(?<=\.)/).flatMap((part, i) => (i ? [el("wbr"), part] : [part]));

  function heading(view, column, redraw) {
    const is = (view.sort ?? view.board.primary) === column.key;
    const up = view.up ?? column.lowFirst ?? false;
    const sort = () => {
      view.up = is ? !up : null;
      view.sort = column.key;
      state.write({ sort: column.key, up: view.up === null ? null : Number(view.up) });
      redraw();
      byId("table-place").querySelector(`[data-key="${CSS.escape(column.key)}"]`)?.focus();
    };
    const button = el("button", { type: "button", "data-key": column.key, "data-facts": column.facts || null, onclick: sort },
      ...breakable(column.heading), el("span", { class: "arrow", "aria-hidden": "true" }, is ? (up ? "▲" : "▼") : ""));
    return el("th", { scope: "col", class: column.key === "model" ? "name" : null, "aria-sort": is ? (up ? "ascending" : "descending") : null }, button);
  }

  function cell(column, model) {
    const { text, node, facts, primary, warn } = column.cell(model);
    const classes = [primary && "primary", warn && "warn"].filter(Boolean).join(" ");
    return el("td", { class: classes || null, "data-facts": facts || null }, node || text);
  }

  function row(view, columns, model, starts) {
    const { name, kind } = view.board.models[model];
    const mark = kind === "system" ? null : el("span", { class: `kind ${kind}` }, kind);
    return el("tr", { class: starts ? "border" : null, "data-model": name },
      el("th", { scope: "row", class: "name" }, el("span", { class: "model-name" }, name), mark), ...columns.map((column) => cell(column, model)));
  }

  function draw(view) {
    const redraw = () => draw(view);
    const columns = shownColumns(view);
    const named = byName(view.board);
    const column = [named, ...columns].find((c) => c.key === view.sort);
    const found = models(view);
    const rows = column ? sorted(found, column, view.up ?? column.lowFirst ?? false) : found;
    const cluster = view.all.find((c) => c.key === "cluster");
    const inOrder = !column || column.key === view.board.primary;
    // A line where a new cluster begins, as long as the rows stand in the order of the primary metric.
    const starts = (model, i) => inOrder && cluster && i > 0 && cluster.value(rows[i - 1]) !== cluster.value(model) &&
      cluster.value(model) !== undefined && cluster.value(rows[i - 1]) !== undefined;
    const info = view.board.datasets[view.d];
    const table = el("table", { class: "leaderboard" },
      el("caption", {}, `${info.name}: ${info.articles.toLocaleString("en")} articles, sha256 ${info.fingerprint.slice(0, 12)}`),
      el("thead", {}, el("tr", {}, ...[named, ...columns].map((c) => heading(view, c, redraw)))),
      el("tbody", {}, ...rows.map((model, i) => row(view, columns, model, starts(model, i)))));
    byId("table-place").replaceChildren(table);
    summbench.page.roving(table);
    const all = info.order.length;
    byId("table-note").textContent = rows.length === all ? `${all} models.` : `${rows.length} of ${all} models.`;
  }

  // One box for each column, under the heading of its group.
  function drawChoices(view) {
    const shown = new Set(shownColumns(view).map((c) => c.key));
    const groups = Map.groupBy(view.all.filter((c) => c.key !== "against"), (c) => c.group);
    const box = (column) => el("label", {}, el("input", {
      type: "checkbox", value: column.key, checked: shown.has(column.key),
      onchange: () => {
        const boxes = [...byId("columns").querySelectorAll("input:checked")];
        view.columns = boxes.map((input) => input.value).join(" ") || "none";
        state.write({ columns: view.columns });
        draw(view);
      },
    }), column.heading);
    byId("columns").replaceChildren(...[...groups].map(([name, found]) =>
      el("fieldset", {}, el("legend", {}, name), ...found.map(box))));
  }

  return { draw, drawChoices, models };
})();
