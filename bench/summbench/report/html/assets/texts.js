"use strict";
// What a summary copies from its article, and texts painted with what was found.
const Texts = (() => {
  const { el } = summbench;
  // Runs of letters and digits; scripts without spaces go character by character.
  const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+(?:[-'’.,][\p{L}\p{N}\p{M}]+)*/gu;
  const MIN_COPY = 3; // words in a row; fewer are shared by any two texts on a subject

  /** @param {string} text */
  function tokenize(text) {
    return Array.from(text.matchAll(WORD), (match) => ({
      word: match[0].normalize("NFC").toLowerCase(), start: match.index, end: match.index + match[0].length,
    }));
  }

  /** The words of a text, and where each word is. @param {string} text */
  function buildIndex(text) {
    const words = tokenize(text);
    /** @type {Map<string, number[]>} */
    const places = new Map();
    words.forEach(({ word }, i) => {
      const list = places.get(word);
      if (list) list.push(i);
      else places.set(word, [i]);
    });
    return { words, places };
  }
  /** @typedef {ReturnType<typeof buildIndex>} TextIndex */

  /** From left to right the longest run of words that is in the source, too (Grusky et al., 2018). @param {string} summary @param {TextIndex} source */
  function findFragments(summary, source) {
    const words = tokenize(summary);
    const fragments = [];
    for (let i = 0; i < words.length; ) {
      let [length, place] = [0, -1];
      for (const start of source.places.get(words[i].word) ?? []) {
        let k = 1;
        while (i + k < words.length && source.words[start + k]?.word === words[i + k].word) k += 1;
        if (k > length) [length, place] = [k, start];
      }
      const last = i + Math.max(1, length) - 1;
      /** @type {[number, number] | null} */
      const origin = length ? [source.words[place].start, source.words[place + length - 1].end] : null;
      fragments.push({ start: words[i].start, end: words[last].end, length, source: origin });
      i = last + 1;
    }
    return fragments;
  }

  /** Ranges of the summary, each with its class, and those of the source that they were copied from. @param {string} summary @param {TextIndex} source */
  function findCopies(summary, source) {
    const fragments = findFragments(summary, source);
    const longest = Math.max(MIN_COPY, ...fragments.map((fragment) => fragment.length));
    /** @type {TextRange[]} */
    const ranges = [];
    /** @type {TextRange[]} */
    const copied = [];
    for (const fragment of fragments) {
      if (fragment.source && fragment.length >= MIN_COPY) {
        const kind = fragment.length === longest ? "copied longest" : "copied";
        ranges.push({ ...fragment, kind });
        copied.push({ start: fragment.source[0], end: fragment.source[1], kind });
      } else if (fragment.length === 0) {
        const previous = ranges[ranges.length - 1];
        const isAdjacent = previous?.kind === "novel" && !/\S/.test(summary.slice(previous.end, fragment.start));
        if (isAdjacent) previous.end = fragment.end;
        else ranges.push({ ...fragment, kind: "novel" });
      }
    }
    return { ranges, copied };
  }

  /** Where the summary claims what the article does not support. @param {string} summary @param {Unsupported[]} claims */
  function markUnsupported(summary, claims = []) {
    /** @type {TextRange[]} */
    const ranges = [];
    for (const { text, kind, state, nearest, start } of claims) {
      const closest = nearest ? `nearest in the article: ${nearest}` : "nothing like it in the article";
      /** @param {number} place */
      const mark = (place) => ranges.push({ start: place, end: place + text.length, kind: "unsupported", facts: `${kind}, ${state}: ${text}\n${closest}` });
      if (start !== undefined) mark(start);
      else for (let place = summary.indexOf(text); place >= 0; place = summary.indexOf(text, place + text.length)) mark(place);
    }
    return ranges;
  }

  /** The text in pieces, each marked with every range that covers it. @param {string} text @param {TextRange[]} ranges */
  function paint(text, ranges) {
    const borders = new Set([0, text.length]);
    for (const { start, end } of ranges) borders.add(start).add(end);
    const places = [...borders].filter((place) => place >= 0 && place <= text.length).sort((a, b) => a - b);
    const sorted = [...ranges].sort((a, b) => a.start - b.start);
    let next = 0;
    /** @type {TextRange[]} */
    let open = [];
    /** @type {(string | Element)[]} */
    const pieces = [];
    for (let i = 0; i + 1 < places.length; i += 1) {
      while (next < sorted.length && sorted[next].start <= places[i]) open.push(sorted[next++]);
      open = open.filter((range) => range.end > places[i]);
      const piece = text.slice(places[i], places[i + 1]);
      if (!open.length) pieces.push(piece);
      else {
        const facts = open.map((range) => range.facts).filter(Boolean).join("\n");
        pieces.push(el("mark", {
          class: [...new Set(open.flatMap((range) => range.kind.split(" ")))].join(" "),
          "data-facts": facts || null, tabindex: facts ? 0 : null,
          "data-from": open.find((range) => range.source)?.source?.[0],
        }, piece));
      }
    }
    return pieces;
  }

  return { tokenize, buildIndex, findCopies, markUnsupported, paint };
})();
