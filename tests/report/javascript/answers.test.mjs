// Expected questions and marks are written by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadAt, plain } from "./scripts.mjs";

const Answers = loadAt("people/assets", "Answers", "answers");
const ITEM = { id: "i", article: 0, summaries: ["x", "y", "z"], facts: [["f1", "It rained."], ["f2", "It stopped."]] };
const content = (design, extra = {}) => ({ study: "s", assignments: "d", rater: "r", design, dimensions: [], articles: ["a"], items: [ITEM], ...extra });
const ask = (design, extra) => plain(Answers.listQuestions(content(design, extra), ITEM));

test("each design asks its own questions", () => {
  const dimensions = [{ name: "tone", question: "Is it polite?", anchors: ["rude", "polite"] }];
  assert.deepEqual(ask("likert", { dimensions }), [{ key: "tone", legend: "tone: Is it polite?", labels: { 1: "rude", 2: "polite" } }]);
  assert.deepEqual(ask("pairwise").map((q) => [q.key, Object.keys(q.labels)]), [["choice", ["first", "second", "tie"]]]);
  const numbers = { 0: "Summary 1", 1: "Summary 2", 2: "Summary 3" };
  assert.deepEqual(ask("best_worst").map((q) => [q.key, q.labels]), [["best", numbers], ["worst", numbers]]);
  assert.deepEqual(ask("checklist").map((q) => q.legend), ["It rained.", "It stopped."]);
  assert.deepEqual(ask("spans"), []);
});

test("a screen is complete with an answer to every question", () => {
  const is = (design, value) => Answers.isComplete(content(design), ITEM, { i: { value, seconds: 1 } });
  assert.equal(Answers.isComplete(content("pairwise"), ITEM, {}), false);
  assert.equal(is("pairwise", { choice: "tie" }), true);
  assert.equal(is("checklist", { f1: "stated" }), false);
  assert.equal(is("checklist", { f1: "stated", f2: "missing" }), true);
  assert.equal(is("best_worst", { best: "1" }), false);
  assert.equal(is("best_worst", { best: "1", worst: "1" }), false);
  assert.equal(is("best_worst", { best: "1", worst: "0" }), true);
  assert.equal(is("spans", { spans: [[0, 1]] }), false);
  assert.equal(is("spans", { spans: [], finished: true }), true);
});

test("a mark goes from one word to the other, and swallows those that it meets", () => {
  const add = (spans, from, to) => plain(Answers.addMark(spans, from, to));
  assert.deepEqual(add([], 3, 1), [[1, 3]]);
  assert.deepEqual(add([[5, 6]], 2, 2), [[2, 2], [5, 6]]);
  assert.deepEqual(add([[0, 2], [5, 6], [8, 8]], 5, 1), [[0, 6], [8, 8]]);
  assert.deepEqual(plain(Answers.removeMark([[0, 2], [5, 6]], 6)), [[0, 2]]);
  assert.equal(Answers.isMarked([[0, 2], [5, 6]], 5), true);
  assert.equal(Answers.isMarked([[0, 2], [5, 6]], 3), false);
});

test("the file has the complete answers and nothing else", () => {
  const items = [ITEM, { ...ITEM, id: "j" }];
  const answers = { i: { value: { choice: "first" }, seconds: 2 }, j: { value: {}, seconds: 3 } };
  assert.deepEqual(plain(Answers.buildFile(content("pairwise", { items }), answers, "now")), {
    format: "summbench-answers", version: 1, study: "s", assignments: "d", rater: "r", saved: "now",
    answers: { i: { value: { choice: "first" }, seconds: 2 } },
  });
});

test("what another page kept under the same name is no answers", () => {
  assert.deepEqual(plain(Answers.parseKept('{"answers": {}, "place": 2}')), { answers: {}, place: 2 });
  for (const other of [null, "null", "[]", "3", '{"place": 1}', '{"answers": {}, "place": -1}']) assert.equal(Answers.parseKept(other), null);
});
