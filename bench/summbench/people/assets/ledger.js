// The filters of a fact ledger; the page is complete without them.
"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const lost = find("lost"), kind = find("kind"), shown = find("shown");
  const facts = [...document.querySelectorAll("tbody.fact")];

  function isShown(fact) {
    const systems = fact.dataset.lost.split(" ").filter(Boolean);
    const byAll = systems.length === Number(lost.dataset.systems);
    const isLost = lost.value === "" || (lost.value === "all" ? byAll : systems.includes(lost.value));
    return isLost && (kind === null || kind.value === "" || fact.dataset.kind === kind.value);
  }

  function update() {
    for (const fact of facts) {
      fact.hidden = !isShown(fact);
    }
    for (const article of document.querySelectorAll("section.article")) {
      article.hidden = article.querySelector("tbody.fact:not([hidden])") === null;
    }
    const n = facts.filter((fact) => !fact.hidden).length;
    shown.textContent = `${n} of ${facts.length} facts`;
  }

  find("filters").hidden = false;
  lost.addEventListener("change", update);
  kind?.addEventListener("change", update);
  update();
  document.documentElement.dataset.ready = "yes";
})();
