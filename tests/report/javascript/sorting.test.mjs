// Expected orders are worked by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./scripts.mjs";

const Sorting = load("Sorting", "format", "sorting");
const Differences = load("Differences", "format", "differences");

const BOARD = {
  datasets: [{ order: [2, 0, 1] }],
  models: [{ name: "lead3" }, { name: "BART-large" }, { name: "random3" }],
};

test("a name passes the filter if it has any of its words, whatever the case", () => {
  assert.deepEqual(plain(Sorting.filterModels(BOARD, 0, "")), [2, 0, 1]);
  assert.deepEqual(plain(Sorting.filterModels(BOARD, 0, "3")), [2, 0]);
  assert.deepEqual(plain(Sorting.filterModels(BOARD, 0, " bart, LEAD ")), [0, 1]);
  assert.deepEqual(plain(Sorting.filterModels(BOARD, 0, "x")), []);
});

test("models without a value come last in either direction", () => {
  const values = [0.2, null, 0.3, undefined, 0.1];
  const sort = (isAscending) => plain(Sorting.sortModels([0, 1, 2, 3, 4], (model) => values[model], isAscending));
  assert.deepEqual(sort(true), [4, 0, 2, 1, 3]);
  assert.deepEqual(sort(false), [2, 0, 4, 1, 3]);
});

test("letters are sorted as words, and none is no value", () => {
  const letters = ["b", "", "ab", "a"];
  assert.deepEqual(plain(Sorting.sortModels([0, 1, 2, 3], (model) => letters[model], true)), [3, 2, 0, 1]);
});

const PAIR = {
  a: 0, b: 1, mean: 0.02, low: -0.01, high: 0.05, n: 50, p: 0.2, p_adjusted: 0.4, wins: 30, ties: 5, losses: 15,
  effect_size: 0.3, mde: 0.04, correction: "holm",
};

test("a pair turned round changes its sign, its bounds and its wins", () => {
  assert.deepEqual(plain(Differences.find([PAIR], 0, 1)), PAIR);
  assert.deepEqual(plain(Differences.find([PAIR], 1, 0)), {
    ...PAIR, mean: -0.02, low: -0.05, high: 0.01, wins: 15, losses: 30, effect_size: -0.3,
  });
  assert.equal(Differences.find([PAIR], 0, 2), null);
});

test("a bound that is undefined stays so when the pair is turned round", () => {
  const turned = Differences.find([{ ...PAIR, low: null, high: null }], 1, 0);
  assert.equal(turned.low, null);
  assert.equal(turned.high, null);
});

test("significant is an adjusted p of at most 0.05", () => {
  assert.deepEqual([0.05, 0.0501, null].map((p_adjusted) => Differences.isSignificant({ ...PAIR, p_adjusted })), [true, false, false]);
});
