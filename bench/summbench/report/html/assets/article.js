"use strict";
// One article: its text, its references, and the summaries of every system.
const ArticleCard = (() => {
  const { el, byId } = summbench;
  /** @type {Record<string, string>} */
  const FLAGS = {
    failed: "failed", empty: "empty", input_truncated: "input truncated", hit_token_limit: "output truncated",
    ends_mid_sentence: "unfinished sentence", copied: "copied in one piece", other_script: "another script",
  };

  /** The predictions of A and B first, then the best. @param {ArticlesView} view @param {ArticleData} article */
  function sortPredictions(view, article) {
    const sign = view.board.metrics[view.metric].direction === "lower" ? -1 : 1;
    /** @param {ArticlePrediction} prediction */
    const getPriority = ({ model }) => (model === view.a ? 2 : model === view.b ? 1 : 0);
    /** @param {ArticlePrediction} prediction */
    const getScore = (prediction) => sign * (prediction.scores[view.metric] ?? -sign * Infinity);
    return [...article.predictions].sort((x, y) =>
      getPriority(y) - getPriority(x) || getScore(y) - getScore(x) || x.model - y.model);
  }

  /** Closed at first; its content is drawn when it is opened. @param {string} title @param {() => Element} drawContent */
  function drawDetails(title, drawContent) {
    const box = el("details", {}, el("summary", {}, title));
    box.addEventListener("toggle", () => box.children.length < 2 && box.append(drawContent()));
    return box;
  }

  /** @param {ArticlePrediction} prediction @param {TextRange[]} ranges */
  function drawSummary(prediction, ranges) {
    const { summary = "" } = prediction;
    if (prediction.error) return el("p", { class: "text failed", dir: "auto" }, `Failed: ${prediction.error}`);
    if (!summary.trim()) return el("p", { class: "text failed" }, "The summary is empty.");
    const unsupported = Texts.markUnsupported(summary, prediction.unsupported);
    return el("p", { class: "text", dir: "auto" }, ...Texts.paint(summary, [...ranges, ...unsupported]));
  }

  /** @param {ArticlePrediction} prediction */
  function formatFacts(prediction) {
    const { input_tokens: input, output_tokens: output, seconds } = prediction;
    const facts = [];
    if (input !== undefined || output !== undefined) facts.push(`${input ?? "?"} tokens in, ${output ?? "?"} out`);
    if (seconds !== undefined) facts.push(`${Format.seconds(seconds)} s`);
    return facts.join(", ");
  }

  /** @param {ArticlesView} view @param {ArticlePrediction} prediction @param {(model: number) => void} activate */
  function drawCard(view, prediction, activate) {
    const { model, flags = [], reasoning, evidence } = prediction;
    const { name, kind } = view.board.models[model];
    const metric = view.board.metrics[view.metric];
    const isActive = model === view.activeModel;
    const letter = model === view.a ? "A" : model === view.b ? "B" : null;
    const title = el("button", { type: "button", class: "pick", "aria-pressed": String(isActive), onclick: () => activate(model) },
      letter ? el("span", { class: "letter" }, letter) : null, el("span", {}, name));
    const items = flags.map((flag) => el("li", { class: flag === "failed" || flag === "empty" ? "bad" : null }, FLAGS[flag] ?? flag));
    return el("section", { class: isActive ? "card active" : "card", "data-model": name, "aria-label": `Summary by ${name}` },
      el("header", {}, el("h4", {}, title), kind === "system" ? null : el("span", { class: `kind ${kind}` }, kind),
        el("span", { class: "score" }, `${metric.name} ${Format.score(metric, prediction.scores[view.metric], 1)}`)),
      drawSummary(prediction, view.copies.get(model)?.ranges ?? []),
      items.length ? el("ul", { class: "flags" }, ...items) : null,
      el("p", { class: "note" }, formatFacts(prediction)),
      reasoning ? drawDetails("Reasoning", () => el("pre", { dir: "auto" }, reasoning)) : null,
      evidence ? drawDetails("Evidence of metrics", () => el("pre", { dir: "auto" }, JSON.stringify(evidence, null, 1))) : null);
  }

  /** A row of a metric, the best scores in bold. @param {Metric} metric @param {Maybe<number>[]} scores */
  function drawScoreRow(metric, scores) {
    const sign = metric.direction === "lower" ? -1 : 1;
    const best = Math.max(...scores.filter(Format.isNumber).map((score) => sign * score));
    return el("tr", {}, el("th", { scope: "row" }, metric.name), ...scores.map((score) => {
      const text = Format.score(metric, score, metric.role === "quality" ? 1 : 2);
      const isBest = metric.direction !== "neither" && Format.isNumber(score) && sign * score === best;
      return el("td", {}, isBest ? el("strong", {}, text) : text);
    }));
  }

  /** @param {ArticlesView} view @param {ArticleData} article @param {number[]} metrics */
  function drawScoreTable(view, article, metrics) {
    const { board } = view;
    const predictions = sortPredictions(view, article);
    const names = predictions.map(({ model }) => el("th", { scope: "col" }, board.models[model].name));
    return el("div", { class: "scroll", role: "region", "aria-label": "Scores of this article", tabindex: 0 }, el("table", { class: "scores" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "metric"), ...names)),
      el("tbody", {}, ...metrics.map((m) => drawScoreRow(board.metrics[m], predictions.map(({ scores }) => scores[m]))))));
  }

  /** @param {ArticlesView} view @param {ArticleData} article */
  function drawScores(view, article) {
    const { board } = view;
    const shown = board.display_metrics.map((name) => summbench.findByName(board.metrics, name)).filter((m) => m >= 0);
    return el("section", { class: "all-scores", "aria-labelledby": "scores-title" },
      el("h3", { id: "scores-title" }, "Scores of this article"), drawScoreTable(view, article, shown),
      drawDetails("Every metric", () => drawScoreTable(view, article, Array.from(board.metrics.keys()))));
  }

  /** What the marks mean. @param {ArticleData} article */
  function drawLegend(article) {
    /** @param {string} kind @param {string} text */
    const drawSample = (kind, text) => el("li", {}, el("mark", { class: kind }, text));
    return el("ul", { class: "marks", "aria-label": "What the marks mean" }, drawSample("copied", "copied: three words or more in a row"),
      drawSample("copied longest", "the longest copy"), drawSample("novel", "not in the article"),
      article.predictions.some(({ unsupported }) => unsupported) ? drawSample("unsupported", "no support found") : null);
  }

  /** The article's text, marked with what the active model copied. @param {ArticlesView} view @param {ArticleData} article */
  function drawSource(view, article) {
    const model = view.activeModel;
    const copied = model === null ? [] : view.copies.get(model)?.copied ?? [];
    const origin = model === null || !article.text ? "" : `, marked with what ${view.board.models[model].name} copied`;
    const text = article.text.trim() ? el("div", { class: "text", dir: "auto" }, ...Texts.paint(article.text, copied))
      : el("p", { class: "note" }, "The data do not include the article's text.");
    return el("section", { class: "source", "aria-labelledby": "source-title" }, el("h3", { id: "source-title" }, `Article${origin}`),
      el("div", { class: "scroll-text", tabindex: 0, role: "region", "aria-labelledby": "source-title" }, text));
  }

  /** @param {ArticleData} article */
  function drawReferences(article) {
    if (!article.references.length) return null;
    const title = article.references.length > 1 ? "References" : "Reference";
    return el("section", { class: "references", "aria-labelledby": "references-title" }, el("h3", { id: "references-title" }, title),
      ...article.references.map((text) => el("p", { class: "text", dir: "auto" }, text)));
  }

  /** Highlights the piece of the article that begins at a place. @param {any} box @param {number} from @param {boolean} doesScroll */
  function highlightSource(box, from, doesScroll) {
    for (const mark of box.querySelectorAll(".source mark.here")) mark.classList.remove("here");
    let place = 0;
    for (const node of box.querySelector(".source .text").childNodes) {
      const end = place + node.textContent.length;
      if (node.nodeType === Node.ELEMENT_NODE && place <= from && from < end) {
        node.classList.add("here");
        const pane = box.querySelector(".scroll-text");
        if (doesScroll) pane.scrollTop = node.offsetTop - pane.offsetTop - pane.clientHeight / 3;
      }
      place = end;
    }
  }

  /** A copied span of the active summary shows its place in the article. @param {any} box */
  function linkCopies(box) {
    /** @param {any} event @param {boolean} doesScroll */
    const follow = (event, doesScroll) => {
      const from = event.target.closest?.(".card.active mark[data-from]")?.dataset.from;
      if (from !== undefined) highlightSource(box, Number(from), doesScroll);
    };
    const summaries = box.querySelector(".summaries");
    summaries.addEventListener("pointerover", (/** @type {any} */ event) => follow(event, false));
    summaries.addEventListener("click", (/** @type {any} */ event) => follow(event, true));
  }

  /** @param {ArticlesView} view @param {ArticleData} article */
  function findAllCopies(view, article) {
    const index = Texts.buildIndex(article.text);
    view.copies = new Map();
    if (!article.text.trim()) return;
    for (const { model, summary } of article.predictions) if (summary) view.copies.set(model, Texts.findCopies(summary, index));
  }

  /** @param {ArticlesView} view @param {ArticleData} article @param {ArticleMoves} moves */
  function draw(view, article, moves) {
    findAllCopies(view, article);
    const predictions = sortPredictions(view, article);
    view.cardModels = predictions.map(({ model }) => model);
    if (!view.cardModels.includes(view.activeModel ?? -1)) view.activeModel = view.cardModels[0] ?? null;
    const position = view.places.indexOf(view.current ?? -1);
    const where = position < 0 ? "not in the list" : `${Format.count(position + 1)} of ${Format.count(view.places.length)}`;
    /** @param {string} name @param {number} by @param {string} key */
    const drawStep = (name, by, key) => el("button", { type: "button", onclick: () => moves.step(by) }, name, " ", el("kbd", {}, key));
    const box = byId("article");
    box.replaceChildren(
      el("header", { class: "article-head" }, el("h2", {}, article.id), el("p", { class: "note" }, where),
        el("div", { class: "steps" }, drawStep("Previous", -1, "k"), drawStep("Next", 1, "j"))),
      drawLegend(article),
      el("div", { class: "panes" }, el("div", {}, drawReferences(article), drawSource(view, article)),
        el("section", { class: "summaries", "aria-labelledby": "summaries-title" }, el("h3", { id: "summaries-title" }, `${predictions.length} summaries`),
          ...predictions.map((prediction) => drawCard(view, prediction, moves.activate)))),
      drawScores(view, article));
    linkCopies(box);
  }

  return { draw };
})();
