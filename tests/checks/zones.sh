#!/bin/sh
# The three zones' daemons are built separately: each one is made in a tree where the other two zones' folders do not exist (what was compiled already is taken
# as it is, and only that which needs nothing of them), and none defines a name that another zone's code defines.
set -u
cd "$(dirname "$0")/../.." || exit 1
tree=$(dirname "${SW_BIN:-build/bin}")
here=$(mktemp -d "$tree/zones.XXXXXX")
trap 'rm -rf "$here"' EXIT
trap 'exit 1' INT TERM
fail=0
names() { nm "$@" | awk 'NF == 3 { print $3 }' | sort -u; }
# What others could link of a zone; and what stands in its own objects or in what all share, static functions too.
for z in internet extranet intranet; do
	find "$tree/obj/zones/$z" -name '*.o' -exec nm -g --defined-only {} + | awk 'NF == 3 { print $3 }' | sort -u > "$here/$z.names"
	find "$tree/obj/zones/$z" "$tree/obj/common" -name '*.o' -exec nm --defined-only {} + | awk 'NF == 3 { print $3 }' | sort -u > "$here/$z.own"
done
for one in internet/intaked extranet/registryd intranet/cadastred; do
	zone=${one%/*} program=${one#*/}
	names --defined-only "$tree/bin/$program" > "$here/has"
	n=0
	for z in internet extranet intranet; do
		[ $z = $zone ] || comm -12 "$here/has" "$here/$z.names" | comm -23 - "$here/$zone.own" > "$here/foreign"
		[ $z = $zone ] || [ ! -s "$here/foreign" ] || { echo "# $program has of $z: $(head -3 "$here/foreign" | tr '\n' ' ')"; n=1; }
	done
	# Names that are its own are there: the list above is not empty by mistake.
	[ "$(comm -12 "$here/has" "$here/$zone.names" | wc -l)" -gt 50 ] || { echo "# $program has few names of its own zone"; n=1; }
	if [ $n = 0 ]; then echo "ok - $program: no name of another zone's code"; else echo "not ok - $program: no name of another zone's code"; fail=1; fi

	mkdir "$here/tree"
	git ls-files -co --exclude-standard -z | grep -zvE '^zones/' | xargs -0 cp -al --parents -t "$here/tree" 2> /dev/null
	git ls-files -co --exclude-standard -z "zones/$zone" | xargs -0 cp -al --parents -t "$here/tree"
	mkdir "$here/tree/build" "$here/tree/build/obj"
	for d in "$tree"/obj/*; do [ "${d##*/}" = zones ] || cp -al "$d" "$here/tree/build/obj/"; done
	mkdir "$here/tree/build/obj/zones"
	cp -al "$tree/obj/zones/$zone" "$here/tree/build/obj/zones/"
	if make -C "$here/tree" --no-print-directory B=build "build/bin/$program" > "$here/made" 2>&1 && "$here/tree/build/bin/$program" --version | grep -q "^$program "; then
		echo "ok - $program is made where only zones/$zone is ($(grep -c '  CC' "$here/made") files compiled anew)"
	else
		tail -5 "$here/made" | sed 's/^/# /'
		echo "not ok - $program is made where only zones/$zone is"
		fail=1
	fi
	rm -rf "$here/tree"
done
exit $fail
