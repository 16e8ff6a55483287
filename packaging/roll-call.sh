#!/usr/bin/env bash
# Opens a roll call of ten minutes in the demonstration that `make run` has started.
#
#   DATA=FOLDER    the same as for `make run` (./data)
#   TITLE=TEXT     what people read on the TV
#   MINUTES=10     how long people count as on time
set -euo pipefail
cd "$(dirname "$0")/.."

readonly data=${DATA:-data}
readonly title=${TITLE:-主题党日}
readonly minutes=${MINUTES:-10}

if [[ ! $minutes =~ ^[1-9][0-9]*$ ]]; then
    echo "MINUTES is '$minutes'; it must be a whole number." >&2
    exit 2
fi
if [[ $title =~ [\"\\] ]]; then
    echo "TITLE can have neither quotation marks nor backslashes." >&2
    exit 2
fi
if ! url=$(cat "$data/backend.url" 2>/dev/null) || ! curl --silent --fail --output /dev/null "$url/readyz"; then
    echo "The demonstration does not run; start it with 'make run' first." >&2
    exit 1
fi
read -r login password <"$data/backend/admin-password.txt"

# Prints the text field $1 of the JSON on standard input.
field() {
    sed --quiet "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

# Posts the JSON on standard input to the path $1 with the token $2.
post() {
    curl --silent --show-error --fail-with-body --header "Content-Type: application/json" \
        --header "Authorization: Bearer $2" --data-binary @- "$url/api/v1$1"
}

token=$(printf '{"login":"%s","password":"%s"}' "$login" "$password" | post /staff/sessions "" | field access_token)
root=$(curl --silent --fail --header "Authorization: Bearer $token" "$url/api/v1/organizations" |
    grep --only-matching '"code":"[^"]*"' | head --lines 1 | cut --delimiter '"' --fields 4)
printf '{"title":"%s","organization_code":"%s","window_ms":%d,"grace_ms":300000}' \
    "$title" "$root" $((minutes * 60000)) | post /roll-calls "$token" >/dev/null
echo "The roll call $title is open for $minutes minutes. On the TV press 1; everybody's PIN is 202611."
