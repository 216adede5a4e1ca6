"use strict";
// Which rows of the table are shown, in which order.
const Sorting = (() => {
  /** Whether a name has any of the filter's words; no words let every name pass. @param {string} name @param {string} filter */
  function isMatch(name, filter) {
    const words = filter.toLowerCase().split(/[\s,]+/).filter(Boolean);
    return !words.length || words.some((word) => name.toLowerCase().includes(word));
  }

  /** The models of a dataset that the filter lets pass, in the board's order. @param {Board} board @param {number} d @param {string} filter */
  const filterModels = (board, d, filter) =>
    board.datasets[d].order.filter((model) => isMatch(board.models[model].name, filter));

  /** @param {Maybe<number | string>} value */
  const hasValue = (value) => (typeof value === "string" ? value !== "" : Format.isNumber(value));

  /**
   * Models without a value come last in either direction.
   * @param {number[]} models @param {(model: number) => Maybe<number | string>} getValue @param {boolean} isAscending
   */
  function sortModels(models, getValue, isAscending) {
    return [...models].sort((a, b) => {
      const [x, y] = [getValue(a), getValue(b)];
      if (!hasValue(x) || !hasValue(y)) return Number(hasValue(y)) - Number(hasValue(x));
      const order = typeof x === "string" ? x.localeCompare(String(y)) : Number(x) - Number(y);
      return isAscending ? order : -order;
    });
  }

  return { isMatch, filterModels, sortModels };
})();
