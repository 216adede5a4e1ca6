"use strict";
// The list of articles: a hundred at a time, searched by id and first words, or in all texts.
summbench.browser = (() => {
  const { el, byId, load, format } = summbench;
  const PAGE = 100;

  function matching(index, query) {
    const all = Array.from(index.ids.keys());
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return all;
    return all.filter((i) => {
      const text = `${index.ids[i]} ${index.leads[i]}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  // Chunk after chunk; no more than a few are held at a time.
  async function inTexts(view, query, told) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const { chunk } = view.board;
    const chunks = Math.ceil(view.index.ids.length / chunk);
    const found = [];
    for (let c = 0; c < chunks; c += 1) {
      told(c, chunks);
      const { articles } = await load(`articles-${view.d}-${c}`);
      articles.forEach((article, i) => {
        const text = [article.text, ...article.references, ...article.answers.map((a) => a.summary ?? "")].join("\n").toLowerCase();
        if (words.every((word) => text.includes(word))) found.push(c * chunk + i);
      });
    }
    return found;
  }

  function shownKey(view, i) {
    const value = view.keys?.get(i);
    if (value === undefined) return null;
    const metric = view.board.metrics[view.m];
    const text = view.order === "flags" ? `${value}` : view.order === "metrics" ? format.plain(value)
      : view.order === "low" ? format.shown(metric, Math.abs(value), 1) : format.shown(metric, value, 1);
    return el("span", { class: "key" }, text);
  }

  function flagged(view, i) {
    const bits = view.flags.reduce((sum, row) => sum | row[i], 0);
    const names = view.index.flags.filter((_, k) => bits & (1 << k) && k < 3);
    return names.length ? el("span", { class: "flag" }, names.map((n) => n.replaceAll("_", " ")).join(", ")) : null;
  }

  function item(view, place, open) {
    const i = view.places[place];
    const current = i === view.at;
    const link = el("a", { href: `#${view.link(i)}`, "aria-current": current ? "true" : null, onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(i);
    } }, el("span", { class: "id" }, view.index.ids[i], shownKey(view, i)), el("span", { class: "lead", dir: "auto" }, view.index.leads[i]), flagged(view, i));
    return el("li", { value: place + 1 }, link);
  }

  function draw(view, open) {
    const here = Math.max(0, view.places.indexOf(view.at));
    const start = view.page ?? Math.floor(here / PAGE) * PAGE;
    const rows = view.places.slice(start, start + PAGE).map((_, k) => item(view, start + k, open));
    byId("list").replaceChildren(...rows);
    byId("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    const [count, all] = [view.places.length, view.index.ids.length];
    const which = count > PAGE ? `, ${start + 1} to ${Math.min(start + PAGE, count)} shown` : "";
    byId("found").textContent = `${format.count(count)} of ${format.count(all)} articles${which}`;
    const turn = (id, to, can) => {
      byId(id).disabled = !can;
      byId(id).onclick = () => { view.page = to; draw(view, open); };
    };
    turn("earlier", start - PAGE, start > 0);
    turn("later", start + PAGE, start + PAGE < count);
    byId("earlier").parentElement.hidden = count <= PAGE;
  }

  return { matching, inTexts, draw };
})();
