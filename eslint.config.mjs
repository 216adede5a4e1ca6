// Lints the scripts of the HTML report; they are classic scripts, as a page from disk loads no modules.
import js from "@eslint/js";
import globals from "globals";

const MODULES = [
  "summbench", "Format", "Page", "Keys", "Differences", "Columns", "Sorting", "LeaderboardTable", "Plot", "Charts",
  "Scatter", "Matrix", "Texts", "Ordering", "ArticleList", "ArticleCard", "Answers", "Keeping", "Annotate",
];
const rules = {
  "eqeqeq": "error", "no-var": "error", "prefer-const": "error", "no-implicit-globals": "off", "no-shadow": "error",
  "no-redeclare": ["error", { builtinGlobals: false }],
};

export default [
  js.configs.recommended,
  {
    files: ["bench/summbench/report/html/assets/*.js", "bench/summbench/people/assets/*.js"],
    languageOptions: {
      sourceType: "script", ecmaVersion: 2024,
      globals: { ...globals.browser, ...Object.fromEntries(MODULES.map((name) => [name, "readonly"])) },
    },
    rules: { ...rules, "no-unused-vars": ["error", { vars: "local" }] },
  },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node }, rules },
];
