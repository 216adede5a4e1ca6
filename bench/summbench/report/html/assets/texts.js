"use strict";
// What a summary takes from its article word for word, and texts painted with what was found.
summbench.texts = (() => {
  const { el } = summbench;
  // Runs of letters and digits; scripts without spaces go character by character.
  const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+(?:[-'’.,][\p{L}\p{N}\p{M}]+)*/gu;
  const COPIED = 3; // words in a row; fewer are shared by any two texts on a subject

  function tokens(text) {
    return Array.from(text.matchAll(WORD), (found) => ({
      word: found[0].normalize("NFC").toLowerCase(), start: found.index, end: found.index + found[0].length,
    }));
  }

  function indexed(text) {
    const words = tokens(text);
    const places = new Map();
    words.forEach(({ word }, i) => (places.get(word) ?? places.set(word, []).get(word)).push(i));
    return { words, places };
  }

  // From left to right the longest run of words that stands in the source too (Grusky et al., 2018).
  function runs(summary, source) {
    const words = tokens(summary);
    const found = [];
    for (let i = 0; i < words.length; ) {
      let [length, place] = [0, -1];
      for (const start of source.places.get(words[i].word) ?? []) {
        let k = 1;
        while (i + k < words.length && source.words[start + k]?.word === words[i + k].word) k += 1;
        if (k > length) [length, place] = [k, start];
      }
      const last = i + Math.max(1, length) - 1;
      const at = length ? [source.words[place].start, source.words[place + length - 1].end] : null;
      found.push({ start: words[i].start, end: words[last].end, length, source: at });
      i = last + 1;
    }
    return found;
  }

  // Ranges of the summary, each with its class, and those of the source that they were copied from.
  function compared(summary, source) {
    const found = runs(summary, source);
    const longest = Math.max(COPIED, ...found.map((run) => run.length));
    const ranges = [];
    const copied = [];
    for (const run of found) {
      if (run.length >= COPIED) {
        const kind = run.length === longest ? "copied longest" : "copied";
        ranges.push({ ...run, kind });
        copied.push({ start: run.source[0], end: run.source[1], kind });
      } else if (run.length === 0) {
        const before = ranges.at(-1);
        const joined = before?.kind === "novel" && !/\S/.test(summary.slice(before.end, run.start));
        if (joined) before.end = run.end;
        else ranges.push({ ...run, kind: "novel" });
      }
    }
    return { ranges, copied };
  }

  // Where the summary says what the article does not.
  function unsupported(summary, mentions) {
    const ranges = [];
    for (const { text, kind, state, nearest, at } of mentions ?? []) {
      const near = nearest ? `nearest in the article: ${nearest}` : "nothing like it in the article";
      const mark = (start) => ranges.push({ start, end: start + text.length, kind: "unsupported", facts: `${kind}, ${state}: ${text}\n${near}` });
      if (at !== undefined) mark(at);
      else for (let start = summary.indexOf(text); start >= 0; start = summary.indexOf(text, start + text.length)) mark(start);
    }
    return ranges;
  }

  // The text in pieces, each marked with every range that covers it.
  function painted(text, ranges) {
    const borders = new Set([0, text.length]);
    for (const { start, end } of ranges) borders.add(start).add(end);
    const at = [...borders].filter((place) => place >= 0 && place <= text.length).sort((a, b) => a - b);
    const waiting = [...ranges].sort((a, b) => a.start - b.start);
    let open = [];
    const pieces = [];
    for (let i = 0; i + 1 < at.length; i += 1) {
      while (waiting.length && waiting[0].start <= at[i]) open.push(waiting.shift());
      open = open.filter((range) => range.end > at[i]);
      const piece = text.slice(at[i], at[i + 1]);
      if (!open.length) pieces.push(piece);
      else {
        const facts = open.map((range) => range.facts).filter(Boolean).join("\n");
        pieces.push(el("mark", {
          class: [...new Set(open.flatMap((range) => range.kind.split(" ")))].join(" "),
          "data-facts": facts || null, tabindex: facts ? 0 : null,
          "data-from": open.find((range) => range.source)?.source[0],
        }, piece));
      }
    }
    return pieces;
  }

  return { tokens, indexed, compared, unsupported, painted };
})();
