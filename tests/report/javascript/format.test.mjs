// Expected texts are written by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./scripts.mjs";

const Format = load("Format", "format");
const QUALITY = { role: "quality" };
const DIAGNOSTIC = { role: "diagnostic" };

test("a number has two decimals and a true minus sign; what is none is n/a", () => {
  assert.equal(Format.decimal(-1.005), "−1.00");
  assert.equal(Format.decimal(3, 0), "3");
  for (const missing of [null, undefined, NaN, Infinity, "3"]) assert.equal(Format.decimal(missing), "n/a");
});

test("quality metrics are points, diagnostics are as they are", () => {
  assert.equal(Format.score(QUALITY, 0.18236), "18.24");
  assert.equal(Format.score(DIAGNOSTIC, 56.22), "56.22");
  assert.equal(Format.score(QUALITY, null), "n/a");
});

test("the interval is half of its width, and diagnostics have none", () => {
  assert.equal(Format.interval(QUALITY, { mean: 0.1824, low: 0.1719, high: 0.1929 }), "18.24 ± 1.05");
  assert.equal(Format.interval(QUALITY, { mean: 0.1824 }), "18.24");
  assert.equal(Format.interval(DIAGNOSTIC, { mean: 60, low: 50, high: 70 }), "60.00");
});

test("a mean over a part of the articles says so", () => {
  assert.equal(Format.interval(QUALITY, { mean: 0.1824, low: 0.1719, high: 0.1929, coverage: "47 of 50" }), "18.24 ± 1.05 (47 of 50)");
  assert.equal(Format.interval(DIAGNOSTIC, { mean: 0.98, coverage: "47 of 235" }), "0.98 (47 of 235)");
  assert.equal(Format.interval(DIAGNOSTIC, { coverage: "0 of 235" }), "n/a");
  assert.equal(Format.covered("+1.00", { coverage: "" }), "+1.00");
});

test("p is exact to three decimals down to 0.001", () => {
  assert.deepEqual([0.04999, 0.001, 0.0009, null].map(Format.pValue), ["0.050", "0.001", "< 0.001", "n/a"]);
});

test("a plus sign stands before what has no sign", () => {
  assert.deepEqual(["1.00", "−1.00", "n/a"].map(Format.signed), ["+1.00", "−1.00", "n/a"]);
});

test("counts have separators, seconds two digits that count", () => {
  assert.equal(Format.count(11490), "11,490");
  assert.deepEqual([2.74, 0.0123, 0.0009, undefined].map(Format.seconds), ["2.7", "0.012", "< 0.001", "n/a"]);
});

test("ranks are a range unless both are the same", () => {
  assert.equal(Format.ranks({ rank_low: 1, rank_high: 5 }), "1–5");
  assert.equal(Format.ranks({ rank_low: 2, rank_high: 2 }), "2");
  assert.equal(Format.ranks({}), undefined);
});
