"use strict";
// One article: its text, its references, and what every system made of it.
summbench.article = (() => {
  const { el, byId, format, texts } = summbench;
  const FLAGS = {
    failed: "failed", empty: "empty", input_truncated: "article was cut to fit", hit_token_limit: "stopped by the token limit",
    ends_mid_sentence: "ends in mid-sentence", copied: "copied in one piece", other_script: "another script",
  };

  const score = (view, answer, m = view.m) => answer.scores[m];

  // A and B first, then the best.
  function ordered(view, article) {
    const sign = view.board.metrics[view.m].direction === "lower" ? -1 : 1;
    const first = (answer) => (answer.model === view.a ? 2 : answer.model === view.b ? 1 : 0);
    const value = (answer) => (Number.isFinite(score(view, answer)) ? sign * score(view, answer) : -Infinity);
    return [...article.answers].sort((x, y) => first(y) - first(x) || value(y) - value(x) || x.model - y.model);
  }

  function details(title, content) {
    const box = el("details", {}, el("summary", {}, title));
    box.addEventListener("toggle", () => box.children.length < 2 && box.append(content()));
    return box;
  }

  function body(answer, compared) {
    if (answer.error) return el("p", { class: "text failed", dir: "auto" }, `No answer: ${answer.error}`);
    if (!(answer.summary ?? "").trim()) return el("p", { class: "text failed" }, "The summary is empty.");
    const ranges = [...(compared?.ranges ?? []), ...texts.unsupported(answer.summary, answer.mentions)];
    return el("p", { class: "text", dir: "auto" }, ...texts.painted(answer.summary, ranges));
  }

  function facts(answer) {
    const found = [];
    if (answer.in !== undefined || answer.out !== undefined) found.push(`${answer.in ?? "?"} tokens in, ${answer.out ?? "?"} out`);
    if (answer.seconds !== undefined) found.push(answer.seconds < 0.001 ? "< 0.001 s" : `${answer.seconds.toPrecision(2)} s`);
    return found.join(", ");
  }

  function card(view, article, answer, choose) {
    const { name, kind } = view.board.models[answer.model];
    const metric = view.board.metrics[view.m];
    const active = answer.model === view.active;
    const letter = answer.model === view.a ? "A" : answer.model === view.b ? "B" : null;
    const title = el("button", { type: "button", class: "pick", "aria-pressed": String(active), onclick: () => choose(answer.model) },
      letter ? el("span", { class: "letter" }, letter) : null, el("span", {}, name));
    const flags = (answer.flags ?? []).map((flag) => el("li", { class: flag === "failed" || flag === "empty" ? "bad" : null }, FLAGS[flag] ?? flag));
    return el("section", { class: active ? "card active" : "card", "data-model": name, "aria-label": `Summary by ${name}` },
      el("header", {}, el("h4", {}, title), kind === "system" ? null : el("span", { class: `kind ${kind}` }, kind),
        el("span", { class: "score" }, `${metric.name} ${format.shown(metric, score(view, answer), 1)}`)),
      body(answer, view.compared.get(answer.model)),
      flags.length ? el("ul", { class: "flags" }, ...flags) : null,
      el("p", { class: "note" }, facts(answer)),
      answer.reasoning ? details("Reasoning", () => el("pre", { dir: "auto" }, answer.reasoning)) : null,
      answer.said ? details("What metrics said", () => el("pre", { dir: "auto" }, JSON.stringify(answer.said, null, 1))) : null);
  }

  function table(view, article, metrics) {
    const { board } = view;
    const answers = ordered(view, article);
    const row = (m) => {
      const best = Math.max(...answers.map((answer) => (board.metrics[m].direction === "lower" ? -1 : 1) * (score(view, answer, m) ?? -Infinity)));
      return el("tr", {}, el("th", { scope: "row" }, board.metrics[m].name), ...answers.map((answer) => {
        const value = score(view, answer, m);
        const text = Number.isFinite(value) ? format.shown(board.metrics[m], value, board.metrics[m].role === "quality" ? 1 : 2) : format.missing;
        const top = board.metrics[m].direction !== "neither" && Number.isFinite(value) && Math.abs(value) === Math.abs(best);
        return el("td", {}, top ? el("strong", {}, text) : text);
      }));
    };
    return el("div", { class: "scroll", role: "region", "aria-label": "Scores of this article", tabindex: 0 }, el("table", { class: "scores" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "metric"), ...answers.map((answer) => el("th", { scope: "col" }, board.models[answer.model].name)))),
      el("tbody", {}, ...metrics.map(row))));
  }

  function scores(view, article) {
    const { board } = view;
    const shown = board.shown.map((name) => board.metrics.findIndex((m) => m.name === name)).filter((m) => m >= 0);
    return el("section", { class: "all-scores", "aria-labelledby": "scores-title" }, el("h3", { id: "scores-title" }, "Scores of this article"), table(view, article, shown),
      details("Every metric", () => table(view, article, Array.from(board.metrics.keys()))));
  }

  function legend(article) {
    const sample = (kind, text) => el("li", {}, el("mark", { class: kind }, text));
    return el("ul", { class: "marks", "aria-label": "What the marks mean" }, sample("copied", "copied: three words or more in a row"),
      sample("copied longest", "the longest copy"), sample("novel", "not in the article"),
      article.answers.some((answer) => answer.mentions) ? sample("unsupported", "no support found") : null);
  }

  function source(view, article) {
    const copied = view.compared.get(view.active)?.copied ?? [];
    const of = view.active === null ? "" : `, marked with what ${view.board.models[view.active].name} copied`;
    const text = article.text.trim() ? el("div", { class: "text", dir: "auto" }, ...texts.painted(article.text, copied))
      : el("p", { class: "note" }, "The article's text is not in the data.");
    return el("section", { class: "source", "aria-labelledby": "source-title" }, el("h3", { id: "source-title" }, `Article${article.text ? of : ""}`),
      el("div", { class: "scroll-text", tabindex: 0, role: "region", "aria-labelledby": "source-title" }, text));
  }

  function references(article) {
    if (!article.references.length) return null;
    const many = article.references.length > 1;
    return el("section", { class: "references", "aria-labelledby": "references-title" }, el("h3", { id: "references-title" }, many ? "References" : "Reference"),
      ...article.references.map((text) => el("p", { class: "text", dir: "auto" }, text)));
  }

  // A copied span shows its place in the article.
  function follow(box) {
    const go = (event, scroll) => {
      const from = event.target.closest?.("mark[data-from]")?.dataset.from;
      if (from === undefined) return;
      for (const mark of box.querySelectorAll(".source mark.here")) mark.classList.remove("here");
      let place = 0;
      for (const node of box.querySelector(".source .text").childNodes) {
        if (node.nodeType === Node.ELEMENT_NODE && place <= from && from < place + node.textContent.length) {
          node.classList.add("here");
          const pane = box.querySelector(".scroll-text");
          if (scroll) pane.scrollTop = node.offsetTop - pane.offsetTop - pane.clientHeight / 3;
        }
        place += node.textContent.length;
      }
    };
    const summaries = box.querySelector(".summaries");
    summaries.addEventListener("pointerover", (event) => event.target.closest(".card.active") && go(event, false));
    summaries.addEventListener("click", (event) => event.target.closest(".card.active") && go(event, true));
  }

  function draw(view, article, moves) {
    const indexed = texts.indexed(article.text);
    view.compared = new Map(article.answers.filter((a) => a.summary && article.text.trim()).map((a) => [a.model, texts.compared(a.summary, indexed)]));
    const answers = ordered(view, article);
    if (!answers.some((answer) => answer.model === view.active)) view.active = answers[0]?.model ?? null;
    view.cards = answers.map((answer) => answer.model);
    const place = view.places.indexOf(view.at);
    const step = (name, by, key) => el("button", { type: "button", onclick: () => moves.step(by) }, name, " ", el("kbd", {}, key));
    const box = byId("article");
    box.replaceChildren(
      el("header", { class: "article-head" }, el("h2", {}, article.id),
        el("p", { class: "note" }, place < 0 ? "not in the list" : `${format.count(place + 1)} of ${format.count(view.places.length)}`),
        el("div", { class: "steps" }, step("Previous", -1, "k"), step("Next", 1, "j"))),
      legend(article),
      el("div", { class: "panes" }, el("div", {}, references(article), source(view, article)),
        el("section", { class: "summaries", "aria-labelledby": "summaries-title" }, el("h3", { id: "summaries-title" }, `${answers.length} summaries`),
          ...answers.map((answer) => card(view, article, answer, moves.activate)))),
      scores(view, article));
    follow(box);
  }

  return { draw };
})();
