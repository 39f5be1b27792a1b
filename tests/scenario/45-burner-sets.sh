#!/bin/sh
# More than one disc holds is staged as a set, whole or not at all; its discs are imported in any order and what is absent is told. Approvals of a person
# who is revoked count up to a last disc; the other side learns it from the next disc.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
: "${SW_BIN:=build/bin}"
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
keys_make intranet keys he lin tao wu
mkdir spool in
list() { burner list --json --store "$1" | jq -r "$2"; }
equal() { check "$1" test "$2" = "$3"; }
import() { burner import "$1" --json --trust keys/ca.pem --store there --into in --by yu; }
set_of() { burner stage --json --store out --bundles spool --reason results --by he --medium "${1:-2M}" > staged && jq -r '.discs[]' staged; }
absent() { list there '[.sets[] | "\(.first) of \(.of): \(.absent | join(" "))"] | join("; ")'; }

# ---- a set
bundles 700 701 702 703 704
cp -r spool kept
set_of > discs
equal "five bundles make a set of discs of that size" "5 0" "$(wc -l < discs) $(jq .left staged)"
equal "all of it left the spool" "" "$(ls spool)"
first=$(head -1 discs)
equal "each knows its place" "1/5 2/5 3/5 4/5 5/5" "$(list out '[.rows[].set | "\(.n)/\(.of)"] | join(" ")')"
equal "and the first of them" "$first" "$(list out '[.rows[].set.first] | unique | join(" ")')"
equal "each follows the one before" "true" "$(list out '[.rows[].digest] as $d | [.rows[1:][].prev] == $d[:-1]')"
n=0
for d in $(cat discs); do
	n=$((n + 1))
	carry "$d" "$n.iso" || { echo "not ok - disc $d cannot be burnt"; failed=1; }
	test "$(wc -c < $n.iso)" -le 2097152 || { echo "not ok - disc $n is too large"; failed=1; }
done
unpack 3.iso tree
equal "the manifest says it too" "{\"first\":\"$first\",\"n\":3,\"of\":5}" "$(jq -c .set tree/disc.json)"
check "the third comes first" import 3.iso
equal "four are absent" "$first of 5: $(sed -n '1p;2p;4p;5p' discs | tr '\n' ' ' | sed 's/ $//')" "$(absent)"
check "then the fifth" import 5.iso
check "and the first" import 1.iso
equal "two are absent" "$first of 5: $(sed -n '2p;4p' discs | tr '\n' ' ' | sed 's/ $//')" "$(absent)"
equal "the import says so too" "$(sed -n 4p discs)" "$(import 2.iso | jq -r '.sets[0].absent | join(" ")')"
check "at last the fourth" import 4.iso
equal "nothing is absent" "" "$(absent)"
equal "nothing is missing" 0 "$(list there '.missing | length')"
check "everything came" sh -c 'for f in kept/*; do cmp "$f" in/*."${f#kept/}" || exit 1; done'
check "none of them twice" refused IMPORTED import 3.iso
bundles 700 3000
check "what fits on none is refused" refused LIMIT burner stage --store out --bundles spool --reason x --by he --medium 2M
equal "and nothing was taken" "disc-1-3000.swb disc-1-700.swb" "$(ls spool | tr '\n' ' ' | sed 's/ $//')"
check "an unknown medium is refused" refused SCHEMA burner stage --store out --bundles spool --reason x --by he --medium floppy
rm spool/*
bundles 700 701 702
set_of > discs
sed -n 1p discs > one
burner void "$(sed -n 2p discs)" --store out --reason scratched --by he --bundles spool > /dev/null
for n in 1 3; do carry "$(sed -n ${n}p discs)" v$n.iso; done
set_of 700M > next
carry "$(cat next)" next.iso
check "a set of which one disc is void" import v3.iso
import v1.iso > /dev/null
equal "is told as incomplete" "$(cat one) of 3: $(sed -n 2p discs)" "$(absent)"
check "until the next disc tells it" import next.iso
equal "nothing is absent then" "" "$(absent)"
equal "nor missing, although it was never burnt" 0 "$(list there '.missing | length')"

# ---- killed while a set is staged: all of its discs or none
bundles 700 701 702 703
cp -r spool pristine
full=$(date +%s%N)
burner stage --store warm --bundles spool --reason x --by he --medium 2M > /dev/null
full=$((($(date +%s%N) - full) / 1000))
case $SW_BIN in *asan*) kills=${SW_KILLS:-4} ;; *) kills=${SW_KILLS:-15} ;; esac
n=0 cut=0 wrong=0 seed=99
while [ $n -lt $kills ]; do
	n=$((n + 1))
	rm -rf spool killed && cp -r pristine spool
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	timeout -s KILL "$(awk -v m="$full" -v r=$seed 'BEGIN { printf "%.6f", m * 1.1 * r / 2147483648 / 1e6 }')" "$bin/burner" stage --store killed --bundles spool --reason x --by he --medium 2M > /dev/null 2>&1 || cut=$((cut + 1))
	burner scrap none --store killed --reason x --by x > /dev/null 2>&1 # the next one who opens the ledger
	made=$(list killed '.rows | length')
	whole=$(list killed '[.rows[].set.of] | unique | join(" ")')
	case "$made $whole $(ls spool | wc -l)" in
	"0  4") ;;
	"4 4 "*) ;;
	*) wrong=$((wrong + 1)); echo "# $made discs of $whole, $(ls spool | wc -l) bundles left" ;;
	esac
done
check "$n kills of staging ($cut in time): a whole set, or none and every bundle still there" test $wrong = 0
rm -rf spool && mkdir spool

# ---- revoked
key_of() { openssl x509 -in "keys/$1.person.pem" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sm3 -r | cut -c1-16; }
two() { approve "$1" "$2" > /dev/null && approve "$1" "$3" > /dev/null; }
bundles 1
good=$(stage) && two "$good" he wu && burner burn "$good" --store out --to good.iso --by he > /dev/null
bundles 2
bad=$(stage) && two "$bad" he wu
burner burn "$bad" --store out --to bad.iso --by he > /dev/null
bundles 3
half=$(stage) && approve "$half" wu > /dev/null && approve "$half" he > /dev/null
check "wu's key is revoked after a last good disc" burner revoke keys/wu.person.pem --store out --last "$good" --reason "key lost" --by tao
equal "by its number" "$(key_of wu)" "$(list out '.revoked[0].key')"
check "not again" refused EXISTS burner revoke "$(key_of wu)" --store out --last "$good" --reason x --by tao
check "nor for a later disc" refused EXISTS burner revoke "$(key_of wu)" --store out --last "$half" --reason x --by tao
check "neither key nor certificate is refused" refused SCHEMA burner revoke wu --store out --last none --reason x --by tao
check "what wu approved since is not burnt" refused CERT burner burn "$half" --store out --to half.iso --by he
bundles 4
last=$(stage)
check "wu approves nothing more" refused CERT approve "$last" wu
two "$last" he lin && burner burn "$last" --store out --to last.iso --by he > /dev/null
check "a disc that was burnt in between is not known to be bad yet" burner verify bad.iso --trust keys/ca.pem
check "the next disc is imported" import last.iso
equal "and tells of wu" "$(key_of wu) $good $last" "$(list there '.revoked[0] | "\(.key) \(.last) \(.from)"')"
check "from then on the disc in between is refused" refused CERT import bad.iso
check "by name" sh -c "'$bin/burner' import bad.iso --trust keys/ca.pem --store there --into in 2>&1 | grep -q 'key of wu is revoked after disc $good'"
check "a folder of lists that is not there is no empty one" sh -c "'$bin/burner' import bad.iso --trust keys/ca.pem --revoked listz --store there --into in 2>&1 | grep -q '^NOTFOUND: listz'"
check "the last good one is imported" import good.iso
check "an officer there may be told by telephone" burner revoke keys/lin.person.pem --store there --last "$last" --reason "told by telephone" --by yu
bundles 5
late=$(stage) && two "$late" he lin && burner burn "$late" --store out --to late.iso --by he > /dev/null
check "and the disc that lin approved is refused there" refused CERT import late.iso
for s in out there; do check "the log of $s tells it" sh -c "grep -rqa '\"person.revoke\"' $s/audit"; done
# a disc that calls one of its own approvers revoked
bundles 6
self=$(stage) && two "$self" he tao
burner burn "$self" --store out --to self.iso --by he > /dev/null
unpack self.iso bad
(cd bad && jq -jcS --arg k "$(cd .. && key_of tao)" '.revoked = ([{key: $k, last: ""}] + .revoked | sort_by(.key))' disc.json > new && mv new disc.json &&
	for p in "1 he" "2 tao"; do set -- $p; openssl pkeyutl -sign -inkey "../keys/$2.person.key" -passin "pass:word of $2" -rawin -digest sm3 -pkeyopt distid:1234567812345678 -in disc.json -out "approvals/$1.sig"; done)
pack bad bad.iso
check "a disc that revokes its own approver is refused" refused CERT import bad.iso
# what the zone's authority says of its keys, in the list that travels on the links
bundles 7
robbed=$(stage) && two "$robbed" he tao && burner burn "$robbed" --store out --to robbed.iso --by he > /dev/null
mkdir lists
check "the authority revokes tao's stolen key" "$bin/swbundle" revoke --ca keys --cert keys/tao.person.pem --reason compromised --list lists/list.json
check "without the list the disc holds" burner verify robbed.iso --trust keys/ca.pem
check "with it the disc is refused, when it is looked at" refused REVOKED burner verify robbed.iso --trust keys/ca.pem --revoked lists
check "and when it is imported" refused REVOKED burner import robbed.iso --json --trust keys/ca.pem --store there --into in --by yu --revoked lists
check "nothing of it lies in in/" sh -c "! ls in | grep -q 'disc-1-7.swb'"
check "the refusal stands in the log" sh -c "grep -a '\"disc.refused\"' there/audit/tail | grep -qa REVOKED"
bundles 8
sound=$(stage) && two "$sound" he lin && burner burn "$sound" --store out --to sound.iso --by he > /dev/null
check "a disc of others holds with it" burner verify sound.iso --trust keys/ca.pem --revoked lists
sed 's/compromised/retired/' lists/list.json > bent && mv bent lists/list.json
check "a changed list is no list" refused SIGNATURE burner verify sound.iso --trust keys/ca.pem --revoked lists
exit $failed
