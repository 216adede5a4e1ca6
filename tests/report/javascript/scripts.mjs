// The scripts of the report, run one after another as a page runs them, without a page.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const ASSETS = new URL("../../../bench/summbench/report/html/assets/", import.meta.url);

/** The value of a name after these scripts. */
export function load(name, ...scripts) {
  const context = createContext({ URLSearchParams, atob });
  for (const script of scripts) runInContext(readFileSync(new URL(`${script}.js`, ASSETS), "utf8"), context);
  return runInContext(name, context);
}

/** The same value without the prototypes of the scripts' own realm, which deepEqual compares. */
export const plain = (value) => JSON.parse(JSON.stringify(value));
