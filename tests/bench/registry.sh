#!/bin/sh
# `make bench-registry`: the book under load, at 100 thousand, 1 and 10 million units (QUICK=1: not the last; BENCH_SIZES="…" other sizes).
# The data sets are seeded, built once and kept in $BENCH_CACHE (default ~/.cache/sanwang; about 1.3 KB a row, 2 GB for a million units).
#  - look-up of a unit, the unit as of a past day, and the list of a street's units, over HTTP by 32 signed-in clients, beside the rows of a unit read by
#    SQLite's index in one thread over the same file; p99 of each at half of its highest rate; memory.
#  - entries: sales that are accepted, taxed and reviewed beforehand over HTTP; 32 clients enter them. Everything of 登簿 is done: rules, blocks, plan, rows
#    read back, numbers, log, chain, messages, audit record, process. Beside it SQLite alone writing the same rows with one commit for each entry.
#    Then the rest of the cases at half of that rate (p99), and a last part while others look up units: the log that SQLite writes ahead stays bounded.
# Parts alone: BENCH_PARTS="100000", "entries" … (a size is set beside 100000 units, which is measured before it). The conditions stand in tests/bench/README.md.
# Prints a table and writes build/bench/registry.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
SW_BIN=$PWD/build/bin SW_TESTBIN=$PWD/build/testbin
out=$PWD/build/bench
cache=${BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sanwang}
sizes=${BENCH_SIZES:-100000 1000000 10000000}
seconds=${BENCH_SECONDS:-4} cases=6000
[ "${QUICK:-}" ] && sizes=${BENCH_SIZES:-100000 1000000} seconds=${BENCH_SECONDS:-2} cases=2000
parts=${BENCH_PARTS:-$sizes entries}
suite=${SW_SUITE:-gm} of_suite=
[ "$suite" = gm ] || of_suite=-$suite
SW_LOG=error SW_DB=sqlite
export SW_LOG
mkdir -p "$out" "$cache"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench-registry.XXXXXX")
running=
stop() { [ -z "$running" ] || { kill "$running" 2> /dev/null; wait "$running" 2> /dev/null; running=; }; }
trap 'stop; rm -rf "$tmp" "$cache"/entries.*' EXIT
trap 'exit 1' INT TERM
D=$tmp
. tests/stack/stack.sh

# What came to the programs since the set was made: their configuration, the businesses (no case stands in a set, so that they may be published anew), and the keys that registrars
# sign with.
refresh() {
	gone=$(sqlite3 -readonly "$D/extranet/data/main.db" "SELECT sql FROM sqlite_master WHERE name = 'flow_definition_gone'")
	sqlite3 "$D/extranet/data/main.db" "BEGIN; DROP TRIGGER flow_definition_gone; DELETE FROM flow_definition; $gone; COMMIT" || exit 1
	[ -s "$D/payment/ca.pem" ] || { mkdir -p "$D/payment" && "$SW_TESTBIN/dept-payment" --dir "$D/payment" --init; } || exit 1
	cp "$D/payment/ca.pem" "$D/extranet/keys/payment-ca.pem"
	(umask 077; stack_conf) || exit 1
	mkdir -p "$D/extranet/keys/registrars"
	for o in registrar1 registrar2; do
		[ ! -s "$D/extranet/keys/registrars/$o.person.key" ] || continue
		p=$(password)
		printf '%s' "$p" | "$SW_BIN/swbundle" keygen person --ca "$D/extranet/keys" --name $o --out "$D/extranet/keys/registrars" --passphrase-file - > /dev/null || exit 1
		echo "signing $o $p" >> "$D/accounts.txt"
	done
}
# zone N: the extranet's folder with n units, made when it is not there
zone() {
	D=$cache/registry-$1$of_suite
	if [ -e "$D/complete" ]; then
		refresh
		return
	fi
	rm -rf "$D"
	mkdir -p "$D"
	echo "# making $1 units in $D" >&2
	for u in internet_zhang internet_li internet_wang internet_operator internet_admin extranet_admin intranet_admin extranet_registrar1 extranet_registrar2 signing_registrar1 signing_registrar2 extranet_officer extranet_officer2 \
		intranet_reviewer intranet_approver intranet_officer1 intranet_officer2; do
		eval "pass_$u=\$(password)"
	done
	(umask 077; stack_identity && stack_keys && stack_conf && "$SW_BIN/registryd" init -c "$D/extranet/conf/registryd.yaml" &&
		{
			account extranet registryd registrar1 registrar 登记员甲
			account extranet registryd registrar2 chief 登记员乙
		} | "$SW_BIN/registryd" user add -c "$D/extranet/conf/registryd.yaml" && signing_accounts &&
		"$SW_TESTBIN/registry-make" units "$D/extranet/data" "$D/extranet/keys/master.key" "$1") > "$D/make.log" 2>&1 || { cat "$D/make.log" >&2; exit 1; }
	tail -1 "$D/make.log" | sed 's/^/# /' >&2
	: > "$D/complete"
}
daemon_start() {
	rm -f "$D/extranet/data/port"
	"$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2> "$tmp/registryd.log" &
	running=$!
	(await "$D/extranet/data/port" 600) || { cat "$tmp/registryd.log" >&2; exit 1; }
	port=$(cat "$D/extranet/data/port")
}
secret() { awk -v a="$1" -v u="$2" '$1 == a && $2 == u { print $3 }' "$D/accounts.txt"; }
# cookie USER: signed in, the own signing key opened
cookie() {
	jq -nc --arg u "$1" --arg p "$(secret extranet "$1")" '{user: $u, password: $p}' > "$tmp/signin"
	curl -s -o "$tmp/reply" -c "$tmp/jar" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$tmp/signin" "http://127.0.0.1:$port/api/session"
	jq -nc --arg p "$(secret signing "$1")" '{passphrase: $p}' > "$tmp/signin"
	curl -s -o "$tmp/reply" -b "$tmp/jar" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$tmp/signin" "http://127.0.0.1:$port/api/signing"
	rm -f "$tmp/signin"
	awk 'NF == 7 && $6 == "sid" { printf "%s=%s", $6, $7 }' "$tmp/jar"
}
fee() { curl -s -H "Cookie: $session" "http://127.0.0.1:$port/api/cases/$1/fee" | jq -r .fee.amount_cents; }
load() { "$SW_TESTBIN/http-load" --port "$port" --cookie "$session" "$@" > "$tmp/load" || { cat "$tmp/registryd.log" >&2; exit 1; }; }
value() { awk -v k="$1" '$1 == k { print $2 }' "${2:-$tmp/load}"; }
rows=
row() { # NAME VALUE UNIT PEER PEER_VALUE GOAL HOLDS(jq, with v and p)
	r=$(jq -nc --arg n "$1" --argjson v "$2" --arg u "$3" --arg p "$4" --argjson w "$5" --argjson g "$6" \
		"{name: \$n, value: \$v, unit: \$u, peer: (\$p | if . == \"\" then null else . end), peer_value: \$w, ratio: (if \$w then (\$v / \$w) else null end), goal: \$g} | .holds = (. as {value: \$v, ratio: \$r} | $7)")
	rows="$rows$r
"
	printf '%s' "$r" | jq -r '"\(.name): \(.value) \(.unit)\(if .peer then "; \(.peer): \(.peer_value), ratio \(.ratio * 100 | round / 100)" else "" end)\(if .goal then " (goal \(.goal), \(if .holds then "holds" else "does not hold" end))" else "" end)"'
}

base=
for units in $parts; do
	[ "$units" != entries ] || continue
	zone "$units"
	daemon_start
	session=$(cookie registrar1)
	for what in lookup asof list number; do
		"$SW_TESTBIN/registry-make" requests $what "$units" 4000 > "$tmp/$what"
	done
	# What is asked is in the system's memory: the disk is not measured.
	for what in lookup list number; do
		load --clients 32 --once "$tmp/$what"
	done
	"$SW_TESTBIN/registry-raw" lookup "$D/extranet/data/main.db" "$tmp/lookup" 2 > "$tmp/raw" || exit 1
	raw=$(value rate "$tmp/raw")
	load --clients 32 --seconds "$seconds" "$tmp/lookup"
	rate=$(value rate) failed=$(value failed)
	row "look-up, $units units" "$rate" "/s" "SQLite, one unit's rows by index" "$raw" null true
	[ -n "$base" ] || base=$rate
	[ "$units" = 100000 ] || [ "$base" = "$rate" ] || row "look-up, $units units beside 100000" "$rate" "/s" "100000 units" "$base" 0.5 '$r >= 0.5'
	load --clients 32 --seconds "$seconds" --rate $((rate / 2)) "$tmp/lookup"
	row "look-up at half load, p99, $units units" "$(value p99_us)" us "" null 10000 '$v < 10000'
	failed=$((failed + $(value failed)))
	for what in asof list number; do
		load --clients 32 --seconds "$seconds" "$tmp/$what"
		row "$what, $units units" "$(value rate)" "/s" "SQLite, one unit's rows by index" "$raw" null true
		failed=$((failed + $(value failed)))
		load --clients 32 --seconds "$seconds" --rate $(($(value rate) / 2)) "$tmp/$what"
		row "$what at half load, p99, $units units" "$(value p99_us)" us "" null 10000 '$v < 10000'
		failed=$((failed + $(value failed)))
	done
	memory=$(awk '$1 == "RssAnon:" { a = $2 } $1 == "RssFile:" { f = $2 } END { print int(a / 1024) }' "/proc/$running/status")
	row "memory of registryd beside the mapped database, $units units" "$memory" MiB "" null 300 '$v < 300'
	row "answers that were none, $units units" "$failed" answers "" null 0 '$v == 0'
	stop
done

finish() { printf '%s' "$rows" | jq -s . > "$out/registry.json"; }
case " $parts " in *" entries "*) ;; *)
	finish
	exit 0
	;;
esac

# ---- entries, on a copy of the smallest
zone 100000
E=$cache/entries.$$
rm -rf "$cache"/entries.*
cp -r "$D" "$E"
D=$E
db=$D/extranet/data/main.db
"$SW_TESTBIN/registry-make" cases "$D/extranet/data" "$D/extranet/keys/master.key" "$D/extranet/share/businesses" 0 $((cases * 10 / 9)) > "$tmp/cases" || exit 1
daemon_start
session=$(cookie registrar1)
awk '{ print "POST /api/cases/" $1 "/accept {\"version\":2}" }' "$tmp/cases" > "$tmp/accept"
awk -v d="$(date +%F)" '{ print "POST /api/cases/" $1 "/tax {\"version\":3,\"voucher_no\":\"完税" $1 "\",\"amount_cents\":7500000,\"paid_on\":\"" d "\"}" }' "$tmp/cases" > "$tmp/tax"
awk '{ print "POST /api/cases/" $1 "/review {\"version\":4,\"opinion\":\"材料齐全\"}" }' "$tmp/cases" > "$tmp/review"
awk '{ print "POST /api/cases/" $1 "/enter {\"version\":5}" }' "$tmp/cases" > "$tmp/enter"
for step in accept tax pay review; do
	# The fee is the same for all: it was reckoned when they were accepted.
	[ $step != pay ] || awk -v c="$(fee "$(head -1 "$tmp/cases")")" '{ print "POST /api/cases/" $1 "/fee/pay {\"receipt\":\"缴" $1 "\",\"amount_cents\":" c ",\"way\":\"刷卡\"}" }' "$tmp/cases" > "$tmp/pay"
	load --clients 32 --once "$tmp/$step"
	[ "$(value failed)" = 0 ] || { echo "bench: $step was refused" >&2; exit 1; }
done
session=$(cookie registrar2)
# What the worker of certificates has to do with the reviews is over.
stop
daemon_start
session=$(cookie registrar2)
n=$(wc -l < "$tmp/enter")
head -$((n / 2)) "$tmp/enter" > "$tmp/enter.full"
tail -n +$((n / 2 + 1)) "$tmp/enter" | head -$((n / 4)) > "$tmp/enter.half"
tail -n +$((n / 2 + n / 4 + 1)) "$tmp/enter" > "$tmp/enter.read"
# The rows of an entry itself; what the worker of certificates writes into the same tables meanwhile is not counted.
for t in djlog/1 fdcq2/1 qlr/1 zxdj/1 zsbh/1 jrbw/1 reg_step/1 outbox/2 audit_record/1 flow_log/1 rule_verdict/1; do
	echo "${t%/*} $(sqlite3 -readonly "$db" "SELECT coalesce(max(rowid), 0) FROM ${t%/*}") ${t#*/}"
done > "$tmp/since"
# Each thread and the ms of processor it has used so far.
processor() { cat "/proc/$running/task"/*/stat | awk -v hz="$(getconf CLK_TCK)" '{ tid = $1; sub(/.*\) /, ""); print tid, ($12 + $13) * 1000 / hz }'; }
spent() { # N: of one of N entries between the files before and after: the whole daemon, and its busiest thread, which is the writer
	awk -v n="$1" 'NR == FNR { was[$1] = $2; next } { t = $2 - was[$1]; all += t; if (t > one) one = t } END { printf "%.2f %.2f\n", all / n, one / n }' "$tmp/before" "$tmp/after"
}
entered() { [ "$(value failed)" = 0 ] || { echo "bench: entries were refused" >&2; exit 1; }; }
commits() { curl -s "http://127.0.0.1:$port/metrics" | awk '$1 == "sanwang_db_commits" { print $2 }'; }
processor > "$tmp/before"
committed=$(commits)
load --clients 32 --once "$tmp/enter.full"
processor > "$tmp/after"
committed=$(($(commits) - committed))
entered
rate=$(value rate) p99=$(value p99_us)
# The raw limit in the same minutes, on the rows that this part left behind.
sqlite3 -readonly "$db" "VACUUM INTO '$E/part.db'"
"$SW_TESTBIN/registry-raw" entries "$E/part.db" "$tmp/since" "$E/raw.db" > "$tmp/raw" || exit 1
row "登簿, 32 clients" "$rate" "entries/s" "SQLite, a commit for each entry, $(value rows "$tmp/raw") rows" "$(value rate "$tmp/raw")" 3 '$r >= 3'
row "登簿, 32 clients, p99" "$p99" us "" null null true
row "登簿, commits for them, those of other work among them" "$committed" commits "entries" "$((n / 2))" null true
# What bounds it: each entry is signed by its registrar, and one thread writes.
case $suite in gm) curve=sm2 ;; *) curve=ed25519 ;; esac
signature=$(openssl speed -mr -seconds 1 $curve 2> /dev/null | awk -F: '/^\+F[67]:/ { printf "%.3f", 1000 / $5 }')
# shellcheck disable=SC2046
set -- $(spent $((n / 2)))
row "登簿, processor of registryd for one" "$1" ms "SQLite alone, a commit for each" "$(awk '$1 == "processor_us" { print $2 / 1000 }' "$tmp/raw")" null true
row "登簿, of it one signature ($curve)" "$signature" ms "" null null true
row "登簿, of it the thread that writes" "$2" ms "" null null true
most() { echo "$1 $2" | awk '{ printf "%d", $1 * 1000 / $2 }'; }
row "登簿, at most by that: all processors ($(nproc)) busy" "$(most "$(nproc)" "$1")" "entries/s" "by the signature alone" "$(most "$(nproc)" "$signature")" null true
row "登簿, at most by that: the writer busy" "$(most 1 "$2")" "entries/s" "" null null true
load --clients 32 --once --rate $((rate / 2)) "$tmp/enter.half"
entered
row "登簿 at half load, p99" "$(value p99_us)" us "" null 10000 '$v < 10000'
"$SW_TESTBIN/registry-make" requests lookup 100000 20000 > "$tmp/lookup"
"$SW_TESTBIN/http-load" --port "$port" --cookie "$session" --clients 16 --seconds 60 "$tmp/lookup" > "$tmp/readers" &
readers=$!
load --clients 32 --once "$tmp/enter.read"
entered
kill "$readers"
wait "$readers" 2> /dev/null
row "登簿 while 16 clients look up" "$(value rate)" "entries/s" "" null null true
# The file keeps the size that it once had.
row "largest log of SQLite (WAL) meanwhile" "$(($(stat -c %s "$db-wal") / 1048576))" MiB "" null 64 '$v < 64'
stop
finish
