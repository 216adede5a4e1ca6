"use strict";
// Keys that work wherever no text is being written.
const Keys = (() => {
  const { byId } = summbench;
  /** @type {Map<string, () => void>} */
  const actions = new Map();

  /** @param {string} key @param {() => void} action */
  const on = (key, action) => actions.set(key, action);

  /** @param {any} target */
  const isWriting = (target) => target.closest?.("input, textarea, select, dialog[open]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {any} */ (event.target);
    if (event.key === "Escape" && target.matches?.("input")) target.blur();
    const action = actions.get(event.key);
    if (!action || isWriting(target)) return;
    event.preventDefault();
    action();
  });

  const showHelp = () => byId("help").showModal();
  const focusSearch = () => /** @type {any} */ (document.querySelector("input[type=search]"))?.focus();
  on("?", showHelp);
  on("/", focusSearch);
  byId("keys-help").addEventListener("click", showHelp);
  return { on };
})();
