#!/usr/bin/env bash
# The staff console, backend-api/console: fetches its packages when the lock file changed, then runs
# scripts of its package.json.
#
#   packaging/console.sh build          into backend-api/console/dist, if anything is newer than that; fails
#                                       when the first page loads more than it may (scripts/first_load.mjs)
#   packaging/console.sh check | test   lints and format, unit tests
set -euo pipefail
cd "$(dirname "$0")/../backend-api/console"

# npm writes this file at the end of an installation.
readonly installed=node_modules/.package-lock.json
if [[ ! -e $installed || package-lock.json -nt $installed ]]; then
    echo "Fetching the console's packages."
    npm ci --prefer-offline --no-audit --no-fund --loglevel=error
fi

up_to_date() {
    [[ -e dist/index.html ]] && [[ -z $(find src scripts index.html package.json package-lock.json \
        tsconfig.json vite.config.ts ../server/openapi.json -newer dist/index.html -print -quit) ]]
}

for script in "${@:-build}"; do
    if [[ $script != build ]] || ! up_to_date; then
        npm run --silent "$script"
    fi
    if [[ $script == build ]]; then
        node scripts/first_load.mjs
    fi
done
