#!/bin/sh
# `make run`: the three zones, the guard, the diode and the identity platform on this machine, without privileges, until Ctrl-C.
# `make run DEMO=walk`: drives both businesses through the HTTP interfaces on free ports and ends with 0 only when everything holds.
set -u
cd "$(dirname "$0")/../.." || exit 1
SW_BIN=${SW_BIN:-$PWD/build/bin}
SW_TESTBIN=${SW_TESTBIN:-$PWD/build/testbin}
SW_WEB=$PWD/build/web
[ -d "$SW_WEB/internet" ] || SW_WEB=
mode=${1:-stay}
SW_LOG=${SW_LOG:-info}
export SW_LOG
. tests/stack/stack.sh

# A fixed port that somebody else holds is named before anything is made.
port_free() {
	! ss -Hln "sport = :$1" 2> /dev/null | grep -q . || die "port $1 ($2) is in use; stop that program or set PORT_$2"
}

PROGRAMS='intaked registryd cadastred gapd-switch gapd-outer gapd-inner diode-send diode-recv'
memory() { # resident memory of what was started here, in MiB
	for p in $PROGRAMS; do
		for pid in $(pgrep -x "$p"); do
			tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF "$D/" || continue
			awk -v p="$p" '/^VmRSS/ { printf "  %-12s %6.1f MiB\n", p, $2 / 1024 }' "/proc/$pid/status" 2> /dev/null
		done
	done
}

walk() {
	D=$(mktemp -d "${TMPDIR:-/tmp}/sanwang.XXXXXX")
	say "keys, accounts and demo data for a district …"
	(stack_make_zones) > "$D/make.log" 2>&1 || { cat "$D/make.log"; stack_clean; return 1; }
	began=$(date +%s%3N)
	stack_start
	say "started in $(($(date +%s%3N) - began)) ms"
	[ -z "${SW_WATCH:-}" ] || watch_replies $ZONES
	. tests/stack/walk.sh
	rc=0
	walk_transfer && walk_first && walk_book_equal && walk_logs_agree && walk_feedback || rc=1
	if [ -n "${SW_WATCH:-}" ]; then
		say "replies: $(replies_end), $(wc -l < "$D/api.told") not as described"
		head -20 "$D/api.told"
		[ ! -s "$D/api.told" ] || rc=1
	fi
	say "resident memory:"
	memory
	[ $rc = 0 ] || tail -n 5 "$D"/log/*
	stack_stop
	stack_clean
	[ $rc = 0 ] && say "the walk is complete" || say "the walk has failed"
	return $rc
}

stay() {
	D=$PWD/run
	PORT_INTERNET=${PORT_INTERNET:-8101} PORT_EXTRANET=${PORT_EXTRANET:-8102} PORT_INTRANET=${PORT_INTRANET:-8103}
	PORT_IDENTITY=${PORT_IDENTITY:-8104} PORT_PAYMENT=${PORT_PAYMENT:-8105} PORT_DIODE=${PORT_DIODE:-8110}
	for p in INTERNET EXTRANET INTRANET IDENTITY PAYMENT DIODE; do eval "port_free \$PORT_$p $p"; done
	if [ -e "$D/complete" ]; then
		say "going on with the data in run/ (delete that folder for a new beginning)"
	else
		stack_clean
		mkdir -p "$D"
		say "keys, accounts and demo data for a district …"
		(stack_make_zones) > "$D/make.log" 2>&1 || { cat "$D/make.log"; return 1; }
		: > "$D/complete"
	fi
	trap 'say; say "stopping …"; stack_stop; [ "$SW_DB" != pg ] || postgres_pause "$D.pg"; say "stopped"; exit 0' INT TERM
	began=$(date +%s%3N)
	stack_start
	say "started in $(($(date +%s%3N) - began)) ms; one machine and one user: separate users, machines and networks are waived here (see make lab)"
	say
	say "  申请人 applicants             $(url internet)/"
	say "  登记员 registrars             $(url extranet)/"
	say "  权籍审核、安全员 reviewers     $(url intranet)/"
	say "  identity platform (simulator) http://127.0.0.1:$(cat "$D/identity/port")/"
	say "  payment platform (simulator)  http://127.0.0.1:$(cat "$D/payment/port")/"
	say
	say "  zone      user        password              (kept in run/accounts.txt)"
	awk '{ printf "  %-9s %-11s %s\n", $1, $2, $3 }' "$D/accounts.txt"
	last=$(($(jq length "$D/demo/people.json") - 1))
	say
	say "  to sign at the identity platform: number and PIN"
	for u in "zhang 0" "li 2" "wang $last"; do
		set -- $u
		printf '  %-9s %s  %s  %s\n' "$1" "$(person "$2" id_number)" "$(person "$2" pin)" "$(person "$2" name)"
	done
	say
	say "  demo files run/demo (parcel-good.geojson is for the window), logs run/log, disc tray run/extranet/tray"
	say "  zhang owns unit $(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)"
	say "Ctrl-C stops everything."
	while :; do sleep 3600 & wait $!; done
}

case $mode in
walk) walk ;;
stay | '') stay ;;
*) say "usage: make run [DEMO=walk]"; exit 2 ;;
esac
