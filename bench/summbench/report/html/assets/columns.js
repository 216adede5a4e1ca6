"use strict";
// The columns of the leaderboard: heading, what it sorts by, what a cell shows and explains.
const Columns = (() => {
  const { el, svg } = summbench;
  const ARROWS = { higher: "\u00a0↑", lower: "\u00a0↓", neither: "" };
  /** @type {Record<string, string>} */
  const METHODS = { bca: "BCa", "student-t": "Student's t", "student-t (small n)": "Student's t, small n", wilson: "Wilson", constant: "constant", none: "no interval" };
  /** @type {Record<string, string>} */
  const COUNTS = {
    failed: "Articles without a prediction: 0 on quality metrics.",
    empty: "Empty summaries; they count as predictions.",
    input_truncated: "Articles that were truncated to fit the model.",
    hit_token_limit: "Summaries that stopped at the token limit.",
    ends_mid_sentence: "Summaries that end with an unfinished sentence.",
    copied: "Summaries that are one contiguous piece of the article.",
    duplicates: "Summaries that the model wrote for another article, too.",
    other_script: "Summaries that are not in the article's script.",
    markup: "Summaries with tags, entities, Markdown or the like, which are scored as words.",
  };

  /** @param {Metric} metric @param {Model} model @param {Entry} entry */
  function describeEntry(metric, model, entry) {
    const lines = [`${model.name}, ${metric.name}`];
    if (!Format.isNumber(entry.mean)) lines.push("No mean: there is no score.");
    else if (Format.isNumber(entry.low)) {
      lines.push(`95 % interval ${Format.score(metric, entry.low)} to ${Format.score(metric, entry.high)}`);
    }
    const failures = entry.n_failed ? `, ${entry.n_failed} failed` : "";
    lines.push(`n = ${entry.coverage ?? Format.count(entry.n)} articles${failures}; ${METHODS[entry.method] ?? entry.method}`);
    if (entry.rank_low !== undefined) lines.push(`ranks ${entry.rank_low} to ${entry.rank_high} are possible`);
    lines.push(metric.signature);
    return lines.join("\n");
  }

  /** Floor at the left end, bound at the right; what is outside is drawn at the border. @param {number} score */
  function drawBar(score) {
    /** @param {number} value */
    const x = (value) => 4 + 52 * Math.max(-0.12, Math.min(1.12, value));
    return svg("svg", { class: "bar", width: 76, height: 12, viewBox: "-8 0 76 12", "aria-hidden": "true" },
      svg("line", { class: "axis", x1: x(0), x2: x(1), y1: 6, y2: 6 }),
      svg("line", { class: "axis", x1: x(0), x2: x(0), y1: 2, y2: 10 }),
      svg("line", { class: "axis", x1: x(1), x2: x(1), y1: 2, y2: 10 }),
      svg("circle", { class: "dot", cx: x(score), cy: 6, r: 4 }));
  }

  /** @param {Board} board @param {number} m @param {(Entry | null)[]} entries @param {boolean} isPrimary @returns {Column} */
  function buildMetric(board, m, entries, isPrimary) {
    const metric = board.metrics[m];
    const ranks = entries.map((entry) => entry?.rank_low).filter((rank) => rank !== undefined);
    /** No other is significantly better, and that is not so of all. @param {Entry} entry */
    const isBest = (entry) => entry.rank_low === 1 && ranks.some((rank) => rank !== 1);
    const direction = metric.direction === "neither" ? "no direction is better" : `${metric.direction} is better`;
    return {
      key: metric.name,
      heading: metric.name + ARROWS[metric.direction],
      facts: `${metric.name}: ${metric.role}, ${direction}${metric.undefined_if ? `\nundefined if ${metric.undefined_if}` : ""}\n${metric.signature}`,
      group: metric.name.split(".")[0],
      isShown: board.display_metrics.includes(metric.name),
      isLowFirst: metric.direction === "lower",
      value: (model) => entries[model]?.mean,
      cell: (model) => {
        const entry = entries[model];
        if (!entry) return { text: Format.MISSING };
        const text = Format.interval(metric, entry);
        const node = isBest(entry) ? el("strong", {}, text) : null;
        return { node, text, facts: describeEntry(metric, board.models[model], entry), isPrimary };
      },
    };
  }

  /** @param {Board} board @param {number} d @param {(model: number) => Maybe<Entry>} getEntry @returns {Column[]} */
  function buildOrder(board, d, getEntry) {
    const { standing } = board.datasets[d];
    const against = board.vs ?? "the model with the best mean";
    /**
     * @param {string} key @param {string} facts @param {(model: number) => Maybe<number | string>} value
     * @param {(model: number) => string | undefined} text @returns {Column}
     */
    const build = (key, facts, value, text) => ({
      key, heading: key, facts, group: "order", isShown: true, isLowFirst: true, value,
      cell: (model) => ({ text: board.models[model].kind === "bound" ? "–" : text(model) ?? Format.MISSING }),
    });
    /** @param {number} model */
    const getWord = (model) => standing[board.models[model].name];
    return [
      build("best", `Compared with ${against}: worse = significantly below it, after correction for many comparisons (paired tests, Holm, 5 %). tied = may be as good.`, getWord, getWord),
      build("rank", "1-4: its true rank may be anything from 1 to 4, by paired tests of all pairs (Holm, 5 %).",
        (model) => getEntry(model)?.rank_low, (model) => Format.ranks(getEntry(model))),
    ];
  }

  /** What stands beside the primary metric. @param {(model: number) => Maybe<Entry>} getEntry @returns {Column[]} */
  function buildPrimaryDetails(getEntry) {
    return [
      {
        key: "normalized_score", heading: "floor to bound", facts: "The primary metric between the floor (0) and the bound (1).",
        group: "order", isShown: true, value: (model) => getEntry(model)?.normalized_score,
        cell: (model) => {
          const score = getEntry(model)?.normalized_score;
          const text = Format.decimal(score);
          if (!Format.isNumber(score)) return { text };
          return { node: el("span", { class: "position" }, drawBar(score), el("span", { class: "number" }, text)), text };
        },
      },
      {
        key: "length_adjusted", heading: "adjusted", facts: "An estimate of the primary metric if every summary were as long as its reference.",
        group: "order", isShown: true, value: (model) => getEntry(model)?.length_adjusted,
        cell: (model) => ({ text: Format.points(getEntry(model)?.length_adjusted) }),
      },
    ];
  }

  /** @param {Board} board @param {(Health | null)[]} health @returns {Column[]} */
  function buildHealth(board, health) {
    /** @param {string} name */
    const hasAny = (name) => health.some((counts) => counts?.[name]);
    const counts = Object.entries(board.counts).map(([name, heading]) => ({
      key: name, heading, facts: COUNTS[name], group: "health", isLowFirst: true,
      isShown: name === "failed" || name === "empty" || (name === "hit_token_limit" && hasAny(name)),
      value: (/** @type {number} */ model) => health[model]?.[name],
      cell: (/** @type {number} */ model) => ({ text: Format.count(health[model]?.[name]), isWarning: name === "failed" && Boolean(health[model]?.[name]) }),
    }));
    /** @param {string} name @param {string} heading @param {string} facts @param {(value: Maybe<number>) => string} text @param {boolean} isShown @returns {Column} */
    const build = (name, heading, facts, text, isShown) => ({
      key: name, heading, facts, group: "health", isShown: isShown && hasAny(name), isLowFirst: true,
      value: (model) => health[model]?.[name], cell: (model) => ({ text: text(health[model]?.[name]) }),
    });
    return [
      ...counts,
      build("median_tokens", "median tokens", "Of the summaries; words if the model counts no tokens.", (value) => Format.decimal(value, 0), false),
      build("seconds_per_article", "s/article", "Seconds per article, measured when the summaries were made.", Format.seconds, true),
    ];
  }

  /** The mean difference to the chosen model on the primary metric. @param {Board} board @param {number} baseline @param {Pair[]} pairs @returns {Column} */
  function buildDifference(board, baseline, pairs) {
    const metric = board.metrics[summbench.findByName(board.metrics, board.primary)];
    const { name } = board.models[baseline];
    return {
      key: "against", heading: `− ${name}`, group: "order", isShown: true,
      facts: `${board.primary}: mean difference to ${name} on the same articles, half of its 95 % interval; * significant (${board.vs ? "every model against it" : "every pair"}, Holm, 5 %)`,
      value: (model) => (model === baseline ? 0 : Differences.find(pairs, model, baseline)?.mean),
      cell: (model) => {
        if (model === baseline) return { text: "–" };
        const difference = Differences.find(pairs, model, baseline);
        if (!difference) return { text: Format.MISSING };
        const half = Format.isNumber(difference.high) && Format.isNumber(difference.low) ? (difference.high - difference.low) / 2 : null;
        const star = Differences.isSignificant(difference) ? " *" : "";
        const text = `${Format.signed(Format.score(metric, difference.mean))} ± ${Format.score(metric, half)}${star}`;
        return { text: Format.covered(text, difference), facts: Differences.describe(board, metric, model, baseline, difference) };
      },
    };
  }

  /** Every column of a dataset. @param {Board} board @param {number} d @param {number | null} baseline @param {Pair[]} pairs @returns {Column[]} */
  function buildAll(board, d, baseline, pairs) {
    const primary = summbench.findByName(board.metrics, board.primary);
    const entries = board.entries[d];
    /** @param {number} model */
    const getEntry = (model) => entries[primary]?.[model];
    /** @param {Column} column */
    const hasValue = (column) => board.models.some((_, model) => column.value(model) !== undefined);
    const metrics = board.metrics.map((_, m) => buildMetric(board, m, entries[m], m === primary));
    const order = [...board.display_metrics, ...board.metrics.map((metric) => metric.name)];
    metrics.sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
    return [
      ...metrics.filter((column) => column.key === board.primary && hasValue(column)),
      ...buildOrder(board, d, getEntry).filter(hasValue),
      ...(baseline === null ? [] : [buildDifference(board, baseline, pairs)]),
      ...buildPrimaryDetails(getEntry).filter(hasValue),
      ...metrics.filter((column) => column.key !== board.primary && hasValue(column)),
      ...buildHealth(board, board.health[d]),
    ];
  }

  return { buildAll };
})();
