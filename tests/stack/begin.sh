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

# zones_made [MORE …]: keys, accounts and demo data of the three zones, or the end
zones_made() {
	(stack_make_zones && "${@:-true}") > "$D/make.log" 2>&1 || { sed 's/^/# /' "$D/make.log"; echo "not ok - the zones are made"; exit 1; }
}
