"use strict";
// What every page needs: data that comes as scripts, elements made of text alone, the state in the address.
const summbench = (() => {
  /** @type {Map<string, (content: any) => void>} Key -> resolves its promise when its script calls add(). */
  const pending = new Map();
  /** @type {Map<string, Promise<any>>} Key -> a promise of its data; the oldest texts are dropped. */
  const cache = new Map();
  const MAX_CHUNKS = 8;

  /** @param {string} key @param {unknown} content */
  function add(key, content) {
    const resolve = pending.get(key);
    pending.delete(key);
    if (resolve) resolve(content);
  }

  /** @param {string} key @returns {Promise<any>} */
  function fetchData(key) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      pending.set(key, resolve);
      script.onload = () => script.remove();
      script.onerror = () => {
        pending.delete(key);
        script.remove();
        reject(new Error(`data/${key}.js is missing. Write the report again: summbench report RUN.`));
      };
      script.src = `data/${key}.js`;
      document.head.append(script);
    });
  }

  /** @param {string} key @returns {Promise<any>} */
  function load(key) {
    let data = cache.get(key);
    if (!data) {
      data = fetchData(key);
      cache.set(key, data);
      data.catch(() => cache.delete(key));
    }
    if (key.startsWith("articles-")) {
      cache.delete(key); // and again as the newest
      cache.set(key, data);
      const chunks = [...cache.keys()].filter((name) => name.startsWith("articles-"));
      for (const oldest of chunks.slice(0, -MAX_CHUNKS)) cache.delete(oldest);
    }
    return data;
  }

  /**
   * Text stays text: no string is ever read as markup.
   * @template {Element} E
   * @param {E} element @param {Record<string, any>} attributes @param {Maybe<Node | string>[]} children @returns {E}
   */
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child !== null && child !== undefined) element.append(child);
    return element;
  }

  /** @param {string} tag @param {Record<string, any>} attributes @param {Maybe<Node | string>[]} children */
  const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  /** @param {string} tag @param {Record<string, any>} attributes @param {Maybe<Node | string>[]} children */
  const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  /** The element of a template's id. @param {string} id @returns {any} */
  const byId = (id) => document.getElementById(id);

  /** @param {string} base64 */
  const decodeBytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  /** @param {string} base64 */
  const decodeFloats = (base64) => new Float32Array(decodeBytes(base64).buffer);

  /**
   * Rows of `width` numbers each.
   * @param {Uint8Array | Float32Array} values @param {number} width @returns {ArrayLike<number>[]}
   */
  function splitRows(values, width) {
    const count = width ? values.length / width : 0;
    return Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width));
  }

  const state = {
    /** @returns {Record<string, string | undefined>} */
    read: () => Object.fromEntries(new URLSearchParams(location.hash.slice(1))),
    /**
     * Changes the address; a new step in the history is for what a reader would go back to.
     * @param {Record<string, Maybe<string | number>>} changes @param {boolean} isStep
     */
    write(changes, isStep = false) {
      const parameters = new URLSearchParams(location.hash.slice(1));
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === undefined || value === "") parameters.delete(key);
        else parameters.set(key, String(value));
      }
      const hash = `#${parameters}`;
      if (hash === location.hash || (hash === "#" && !location.hash)) return;
      history[isStep ? "pushState" : "replaceState"](null, "", hash);
    },
  };

  /** The place of a name in a list, or -1. @param {{name: string}[]} list @param {Maybe<string>} name */
  const findByName = (list, name) => list.findIndex((item) => item.name === name);

  /** @param {HTMLSelectElement} select @param {[string, string][]} options @param {string} value */
  function fillSelect(select, options, value) {
    select.replaceChildren(...options.map(([key, text]) => el("option", { value: key }, text)));
    if (options.some(([key]) => key === value)) select.value = value;
  }

  return { add, load, el, svg, byId, decodeBytes, decodeFloats, splitRows, state, findByName, fillSelect };
})();
