import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.browser, L: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "complexity": ["error", 10],
      "curly": "error",
      "eqeqeq": "error",
      "max-depth": ["error", 4],
      "max-len": ["error", { code: 120, ignoreUrls: true }],
      "max-lines": ["error", 350],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
      "max-params": ["error", 6],
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
];
