#!/bin/sh
# Drives and other media: erased only by policy, sticks only by policy, writing and reading kept apart, verified before the hand-over; drives that fail, lie
# or cannot read some sectors (fault shims), and a program that tries to leave its confinement. Drives are files here; with root also a real block device.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
: "${SW_BIN:=build/bin}" "${SW_TESTBIN:=build/testbin}"
bin=$(cd "$SW_BIN" && pwd)
testbin=$(cd "$SW_TESTBIN" && pwd)
lib=$(cd "$(dirname "$0")/lib" && pwd)
. "$lib/memory.sh"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/burner.XXXXXX")
loop=
trap '[ -z "$loop" ] || losetup -d "$loop"; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
# The preloaded shim comes before the sanitizer's library.
SW_LOG=error ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0
export SW_LOG ASAN_OPTIONS
. "$lib/burner.sh"
keys_make intranet keys he lin
mkdir spool in shim
equal() { check "$1" test "$2" = "$3"; }
policy() { # STORE KEY: VALUE…
	store=$1
	shift
	printf '%s\n' "$@" > policy.yaml && burner policy --store "$store" --from policy.yaml --by tao > /dev/null
}
blank() { burner list --json --store "${2:-out}" | jq -r --arg s "$1" '.blanks[] | select(.serial == $s) | .state'; }
ready() { # a new disc, approved by two
	bundles 300
	disc=$(stage) && approve "$disc" he > /dev/null && approve "$disc" lin > /dev/null
}
burn() { burner burn "$disc" --store out --to "$disc.iso" --by he "$@"; }
import() { burner import "$1" --json --trust keys/ca.pem --store "${2:-there}" --into in --by yu; }
verify() { burner verify "$1" --json --trust keys/ca.pem --store out --by he; }
void() { burner void "$disc" --store out --reason test --by he > /dev/null; }
for n in 1 2 3 4 5 6; do burner blank MED-$n --store out --label "shelf $n" --by he > /dev/null; done

# ---- erase
: > rw
ready
check "a rewritable medium is burnt" burn --blank MED-1 --drive "stdio:$tmp/rw"
erase() { burner erase MED-1 --store out --drive "stdio:$tmp/rw" --reason reuse --by he; }
check "nothing is erased when the policy does not say so" refused REFUSED erase
policy out "allow:" "  erase: true"
check "nor what still carries a disc" refused STATE erase
equal "the blank stays used" used "$(blank MED-1)"
void
check "a void disc is erased" erase
equal "its blank is blank again" blank "$(blank MED-1)"
ready
check "and carries another disc" burn --blank MED-1 --drive "stdio:$tmp/rw"
check "which is what the medium holds" cmp -n "$(wc -c < "$disc.iso")" rw "$disc.iso"
check "scrap stays scrap" sh -c "'$bin/burner' scrap MED-2 --store out --reason x --by he > /dev/null && ! '$bin/burner' erase MED-2 --store out --drive stdio:$tmp/rw --reason x --by he"
check "the log tells what was erased" sh -c "grep -rqa blank.erase out/audit && grep -rqa blank.erased out/audit"

# ---- writing and reading kept apart
: > w1
: > w2
policy out "drives:" "  write: ['stdio:$tmp/w1']" "  read: ['stdio:$tmp/r1']" "demand:" "  drive: true" "  verify: true"
ready
check "without a drive no disc is burnt" refused REFUSED burn
check "nor by a drive that is not named" refused REFUSED burn --drive "stdio:$tmp/w2"
check "it is burnt by the drive that writes" burn --drive "stdio:$tmp/w1"
handover() { burner handover "$disc" --store out --to extranet --by he; }
check "not handed over before it is verified" refused REFUSED handover
check "the drive that writes does not read" refused REFUSED verify "stdio:$tmp/w1"
check "an image in a file is not the disc" refused REFUSED verify "$disc.iso"
cp w1 r1
head -c 3000000 /dev/zero >> r1
check "it is verified in the drive that reads, which tells more sectors than were written" verify "stdio:$tmp/r1"
equal "and is verified" verified "$(state out "$disc")"
check "it is handed over" handover
policy out "demand:" "  verify: true"
ready
burn > /dev/null
cp "$disc.iso" scratched.iso
dd if=/dev/zero of=scratched.iso bs=2048 seek=80 count=3 conv=notrunc status=none
check "a new disc that needs its repair data is not good enough" refused TRUNCATED verify scratched.iso
equal "and is not verified" burnt "$(state out "$disc")"
check "the officers see why" test "$(burner list --json --store out | jq -r '.refused[0] | "\(.code) \(.act)"')" = "TRUNCATED verify"
check "a disc of nobody here is not verified" sh -c "'$bin/burner' verify '$disc.iso' --trust keys/ca.pem --store elsewhere --by he 2>&1 | grep -q '^NOTFOUND: '"
check "the good one is" verify "$disc.iso"
policy out "allow:" "  erase: false"
policy there "demand:" "  drive: true"
check "where a drive is demanded no file is imported" refused REFUSED import "$disc.iso"
check "but what lies in a drive" import "stdio:$tmp/$disc.iso"
rm in/*
policy there "allow:" "  erase: false"

# ---- sticks
head -c 8000000 /dev/zero > stick
ready
check "no stick is written" refused REFUSED burn --drive "stick:$tmp/stick"
equal "nothing was written" 8000000 "$(tr -d -c '\0' < stick | wc -c)"
policy out "allow:" "  sticks: true"
check "by policy one is" burn --drive "stick:$tmp/stick" --blank MED-3
check "what lies on it is the image" cmp -n "$(wc -c < "$disc.iso")" stick "$disc.iso"
check "a stick that is not blank is refused" refused REFUSED burn --drive "stick:$tmp/stick" --blank MED-3
equal "and its blank is not spoiled by that" used "$(blank MED-3)"
check "no stick is read" refused REFUSED import "stick:$tmp/stick"
policy there "allow:" "  sticks: true"
printf secret | dd of=stick bs=1 seek=7000000 conv=notrunc status=none
check "what is hidden behind the end is found" refused TRAILING import "stick:$tmp/stick"
printf '\0\0\0\0\0\0' | dd of=stick bs=1 seek=7000000 conv=notrunc status=none
check "a clean one is imported" import "stick:$tmp/stick"
check "once" refused IMPORTED import "stick:$tmp/stick"
rm in/*
head -c 100000 /dev/zero > small
ready
check "a stick that is too small is refused" refused LIMIT burn --drive "stick:$tmp/small"
if [ "$(id -u)" = 0 ] && loop=$(truncate -s 6M device && losetup -f --show "$tmp/device" 2> /dev/null); then
	check "a real block device is written" burn --drive "$loop" --blank MED-4
	check "and read" import "$loop"
	policy out "allow:" "  erase: false"
	bundles 301
	disc=$(stage) && approve "$disc" he > /dev/null && approve "$disc" lin > /dev/null
	check "but not where only discs are allowed" refused REFUSED burn --drive "$loop"
	rm in/*
else
	loop=
	echo "ok - no real block device was tried: that needs root and loop devices"
fi

# ---- drives that fail
ln -s "$testbin/drive-shim" shim/xorriso
shim() { # MODE OPTION…: burns with it
	mode=$1
	shift
	: > drive
	(SW_SHIM=$mode PATH=$tmp/shim:$PATH && export SW_SHIM PATH && burn --drive "stdio:$tmp/drive" "$@")
}
ready
check "no room: refused before anything is written" refused LIMIT shim full --blank MED-6
check "not blank: refused" refused REFUSED shim written --blank MED-6
equal "a blank on which nothing was written stays one" blank "$(blank MED-6)"
n=10
for fault in "spoil IO the drive gives up half way" "lie DIGEST the drive wrote another byte" "short IO the end is missing" "silent IO nothing arrives"; do
	# shellcheck disable=SC2086
	set -- $fault
	mode=$1 code=$2
	shift 2
	n=$((n + 1))
	burner blank MED-$n --store out --label x --by he > /dev/null
	check "$*: $code" refused "$code" shim "$mode" --blank MED-$n
	equal "$*: the blank is scrap" scrap "$(blank MED-$n)"
	equal "$*: the disc is not burnt" approved "$(state out "$disc")"
done
check "the reason of the drive is told" sh -c "'$bin/burner' list --json --store out | jq -r '.refused[].text' | grep -q 'power calibration area error'"
SW_SHIM_SECRET=$tmp/keys/he.person.key SW_SHIM_OUTSIDE=$tmp/outside
export SW_SHIM_SECRET SW_SHIM_OUTSIDE
check "a program that goes its own ways is not believed" refused IO shim escape
equal "and got nowhere" "read denied write denied socket denied exec denied end" "$(tr '\n' ' ' < drive | sed 's/ $//')"
check "a good drive burns it after all" shim good --blank MED-5
equal "on the next blank" used "$(blank MED-5)"

# ---- a drive that cannot read some sectors
scratched() { # COMMAND…: with every tenth sector of the drive unreadable
	(SW_FAULT_FILE=$tmp/drive SW_FAULT_SECTORS=$tmp/lost LD_PRELOAD=$testbin/drive-fault.so && export SW_FAULT_FILE SW_FAULT_SECTORS LD_PRELOAD && burner "$@")
}
all=$(sectors "$disc.iso")
head -c 307200 /dev/zero >> drive
awk -v n="$all" 'BEGIN { srand(5); for (i = 0; i < n + 150; i++) if (i >= n || rand() < 0.1) print i }' > lost
scratched import "stdio:$tmp/drive" --json --trust keys/ca.pem --store there --into in --by yu > answer
check "a disc of which the drive cannot read a tenth is imported, its run-out too" jq -e '.sectors.repaired > 20' answer
check "what was in it came whole" sh -c "cmp in/$disc.disc-1-300.swb out/out/$disc/bundles/disc-1-300.swb"
scratched verify "stdio:$tmp/drive" --json --trust keys/ca.pem > answer
equal "verify maps what the drive cannot read" "$(awk -v n="$all" '$1 < n' lost | wc -l)" "$(jq '.sectors.bad' answer)"
check "verify alone needs neither ledger nor policy" burner verify "stick:$tmp/drive" --trust keys/ca.pem
exit $failed
