#!/bin/sh
# A disc of which a tenth cannot be read is imported complete, however the damage lies; what is beyond the promise is refused with its map. kills at
# random moments of burning, importing, and of what only writes the ledger leave whole files or none, and doing it again finishes it.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
: "${SW_BIN:=build/bin}" "${SW_TESTBIN:=build/testbin}"
bin=$(cd "$SW_BIN" && pwd)
lib=$(cd "$(dirname "$0")/lib" && pwd)
. "$lib/memory.sh"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/burner.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
SW_LOG=error
export SW_LOG
. "$lib/burner.sh"
keys_make intranet keys he lin tao
mkdir spool in
bundles 700 1100 1700 2300
cp -r spool kept
disc=$(stage)
carry "$disc" good.iso
all=$(sectors good.iso)
import() { burner import "$1" --json --trust keys/ca.pem --store "${2:-there}" --into in --by yu; }
same() { # everything came, as it was
	[ "$(ls in | wc -l)" = 4 ] && for f in kept/*; do cmp "$f" "in/$disc.${f#kept/}" || return 1; done
}
# lost HOW: numbers of sectors, a tenth of all
lost() {
	awk -v n="$all" -v how="$1" 'BEGIN {
		srand(7)
		tenth = int(n / 10)
		for (i = 0; i < n; i++) {
			if (how == "random") hit = rand() < 0.1
			if (how == "front") hit = i < tenth
			if (how == "end") hit = i >= n - tenth
			if (how == "burst") hit = i >= int(n / 3) && i < int(n / 3) + tenth
			if (how == "rings") { turn = 20 + int(i * 12 / n); hit = i % turn < turn / 10 }
			if (how == "folders") hit = i >= 16 && i < 40
			if (how == "half") hit = i % 2
			if (hit) print i
		}
	}'
}
damage() { # HOW IMAGE
	cp good.iso "$2"
	lost "$1" > map
	perl -e 'open(F, "+<", $ARGV[0]); while (<STDIN>) { seek(F, $_ * 2048, 0); print F "\0" x 2048 } close(F)' "$2" < map
}
for how in random front end burst rings folders; do
	damage $how bad.iso
	rm -rf there in && mkdir in
	import bad.iso > answer 2> refusal
	check "$how: $(wc -l < map) of $all sectors lost, the disc is imported" test -s answer
	cat refusal
	check "$how: complete" same
	# The repair data alone are not needed, and not looked at.
	[ $how = end ] || check "$how: what was repaired is told" jq -e '.sectors | .repaired > 0 and .bad >= .repaired and .total == '"$all" answer
	[ $how = end ] || check "$how: and written down" sh -c "'$bin/burner' list --json --store there | jq -r '.rows[0].steps[-1].note' | grep -q 'sectors were bad'"
	burner verify bad.iso --trust keys/ca.pem > verified
	[ $how = end ] && mark='#' || mark='+'
	check "$how: verify shows where" sh -c "grep -q 'sectors are bad' verified && grep -v good verified | grep -qF '$mark'"
done
check "verify of a good disc has no map" sh -c "! '$bin/burner' verify good.iso --trust keys/ca.pem | grep -q 'sectors are bad'"
check "it tells that nothing is bad" test "$(burner verify good.iso --json --trust keys/ca.pem | jq -c '.sectors | [.bad, .repaired, .map]')" = "[0,0,[]]"
damage half bad.iso
rm -rf there in && mkdir in
import bad.iso > answer 2> refusal
check "half of it lost: refused, with numbers" sh -c "test ! -s answer && grep -q 'sectors are bad, .* could be repaired' refusal"
check "nothing came" test -z "$(ls in)"
burner verify bad.iso --trust keys/ca.pem > verified 2> /dev/null
check "verify shows the map all the same" sh -c "grep -v good verified | grep -q '#'"
check "the repair data take at most 15 % of a CD" test "$(isoinfo -R -l -i good.iso | awk '$NF == "repair.dat" { print $5 }')" -le $((359844 * 2048 * 15 / 100))
check "a changed file is read all the same: the old bytes are brought back" sh -c "
	cp good.iso bad.iso && printf 'x' | dd of=bad.iso bs=1 seek=3000000 conv=notrunc status=none && rm -rf there in && mkdir in &&
	'$bin/burner' import bad.iso --trust keys/ca.pem --store there --into in > answer"
check "complete" same

# ---- kills: SW_KILLS of each kind
case $SW_BIN in *asan*) kills=${SW_KILLS:-10} ;; *) kills=${SW_KILLS:-100} ;; esac
# micro: microseconds of a command
micro() { a=$(date +%s%N); "$@" > /dev/null; echo $((($(date +%s%N) - a) / 1000)); }
seed=12345
# draw MICRO: $delay in seconds at random up to a little more than that
draw() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	delay=$(awk -v m="$1" -v r=$seed 'BEGIN { printf "%.6f", m * 1.1 * r / 2147483648 / 1e6 }')
}
burn_to() { "$bin/burner" burn "$disc" --store out --to "$1" --by he; }
full=$(micro burn_to warm.iso)
n=0 cut=0 wrong=0
while [ $n -lt $kills ]; do
	n=$((n + 1))
	rm -f kill.iso
	draw "$full"
	timeout -s KILL "$delay" "$bin/burner" burn "$disc" --store out --to kill.iso --by he > /dev/null 2>&1 || cut=$((cut + 1))
	[ ! -e kill.iso ] || cmp -s kill.iso good.iso || wrong=$((wrong + 1))
done
check "$kills kills of burning ($cut in time): the image is whole or absent" test $wrong = 0
check "some were in time" test $cut -gt 0
check "burning again finishes it" burn_to kill.iso
check "it is the same image" cmp kill.iso good.iso
check "nothing is left over" test "$(ls -A | grep -c '^tmp\.')" = 0

rm -rf there in && mkdir in
full=$(micro import good.iso warm)
rm -rf in && mkdir in
n=0 cut=0 wrong=0 finished=0
while [ $n -lt $kills ]; do
	n=$((n + 1))
	draw "$full"
	timeout -s KILL "$delay" "$bin/burner" import good.iso --trust keys/ca.pem --store there --into in --by yu > /dev/null 2>&1 || cut=$((cut + 1))
	for f in in/*; do
		[ ! -e "$f" ] || cmp -s "$f" "kept/${f#in/"$disc".}" || wrong=$((wrong + 1))
	done
	# What is called imported is there.
	if grep -q '"state":"imported","' "there/in/$disc.json" 2> /dev/null; then
		finished=$((finished + 1))
		same > /dev/null || wrong=$((wrong + 1))
		rm -rf there in && mkdir in
	fi
done
check "$kills kills of importing ($cut in time, $finished went through): files are whole or absent" test $wrong = 0
check "some were in time" test $cut -gt 0
[ "$(state there "$disc")" = imported ] || check "importing again finishes it" import good.iso
check "everything came" same
check "and not a second time" refused IMPORTED import good.iso
check "the log holds after all kills" burner list --store there

# ---- acts that only write the ledger: killed, and done again, they end as if nothing had been. At random moments; where the program has named points, at each.
identity=$(burner list --json --store out | jq -r '.rows[0].digest')
burner blank MED-0001 --store pristine --label x --by yu > /dev/null
act_blank() { $killer "$bin/burner" blank MED-0002 --store acts --label "柜 3-2" --by yu; }
act_scrap() { $killer "$bin/burner" scrap MED-0001 --store acts --reason x --by yu; }
act_receive() { printf 'word of tao\n' | $killer "$bin/burner" receive "SWDISC1 $disc $identity internal MED-0001 F-1" --store acts --from intranet --by tao $(person_key tao keys); }
act_policy() { printf 'demand:\n  receive: true\n' > p.yaml && $killer "$bin/burner" policy --store acts --from p.yaml --by yu; }
act_revoke() { $killer "$bin/burner" revoke keys/lin.person.pem --store acts --last "$disc" --reason x --by yu; }
killer=
fresh() { rm -rf acts && cp -r pristine acts; }
# What the ledger says, without times and signatures.
look() { burner list --json --store acts | jq -cS '[(.rows[], .blanks[] | {disc, serial, state, mark, blank, seal, receipt: (.receipt.signatures | length), steps: [.steps[]?.state]}), .policy.demands, [.revoked[].key]]'; }
# again ACT: after a kill the next one finishes it. A policy that is set twice has one version more, which is not compared.
again() {
	"act_$1" > again.log 2>&1
	[ "$(look)" = "$outcome" ] && return
	wrong=$((wrong + 1))
	look
	cat again.log
}
for act in blank receive scrap policy revoke; do
	fresh
	full=$(micro "act_$act")
	outcome=$(look)
	n=0 cut=0 wrong=0
	while [ $n -lt $((kills / 10)) ]; do
		n=$((n + 1))
		fresh
		draw "$full"
		killer="timeout -s KILL $delay"
		"act_$act" > /dev/null 2>&1 || cut=$((cut + 1))
		killer=
		again $act
	done
	check "$n kills of $act ($cut in time): done again it ends the same" test $wrong = 0
done
case $SW_BIN in
*asan*)
	mkdir faults
	for act in blank receive; do
		fresh
		rm -f faults/*
		(SW_FAULT_DIR=$tmp/faults && export SW_FAULT_DIR && "act_$act") > /dev/null 2>&1
		outcome=$(look)
		sort -u faults/seen | sed 's/^burner //' > points
		n=0 wrong=0
		while read -r point; do
			fresh
			: > "faults/kill.burner.$point"
			(SW_FAULT_DIR=$tmp/faults && export SW_FAULT_DIR && "act_$act") > /dev/null 2>&1
			[ -e "faults/kill.burner.$point" ] && echo "# $point was not reached" && wrong=$((wrong + 1))
			n=$((n + 1))
			again $act
		done < points
		check "$act: killed at each of its $n points, done again it ends the same" test $wrong = 0 -a $n -gt 5
	done
	;;
esac
exit $failed
