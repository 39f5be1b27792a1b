#!/bin/sh
# What a program must not hold: diode-send no receive call, diode-recv no send call, no zone's code in another zone's program.
cd "$(dirname "$0")/../.." || exit 1
bin=${SW_BIN:-build/bin}
fail=0
# none PROGRAM PATTERN WHAT
none() {
	[ -x "$bin/$1" ] || { echo "# $1 is not built"; fail=1; return; }
	found=$(nm -D --undefined-only "$bin/$1" | awk '{print $2}' | sed 's/@.*//' | grep -E "$2" | tr '\n' ' ')
	[ -z "$found" ] && echo "ok - $1: no $3" || { echo "not ok - $1: $found"; fail=1; }
}
none diode-send '^(recv|recvfrom|recvmsg|recvmmsg)$' 'receive call'
none diode-recv '^(send|sendto|sendmsg|sendmmsg|connect)$' 'send call'
for p in gapd-outer gapd-inner; do
	none $p '^(socket|socketpair|connect|bind|listen|accept4?)$' 'socket call'
done
none gapd-switch '^(socket|connect|bind|listen|accept4?)$' 'socket call but socketpair'
for p in gapd-outer gapd-switch gapd-inner diode-send diode-recv; do
	none $p '^(sqlite3_|PQ|MHD_)' 'database and no HTTP'
done
# foreign PROGRAM PREFIXES: symbols that begin with another zone's embedded schema or names
foreign() {
	[ -x "$bin/$1" ] || { echo "# $1 is not built"; fail=1; return; }
	found=$(nm "$bin/$1" | awk '{print $3}' | grep -E "$2" | head -3 | tr '\n' ' ')
	[ -z "$found" ] && echo "ok - $1: no foreign zone's code" || { echo "not ok - $1: $found"; fail=1; }
}
for p in intaked registryd cadastred; do
	[ -x "$bin/$p" ] || continue
	case $p in
	intaked) foreign $p '^(reg_sql|cad_sql|entry_make|examine_task|registry_schema|cadastre_schema)' ;;
	registryd) foreign $p '^(intake_sql|cad_sql|form_sign_text|examine_task|intake_schema|cadastre_schema)' ;;
	cadastred) foreign $p '^(intake_sql|reg_sql|form_sign_text|entry_make|intake_schema|registry_schema)' ;;
	esac
done
exit $fail
