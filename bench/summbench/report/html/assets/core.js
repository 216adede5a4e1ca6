"use strict";
// What every page needs: data that comes as scripts, elements made of text alone, the state in the address.
const summbench = (() => {
  const waiting = new Map(); // key -> what to do with the data when its script calls add()
  const kept = new Map(); // key -> a promise of the data; the oldest texts are let go
  const MOST_CHUNKS = 8;

  function add(key, content) {
    const take = waiting.get(key);
    waiting.delete(key);
    if (take) take(content);
  }

  function fetched(key) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      waiting.set(key, resolve);
      script.onload = () => script.remove();
      script.onerror = () => {
        waiting.delete(key);
        script.remove();
        reject(new Error(`data/${key}.js is not there; render the report again.`));
      };
      script.src = `data/${key}.js`;
      document.head.append(script);
    });
  }

  function load(key) {
    if (!kept.has(key)) {
      kept.set(key, fetched(key));
      kept.get(key).catch(() => kept.delete(key));
    }
    const found = kept.get(key);
    if (key.startsWith("articles-")) {
      kept.delete(key); // and again as the newest
      kept.set(key, found);
      const chunks = [...kept.keys()].filter((name) => name.startsWith("articles-"));
      for (const old of chunks.slice(0, -MOST_CHUNKS)) kept.delete(old);
    }
    return found;
  }

  // Text stays text: no string is ever read as markup.
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  const el = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const byId = (id) => document.getElementById(id);

  function bytes(base64) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }

  // Rows of `width` numbers each.
  function rows(values, width) {
    const count = width ? values.length / width : 0;
    return Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width));
  }

  const floats = (base64) => new Float32Array(bytes(base64).buffer);

  const state = {
    read: () => Object.fromEntries(new URLSearchParams(location.hash.slice(1))),
    // A new step in the history is for what a reader would go back to.
    write(changes, step = false) {
      const now = new URLSearchParams(location.hash.slice(1));
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === undefined || value === "") now.delete(key);
        else now.set(key, value);
      }
      const hash = `#${now}`;
      if (hash === location.hash || (hash === "#" && !location.hash)) return;
      history[step ? "pushState" : "replaceState"](null, "", hash);
    },
  };

  const missing = "n/a";
  const plain = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits).replace("-", "−") : missing);
  const points = (value, digits = 2) => plain(100 * value, digits);
  const signed = (text) => (text.startsWith("−") || text === missing ? text : `+${text}`);
  const p = (value) => (!Number.isFinite(value) ? missing : value < 0.001 ? "< 0.001" : value.toFixed(3));
  const count = (value) => (Number.isFinite(value) ? value.toLocaleString("en") : missing);

  // Quality metrics in points, others as they are.
  const shown = (metric, value, digits = 2) =>
    metric.role === "quality" ? points(value, digits) : plain(value, digits);

  function choose(select, options, value) {
    select.replaceChildren(...options.map(([key, text]) => el("option", { value: key }, text)));
    if (options.some(([key]) => String(key) === String(value))) select.value = value;
  }

  return {
    add, load, el, svg, byId, bytes, floats, rows, state, choose,
    format: { points, plain, signed, p, count, shown, missing },
  };
})();
