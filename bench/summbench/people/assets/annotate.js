"use strict";
// A rater's page: shows one screen after the other, and keeps the answers in this browser. Texts are
// only ever put in as text.
const Annotate = (() => {
  /** @param {string} id */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {string} id */
  const buttonOf = (id) => /** @type {HTMLButtonElement} */ (byId(id));
  /** @param {ParentNode} node @param {string} selector @returns {HTMLElement[]} */
  const listAll = (node, selector) => [...node.querySelectorAll(selector)].map((found) => /** @type {HTMLElement} */ (found));

  /** @type {RaterContent} */
  const content = JSON.parse(byId("content").textContent);
  const QUESTIONS = {
    likert: "Read the article, then rate the summary on each scale.",
    pairwise: "Read the article, then choose the better summary.",
    best_worst: "Read the article, then choose the best and the worst summary.",
    spans: "Mark every word of the summary that the article does not support.",
    checklist: "Say for each fact of the article what the summary does with it.",
  };
  /** @type {{answers: RaterAnswers, place: number}} */
  let state = { answers: {}, place: 0 };
  const STEPS = new Map([["ArrowRight", 1], ["ArrowLeft", -1], ["ArrowDown", 8], ["ArrowUp", -8]]);
  let since = performance.now();
  let isInSight = true;
  let cursor = 0;
  let shown = -1; // the place of the article that is in the page

  /**
   * @param {string} name @param {Record<string, any>} attributes Those that begin with "on" are listeners.
   * @param {(Node | string)[]} children
   */
  function el(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (attribute.startsWith("on")) node.addEventListener(attribute.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(attribute, value === true ? "" : String(value));
    }
    node.append(...children);
    return node;
  }

  /** @param {string} text */
  function complain(text) {
    byId("problem").textContent = text;
    byId("problem").hidden = false;
  }

  const LOSSES = {
    other: "This page was opened again in another window. Go on there, and close this one: it keeps nothing more.",
    failed: "This browser can't keep your answers. Save them before you close the page.",
  };
  const keep = () => Keeping.keep(JSON.stringify(state), (reason) => complain(LOSSES[reason]));

  const getItem = () => content.items[state.place];
  /** @param {RaterItem} item @returns {RaterAnswer} */
  const getAnswer = (item) => state.answers[item.id] ??= { value: {}, seconds: 0 };
  /** @param {RaterItem} item */
  const isComplete = (item) => Answers.isComplete(content, item, state.answers);
  const countComplete = () => content.items.filter(isComplete).length;

  /** Adds the time that the screen was in sight. */
  function addTime() {
    const now = performance.now();
    const item = getItem();
    if (item !== undefined && isInSight) getAnswer(item).seconds += (now - since) / 1000;
    since = now;
  }

  function drawProgress() {
    const complete = countComplete();
    byId("progress").textContent = `${complete} of ${content.items.length} answered`;
    const bar = /** @type {HTMLProgressElement} */ (byId("bar"));
    bar.value = complete;
    bar.max = content.items.length;
    byId("export").textContent = complete === content.items.length ? "Save answers: all answered" : "Save answers";
  }

  /** @param {string} question @param {unknown} value */
  function choose(question, value) {
    const item = getItem();
    const answer = getAnswer(item).value;
    answer[question] = value;
    if (content.design === "best_worst" && answer.best === answer.worst) complain("The best and the worst have to differ.");
    else byId("problem").hidden = true;
    keep();
    drawProgress();
  }

  /** @param {RaterItem} item @param {RaterQuestion} question */
  function drawQuestion(item, question) {
    const value = state.answers[item.id]?.value?.[question.key];
    const labels = Object.entries(question.labels).map(([option, label], i) =>
      el("label", { class: "point" },
        el("input", {
          type: "radio", name: `question-${question.key}`, value: option, checked: option === value,
          onchange: () => choose(question.key, option),
        }),
        el("span", {}, el("kbd", {}, String(i + 1)), ` ${label}`)));
    const fieldset = el("fieldset", { "data-question": question.key, onfocusin: () => markHere(fieldset) },
      el("legend", {}, question.legend), ...labels);
    return fieldset;
  }

  /** @param {HTMLElement} fieldset */
  function markHere(fieldset) {
    for (const other of document.querySelectorAll("fieldset.here")) other.classList.remove("here");
    fieldset.classList.add("here");
  }

  // Words are marked from one to another: the first press marks a word, the second makes the mark longer, or ends it
  // at that word. A mark is kept from the first press on.

  /** @type {number | null} */
  let opened = null;

  /** @param {number} word */
  function press(word) {
    const answer = getAnswer(getItem()).value;
    const spans = answer.spans ??= [];
    if (opened !== null) {
      answer.spans = Answers.addMark(spans, opened, word);
      opened = null;
    } else if (Answers.isMarked(spans, word)) answer.spans = Answers.removeMark(spans, word);
    else {
      answer.spans = Answers.addMark(spans, word, word);
      opened = word;
    }
    keep();
    drawWords();
  }

  function drawWords() {
    const spans = getAnswer(getItem()).value.spans ?? [];
    for (const [i, word] of listAll(document, ".word").entries()) {
      word.setAttribute("aria-selected", String(Answers.isMarked(spans, i)));
      word.tabIndex = i === cursor ? 0 : -1;
    }
    byId("hint").textContent = opened === null
      ? "Press a word to mark it. Press a marked word to take the mark away. Arrows and Space do it too."
      : "This word is marked. Press the last word of a longer mark, or this word again if the mark ends here.";
  }

  /** @param {number} by */
  function move(by) {
    const words = listAll(document, ".word");
    cursor = Math.min(Math.max(cursor + by, 0), words.length - 1);
    drawWords();
    words[cursor].focus();
  }

  /** @param {RaterItem} item */
  function drawSpans(item) {
    cursor = 0;
    opened = null;
    const words = [...item.summaries[0]].map((text, i) => (i % 2 || !text ? document.createTextNode(text)
      : el("span", { class: "word", role: "option" }, text)));
    const list = el("div", {
      class: "words text", role: "listbox", "aria-multiselectable": "true", "aria-label": "Words of the summary", dir: "auto",
      onclick: (/** @type {MouseEvent} */ event) => {
        const i = listAll(list, ".word").indexOf(/** @type {HTMLElement} */ (event.target));
        if (i >= 0) { cursor = i; press(i); }
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const by = STEPS.get(event.key);
        if (by) move(by);
        else if (event.key === " ") press(cursor);
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    }, ...words);
    const box = /** @type {HTMLInputElement} */ (el("input", {
      type: "checkbox", id: "finished", checked: getAnswer(item).value.finished === true,
      onchange: () => {
        getAnswer(item).value.spans ??= [];
        opened = null;
        drawWords();
        choose("finished", box.checked);
      },
    }));
    return [el("section", { class: "summary" }, el("h2", {}, "Summary"), list), el("p", { id: "hint", class: "hint", role: "status" }),
      el("label", { class: "point" }, box, el("span", {}, el("kbd", { "aria-hidden": "true" }, "1"), " Everything without support is marked, if there is any"))];
  }

  /** @param {RaterItem} item */
  function drawSummaries(item) {
    const several = item.summaries.length > 1;
    return item.summaries.map((text, i) => el("section", { class: "summary" },
      el("h2", {}, several ? `Summary ${i + 1}` : "Summary"), el("p", { class: "text", dir: "auto" }, String(text))));
  }

  function drawEnd() {
    const open = content.items.findIndex((item) => !isComplete(item));
    shown = -1;
    byId("article-pane").hidden = true;
    byId("main").replaceChildren(
      el("h2", {}, open < 0 ? "All answered. Thank you." : `${content.items.length - countComplete()} screens are not answered yet.`),
      el("p", {}, "Save your answers with the button at the top, and send the file to the person who gave you this page."),
      open < 0 ? "" : el("button", { type: "button", id: "open", onclick: () => go(open) }, "To the first that is open"));
  }

  function draw() {
    const item = getItem();
    byId("place").textContent = item === undefined ? "End" : `${state.place + 1} of ${content.items.length}`;
    buttonOf("back").disabled = state.place === 0;
    buttonOf("next").disabled = item === undefined;
    byId("problem").hidden = true;
    drawProgress();
    if (item === undefined) return drawEnd();
    byId("article-pane").hidden = false;
    if (shown !== item.article) {
      byId("article").textContent = content.articles[item.article];
      byId("article").scrollTop = 0;
      shown = item.article;
    }
    const body = content.design === "spans" ? drawSpans(item)
      : [...drawSummaries(item), ...Answers.listQuestions(content, item).map((question) => drawQuestion(item, question))];
    byId("main").replaceChildren(el("p", { class: "hint" }, QUESTIONS[content.design]), ...body);
    if (content.design === "spans") drawWords();
  }

  /** @param {number} place */
  function go(place) {
    addTime();
    state.place = Math.min(Math.max(place, 0), content.items.length);
    keep();
    const before = shown;
    draw();
    byId("main").focus({ preventScroll: true });
    byId(shown === before || shown < 0 ? "main" : "article-pane").scrollIntoView({ block: "start" });
  }

  /** Takes the option with this number of the question that has the focus or of the first open one. @param {number} number */
  function pick(number) {
    const box = document.getElementById("finished");
    if (box !== null) {
      if (number === 1) box.click();
      return;
    }
    const fieldsets = listAll(document, "fieldset");
    const isOpen = (/** @type {Element} */ fieldset) => fieldset.querySelector("input:checked") === null;
    const here = document.activeElement?.closest("fieldset") ?? fieldsets.find(isOpen) ?? fieldsets.at(-1);
    const input = here && listAll(here, "input")[number - 1];
    if (!input) return;
    input.click();
    const next = fieldsets.find(isOpen);
    (next === undefined ? byId("next") : listAll(next, "input")[0]).focus();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isButton = ["BUTTON", "SUMMARY"].includes(/** @type {Element} */ (event.target).tagName);
    if (/^[1-9]$/.test(event.key)) pick(Number(event.key));
    else if (event.key === "Enter" && !isButton) go(state.place + 1);
    else if (event.key === "b") go(state.place - 1);
    else return;
    event.preventDefault();
  }

  function save() {
    addTime();
    keep();
    const file = Answers.buildFile(content, state.answers, new Date().toISOString());
    const link = /** @type {HTMLAnchorElement} */ (el("a", {
      href: URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" })),
      download: `answers-${content.rater}-${content.study}.json`,
    }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function drawGuide() {
    byId("guide-text").replaceChildren(...[
      ...content.instructions,
      QUESTIONS[content.design],
      "Judge only by the article, not by what you know. Nobody can see who wrote which summary, and you should not try to guess it.",
      "Keys: a number chooses, Enter goes on, b goes back. A few texts tell you what to answer: they check that you read.",
      "Your answers stay in this browser until you save them. You can close the page and go on later, in the same browser. A private window keeps nothing: do not use one.",
    ].map((text, i) => el("p", { class: i < content.instructions.length && "text", dir: "auto" }, text)));
    // Instructions of the study's own are read first; without them the short form leaves room for the article.
    const isNew = countComplete() === 0;
    /** @type {HTMLDetailsElement} */ (byId("guide")).open = isNew && content.instructions.length > 0;
    byId("brief").hidden = !isNew || content.instructions.length > 0;
  }

  async function start() {
    let isKeeping = true;
    try {
      state = Answers.parseKept(await Keeping.open(`summbench:${content.study}:${content.rater}`)) ?? state;
    } catch {
      isKeeping = false;
    }
    drawGuide();
    draw();
    if (!isKeeping) complain("This browser keeps nothing for this page. Save your answers before you close it.");
    byId("back").addEventListener("click", () => go(state.place - 1));
    byId("next").addEventListener("click", () => go(state.place + 1));
    byId("export").addEventListener("click", save);
    document.addEventListener("keydown", onKey);
    document.addEventListener("visibilitychange", () => {
      addTime();
      isInSight = document.visibilityState === "visible";
      keep();
    });
    window.addEventListener("beforeunload", (event) => { if (!Keeping.isKept()) event.preventDefault(); });
    document.documentElement.dataset.ready = "yes";
  }

  start();
  return { content };
})();
