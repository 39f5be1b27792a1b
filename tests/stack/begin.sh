# shellcheck shell=sh
# How a test of daemons begins, in a folder beside this one: `. "$(dirname "$0")/../stack/begin.sh"`. It then stands in the project's root, has a folder
# $D of its own, which its trap removes, and the words of stack.sh; $failed is 0.
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
cd "$(dirname "$0")/../.." || exit 1
D=$(mktemp -d "${TMPDIR:-/tmp}/sanwang.XXXXXX")
SW_LOG=warn
export SW_BIN SW_TESTBIN SW_LOG
. tests/stack/stack.sh
failed=0

# equal NAME WANTED GOT; a failure shows the last answer
equal() {
	if [ "$2" = "$3" ]; then echo "ok - $1"; else
		echo "not ok - $1: wanted $2, got $3"
		for r in "$D/reply" "${W:-$D}/reply"; do [ ! -s "$r" ] || { head -c 400 "$r" | sed 's/^/# /'; echo; break; }; done
		failed=1
	fi
}

# registry_alone: a test of the registry by itself begins: the zones are made, registryd runs as $running, and both end with the test.
running=
registry_start() {
	rm -f "$D/extranet/data/port"
	PATH="$SW_BIN:$PATH" "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2>> "$D/log/registryd" &
	running=$!
	await "$D/extranet/data/port" 900
}
registry_alone() {
	trap '[ -z "$running" ] || kill "$running" 2> /dev/null; wait; stack_clean' EXIT
	trap 'exit 1' INT TERM
	zones_made
	registry_start
}

# zones_made [MORE …]: keys, accounts and demo data of the three zones, or the end
zones_made() {
	(stack_make_zones && "${@:-true}") > "$D/make.log" 2>&1 || { sed 's/^/# /' "$D/make.log"; echo "not ok - the zones are made"; exit 1; }
}
