"use strict";
// A page whose tables are there: the cells of a heat map are reached by keys.
(() => {
  for (const table of document.querySelectorAll("table.heat")) Page.makeRoving(table);
  Page.start({ board: /** @type {any} */ (null) }, () => {}, () => {});
})();
