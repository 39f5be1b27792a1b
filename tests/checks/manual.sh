#!/bin/sh
# Manual pages are well formed, and each program has one.
cd "$(dirname "$0")/../.." || exit 1
fail=0
for f in burner/man/*.1 diode/man/*.1 common/*/man/*.1 gapd/man/gapd-switch.8 common/*/man/*.8 zones/*/man/*.[58]; do
	said=$(mandoc -T lint -W warning "$f" 2>&1)
	[ -z "$said" ] && echo "ok - $f" || { echo "not ok - $f"; echo "$said" | sed 's/^/# /'; fail=1; }
done
for p in intaked registryd cadastred gapd-switch gapd-outer gapd-inner diode-send diode-recv burner swbundle swaudit jqbox; do
	ls burner/man/$p.* diode/man/$p.* common/*/man/$p.* gapd/man/$p.* zones/*/man/$p.* 2> /dev/null | grep -q . || { echo "not ok - $p has no manual page"; fail=1; }
done
exit $fail
