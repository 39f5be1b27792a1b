#!/bin/sh
# The disc ferry in the running zones, by their interfaces, under the shipped policies: blanks numbered in the extranet reach the intranet by the diode though
# it loses three bundles in ten, because two discs tell the holes and the extranet sends again by itself; each disc is burnt on a blank, verified, sealed,
# handed over, received by scanning its slip, imported, archived, and destroyed by two persons. Nobody without the role sees any of it.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
# The font libraries behind slip and label keep their caches.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
held=
resume() {
	for pid in $held; do kill -CONT "$pid" 2> /dev/null; done
	held=
}
trap 'resume; stack_stop; rm -rf "$D"' EXIT
trap 'exit 1' INT TERM
check() { # NAME COMMAND…
	name=$1
	shift
	if "$@" > "$D/check.log" 2>&1; then echo "ok - $name"; else
		echo "not ok - $name"
		sed 's/^/# /' "$D/check.log"
		failed=1
	fi
}
zones_made
for z in intranet extranet; do
	check "the policy shipped for the $z is taken" "$SW_BIN/burner" policy --store "$D/$z/burner" --from "conf/burner/$z.yaml" --by admin
done
# Here two discs come within seconds: a hole may be answered as soon again.
sed -i 's/^  resend: 5s/  resend: 100ms/' "$D/extranet/conf/registryd.yaml"
stack_start
. tests/stack/walk.sh
# until NAME COMMAND…: it holds within a minute
until_holds() {
	name=$1 n=600
	shift
	while ! "$@" > "$D/check.log" 2>&1; do
		n=$((n - 1))
		[ $n -gt 0 ] || { echo "not ok - $name"; sed 's/^/# /' "$D/check.log"; failed=1; return 1; }
		sleep 0.1
	done
	echo "ok - $name"
}
status() { call "$@"; [ "$(cat "$W/code")" = "$expected" ] || { cat "$W/reply"; return 1; }; }
does() { expected=$1; shift; status "$@"; }
discs() { call "$1" "$2" GET /api/discs && field "$3"; }
link() { call "$1" "$2" GET /api/links; field ".links.$3.$4"; }

# ---- blanks over a bad fibre
out=$D/extranet/spool/diode/out
N=40
hold() { held="$held $(cat "$D/pid/diode-send")"; kill -STOP "$(cat "$D/pid/diode-send")"; }
told() { [ "$(discs extranet officer '"\(.blanks | length) \([.blanks[] | select(.state != "used" and .told != .state)] | length)"')" = "$N 0" ]; }
# Three in ten of what waits for the fibre are gone, the last one among them or not as the seed says.
seed=20261124
lose() {
	lost=0
	for f in $(ls "$out" | grep -v tick); do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		[ $((seed / 65536 % 10)) -lt 3 ] && rm -f "$out/$f" && lost=$((lost + 1))
	done
}
hold
n=0
while [ $n -lt $N ]; do
	n=$((n + 1))
	does 201 extranet officer POST /api/blanks "{\"serial\":\"MED-$(printf %03d $n)\",\"label\":\"柜 3-$n\",\"mark\":\"internal\"}" > /dev/null || { echo "not ok - blank $n"; failed=1; }
done
check "a blank has one number" does 409 extranet officer POST /api/blanks '{"serial":"MED-001","label":"x"}'
check "and a plain one" does 422 extranet officer POST /api/blanks '{"serial":"../x","label":"x"}'
check "registrars number no blanks" does 403 extranet registrar1 POST /api/blanks '{"serial":"MED-999"}'
until_holds "the intranet is told of all $N blanks" told
sent() { link extranet officer diode sent; }
all_there() { [ "$(ls "$out" | grep -cv tick)" -ge "$(sent)" ]; }
until_holds "their bundles wait for the fibre" all_there
lose
first_lost=$lost
check "three in ten of them are lost ($first_lost of $(sent))" test "$first_lost" -gt 5
resume
here() { discs intranet officer1 '.blanks | length'; }
sees_holes() { [ "$(link intranet officer1 diode missing)" -ge $((first_lost - 1)) ]; }
until_holds "the intranet sees the holes" sees_holes
taken() { [ "$(here)" -ge 10 ]; }
until_holds "what came is in its ledger" taken
check "but not all of it" test "$(here)" -lt $N

# ---- one disc through all hands
sign() { jq -nc --arg p "$(secret "$1" "$2")" '{passphrase: $p}'; }
stage() {
	does 201 intranet officer1 POST /api/discs '{"reason":"月度结果","use":"登记结果回传","mark":"internal","medium":"cd"}' > /dev/null
	disc=$(field .disc)
}
do_() { does "$1" "$2" "$3" POST "/api/discs/$disc/$4" "$5"; }
state_of() { discs "$1" "$2" ".rows[] | select(.disc == \"$disc\") | .state"; }
blank_at() { discs intranet officer1 "[.blanks[] | select(.state == \"blank\")][0].serial"; }
stage
check "nobody without the role sees discs" does 403 intranet reviewer GET /api/discs
check "nor one of them" does 403 intranet reviewer GET "/api/discs/$disc"
check "nor its slip" does 403 intranet reviewer GET "/api/discs/$disc/slip"
check "nor approves it" do_ 403 intranet approver approve '{"passphrase":"x"}'
check "an approver sees what lies on it, and why" does 200 intranet officer2 GET "/api/discs/$disc"
equal "its content and reason" "月度结果 true" "$(field '"\(.record.reason) \((.files | length) > 0)"')"
check "a wrong passphrase approves nothing" do_ 422 intranet officer1 approve '{"passphrase":"wrong"}'
check "the first officer approves" do_ 200 intranet officer1 approve "$(sign intranet officer1)"
check "not twice" do_ 409 intranet officer1 approve "$(sign intranet officer1)"
check "one approval is not enough to burn" do_ 409 intranet officer1 burn "{\"blank\":\"$(blank_at)\"}"
check "the second officer approves" do_ 200 intranet officer2 approve "$(sign intranet officer2)"
check "without a blank it is not burnt" do_ 422 intranet officer1 burn '{}'
check "nor on one that nobody numbered" do_ 404 intranet officer1 burn '{"blank":"MED-777"}'
first_blank=$(blank_at)
check "it is burnt on a blank of the extranet's" do_ 200 intranet officer1 burn "{\"blank\":\"$first_blank\"}"
check "it is not handed over unverified" do_ 422 intranet officer1 carry '{"to":"外网机房","seal":"F-1"}'
check "it is read once more" do_ 200 intranet officer2 verify '{}'
check "it is not handed over without a seal" do_ 422 intranet officer1 carry '{"to":"外网机房"}'
check "it is handed over, sealed" do_ 200 intranet officer1 carry '{"to":"外网机房","seal":"F-1"}'
check "the slip prints" does 200 intranet officer1 GET "/api/discs/$disc/slip"
cp "$W/reply" "$D/slip.pdf"
check "as a PDF" sh -c "head -c 5 '$D/slip.pdf' | grep -q '%PDF-'"
check "the label prints" does 200 intranet officer1 GET "/api/discs/$disc/label"
check "the register of the month prints" does 200 intranet officer1 GET "/api/disc-books/$(TZ=Asia/Shanghai date +%Y-%m)"
check "a month is a month" does 422 intranet officer1 GET /api/disc-books/2026-13
pdftoppm -r 150 -png -singlefile "$D/slip.pdf" "$D/slip"
slip_code=$(zbarimg -q --raw "$D/slip.png" 2> /dev/null)
lies() { ls "$D/extranet/tray" | grep -q "^$disc.iso$"; }
until_holds "the image lies in the extranet's tray" lies
waits() { discs extranet officer '.refused[0] | "\(.code) \(.act)"' | grep -q '^STATE import$'; }
until_holds "and waits until somebody receives it" waits
receive() { jq -nc --arg d "$1" --arg p "$(secret extranet officer)" '{disc: $d, mark: "internal", from: "内网机房", passphrase: $p}'; }
check "who has no role receives nothing" does 403 extranet registrar1 POST /api/discs "$(receive "$slip_code")"
check "a code that was made up is refused" does 422 extranet officer POST /api/discs "$(receive "SWDISC1 $disc")"
check "it is received under a signature only" does 422 extranet officer POST /api/discs "$(receive "$slip_code" | jq -c 'del(.passphrase)')"
check "and with the right passphrase" does 422 extranet officer POST /api/discs "$(receive "$slip_code" | jq -c '.passphrase = "x"')"
check "it is received by scanning its slip" does 201 extranet officer POST /api/discs "$(receive "$slip_code")"
imported() { [ "$(state_of extranet officer)" = imported ]; }
until_holds "and is imported at once" imported
equal "the receipt is signed by who received it" officer "$(discs extranet officer ".rows[] | select(.disc == \"$disc\") | .receipt.signatures[0].who")"
equal "its blank is used there too" "used $disc" "$(discs extranet officer ".blanks[] | select(.serial == \"$first_blank\") | \"\(.state) \(.disc)\"")"
first=$disc

# ---- the loop closes
complete() { [ "$(link intranet officer1 diode missing)" = 0 ] && [ "$(here)" = $N ]; }
until_holds "that one disc told the holes: the extranet sends again by itself, and everything is there" complete
check "what was lost was sent again, nothing else" test "$(link extranet officer diode resent)" = "$first_lost"

# Again, but now the repeats are lost too: that takes the second disc.
before=$(link extranet officer diode resent) since=$(sent)
hold
n=0
while [ $n -lt 10 ]; do
	n=$((n + 1))
	does 200 extranet officer POST "/api/blanks/MED-$(printf %03d $((N - n)))/scrap" '{"reason":"划伤"}' > /dev/null || { echo "not ok - scrap $n"; cat "$W/reply"; failed=1; }
done
until_holds "ten more are told: written off" told
# What was sent since then, in order.
newer() { ls "$out" | grep -v tick | awk -F- -v s="$since" '$4 + 0 > s'; }
all_sent() { [ "$(newer | wc -l)" -ge 4 ] && [ "$(newer | wc -l)" -ge $(($(sent) - since)) ]; }
until_holds "their bundles wait too" all_sent
gone=$(newer | head -3)
for f in $gone; do rm "$out/$f"; done
resume
holes() { [ "$(link intranet officer1 diode missing)" = 3 ]; }
until_holds "three are lost" holes
carry() { # SEAL: a disc through all hands at once, to the tray and received
	stage
	for o in officer1 officer2; do do_ 200 intranet $o approve "$(sign intranet $o)" > /dev/null || return 1; done
	do_ 200 intranet officer1 burn "{\"blank\":\"$(blank_at)\"}" && do_ 200 intranet officer2 verify '{}' &&
		do_ 200 intranet officer1 carry "{\"to\":\"外网机房\",\"seal\":\"$1\"}" &&
		does 201 extranet officer POST /api/discs "$(receive "$disc" | jq -c --arg s "$1" '. + {seal: $s}')"
}
hold
check "a disc tells them" carry F-2
until_holds "it is imported" imported
again() { for f in $gone; do [ -e "$out/$f" ] || return 1; done; }
until_holds "they are sent again" again
for f in $(echo "$gone" | tail -2); do rm "$out/$f"; done
resume
two_holes() { [ "$(link intranet officer1 diode missing)" = 2 ]; }
until_holds "and two of these are lost as well" two_holes
check "a second disc tells them" carry F-3
until_holds "it is imported too" imported
complete() { [ "$(link intranet officer1 diode missing)" = 0 ] && [ "$(discs intranet officer1 '[.blanks[] | select(.state == "scrap")] | length')" = 10 ]; }
until_holds "after two discs everything is there" complete
check "one more carries the receipts" carry F-4
acked() { [ "$(link extranet officer diode acked)" = "$(sent)" ]; }
until_holds "the extranet knows that all has arrived" acked

# ---- the end of a disc
disc=$first
check "it is archived" do_ 200 extranet officer archive '{"place":"柜 12"}'
check "the first officer signs its destruction" do_ 200 extranet officer destroy "$(jq -c '. + {how: "碎盘机"}' <<- EOT
	$(sign extranet officer)
	EOT
)"
check "the same one does not count twice" do_ 409 extranet officer destroy "$(sign extranet officer | jq -c '. + {how: "碎盘机"}')"
check "registrars sign nothing away" do_ 403 extranet registrar1 destroy '{"how":"x","passphrase":"x"}'
check "the second officer signs" do_ 200 extranet officer2 destroy "$(sign extranet officer2 | jq -c '. + {how: "碎盘机"}')"
equal "it is destroyed" destroyed "$(state_of extranet officer)"
equal "two names stay" "officer officer2" "$(discs extranet officer ".rows[] | select(.disc == \"$disc\") | [.destruction.signatures[].who] | join(\" \")")"
exit $failed
