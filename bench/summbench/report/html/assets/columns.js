"use strict";
// What a column of the leaderboard is: its heading, what it sorts by, what a cell shows and says.
summbench.columns = (() => {
  const { el, svg, format } = summbench;
  const ARROWS = { higher: "\u00a0↑", lower: "\u00a0↓", neither: "" };
  const METHODS = { bca: "BCa bootstrap", "student-t": "Student's t", "student-t (small n)": "Student's t, small n", wilson: "Wilson", constant: "constant", none: "no interval" };
  const COUNTS = {
    failed: "Articles without an answer: 0 on quality metrics.",
    empty: "Empty summaries: an answer.",
    input_truncated: "Articles that were cut to fit the model.",
    hit_token_limit: "Summaries that the token limit stopped.",
    ends_mid_sentence: "Summaries that end in the middle of a sentence.",
    copied: "Summaries that stand in the article in one piece.",
    duplicates: "Summaries also written for another article.",
    other_script: "Summaries not in the article's script.",
  };
  const half = (e) => (e.high - e.low) / 2;

  // "18.24 ± 1.05"
  function interval(metric, entry) {
    const mean = format.shown(metric, entry.mean);
    const has = Number.isFinite(entry.low) && metric.role === "quality";
    return has ? `${mean} ± ${format.shown(metric, half(entry))}` : mean;
  }

  function factsOf(metric, model, entry) {
    const lines = [`${model.name}, ${metric.name}`];
    if (!Number.isFinite(entry.mean)) lines.push("No mean: there is no score.");
    else if (Number.isFinite(entry.low)) {
      lines.push(`95 % interval ${format.shown(metric, entry.low)} to ${format.shown(metric, entry.high)}`);
    }
    lines.push(`n = ${format.count(entry.n)} articles${entry.failed ? `, ${entry.failed} failed` : ""}; ${METHODS[entry.method] || entry.method}`);
    if (entry.ranks) lines.push(`ranks ${entry.ranks.join(" to ")}, cluster ${entry.cluster}, letters ${entry.letters}`);
    lines.push(metric.signature);
    return lines.join("\n");
  }

  // Floor at the left end, bound at the right; what lies outside is drawn at the border.
  function bar(position) {
    const x = (value) => 4 + 52 * Math.max(-0.12, Math.min(1.12, value));
    return svg("svg", { class: "bar", width: 76, height: 12, viewBox: "-8 0 76 12", "aria-hidden": "true" },
      svg("line", { class: "axis", x1: x(0), x2: x(1), y1: 6, y2: 6 }),
      svg("line", { class: "axis", x1: x(0), x2: x(0), y1: 2, y2: 10 }),
      svg("line", { class: "axis", x1: x(1), x2: x(1), y1: 2, y2: 10 }),
      svg("circle", { class: "dot", cx: x(position), cy: 6, r: 4 }));
  }

  function ofMetric(board, m, entries, primary) {
    const metric = board.metrics[m];
    const entry = (model) => entries[m][model];
    const clusters = board.models.map((_, i) => entry(i)?.cluster).filter((c) => c !== undefined);
    const best = (e) => e.cluster === 1 && clusters.some((c) => c !== 1);
    return {
      key: metric.name,
      heading: metric.name + ARROWS[metric.direction],
      facts: `${metric.name}: ${metric.role}, ${metric.direction === "neither" ? "no direction is better" : `${metric.direction} is better`}\n${metric.signature}`,
      group: metric.name.split(".")[0],
      on: board.shown.includes(metric.name),
      lowFirst: metric.direction === "lower",
      value: (model) => entry(model)?.mean,
      cell: (model) => {
        const found = entry(model);
        if (!found) return { text: format.missing };
        const text = interval(metric, found);
        return { node: best(found) ? el("strong", {}, text) : null, text, facts: factsOf(metric, board.models[model], found), primary };
      },
    };
  }

  function places(board, entry) {
    const of = (key, heading, facts, value, text) => ({
      key, heading, facts, group: "order", on: true, lowFirst: true, value,
      cell: (model) => ({ text: board.models[model].kind === "bound" ? "–" : text(entry(model)) ?? format.missing }),
    });
    return [
      of("rank", "rank", "The ranks that paired tests of every two models leave open (Holm, 5 %).", (m) => entry(m)?.ranks?.[0],
        (e) => e?.ranks && (e.ranks[0] === e.ranks[1] ? `${e.ranks[0]}` : `${e.ranks[0]}–${e.ranks[1]}`)),
      of("cluster", "cluster", "Every model above a border is significantly better than every one below it.", (m) => entry(m)?.cluster,
        (e) => e?.cluster && `${e.cluster}`),
      of("letters", "letters", "Models that share a letter can't be told apart.", (m) => entry(m)?.letters, (e) => e?.letters),
    ];
  }

  function beside(entry) {
    const has = (key) => (model) => entry(model)?.[key];
    return [
      {
        key: "position", heading: "floor to ceiling", facts: "Where the primary metric lies between the floor (0) and the bound (1) on these articles.",
        group: "order", on: true, value: has("position"),
        cell: (model) => {
          const value = entry(model)?.position;
          if (!Number.isFinite(value)) return { text: format.missing };
          return { node: el("span", { class: "position" }, bar(value), el("span", { class: "number" }, format.plain(value))), text: format.plain(value) };
        },
      },
      {
        key: "adjusted", heading: "adjusted", facts: "The primary metric as if every summary were as long as its reference.",
        group: "order", on: true, value: has("adjusted"), cell: (model) => ({ text: format.points(entry(model)?.adjusted) }),
      },
    ];
  }

  function health(board, d) {
    const of = board.health[d];
    const any = (name) => of.some((h) => h?.[name]);
    const counts = Object.entries(board.counts).map(([name, heading]) => ({
      key: name, heading, facts: COUNTS[name], group: "health", on: name === "failed" || name === "empty" || name === "hit_token_limit" && any(name), lowFirst: true,
      value: (model) => of[model]?.[name],
      cell: (model) => ({ text: of[model] ? format.count(of[model][name]) : format.missing, warn: of[model]?.[name] > 0 && name === "failed" }),
    }));
    const seconds = (value) => (!Number.isFinite(value) ? format.missing : value < 0.001 ? "< 0.001" : value.toPrecision(2));
    const more = [
      ["median_tokens", "median tokens", "Of the summaries; words where the model counts none.", (v) => format.plain(v, 0), false],
      ["seconds_per_article", "s/article", "Seconds for an article, as they were measured when the summary was made.", seconds, true],
    ].map(([name, heading, facts, text, on]) => ({
      key: name, heading, facts, group: "health", on: on && any(name), lowFirst: true,
      value: (model) => of[model]?.[name], cell: (model) => ({ text: text(of[model]?.[name]) }),
    }));
    return [...counts, ...more];
  }

  // The mean difference to the model that was chosen, on the primary metric.
  function against(board, baseline, pairs) {
    const metric = board.metrics.find((m) => m.name === board.primary);
    const found = (model) => summbench.difference(pairs, model, baseline);
    return {
      key: "against", heading: `− ${board.models[baseline].name}`, group: "order", on: true,
      facts: `${board.primary}: mean difference to ${board.models[baseline].name} on the same articles, half of its 95 % interval; * significant (${board.vs ? "every model against it" : "every pair"}, Holm, 5 %)`,
      value: (model) => (model === baseline ? 0 : found(model)?.mean),
      cell: (model) => {
        const d = found(model);
        if (model === baseline) return { text: "–" };
        if (!d) return { text: format.missing };
        const text = `${format.signed(format.shown(metric, d.mean))} ± ${format.shown(metric, (d.high - d.low) / 2)}${d.adjusted <= 0.05 ? " *" : ""}`;
        return { text, facts: summbench.differenceFacts(board, metric, model, baseline, d) };
      },
    };
  }

  function all(board, d, baseline, pairs) {
    const primary = board.metrics.findIndex((m) => m.name === board.primary);
    const entries = board.entries[d];
    const entry = (model) => entries[primary]?.[model];
    const has = (key) => board.models.some((_, i) => entry(i)?.[key] !== undefined);
    const metrics = board.metrics.map((_, m) => ofMetric(board, m, entries, m === primary));
    const order = [...board.shown, ...board.metrics.map((m) => m.name)];
    metrics.sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
    return [
      ...(has("ranks") ? places(board, entry) : []),
      ...(baseline === null ? [] : [against(board, baseline, pairs)]),
      ...beside(entry).filter((column) => has(column.key)),
      ...metrics.filter((column) => board.models.some((_, i) => column.value(i) !== undefined)),
      ...health(board, d),
    ];
  }

  return { all };
})();

// Pairs are kept once; turned round, the difference changes its sign.
summbench.difference = (pairs, a, b) => {
  const found = pairs.find(([x, y]) => (x === a && y === b) || (x === b && y === a));
  if (!found) return null;
  const [x, , mean, low, high, n, p, adjusted, wins, ties, losses, effect, mde, correction] = found;
  const same = x === a;
  return {
    mean: same ? mean : -mean, low: same ? low : -high, high: same ? high : -low, n, p, adjusted,
    wins: same ? wins : losses, ties, losses: same ? losses : wins, effect: same ? effect : -effect, mde, correction,
  };
};

summbench.differenceFacts = (board, metric, a, b, d) => {
  const { format } = summbench;
  const unit = metric.role === "quality" ? " points" : "";
  const method = d.correction === "holm" ? "Holm" : "Benjamini and Hochberg, exploratory";
  return [
    `${board.models[a].name} − ${board.models[b].name}, ${metric.name}`,
    `${format.signed(format.shown(metric, d.mean))}${unit}, 95 % interval ${format.signed(format.shown(metric, d.low))} to ${format.signed(format.shown(metric, d.high))}`,
    `adjusted p ${format.p(d.adjusted)} (${method}), p ${format.p(d.p)}`,
    `${d.wins} wins, ${d.ties} ties, ${d.losses} losses of ${format.count(d.n)} articles; d_z ${format.plain(d.effect)}`,
  ].join("\n");
};
