// The filters of a fact ledger; the page is complete without them.
"use strict";
(() => {
  /** @returns {HTMLElement} */
  const find = (/** @type {string} */ id) => {
    const element = document.getElementById(id);
    if (element === null) {
      throw new Error(`the page has no #${id}`);
    }
    return element;
  };
  const lost = /** @type {HTMLSelectElement} */ (find("lost"));
  const kind = /** @type {HTMLSelectElement | null} */ (document.getElementById("kind"));
  const facts = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("tbody.fact")]);
  const articles = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("section.article")]);

  /** @param {HTMLElement} fact */
  function isShown(fact) {
    const systems = (fact.dataset.lost ?? "").split(" ").filter(Boolean);
    const byAll = systems.length === Number(lost.dataset.systems);
    const isLost = lost.value === "" || (lost.value === "all" ? byAll : systems.includes(lost.value));
    return isLost && (kind === null || kind.value === "" || fact.dataset.kind === kind.value);
  }

  function update() {
    for (const fact of facts) {
      fact.hidden = !isShown(fact);
    }
    for (const article of articles) {
      article.hidden = article.querySelector("tbody.fact:not([hidden])") === null;
    }
    const n = facts.filter((fact) => !fact.hidden).length;
    find("shown").textContent = `${n} of ${facts.length} facts`;
  }

  find("filters").hidden = false;
  lost.addEventListener("change", update);
  kind?.addEventListener("change", update);
  update();
  document.documentElement.dataset.ready = "yes";
})();
