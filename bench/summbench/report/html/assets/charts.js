"use strict";
// Pictures of one metric: intervals, length, speed, and scores by article.
summbench.charts = (() => {
  const { svg, byId, format, plot } = summbench;
  const LEFT = 190;
  const LINE = 22;

  function put(id, caption, picture) {
    const figure = byId(id);
    figure.hidden = !picture;
    if (!picture) return;
    figure.querySelector("p").textContent = caption;
    figure.querySelector(".scroll").replaceChildren(picture);
  }

  const scaled = (metric) => (metric.role === "quality" ? 100 : 1);
  const unit = (metric) => (metric.role === "quality" ? `${metric.name}, points` : metric.name);

  function label(view, model, y) {
    const { name, kind } = view.board.models[model];
    return plot.text(LEFT - 12, y + 4, plot.shortened(name), { class: `label ${kind}`, "text-anchor": "end" });
  }

  // Against a chosen model the differences are drawn, and 0 is the line to be beaten.
  function intervals(view, pairs) {
    const metric = view.board.metrics[view.m];
    const times = scaled(metric);
    const of = (model) => {
      if (view.baseline === null) return view.board.entries[view.d][view.m][model];
      return model === view.baseline ? null : summbench.difference(pairs, model, view.baseline);
    };
    const found = summbench.leaderboard.models(view).map((model) => [model, of(model)]).filter(([, e]) => Number.isFinite(e?.mean));
    if (!found.length) return put("intervals", "", null);
    if (view.m !== view.primary || view.baseline !== null) found.sort(([, a], [, b]) => (metric.direction === "lower" ? a.mean - b.mean : b.mean - a.mean));
    const ends = found.flatMap(([, e]) => [e.mean, e.low, e.high]).filter(Number.isFinite).map((v) => v * times);
    if (view.baseline !== null) ends.push(0);
    const [low, high] = plot.room(ends);
    const [width, bottom] = [640, 14 + LINE * found.length];
    const x = plot.linear(low, high, LEFT, width - 16);
    const against = view.baseline === null ? "" : view.board.models[view.baseline].name;
    const picture = plot.frame(width, bottom + 40, `${metric.name} of ${found.length} models with 95 % intervals`);
    const { at, digits } = plot.ticks(low, high);
    plot.below(picture, x, at, digits, bottom, 6);
    if (against) picture.append(svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 6, y2: bottom }));
    found.forEach(([model, e], i) => {
      const y = 18 + LINE * i;
      const name = view.board.models[model].name;
      const facts = against ? summbench.differenceFacts(view.board, metric, model, view.baseline, e)
        : `${name}: ${format.shown(metric, e.mean)}, 95 % interval ${format.shown(metric, e.low)} to ${format.shown(metric, e.high)}, n = ${format.count(e.n)}`;
      if (Number.isFinite(e.low)) picture.append(svg("line", { class: `whisker ${view.board.models[model].kind}`, x1: x(e.low * times), x2: x(e.high * times), y1: y, y2: y }));
      picture.append(label(view, model, y), plot.mark(x(e.mean * times), y, view.board.models[model].kind, facts));
    });
    picture.append(plot.text((LEFT + width) / 2, bottom + 34, against ? `${unit(metric)}: difference to ${plot.shortened(against)}` : unit(metric), { class: "axis-title", "text-anchor": "middle" }));
    return put("intervals", against ? `Mean difference to ${against} on the same articles, with its 95 % interval (of one pair, not corrected).`
      : "The mean over all articles with its 95 % interval. Whether two models differ is a question for the pairs below, not for overlapping intervals.", picture);
  }

  // The models that nothing beats in both ways.
  function front(found, better) {
    const best = [...found].sort((a, b) => a.x - b.x || better(b.y, a.y));
    return best.filter((one, i) => best.slice(0, i).every((other) => better(one.y, other.y) > 0));
  }

  function scatter(view, id, how) {
    const metric = view.board.metrics[view.m];
    const times = scaled(metric);
    const found = summbench.leaderboard.models(view)
      .map((model) => ({ model, x: how.x(model), y: view.board.entries[view.d][view.m][model]?.mean }))
      .filter((one) => Number.isFinite(one.x) && Number.isFinite(one.y) && (!how.log || one.x > 0));
    if (found.length < 2) return put(id, "", null);
    const [width, height, left, bottom] = [640, 380, 52, 330];
    const [lowY, highY] = plot.room(found.map((one) => one.y * times));
    const y = plot.linear(lowY, highY, bottom, 12);
    const spread = found.map((one) => one.x);
    const decades = how.log ? plot.decades(Math.min(...spread), Math.max(...spread)) : null;
    const [lowX, highX] = how.log ? [Math.log10(decades[0]), Math.log10(decades.at(-1))] : plot.room(spread, 0.12);
    const line = plot.linear(lowX, highX, left + 8, width - 20);
    const x = (value) => line(how.log ? Math.log10(value) : value);
    const picture = plot.frame(width, height, how.label(metric));
    const vertical = plot.ticks(lowY, highY);
    plot.beside(picture, y, vertical.at, vertical.digits, left, width - 8);
    if (how.log) for (const value of decades) picture.append(svg("line", { class: "grid", x1: x(value), x2: x(value), y1: 12, y2: bottom }), plot.text(x(value), bottom + 16, String(Number(value.toPrecision(1))), { class: "tick", "text-anchor": "middle" }));
    else { const horizontal = plot.ticks(lowX, highX); plot.below(picture, x, horizontal.at, horizontal.digits, bottom, 12); }
    if (how.front) {
      const best = front(found.filter((one) => view.board.models[one.model].kind !== "bound"), (a, b) => (metric.direction === "lower" ? b - a : a - b));
      picture.append(svg("polyline", { class: "front", points: best.map((one) => `${x(one.x)},${y(one.y * times)}`).join(" ") }));
    }
    named(view, picture, found.map((one) => ({ ...one, at: [x(one.x), y(one.y * times)], facts: how.facts(one, metric) })), width);
    picture.append(plot.text((left + width) / 2, height - 8, how.title, { class: "axis-title", "text-anchor": "middle" }),
      plot.text(14, bottom / 2, unit(metric), { class: "axis-title", "text-anchor": "middle", transform: `rotate(-90 14 ${bottom / 2})` }));
    return put(id, how.caption, picture);
  }

  // Names where they cover no other name and no mark; the others are said when pointed at.
  function named(view, picture, found, width) {
    const taken = found.map(({ at: [x, y] }) => [x - 6, y - 6, x + 6, y + 6]);
    const covers = ([a, b, c, d]) => taken.some(([e, f, g, h]) => a < g && c > e && b < h && d > f);
    for (const { model, at: [x, y], facts } of found) {
      const { name, kind } = view.board.models[model];
      const short = plot.shortened(name, 20);
      const long = 6.6 * short.length;
      const places = [[x + 9, y + 4, "start"], [x - 9, y + 4, "end"], [x, y - 10, "middle"], [x, y + 19, "middle"]];
      const box = ([a, b, anchor]) => { const s = anchor === "start" ? a : anchor === "end" ? a - long : a - long / 2; return [s, b - 11, s + long, b + 3]; };
      const place = places.find((one) => { const b = box(one); return b[0] > 54 && b[2] < width && b[1] > 0 && !covers(b); });
      picture.append(plot.mark(x, y, kind, facts));
      if (!place) continue;
      taken.push(box(place));
      picture.append(plot.text(place[0], place[1], short, { class: `label ${kind}`, "text-anchor": place[2] }));
    }
  }

  function length(view) {
    const m = view.board.metrics.findIndex((metric) => metric.name === "length.tokens");
    const of = view.board.health[view.d];
    const mean = (model) => (m >= 0 ? view.board.entries[view.d][m]?.[model]?.mean : of[model]?.median_tokens);
    scatter(view, "length", {
      x: mean, label: (metric) => `${metric.name} by length of summary`, title: m >= 0 ? "words in a summary (mean)" : "tokens in a summary (median)",
      facts: (one, metric) => `${view.board.models[one.model].name}: ${format.shown(metric, one.y)} with ${format.plain(one.x, 1)} words`,
      caption: "Recall rises with length, and F follows it for a while: a system that is right of all others may owe its place to that.",
    });
  }

  function speed(view) {
    const of = view.board.health[view.d];
    scatter(view, "speed", {
      x: (model) => of[model]?.seconds_per_article, log: true, front: true,
      label: (metric) => `${metric.name} by seconds for an article`, title: "seconds for an article, as measured when it was made",
      facts: (one, metric) => `${view.board.models[one.model].name}: ${format.shown(metric, one.y)} in ${one.x.toPrecision(2)} s an article`,
      caption: "Left and up is better. The line joins what no other system beats in both ways (a bound is no system).",
    });
  }

  function spread(view, data) {
    const metric = view.board.metrics[view.m];
    const found = data ? summbench.leaderboard.models(view).filter((model) => data.counts[view.board.models[model].name]) : [];
    if (!found.length) return put("spread", "", null);
    const times = scaled(metric);
    const [width, line, bottom] = [640, 34, 10 + 34 * found.length];
    const x = plot.linear(data.low * times, data.high * times, LEFT, width - 16);
    const picture = plot.frame(width, bottom + 40, `${metric.name} of single articles, ${found.length} models`);
    const { at, digits } = plot.ticks(data.low * times, data.high * times);
    plot.below(picture, x, at, digits, bottom, 6);
    const most = Math.max(...found.flatMap((model) => data.counts[view.board.models[model].name]));
    found.forEach((model, i) => {
      const { name, kind } = view.board.models[model];
      const base = 4 + line * (i + 1);
      const counts = data.counts[name];
      const step = (x(data.high * times) - LEFT) / counts.length;
      const d = counts.map((n, k) => `M${LEFT + k * step} ${base}v${-((line - 8) * n) / most}h${step}v${((line - 8) * n) / most}Z`).join("");
      const [first, middle, third] = data.quartiles[name];
      const facts = `${name}: half of the articles between ${format.shown(metric, first)} and ${format.shown(metric, third)}, median ${format.shown(metric, middle)}`;
      picture.append(svg("path", { class: `hills ${kind}`, d, "data-facts": facts }),
        svg("line", { class: "base", x1: LEFT, x2: width - 16, y1: base, y2: base }),
        svg("line", { class: "median", x1: x(middle * times), x2: x(middle * times), y1: base - line + 8, y2: base }), label(view, model, base - 10));
    });
    picture.append(plot.text((LEFT + width) / 2, bottom + 34, `${unit(metric)}, one article`, { class: "axis-title", "text-anchor": "middle" }));
    return put("spread", "How many articles have which score; the stroke is the median. All hills share one scale.", picture);
  }

  return { intervals, length, speed, spread };
})();
