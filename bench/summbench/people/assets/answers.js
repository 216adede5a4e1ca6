"use strict";
// What is asked on a screen, what answers it, and the file of answers; nothing here needs a page.
const Answers = (() => {
  const CHOICES = { first: "Summary 1 is better", second: "Summary 2 is better", tie: "They are equally good" };
  const STATES = { stated: "Stated", missing: "Missing", contradicted: "Contradicted" };

  /** @param {RaterContent} content @param {RaterItem} item @returns {RaterQuestion[]} None where words are marked. */
  function listQuestions(content, item) {
    const numbered = Object.fromEntries(item.summaries.map((_, i) => [String(i), `Summary ${i + 1}`]));
    switch (content.design) {
      case "likert":
        return content.dimensions.map(({ name, question, anchors }) => ({
          key: name, legend: `${name}: ${question}`,
          labels: Object.fromEntries(anchors.map((anchor, i) => [String(i + 1), anchor])),
        }));
      case "pairwise":
        return [{ key: "choice", legend: "Which summary is better?", labels: CHOICES }];
      case "best_worst":
        return [
          { key: "best", legend: "Which is the best?", labels: numbered },
          { key: "worst", legend: "Which is the worst?", labels: numbered },
        ];
      case "checklist":
        return (item.facts ?? []).map(([id, text]) => ({ key: id, legend: text, labels: STATES }));
      default:
        return [];
    }
  }

  /** @param {RaterContent} content @param {RaterItem} item @param {RaterAnswers} answers */
  function isComplete(content, item, answers) {
    const value = answers[item.id]?.value ?? {};
    if (content.design === "spans") return value.finished === true;
    if (content.design === "best_worst" && value.best === value.worst) return false;
    return listQuestions(content, item).every((question) => value[question.key] !== undefined);
  }

  /** @param {[number, number][]} spans @param {number} word */
  const isMarked = (spans, word) => spans.some(([first, last]) => first <= word && word <= last);

  /**
   * The marks after one more, from one word to another in whatever direction; those that it meets become part of it.
   * @param {[number, number][]} spans @param {number} from @param {number} to @returns {[number, number][]}
   */
  function addMark(spans, from, to) {
    let [first, last] = [Math.min(from, to), Math.max(from, to)];
    const rest = spans.filter((span) => span[1] < first || last < span[0]);
    for (const span of spans) {
      if (rest.includes(span)) continue;
      [first, last] = [Math.min(first, span[0]), Math.max(last, span[1])];
    }
    return [...rest, /** @type {[number, number]} */ ([first, last])].sort((a, b) => a[0] - b[0]);
  }

  /** The marks without the one that has the word. @param {[number, number][]} spans @param {number} word */
  const removeMark = (spans, word) => spans.filter(([first, last]) => word < first || last < word);

  /** What is saved: the complete answers. @param {RaterContent} content @param {RaterAnswers} answers @param {string} saved */
  function buildFile(content, answers, saved) {
    const complete = content.items.filter((item) => isComplete(content, item, answers));
    return {
      format: "summbench-answers", version: 1, study: content.study, assignments: content.assignments, rater: content.rater,
      saved, answers: Object.fromEntries(complete.map(({ id }) => [id, answers[id]])),
    };
  }

  /** Answers that were kept, or null if the text is none of them. @param {string | null} text */
  function parseKept(text) {
    const kept = text === null ? null : JSON.parse(text);
    const isKept = kept !== null && typeof kept.answers === "object" && Number.isInteger(kept.place) && kept.place >= 0;
    return isKept ? /** @type {{answers: RaterAnswers, place: number}} */ (kept) : null;
  }

  return { listQuestions, isComplete, isMarked, addMark, removeMark, buildFile, parseKept };
})();
