"use strict";
// The table: sorted by any column, its rows filtered, its columns switched on and off.
const LeaderboardTable = (() => {
  const { el, byId, state } = summbench;

  /** @param {Board} board */
  const buildNameColumn = (board) => ({
    key: "model", heading: "model", isLowFirst: true, facts: "", value: (/** @type {number} */ model) => board.models[model].name,
  });
  /** @typedef {Pick<Column, "key" | "heading" | "facts" | "isLowFirst" | "value">} SortColumn */

  /** @param {BoardView} view */
  const getModels = (view) => Sorting.filterModels(view.board, view.dataset, view.filter);

  /** @param {BoardView} view */
  function getShownColumns(view) {
    const keys = view.columnKeys === null ? null : new Set(view.columnKeys.split(" "));
    return view.columns.filter((column) => (keys ? keys.has(column.key) || column.key === "against" : column.isShown));
  }

  /** Long names break after a dot only. @param {string} text */
  const addBreaks = (text) => text.split(/(?<=\.)/).flatMap((part, i) => (i ? [el("wbr"), part] : [part]));

  /** @param {BoardView} view @param {SortColumn} column @param {() => void} redraw */
  function drawHeading(view, column, redraw) {
    const isSorted = (view.sortKey ?? view.board.primary) === column.key;
    const isAscending = view.isAscending ?? column.isLowFirst ?? false;
    const sort = () => {
      view.isAscending = isSorted ? !isAscending : null;
      view.sortKey = column.key;
      state.write({ sort: column.key, up: view.isAscending === null ? null : Number(view.isAscending) });
      redraw();
      byId("table-place").querySelector(`[data-key="${CSS.escape(column.key)}"]`)?.focus();
    };
    const arrow = isSorted ? (isAscending ? "▲" : "▼") : "";
    const button = el("button", { type: "button", "data-key": column.key, "data-facts": column.facts || null, onclick: sort },
      ...addBreaks(column.heading), el("span", { class: "arrow", "aria-hidden": "true" }, arrow));
    const direction = isSorted ? (isAscending ? "ascending" : "descending") : null;
    return el("th", { scope: "col", class: { model: "name", [view.board.primary]: "primary" }[column.key] ?? null, "aria-sort": direction }, button);
  }

  /** @param {Column} column @param {number} model */
  function drawCell(column, model) {
    const { text, node, facts, isPrimary, isWarning } = column.cell(model);
    const classes = [isPrimary && "primary", isWarning && "warn"].filter(Boolean).join(" ");
    return el("td", { class: classes || null, "data-facts": facts || null }, node || text);
  }

  /** @param {BoardView} view @param {Column[]} columns @param {number} model */
  function drawRow(view, columns, model) {
    const { name, kind } = view.board.models[model];
    const mark = kind === "system" ? null : el("span", { class: `kind ${kind}` }, kind);
    return el("tr", { "data-model": name },
      el("th", { scope: "row", class: "name" }, el("span", { class: "model-name" }, name), mark),
      ...columns.map((column) => drawCell(column, model)));
  }

  /** @param {BoardView} view */
  function draw(view) {
    const redraw = () => draw(view);
    const columns = getShownColumns(view);
    const nameColumn = buildNameColumn(view.board);
    /** @type {SortColumn[]} */
    const sortable = [nameColumn, ...columns];
    const column = sortable.find((candidate) => candidate.key === view.sortKey);
    const models = getModels(view);
    const rows = column ? Sorting.sortModels(models, column.value, view.isAscending ?? column.isLowFirst ?? false) : models;
    const dataset = view.board.datasets[view.dataset];
    const table = el("table", { class: "leaderboard" },
      el("caption", {}, `${dataset.name}: ${Format.count(dataset.articles)} articles, sha256 ${dataset.fingerprint.slice(0, 12)}`),
      el("thead", {}, el("tr", {}, ...sortable.map((candidate) => drawHeading(view, candidate, redraw)))),
      el("tbody", {}, ...rows.map((model) => drawRow(view, columns, model))));
    byId("table-place").replaceChildren(table);
    // The primary metric stays beside the names, whatever is scrolled.
    table.style.setProperty("--name-width", `${table.querySelector("th.name")?.getBoundingClientRect().width ?? 0}px`);
    Page.makeRoving(table);
    const total = dataset.order.length;
    byId("table-note").textContent = rows.length === total ? `${total} models.` : `${rows.length} of ${total} models.`;
  }

  /** One box for each column, under the heading of its group. @param {BoardView} view */
  function drawChoices(view) {
    const shownKeys = new Set(getShownColumns(view).map((column) => column.key));
    const groups = Map.groupBy(view.columns.filter((column) => column.key !== "against"), (column) => column.group);
    const change = () => {
      const boxes = [...byId("columns").querySelectorAll("input:checked")];
      view.columnKeys = boxes.map((input) => input.value).join(" ") || "none";
      state.write({ columns: view.columnKeys });
      draw(view);
    };
    /** @param {Column} column */
    const drawBox = (column) => el("label", {},
      el("input", { type: "checkbox", value: column.key, checked: shownKeys.has(column.key), onchange: change }), column.heading);
    byId("columns").replaceChildren(...[...groups].map(([name, columns]) =>
      el("fieldset", {}, el("legend", {}, name), ...columns.map(drawBox))));
  }

  return { draw, drawChoices, getModels };
})();
