// Expected orders and fragments are worked by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, plain } from "./scripts.mjs";

const Ordering = load("Ordering", "format", "ordering");
const ArticleList = load("ArticleList", "core", "format", "article_list");
const Texts = load("Texts", "core", "texts");

// Two models on four articles; the last has no score of the second model.
const ROWS = [[0.5, 0.2, 0.9, 0.1], [0.1, 0.4, 0.9, NaN]];
const FACTS = { rows: ROWS, sign: 1, a: 0, b: 1, models: [0, 1], flagRows: [[0, 3, 0, 4], [0, 1, 0, 0]], tables: [{ rows: ROWS, sign: 1 }] };
const sort = (order, facts = {}) => plain(Ordering.sortArticles([0, 1, 2, 3], order, { ...FACTS, ...facts }).places);

test("articles as in the dataset are left alone", () => {
  assert.deepEqual(sort("given"), [0, 1, 2, 3]);
});

test("A better than B, and the other way round; without a score last", () => {
  // differences 0.4, -0.2, 0
  assert.deepEqual(sort("a"), [0, 2, 1, 3]);
  assert.deepEqual(sort("b"), [1, 2, 0, 3]);
  assert.deepEqual(sort("a", { sign: -1 }), [1, 2, 0, 3]);
});

test("systems disagree most where their scores deviate most", () => {
  // standard deviations 0.2, 0.1, 0
  assert.deepEqual(sort("systems"), [0, 1, 2, 3]);
});

test("metrics disagree where they rank the systems differently", () => {
  const other = { rows: [[0.1, 0.2, 0.9, 0.1], [0.5, 0.4, 0.9, 0.2]], sign: 1 };
  const models = { ...FACTS, tables: [{ rows: [[0.5, 0.2, 0.9, 0.3], [0.1, 0.4, 0.9, 0.2]], sign: 1 }, other] };
  // articles 0 and 3: the ranks are turned round, 1 of 1 for both systems
  assert.deepEqual(sort("metrics", models), [0, 3, 1, 2]);
});

test("flags are counted over all systems", () => {
  // 0, 2 + 1, 0, 1
  assert.deepEqual(sort("flags"), [1, 3, 0, 2]);
});

test("the lowest mean comes first", () => {
  // means 0.3, 0.3, 0.9, and 0.1 of one system alone
  assert.deepEqual(sort("low"), [3, 0, 1, 2]);
});

test("a search finds articles by their groups", () => {
  const index = { ids: ["a1", "a2"], groups: [["desk: sport"], ["desk: art"]], leads: ["A dam held.", "A dam burst"] };
  assert.deepEqual(plain(ArticleList.searchIndex(index, "dam sport")), [0]);
  assert.deepEqual(plain(ArticleList.filterGroup(index, [0, 1], "desk: art")), [1]);
  assert.deepEqual(plain(ArticleList.filterGroup(index, [0, 1], "")), [0, 1]);
});

test("a search needs every word in the id or the first words", () => {
  const index = { ids: ["a1", "a2"], leads: ["The dam held.", "A dam burst"] };
  assert.deepEqual(plain(ArticleList.searchIndex(index, "")), [0, 1]);
  assert.deepEqual(plain(ArticleList.searchIndex(index, "DAM  a2")), [1]);
  assert.deepEqual(plain(ArticleList.searchIndex(index, "dam flood")), []);
});

test("three words in a row are a copy, words of their own are novel", () => {
  const source = Texts.buildIndex("The old dam held until noon.");
  const { ranges, copied } = plain(Texts.findCopies("Yesterday evening the old dam held.", source));
  assert.deepEqual(ranges.map(({ start, end, kind }) => [start, end, kind]), [[0, 17, "novel"], [18, 34, "copied longest"]]);
  assert.deepEqual(copied, [{ start: 0, end: 16, kind: "copied longest" }]);
});

test("a claim without a place is marked wherever its text is", () => {
  const claims = [{ text: "Rome", kind: "name", state: "absent", nearest: "" }];
  const ranges = plain(Texts.markUnsupported("Rome fell; Rome rose.", claims));
  assert.deepEqual(ranges.map(({ start, end }) => [start, end]), [[0, 4], [11, 15]]);
});
