"use strict";
// The page over all datasets: its tables are there; cells are reached by keys.
(() => {
  for (const table of document.querySelectorAll("table.heat")) Page.makeRoving(table);
  Page.start({ board: /** @type {any} */ (null) }, () => {}, () => {});
})();
