// The scripts of our pages, run one after another as a page runs them, without a page.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const PACKAGE = new URL("../../../bench/summbench/", import.meta.url);

/** The value of a name after these scripts of a folder. */
export function loadAt(folder, name, ...scripts) {
  const context = createContext({ URLSearchParams, atob });
  for (const script of scripts) runInContext(readFileSync(new URL(`${folder}/${script}.js`, PACKAGE), "utf8"), context);
  return runInContext(name, context);
}

/** The value of a name after these scripts of the report. */
export const load = (name, ...scripts) => loadAt("report/html/assets", name, ...scripts);

/** The same value without the prototypes of the scripts' own realm, which deepEqual compares. */
export const plain = (value) => JSON.parse(JSON.stringify(value));
