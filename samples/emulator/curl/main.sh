#!/usr/bin/env bash
# The emulator from a shell. Only the base URL differs from calls of the real HubSpot.
# Run: spoke emulator --port 4010   then   ./main.sh
set -euo pipefail
base=${HUBSPOT_BASE_URL:-http://127.0.0.1:4010}
token=${HUBSPOT_ACCESS_TOKEN:-pat-na1-00000000-0000-4000-8000-000000000001}

# The token goes in by a file descriptor, so that no list of processes shows it.
hubspot() { curl -sS --retry 2 --retry-delay 1 -H @<(printf 'Authorization: Bearer %s' "$token") -H 'Content-Type: application/json' "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

id=$(hubspot "$base/crm/v3/objects/contacts" -d '{"properties":{"email":"curl@sample.example","firstname":"Curl"}}' | field id)
echo "created $id"

again=$(hubspot -w ' %{http_code}' "$base/crm/v3/objects/contacts" -d '{"properties":{"email":"curl@sample.example"}}')
echo "refused ${again##* } $(field category <<<"$again")"

# The emulator fails once on demand; curl's own retry gets over it.
curl -sS "$base/_emulator/faults" -d '{"kind":"502","method":"GET","path":"/crm/v3/objects/contacts/"}'
echo "read $(hubspot "$base/crm/v3/objects/contacts/$id?properties=email" 2>/dev/null | field email) in spite of a 502"
