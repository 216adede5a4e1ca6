"use strict";
// Keys that work wherever no text is being written.
summbench.keys = (() => {
  const { byId } = summbench;
  const known = new Map();

  const on = (key, action) => known.set(key, action);

  function isWriting(target) {
    return target.closest?.("input, textarea, select, dialog[open]") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.matches?.("input")) event.target.blur();
    const action = known.get(event.key);
    if (!action || isWriting(event.target)) return;
    event.preventDefault();
    action();
  });

  const help = () => byId("help").showModal();
  on("?", help);
  on("/", () => document.querySelector("input[type=search]").focus());
  byId("keys-help").addEventListener("click", help);
  return { on };
})();
