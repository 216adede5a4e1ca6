"use strict";
// The frame of every page: dark or light, facts about what is pointed at, problems said aloud.
summbench.page = (() => {
  const { byId, load } = summbench;
  const root = document.documentElement;

  function remembered(value) {
    try {
      if (value !== undefined) localStorage.setItem("summbench-theme", value);
      return localStorage.getItem("summbench-theme");
    } catch {
      return null; // a browser that keeps nothing for files
    }
  }

  function theme(name) {
    const dark = name === "dark";
    root.dataset.theme = dark ? "dark" : "light";
    const button = byId("theme");
    button.setAttribute("aria-pressed", String(dark));
  }

  function startTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const wished = () => remembered() || (system.matches ? "dark" : "light");
    theme(wished());
    system.addEventListener("change", () => theme(wished()));
    byId("theme").addEventListener("click", () => {
      theme(remembered(root.dataset.theme === "dark" ? "light" : "dark") ||
        (root.dataset.theme === "dark" ? "light" : "dark"));
    });
  }

  // An element with data-facts shows them to mouse and keyboard alike.
  function startFacts() {
    const box = byId("facts");
    const hide = () => {
      box.hidden = true;
      document.querySelector("[aria-describedby=facts]")?.removeAttribute("aria-describedby");
    };
    const show = (target) => {
      const place = target.closest?.("[data-facts]");
      hide();
      if (!place) return;
      box.textContent = place.dataset.facts;
      box.hidden = false;
      place.setAttribute("aria-describedby", "facts");
      const at = place.getBoundingClientRect();
      const [width, height] = [box.offsetWidth, box.offsetHeight];
      const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
      const below = at.bottom + 6 + height < innerHeight;
      box.style.left = `${left}px`;
      box.style.top = `${Math.max(8, below ? at.bottom + 6 : at.top - height - 6)}px`;
    };
    document.addEventListener("pointerover", (event) => show(event.target));
    document.addEventListener("focusin", (event) => show(event.target));
    // What has the focus may have been scrolled into view, and is still what is meant.
    document.addEventListener("scroll", () => !box.hidden && show(document.activeElement), { passive: true, capture: true });
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  }

  // One cell of a table is in the tab order; arrows go from there to the others.
  function roving(table) {
    const cells = () => [...table.rows].map((row) => [...row.cells].filter((c) => c.dataset.facts));
    const all = cells().filter((row) => row.length);
    if (!all.length) return;
    for (const cell of all.flat()) cell.tabIndex = -1;
    all[0][0].tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const cell = event.target.closest("[data-facts]");
      if (!step || !cell) return;
      const row = all.findIndex((found) => found.includes(cell));
      const target = all[row + step[0]]?.[all[row].indexOf(cell) + step[1]];
      event.preventDefault();
      if (!target) return;
      cell.tabIndex = -1;
      target.tabIndex = 0;
      target.focus();
    });
  }

  function problem(error) {
    const box = byId("problem");
    box.textContent = error.message;
    box.hidden = false;
  }

  // The board comes into the page's view, and the page is drawn; "ready" says so to who waits for it.
  async function start(view, listen, restart) {
    try {
      view.board = await load("board");
      byId("made").textContent = `Made by summbench ${view.board.version}. Numbers: ± is half of a 95 % interval.`;
      listen();
      await restart();
      root.dataset.ready = "yes";
    } catch (error) {
      problem(error);
    }
  }

  return { startTheme, startFacts, roving, problem, start };
})();

summbench.page.startTheme();
summbench.page.startFacts();
