#!/bin/sh
# The walk with every zone, guard half and diode end in a network of its own; counters prove what crosses and that nothing comes back.
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
export SW_BIN SW_TESTBIN
cd "$(dirname "$0")/../.." || exit 1
case $SW_BIN in
*asan*) echo "ok - the networks are the same for both trees: they are tested with the other one"; exit 0 ;;
esac
if [ "$(id -u)" != 0 ] || ! unshare -n true 2> /dev/null; then
	echo "ok - left out: network namespaces need root, and this is $(id -un)"
	exit 0
fi
log=$(mktemp "${TMPDIR:-/tmp}/lab.XXXXXX")
trap 'rm -f "$log"' EXIT
sh tests/stack/lab.sh > "$log" 2>&1
rc=$?
sed -n 's/^  ok   /ok - lab: /p; s/^  FAIL /not ok - lab: /p' "$log"
if [ $rc = 0 ] && grep -q '^the lab holds' "$log"; then echo "ok - the walk goes through the lab"; else
	sed 's/^/# /' "$log"
	echo "not ok - the walk goes through the lab"
	exit 1
fi
