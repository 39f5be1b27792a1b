#!/bin/sh
# Every route of a daemon is described for its interface's document, and nothing else is (api/schemas.json of the zone, common/service/schemas.json).
cd "$(dirname "$0")/../.." || exit 1
bin=${SW_BIN:-build/bin}
fail=0
for p in intaked registryd cadastred; do
	[ -x "$bin/$p" ] || { echo "# $p is not built"; fail=1; continue; }
	said=$("$bin/$p" --openapi 2>&1 > /dev/null) && echo "ok - $p describes every route" || { echo "not ok - $p: $said"; fail=1; }
done
exit $fail
