"use strict";
// Keeps a text under a name in this browser, and knows when it is on the disk. Of several windows that show the same
// page, the one that was opened last keeps: what an older one still holds would undo its answers.
const Keeping = (() => {
  const STORE = "answers";
  const page = `${performance.timeOrigin}-${performance.now()}`; // when it was opened
  /** @type {IDBDatabase | undefined} */
  let database;
  let name = "";
  /** @type {string | null} */
  let waiting = null; // the newest text that is not handed over yet
  let isWriting = false;

  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const settle = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  /** @param {IDBTransaction} transaction @returns {Promise<void>} */
  const finish = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });

  /** @param {IDBDatabase} of */
  const begin = (of) => of.transaction(STORE, "readwrite", { durability: "strict" });

  /** Makes this page the one that keeps. @param {string} of @returns {Promise<string | null>} What was kept. */
  async function open(of) {
    const request = indexedDB.open("summbench", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    database = await settle(request);
    name = of;
    const transaction = begin(database);
    const store = transaction.objectStore(STORE);
    const kept = settle(store.get(name));
    store.put(page, `${name}:page`);
    await finish(transaction);
    return await kept ?? null;
  }

  /** @param {IDBDatabase} to @param {string} text @returns {Promise<boolean>} False if another window keeps. */
  async function write(to, text) {
    const transaction = begin(to);
    const finished = finish(transaction);
    const store = transaction.objectStore(STORE);
    let isOwner = true;
    store.get(`${name}:page`).onsuccess = (event) => {
      isOwner = /** @type {IDBRequest} */ (event.target).result === page;
      if (isOwner) store.put(text, name);
    };
    await finished;
    return isOwner;
  }

  /** Writes the text, and the newest of those that come meanwhile. @param {string} text @param {(reason: "other" | "failed") => void} onLoss */
  async function keep(text, onLoss) {
    waiting = text;
    document.documentElement.dataset.kept = "no";
    if (database === undefined || isWriting) return;
    isWriting = true;
    try {
      while (waiting !== null) {
        const next = waiting;
        waiting = null;
        if (!await write(database, next)) onLoss("other");
      }
      document.documentElement.dataset.kept = "yes";
    } catch {
      onLoss("failed");
    }
    isWriting = false;
  }

  /** Whether nothing that came is missing on the disk. */
  const isKept = () => document.documentElement.dataset.kept !== "no";

  return { open, keep, isKept };
})();
