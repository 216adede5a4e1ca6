"use strict";
// The list of articles: a hundred at a time, searched by id, groups and first words, or in all texts.
const ArticleList = (() => {
  const { el, byId, load } = summbench;
  const PAGE_SIZE = 100;

  /** @param {string} query */
  const splitQuery = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);

  /** @param {ArticleIndex} index @param {number} i */
  const listGroups = (index, i) => index.groups?.[i] ?? [];

  /** The articles of a group, or all of them. @param {ArticleIndex} index @param {number[]} places @param {string} group */
  const filterGroup = (index, places, group) => group ? places.filter((i) => listGroups(index, i).includes(group)) : places;

  /** Articles with every word of the query in their id, groups or first words. @param {ArticleIndex} index @param {string} query */
  function searchIndex(index, query) {
    const places = Array.from(index.ids.keys());
    const words = splitQuery(query);
    return places.filter((i) => {
      const text = `${index.ids[i]} ${listGroups(index, i).join(" ")} ${index.leads[i]}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  /** Chunk after chunk; only a few are in memory together. @param {ArticlesView} view @param {string} query @param {(chunk: number, count: number) => void} onProgress */
  async function searchTexts(view, query, onProgress) {
    const words = splitQuery(query);
    const size = view.board.chunk_size;
    const count = Math.ceil(view.index.ids.length / size);
    /** @type {number[]} */
    const places = [];
    for (let c = 0; c < count; c += 1) {
      onProgress(c, count);
      /** @type {ArticleChunk} */
      const { articles } = await load(`articles-${view.dataset}-${c}`);
      articles.forEach((article, i) => {
        const summaries = article.predictions.map((prediction) => prediction.summary ?? "");
        const text = [article.text, ...article.references, ...summaries].join("\n").toLowerCase();
        if (words.every((word) => text.includes(word))) places.push(c * size + i);
      });
    }
    return places;
  }

  /** @param {ArticlesView} view @param {number} i */
  function drawSortKey(view, i) {
    const value = view.sortKeys?.get(i);
    if (value === undefined) return null;
    const metric = view.board.metrics[view.metric];
    const text = view.order === "flags" ? `${value}` : view.order === "metrics" ? Format.decimal(value)
      : Format.score(metric, view.order === "low" ? Math.abs(value) : value, 1);
    return el("span", { class: "key" }, text);
  }

  /** The worst three flags that any prediction of the article has. @param {ArticlesView} view @param {number} i */
  function drawFlags(view, i) {
    const bits = view.flagRows.reduce((sum, row) => sum | row[i], 0);
    const names = view.index.flags.filter((_, k) => bits & (1 << k) && k < 3);
    return names.length ? el("span", { class: "flag" }, names.map((name) => name.replaceAll("_", " ")).join(", ")) : null;
  }

  /** The address of an article. @param {ArticlesView} view @param {number} i */
  function getAddress(view, i) {
    const parameters = new URLSearchParams(location.hash.slice(1));
    parameters.set("article", view.index.ids[i]);
    return `#${parameters}`;
  }

  /** @param {ArticlesView} view @param {number} position @param {(i: number) => void} open */
  function drawItem(view, position, open) {
    const i = view.places[position];
    /** @param {any} event */
    const follow = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(i);
    };
    const groups = listGroups(view.index, i).join(", ");
    const link = el("a", { href: getAddress(view, i), "aria-current": i === view.current ? "true" : null, onclick: follow },
      el("span", { class: "id" }, view.index.ids[i], drawSortKey(view, i)),
      el("span", { class: "lead", dir: "auto" }, view.index.leads[i]),
      groups ? el("span", { class: "lead", dir: "auto" }, groups) : null, drawFlags(view, i));
    return el("li", { value: position + 1 }, link);
  }

  /** @param {ArticlesView} view @param {(i: number) => void} open */
  function draw(view, open) {
    const current = Math.max(0, view.places.indexOf(view.current ?? -1));
    const start = view.pageStart ?? Math.floor(current / PAGE_SIZE) * PAGE_SIZE;
    const items = view.places.slice(start, start + PAGE_SIZE).map((_, k) => drawItem(view, start + k, open));
    byId("list").replaceChildren(...items);
    byId("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    const [count, total] = [view.places.length, view.index.ids.length];
    const range = count > PAGE_SIZE ? `, ${start + 1} to ${Math.min(start + PAGE_SIZE, count)} shown` : "";
    byId("found").textContent = `${Format.count(count)} of ${Format.count(total)} articles${range}`;
    /** @param {string} id @param {number} target @param {boolean} isEnabled */
    const setButton = (id, target, isEnabled) => {
      byId(id).disabled = !isEnabled;
      byId(id).onclick = () => {
        view.pageStart = target;
        draw(view, open);
      };
    };
    setButton("earlier", start - PAGE_SIZE, start > 0);
    setButton("later", start + PAGE_SIZE, start + PAGE_SIZE < count);
    byId("earlier").parentElement.hidden = count <= PAGE_SIZE;
  }

  return { filterGroup, searchIndex, searchTexts, draw };
})();
