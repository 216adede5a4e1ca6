// A rater's page: shows one screen after the other, and keeps the answers in this browser. Texts are
// only ever put in as text.
"use strict";

const Annotate = (() => {
  const content = JSON.parse(document.getElementById("content").textContent);
  const key = `summbench:${content.study}:${content.rater}`;
  const CHOICES = { first: "Summary 1 is better", second: "Summary 2 is better", tie: "They are equally good" };
  const STATES = { stated: "Stated", missing: "Missing", contradicted: "Contradicted" };
  const QUESTIONS = {
    likert: "Read the article, then rate the summary on each scale.",
    pairwise: "Read the article, then choose the better summary.",
    best_worst: "Read the article, then choose the best and the worst summary.",
    spans: "Mark every word of the summary that the article does not support.",
    checklist: "Say for each fact of the article what the summary does with it.",
  };
  let state = { answers: {}, place: 0 };
  let since = performance.now();
  let isInSight = true;
  let cursor = 0;

  const byId = (id) => document.getElementById(id);

  function el(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (attribute.startsWith("on")) node.addEventListener(attribute.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(attribute, value === true ? "" : String(value));
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  function complain(text) {
    byId("problem").textContent = text;
    byId("problem").hidden = false;
  }

  function load() {
    try {
      const text = localStorage.getItem(key);
      if (text !== null) state = JSON.parse(text);
    } catch {
      complain("This browser keeps nothing for this page. Save your answers before you close it.");
    }
  }

  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify(state));
    } catch {
      complain("This browser can't keep your answers. Save them before you close the page.");
    }
  }

  /** The questions of a screen: each has a key, a legend, and value -> label. */
  function listGroups(item) {
    const numbered = (from) => Object.fromEntries(from.map((_, i) => [String(i), `Summary ${i + 1}`]));
    switch (content.design) {
      case "likert":
        return content.dimensions.map(({ name, question, anchors }) => ({
          key: name, legend: `${name}: ${question}`, labels: Object.fromEntries(anchors.map((anchor, i) => [String(i + 1), anchor])),
        }));
      case "pairwise":
        return [{ key: "choice", legend: "Which summary is better?", labels: CHOICES }];
      case "best_worst":
        return [
          { key: "best", legend: "Which is the best?", labels: numbered(item.summaries) },
          { key: "worst", legend: "Which is the worst?", labels: numbered(item.summaries) },
        ];
      case "checklist":
        return item.facts.map(([id, text]) => ({ key: id, legend: text, labels: STATES }));
      default:
        return [];
    }
  }

  const getItem = () => content.items[state.place];
  const getAnswer = (item) => state.answers[item.id] ??= { value: {}, seconds: 0 };

  function isComplete(item) {
    const value = state.answers[item.id]?.value ?? {};
    if (content.design === "spans") return value.finished === true;
    if (content.design === "best_worst" && value.best === value.worst) return false;
    return listGroups(item).every((group) => value[group.key] !== undefined);
  }

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
    byId("bar").value = complete;
    byId("bar").max = content.items.length;
    byId("export").textContent = complete === content.items.length ? "Save answers: all answered" : "Save answers";
  }

  function choose(group, value) {
    const item = getItem();
    const answer = getAnswer(item).value;
    answer[group] = value;
    if (content.design === "best_worst" && answer.best === answer.worst) complain("The best and the worst have to differ.");
    else byId("problem").hidden = true;
    keep();
    drawProgress();
  }

  function drawGroup(item, group) {
    const value = state.answers[item.id]?.value?.[group.key];
    const labels = Object.entries(group.labels).map(([option, label], i) =>
      el("label", { class: "point" },
        el("input", {
          type: "radio", name: `group-${group.key}`, value: option, checked: option === value,
          onchange: () => choose(group.key, option),
        }),
        el("span", {}, el("kbd", {}, String(i + 1)), ` ${label}`)));
    return el("fieldset", { "data-group": group.key, onfocusin: (event) => markHere(event.currentTarget) }, el("legend", {}, group.legend), ...labels);
  }

  function markHere(fieldset) {
    for (const other of document.querySelectorAll("fieldset.here")) other.classList.remove("here");
    fieldset.classList.add("here");
  }

  // Words are marked from one to another: the first press opens a mark, the second closes it.

  let opened = null;

  const isMarked = (spans, i) => spans.some(([first, last]) => first <= i && i <= last);

  function press(i) {
    const answer = getAnswer(getItem()).value;
    const spans = answer.spans ??= [];
    if (opened === null && isMarked(spans, i)) answer.spans = spans.filter(([first, last]) => i < first || last < i);
    else if (opened === null) opened = i;
    else {
      const [first, last] = [Math.min(opened, i), Math.max(opened, i)];
      answer.spans = [...spans.filter((span) => span[1] < first || last < span[0]), [first, last]].sort((a, b) => a[0] - b[0]);
      opened = null;
    }
    keep();
    drawWords();
  }

  function drawWords() {
    const spans = getAnswer(getItem()).value.spans ?? [];
    for (const [i, word] of [...document.querySelectorAll(".word")].entries()) {
      word.setAttribute("aria-selected", String(isMarked(spans, i) || opened === i));
      word.tabIndex = i === cursor ? 0 : -1;
    }
    byId("hint").textContent = opened === null
      ? "Press a word to begin a mark, and its last word to end it. Press a marked word to take the mark away. Arrows and Space do it too."
      : "Press the last word of the mark.";
  }

  function move(by) {
    const words = [...document.querySelectorAll(".word")];
    cursor = Math.min(Math.max(cursor + by, 0), words.length - 1);
    drawWords();
    words[cursor].focus();
  }

  function drawSpans(item) {
    cursor = 0;
    opened = null;
    const words = item.summaries[0].map((text, i) => (i % 2 || !text ? document.createTextNode(text)
      : el("span", { class: "word", role: "option" }, text)));
    const list = el("div", {
      class: "words text", role: "listbox", "aria-multiselectable": "true", "aria-label": "Words of the summary", dir: "auto",
      onclick: (event) => {
        const i = [...list.querySelectorAll(".word")].indexOf(event.target);
        if (i >= 0) { cursor = i; press(i); }
      },
      onkeydown: (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
        if (by) move(by);
        else if (event.key === " ") press(cursor);
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    }, ...words);
    const box = el("input", {
      type: "checkbox", id: "finished", checked: getAnswer(item).value.finished === true,
      onchange: (event) => { getAnswer(item).value.spans ??= []; choose("finished", event.target.checked); },
    });
    return [el("section", { class: "summary" }, el("h2", {}, "Summary"), list), el("p", { id: "hint", class: "hint", role: "status" }),
      el("label", { class: "point" }, box, el("span", {}, el("kbd", { "aria-hidden": "true" }, "1"), " Everything without support is marked, if there is any"))];
  }

  function drawSummaries(item) {
    const several = item.summaries.length > 1;
    return item.summaries.map((text, i) => el("section", { class: "summary" },
      el("h2", {}, several ? `Summary ${i + 1}` : "Summary"), el("p", { class: "text", dir: "auto" }, text)));
  }

  function drawEnd() {
    const open = content.items.findIndex((item) => !isComplete(item));
    byId("article").textContent = "";
    byId("article-pane").hidden = true;
    byId("main").replaceChildren(
      el("h2", {}, open < 0 ? "All answered. Thank you." : `${content.items.length - countComplete()} screens are not answered yet.`),
      el("p", {}, "Save your answers with the button at the top, and send the file to the person who gave you this page."),
      open < 0 ? "" : el("button", { type: "button", id: "open", onclick: () => go(open) }, "To the first that is open"));
  }

  function draw() {
    const item = getItem();
    byId("place").textContent = item === undefined ? "End" : `${state.place + 1} of ${content.items.length}`;
    byId("back").disabled = state.place === 0;
    byId("next").disabled = item === undefined;
    byId("problem").hidden = true;
    drawProgress();
    if (item === undefined) return drawEnd();
    const article = content.articles[item.article];
    byId("article-pane").hidden = false;
    if (byId("article").textContent !== article) {
      byId("article").textContent = article;
      byId("article").scrollTop = 0;
    }
    const body = content.design === "spans" ? drawSpans(item)
      : [...drawSummaries(item), ...listGroups(item).map((group) => drawGroup(item, group))];
    byId("main").replaceChildren(el("p", { class: "hint" }, QUESTIONS[content.design]), ...body);
    if (content.design === "spans") drawWords();
  }

  function go(place) {
    addTime();
    state.place = Math.min(Math.max(place, 0), content.items.length);
    keep();
    draw();
    byId("main").focus();
    byId("main").scrollIntoView({ block: "nearest" });
  }

  /** The option with this number, of the question that has the focus or of the first open one. */
  function pick(number) {
    const box = byId("finished");
    if (box !== null) return number === 1 && box.click();
    const fieldsets = [...document.querySelectorAll("fieldset")];
    const isOpen = (fieldset) => fieldset.querySelector("input:checked") === null;
    const here = document.activeElement.closest("fieldset") ?? fieldsets.find(isOpen) ?? fieldsets.at(-1);
    const input = here?.querySelectorAll("input")[number - 1];
    if (!input) return undefined;
    input.click();
    const next = fieldsets.find(isOpen);
    if (next === undefined) byId("next").focus();
    else next.querySelector("input").focus();
    return undefined;
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isButton = ["BUTTON", "SUMMARY"].includes(event.target.tagName);
    if (/^[1-9]$/.test(event.key)) pick(Number(event.key));
    else if (event.key === "Enter" && !isButton) go(state.place + 1);
    else if (event.key === "b") go(state.place - 1);
    else return;
    event.preventDefault();
  }

  function save() {
    addTime();
    keep();
    const complete = content.items.filter(isComplete);
    const answers = Object.fromEntries(complete.map(({ id }) => [id, state.answers[id]]));
    const file = {
      format: "summbench-answers", version: 1, study: content.study, rater: content.rater, design: content.design,
      items: content.items.length, saved: new Date().toISOString(), answers,
    };
    const link = el("a", { href: URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" })),
      download: `answers-${content.rater}-${content.study}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function drawGuide() {
    byId("guide-text").replaceChildren(...[
      QUESTIONS[content.design],
      "Judge only by the article, not by what you know. Nobody can see who wrote which summary, and you should not try to guess it.",
      "Keys: a number chooses, Enter goes on, b goes back. A few texts tell you what to answer: they check that you read.",
      "Your answers stay in this browser until you save them. You can close the page and go on later, in the same browser.",
    ].map((text) => el("p", {}, text)));
    byId("guide").open = countComplete() === 0;
  }

  load();
  drawGuide();
  draw();
  byId("back").addEventListener("click", () => go(state.place - 1));
  byId("next").addEventListener("click", () => go(state.place + 1));
  byId("export").addEventListener("click", save);
  document.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", () => {
    addTime();
    isInSight = document.visibilityState === "visible";
    keep();
  });
  window.addEventListener("pagehide", () => { addTime(); keep(); });
  document.documentElement.dataset.ready = "yes";
  return { content };
})();
