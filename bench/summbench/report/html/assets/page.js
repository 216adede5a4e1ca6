"use strict";
// The frame of every page: dark or light, facts about what is pointed at, problems in a box.
const Page = (() => {
  const { byId, load } = summbench;
  const root = document.documentElement;

  /** Reads or stores the theme that was chosen. @param {string} [value] */
  function rememberTheme(value) {
    try {
      if (value !== undefined) localStorage.setItem("summbench-theme", value);
      return localStorage.getItem("summbench-theme");
    } catch {
      return null; // a browser without storage for files
    }
  }

  /** @param {string} name */
  function setTheme(name) {
    const isDark = name === "dark";
    root.dataset.theme = isDark ? "dark" : "light";
    byId("theme").setAttribute("aria-pressed", String(isDark));
  }

  function startTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const chooseTheme = () => rememberTheme() || (system.matches ? "dark" : "light");
    setTheme(chooseTheme());
    system.addEventListener("change", () => setTheme(chooseTheme()));
    byId("theme").addEventListener("click", () => {
      const other = root.dataset.theme === "dark" ? "light" : "dark";
      setTheme(rememberTheme(other) || other);
    });
  }

  // An element with data-facts shows them to mouse and keyboard alike.
  function startFacts() {
    const box = byId("facts");
    const hide = () => {
      box.hidden = true;
      document.querySelector("[aria-describedby=facts]")?.removeAttribute("aria-describedby");
    };
    /** @param {any} target */
    const show = (target) => {
      const owner = target?.closest?.("[data-facts]");
      hide();
      if (!owner) return;
      box.textContent = owner.dataset.facts;
      box.hidden = false;
      owner.setAttribute("aria-describedby", "facts");
      const frame = owner.getBoundingClientRect();
      const [width, height] = [box.offsetWidth, box.offsetHeight];
      const left = Math.max(8, Math.min(frame.left, innerWidth - width - 8));
      const hasRoomBelow = frame.bottom + 6 + height < innerHeight;
      box.style.left = `${left}px`;
      box.style.top = `${Math.max(8, hasRoomBelow ? frame.bottom + 6 : frame.top - height - 6)}px`;
    };
    document.addEventListener("pointerover", (event) => show(event.target));
    document.addEventListener("focusin", (event) => show(event.target));
    // What has the focus may have been scrolled into view, and is still what is meant.
    document.addEventListener("scroll", () => !box.hidden && show(document.activeElement), { passive: true, capture: true });
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  /** @type {Record<string, [number, number]>} */
  const ARROW_STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  /** One cell of a table is in the tab order; arrow keys move to the others. @param {any} table */
  function makeRoving(table) {
    /** @type {HTMLElement[][]} */
    const rows = [...table.rows].map((row) => [...row.cells].filter((cell) => cell.dataset.facts)).filter((row) => row.length);
    if (!rows.length) return;
    for (const cell of rows.flat()) cell.tabIndex = -1;
    rows[0][0].tabIndex = 0;
    table.addEventListener("keydown", (/** @type {any} */ event) => {
      const step = ARROW_STEPS[event.key];
      const cell = event.target.closest("[data-facts]");
      if (!step || !cell) return;
      const row = rows.findIndex((cells) => cells.includes(cell));
      const target = rows[row + step[0]]?.[rows[row].indexOf(cell) + step[1]];
      event.preventDefault();
      if (!target) return;
      cell.tabIndex = -1;
      target.tabIndex = 0;
      target.focus();
    });
  }

  /** @param {any} error */
  function showProblem(error) {
    const box = byId("problem");
    box.textContent = error.message;
    box.hidden = false;
  }

  /**
   * Loads the board into the page's view and draws the page; "ready" marks the end for tests.
   * @param {{board: Board}} view @param {() => void} listen @param {() => unknown} restart
   */
  async function start(view, listen, restart) {
    try {
      view.board = await load("board");
      byId("made").textContent = `Made by summbench ${view.board.version}. Numbers: ± is half of a 95 % interval.`;
      listen();
      await restart();
      root.dataset.ready = "yes";
    } catch (error) {
      showProblem(error);
    }
  }

  return { startTheme, startFacts, makeRoving, showProblem, start };
})();

Page.startTheme();
Page.startFacts();
