#!/bin/sh
# Many open cases while definitions change, some migrated and taken back, the program killed in between: none moves but by its own version.
# FLOW_CASES: how many (10,000 plain, 1,000 under the sanitizers).
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
case $SW_BIN in */build-asan/*) cases=1000 ;; *) cases=10000 ;; esac
cases=${FLOW_CASES:-$cases}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/workflow.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
failed=0
check() {
	name=$1
	shift
	if "$@" > "$tmp/check" 2>&1; then echo "ok - $name"; else
		echo "not ok - $name"
		sed 's/^/# /' "$tmp/check" "$tmp/out" "$tmp/err" | tail -20
		failed=1
	fi
}
value() { awk -v k="$1" '$1 == k { print $2 }' "$tmp/out"; }
"$SW_TESTBIN/flow-load" change "$tmp/main.db" $cases "$SW_BIN/jqbox" $((cases * 2)) > "$tmp/out" 2> "$tmp/err"
check "killed in the middle" [ $? = 137 ]
"$SW_TESTBIN/flow-load" change "$tmp/main.db" $cases "$SW_BIN/jqbox" > "$tmp/out" 2> "$tmp/err"
check "started again it drives $cases cases to their end" [ $? = 0 ]
check "no case moved wrongly" [ "$(value wrong)" = 0 ]
check "some were migrated, and some of these taken back" [ "$(value migrated)" -gt "$(value reverted)" -a "$(value reverted)" -gt 0 ]
check "no process is left open" [ "$(sqlite3 "$tmp/main.db" "SELECT count(*) FROM flow_instance WHERE status <> 'done'")" = 0 ]
check "no token is left" [ "$(sqlite3 "$tmp/main.db" "SELECT count(*) FROM flow_token")" = 0 ]
check "every case is there once" [ "$(sqlite3 "$tmp/main.db" "SELECT count(*) FROM flow_instance")" = $cases ]
check "each by the version it began with, unless it was moved by name" [ "$(sqlite3 "$tmp/main.db" "SELECT count(*) FROM flow_instance i JOIN flow_log l
	ON l.tenant = i.tenant AND l.instance = i.id AND l.n = 1 WHERE l.version <> i.version AND NOT EXISTS (SELECT 1 FROM flow_log m WHERE m.tenant = i.tenant
	AND m.instance = i.id AND m.event = 'migrate')")" = 0 ]
check "steps of the log cannot be changed" sh -c "! sqlite3 '$tmp/main.db' \"UPDATE flow_log SET who = 'nobody'\""
echo "# $(value steps) steps after the kill, $(value rate) a second, $(value migrated) migrated, $(value reverted) taken back, $(value refused) refused"
exit $failed
