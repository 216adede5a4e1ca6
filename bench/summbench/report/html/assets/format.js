"use strict";
// Numbers as people read them.
const Format = (() => {
  const MISSING = "n/a";

  /** @param {unknown} value @returns {value is number} */
  const isNumber = (value) => Number.isFinite(value);

  /** With a true minus sign. @param {Maybe<number>} value @param {number} digits */
  const decimal = (value, digits = 2) => (isNumber(value) ? value.toFixed(digits).replace("-", "−") : MISSING);
  /** As 100 times the fraction. @param {Maybe<number>} value @param {number} digits */
  const points = (value, digits = 2) => decimal(isNumber(value) ? 100 * value : value, digits);
  /** With a plus sign before what has no minus. @param {string} text */
  const signed = (text) => (text.startsWith("−") || text === MISSING ? text : `+${text}`);
  /** @param {Maybe<number>} value */
  const pValue = (value) => (!isNumber(value) ? MISSING : value < 0.001 ? "< 0.001" : value.toFixed(3));
  /** @param {Maybe<number>} value */
  const count = (value) => (isNumber(value) ? value.toLocaleString("en") : MISSING);
  /** Two digits that count. @param {Maybe<number>} value */
  const seconds = (value) => (!isNumber(value) ? MISSING : value < 0.001 ? "< 0.001" : value.toPrecision(2));
  /** Quality metrics in points, others as they are. @param {Metric} metric @param {Maybe<number>} value @param {number} digits */
  const score = (metric, value, digits = 2) => (metric.role === "quality" ? points(value, digits) : decimal(value, digits));

  /** With what a mean is over, if these are not all articles. @param {string} text @param {{coverage?: string}} mean */
  const covered = (text, mean) => (mean.coverage && text !== MISSING ? `${text} (${mean.coverage})` : text);

  /** "18.24 ± 1.05 (47 of 50)"; diagnostics have no interval. @param {Metric} metric @param {Entry} entry */
  function interval(metric, entry) {
    const mean = score(metric, entry.mean);
    if (!isNumber(entry.low) || !isNumber(entry.high) || metric.role !== "quality") return covered(mean, entry);
    return covered(`${mean} ± ${score(metric, (entry.high - entry.low) / 2)}`, entry);
  }

  /** "1–3", or "2" if both are the same; undefined if there is no rank. @param {Maybe<Entry>} entry */
  function ranks(entry) {
    if (entry?.rank_low === undefined) return undefined;
    return entry.rank_low === entry.rank_high ? `${entry.rank_low}` : `${entry.rank_low}–${entry.rank_high}`;
  }

  return { MISSING, isNumber, decimal, points, signed, pValue, count, seconds, score, covered, interval, ranks };
})();
