#!/bin/sh
# One bundle dropped, doubled, reordered, corrupted and forged on each link: each is seen under its own reason, and nothing is missing in the end.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_resume; stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM

# hold PROGRAM…: the program stands still, so that files lie in its spool; resume: all go on
held=
hold() {
	for p in "$@"; do
		for pid in $(pgrep -x "$p"); do
			tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF "$D/" && kill -STOP "$pid" && held="$held $pid"
		done
	done
}
stack_resume() {
	for pid in $held; do kill -CONT "$pid" 2> /dev/null; done
	held=
}

zones_made
stack_start
. tests/stack/walk.sh

numbered() { ls "$1" | grep -v tick; }
# settled FOLDER N: N numbered files lie there
settled() {
	n=600
	while [ "$(numbered "$1" | wc -l)" -lt "$2" ]; do
		n=$((n - 1))
		[ $n -gt 0 ] || { echo "not ok - $1 has no $2 bundles"; failed=1; return 1; }
		sleep 0.05
	done
}
link() { call "$1" "$2" GET /api/links; field ".links.$3.$4"; }
# reaches NAME ZONE OFFICER LINK FIELD CONDITION
reaches() {
	n=600
	while ! [ "$(link "$2" "$3" "$4" "$5")" -ge "$6" ] 2> /dev/null; do
		n=$((n - 1))
		[ $n -gt 0 ] || { echo "not ok - $1: $5 is $(link "$2" "$3" "$4" "$5")"; failed=1; return 1; }
		sleep 0.05
	done
	echo "ok - $1"
}
flip() { # FILE OFFSET: one bit, in a file of its own (in out/ it is a link to what the sender keeps)
	cp "$1" "$1.copy" && mv "$1.copy" "$D/flip"
	byte=$(od -An -tu1 -j "$2" -N 1 "$D/flip" | tr -d " ")
	printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$D/flip" bs=1 seek="$2" conv=notrunc status=none
	rm "$1" && mv "$D/flip" "$1"
}
young() { touch -d '1 minute ago' "$1"; } # it lies there long enough not to be half written
reason() { jq -r .reason "$1"/*.reason 2> /dev/null | sort | uniq -c | awk '{print $2 ":" $1}' | tr '\n' ' '; }

# A portal of somebody else, with the same names and its own authority.
mkdir -p "$D/forger"
for z in internet extranet intranet; do
	"$SW_BIN/swbundle" keygen ca --zone $z --suite gm --out "$D/forger/$z" > /dev/null
	"$SW_BIN/swbundle" keygen station --ca "$D/forger/$z" --use sign --link gap --link diode --link disc --name $z --out "$D/forger/$z" > /dev/null
done

submit() { # one more application by zhang, signed by both
	apply_walk=1
	jq -nc --arg unit "$unit" --arg sn "$(person 0 name)" --arg si "$(person 0 id_number)" --arg bn "$(person "$last" name)" --arg bi "$(person "$last" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: "京(2020)东城区不动产权第0000001号", price_cents: 500000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat zhang contract && apply_sign zhang 0 0 && apply_sign wang "$last" 1
	submitted=$((submitted + 1))
}
submitted=0
last=$(($(jq length "$D/demo/people.json") - 1))
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
cases() { stack_sql extranet 'SELECT count(*) FROM reg_case'; }
arrived() { # NAME
	n=1200
	while [ "$(cases)" -lt $submitted ]; do
		n=$((n - 1))
		[ $n -gt 0 ] || break
		sleep 0.05
	done
	equal "$1" $submitted "$(cases)"
}
out=$D/internet/spool/gap/out

# The guard is held from here on: what can be applied for has to be over by then.
reaches "the portal knows the businesses" internet operator gap applied 1

# ---- the gap, from the portal to the registry
hold gapd-switch gapd-outer gapd-inner
submit
settled "$out" 1
rm -f "$out"/*
stack_resume
arrived "gap: a dropped bundle is asked for and sent again"
reaches "gap: it is counted as sent again" internet operator gap resent 1

hold gapd-switch gapd-outer gapd-inner
submit
settled "$out" 1
f=$(numbered "$out" | head -1)
cp "$out/$f" "$out/again-$f"
stack_resume
arrived "gap: a doubled bundle has one effect"
reaches "gap: it is counted as doubled" extranet officer gap duplicated 1

hold gapd-switch gapd-outer gapd-inner
submit
settled "$out" 1
first=$(numbered "$out" | head -1)
mv "$out/$first" "$D/late.swb"
submit
settled "$out" 1
stack_resume
reaches "gap: a bundle that overtook the one before is taken, the hole is seen" extranet officer gap known $submitted
cp "$D/late.swb" "$out/.late" && mv "$out/.late" "$out/$first"
arrived "gap: the late one is taken too"

hold gapd-switch gapd-outer gapd-inner
submit
settled "$out" 1
f=$out/$(numbered "$out" | head -1)
flip "$f" $(($(stat -c %s "$f") - 1536)) # the last block of the payload
young "$f"
stack_resume
arrived "gap: a corrupted bundle is replaced by the good one"
equal "gap: it lies in quarantine under its reason" "DIGEST:1 " "$(reason "$D/internet/spool/gap/quarantine")"

# forge FILE KEY CERT CA ZONE TO LINK RECIPIENT-CA: what FILE holds, as the forger's bundle under the next number
forge() {
	rm -rf "$D/opened"
	"$SW_BIN/swbundle" extract --key "$2" --cert "$3" --trust "$4" --into "$D/opened" "$1" > "$D/extract.log" 2>&1 || { sed 's/^/# /' "$D/extract.log"; return 1; }
	"$SW_BIN/swbundle" pack --key "$D/forger/$5/$5.sign.key" --cert "$D/forger/$5/$5.sign.pem" --recipient "$3" --recipient-trust "$8" --link "$7" --to "$6" \
		--epoch 1 --seq 999 --out "$D/forged.swb" "$D/opened" > "$D/pack.log" 2>&1 || { sed 's/^/# /' "$D/pack.log"; return 1; }
}
g=$D/gapd/outer/keys
forge "$D/internet/spool/gap/sent/$(ls "$D/internet/spool/gap/sent" | tail -1)" "$g/gap-outer.encrypt.key" "$g/gap-outer.encrypt.pem" "$D/internet/keys/ca.pem" internet gap-outer gap "$D/internet/keys/ca.pem" || failed=1
young "$D/forged.swb"
mv "$D/forged.swb" "$out/gap-internet-000001-000000000999-forged00.swb"
n=1200
while [ "$(reason "$D/internet/spool/gap/quarantine")" = "DIGEST:1 " ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
equal "gap: a forged bundle lies in quarantine under its reason" "CERT:1 DIGEST:1 " "$(reason "$D/internet/spool/gap/quarantine")"
equal "gap: and had no effect" $submitted "$(cases)"
echo hello > "$out/.x" && young "$out/.x" && mv "$out/.x" "$out/readme.txt"
n=1200
while [ -e "$out/readme.txt" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
equal "gap: a foreign file in the spool lies in quarantine under its reason" 1 "$(ls "$D/internet/spool/gap/quarantine" | grep -c '^readme.txt$')"

# The name of a bundle that is with the other half is given to another file: the guard removes what it read, never that.
handed() { find "$D/gapd/outer/audit" -type f \( -name tail -o -path '*/entries/*' \) -exec cat {} + | grep -ao '"action":"bundle.hand-over"' | wc -l; }
hold gapd-switch
n=$(($(handed) + 1))
submit
tries=600
while [ "$(handed)" -lt $n ] && [ $tries -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
f=$(numbered "$out" | head -1)
echo hello > "$out/.x" && young "$out/.x" && mv "$out/.x" "$out/$f"
stack_resume
arrived "gap: afterwards everything goes on"
tries=1200
while [ ! -e "$D/internet/spool/gap/quarantine/$f" ] && [ $tries -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
equal "gap: another file under the name of a bundle on its way is looked at, not removed with it" hello "$(cat "$D/internet/spool/gap/quarantine/$f" 2> /dev/null)"

# ---- the diode, from the registry to the intranet: graphics of a first registration and entries of the book are what crosses
dout=$D/extranet/spool/diode/out
copied() { link intranet officer1 diode contiguous; }
sent() { link extranet officer diode sent; }
# entry: one more bundle for the diode (a transfer, from the application to the book; the unit goes back and forth)
turn=0
entry() {
	if [ $turn = 0 ]; then walk_transfer zhang wang; else walk_transfer wang zhang; fi > "$D/walk.log" 2>&1 || { sed 's/^/# /' "$D/walk.log"; failed=1; }
	turn=$((1 - turn))
	submitted=$((submitted + 1))
}
# diode-send leaves a bundle in out/ until its last repeat: the newest is looked at
newest() { numbered "$dout" | grep -v again | tail -1; }
settled_newest() {
	n=600
	until newest | grep -q -- "-$(printf %012d "$(sent)")-"; do
		n=$((n - 1))
		[ $n -gt 0 ] || { echo "not ok - $dout has no new bundle"; failed=1; return 1; }
		sleep 0.05
	done
}
hold diode-send
entry
settled_newest
rm -f "$dout"/*
entry
settled_newest
stack_resume
reaches "diode: the hole of a dropped bundle is seen" intranet officer1 diode missing 1
reaches "diode: what came behind it is taken" intranet officer1 diode known "$(sent)"

hold diode-send
entry
settled_newest
f=$(newest)
cp "$dout/$f" "$dout/again-$f"
stack_resume
reaches "diode: a doubled bundle is counted and dropped" intranet officer1 diode duplicated 1

hold diode-send
entry
settled_newest
f=$dout/$(newest)
flip "$f" $(($(stat -c %s "$f") - 1536)) # the last block of the payload
young "$f"
stack_resume
reaches "diode: a corrupted bundle is refused" intranet officer1 diode quarantined 1
equal "diode: it lies in quarantine under its reason" "DIGEST:1 " "$(reason "$D/intranet/spool/diode/quarantine")"

i=$D/intranet/keys
forge "$D/extranet/spool/diode/sent/$(ls "$D/extranet/spool/diode/sent" | tail -1)" "$i/intranet.encrypt.key" "$i/intranet.encrypt.pem" "$D/extranet/keys/ca.pem" extranet intranet diode "$D/intranet/keys/ca.pem" || failed=1
mv "$D/forged.swb" "$dout/diode-extranet-000001-000000000999-forged00.swb"
reaches "diode: a forged bundle is refused" intranet officer1 diode quarantined 2
equal "diode: it lies in quarantine under its reason" "CERT:1 DIGEST:1 " "$(reason "$D/intranet/spool/diode/quarantine")"
reaches "diode: two bundles are missing in the intranet" intranet officer1 diode missing 2

# ---- the disc, from the intranet to the registry; it also closes the loop of the diode
tray=$D/extranet/tray
images=$D/intranet/images
falls() { # NAME ZONE OFFICER LINK FIELD: to zero
	n=1200
	while ! [ "$(link "$2" "$3" "$4" "$5")" = 0 ]; do
		n=$((n - 1))
		[ $n -gt 0 ] || { echo "not ok - $1: $5 is $(link "$2" "$3" "$4" "$5")"; failed=1; return 1; }
		sleep 0.05
	done
	echo "ok - $1"
}
# stage: a new disc, burnt; carry: it is in the tray
stage() {
	call intranet officer1 POST /api/discs '{"reason":"test"}'
	disc=$(field .disc)
	for o in officer1 officer2; do do_disc_approve $o; done
	do_disc_burn
}
carry() { disc=$1 && do_disc_carry; }
lies() { # NAME FILE
	n=600
	while [ ! -e "$2" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
	if [ -e "$2" ]; then echo "ok - $1"; else echo "not ok - $1: $(ls -R "$tray" | tr '\n' ' ')"; failed=1; fi
}
told() { grep -c "\"disc-refused\".*$1.*reason=$2" "$D/log/registryd"; }

stage
carry "$disc"
lies "disc: it is imported" "$tray/done/$disc.iso"
falls "diode: after a disc told the holes nothing is missing in the intranet" intranet officer1 diode missing
stage
carry "$disc"
reaches "diode: after the second disc all is known to have arrived" extranet officer diode acked "$(sent)"

known=$(ls "$tray/done" | head -1)
cp "$tray/done/$known" "$tray/.again" && mv "$tray/.again" "$tray/again.iso"
lies "disc: an image that comes again is put aside" "$tray/refused/again.iso"
equal "disc: under its reason" 1 "$(told again.iso IMPORTED)"

# decide N: the result of one more first registration waits in the intranet
decide() { submitted=$((submitted + 1)); first_to_review "$1" > "$D/walk.log" 2>&1 || { sed 's/^/# /' "$D/walk.log"; failed=1; }; }
certify() { first_to_certificate > "$D/walk.log" 2>&1 || { sed 's/^/# /' "$D/walk.log"; failed=1; }; }

decide 0
hold registryd
stage
lost=$disc
carry "$lost"
rm "$tray/$lost.iso"
stack_resume
stage
next=$disc
carry "$next"
lies "disc: one whose predecessor is lost is imported" "$tray/done/$next.iso"
call extranet officer GET /api/discs
equal "disc: the absent predecessor is told" "$next" "$(field '.missing[].before')"
reaches "disc: the bundle of the lost one is told as missing" extranet officer disc missing 1
reaches "disc: the intranet learns of it over the diode and sends it again" intranet officer1 disc resent 1
stage
carry "$disc"
falls "disc: after the next one nothing is missing" extranet officer disc missing
certify

decide 1
stage
late=$disc
stage
early=$disc
carry "$early"
lies "disc: the later one may come first" "$tray/done/$early.iso"
reaches "disc: what the other carries is told as missing" extranet officer disc missing 1
carry "$late"
lies "disc: the earlier one is taken too" "$tray/done/$late.iso"
falls "disc: nothing is missing" extranet officer disc missing
certify

stage
cp "$images/$disc.iso" "$D/flipped.iso"
flip "$D/flipped.iso" "$(grep -abo '"format":1' "$D/flipped.iso" | head -1 | cut -d: -f1)"
# nearly half of it is gone too: more than its repair data bring back
size=$(wc -c < "$D/flipped.iso")
truncate -s $((size / 2048 * 11 / 20 * 2048)) "$D/flipped.iso"
truncate -s "$size" "$D/flipped.iso"
mv "$D/flipped.iso" "$tray/damaged.iso"
lies "disc: a damaged image is put aside" "$tray/refused/damaged.iso"
equal "disc: under its reason" 1 "$(told damaged.iso SYNTAX)"
carry "$disc"
lies "disc: the good one is imported after it" "$tray/done/$disc.iso"

# two officers of somebody else approve what they took from a disc
for o in officer1 officer2; do
	printf 'word of %s' $o | "$SW_BIN/swbundle" keygen person --ca "$D/forger/intranet" --name $o --out "$D/forger/intranet" --passphrase-file - > /dev/null
done
mkdir "$D/forger/out"
xorriso -report_about SORRY -osirrox on -indev "$images/$disc.iso" -extract /bundles "$D/forger/bundles" 2> /dev/null
chmod -R u+w "$D/forger/bundles"
forged=$("$SW_BIN/burner" stage --json --store "$D/forger/out" --bundles "$D/forger/bundles" --reason x | jq -r .disc)
for o in officer1 officer2; do
	printf 'word of %s' $o | "$SW_BIN/burner" approve "$forged" --store "$D/forger/out" --key "$D/forger/intranet/$o.person.key" --cert "$D/forger/intranet/$o.person.pem" --passphrase-file - > /dev/null
done
"$SW_BIN/burner" burn "$forged" --store "$D/forger/out" --to "$D/forged.iso" > /dev/null
mv "$D/forged.iso" "$tray/forged.iso"
lies "disc: a forged image is put aside" "$tray/refused/forged.iso"
equal "disc: under its reason" 1 "$(told forged.iso CERT)"

# a bundle that nobody of the intranet sealed, on a disc that two officers approved all the same
d=$D/extranet/keys
last_disc=$(ls "$D/intranet/spool/disc/sent" | tail -1)
forge "$D/intranet/spool/disc/sent/$last_disc" "$d/extranet.encrypt.key" "$d/extranet.encrypt.pem" "$D/intranet/keys/ca.pem" intranet extranet disc "$D/extranet/keys/ca.pem" || failed=1
mv "$D/forged.swb" "$D/intranet/spool/disc/out/disc-intranet-000001-000000000999-forged00.swb"
stage
carry "$disc"
reaches "disc: a forged bundle on an approved disc is refused" extranet officer disc quarantined 1
equal "disc: it lies in quarantine under its reason" "CERT:1 " "$(reason "$D/extranet/spool/disc/quarantine")"
falls "disc: and nothing is missing" extranet officer disc missing
entry
arrived "in the end everything goes on"
n=1200
while [ "$(stack_sql extranet 'SELECT count(*) FROM reg_graphics WHERE removed_at IS NULL')" != 0 ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.1; done
graphics=$(stack_sql extranet "SELECT $(stack_hex blob) FROM reg_graphics")
equal "graphics came to the registry" 2 "$(echo "$graphics" | wc -l)"
left=0
for g in $graphics; do [ -z "$(find "$D/extranet/data/blobs" -type f | tr -d / | grep "$g")" ] || left=$((left + 1)); done
equal "none is left there after the intranet's result" 0 $left
equal "book, log and copy are equal row by row" 0 "$(walk_book_equal > "$D/equal.log" 2>&1; echo $?)"

# The zone of each half of the guard holds the half's newest checkpoint, which its log names.
for z in internet:outer extranet:inner; do
	equal "${z%:*}: it holds a checkpoint of gap-${z#*:}'s log" true "$([ "$(stack_sql "${z%:*}" "SELECT coalesce(max(size), 0) FROM audit_anchor WHERE link = 'gap-${z#*:}' AND joined = 1")" -gt 0 ] && echo true)"
	equal "${z%:*}: no more than a few wait" true "$([ "$(stack_sql "${z%:*}" "SELECT count(*) FROM audit_anchor WHERE link = 'gap-${z#*:}'")" -le 65 ] && echo true)"
	equal "${z%:*}: and names it in its own log" true "$("$SW_BIN/swaudit" export --live --action bundle.received "$D/${z%:*}/data/audit" | jq -s "any(.detail.guard.log == \"gap-${z#*:}\" and .detail.guard.size > 0)")"
done

# Each log that all this left, of every zone, of both halves of the guard, both ends of the diode and both ledgers of discs: whole as it is, and changed in each way named with its place.
stack_stop
log_tool() { SUITE=$(jq -r .suite "$log/log.json") "$SW_TESTBIN/audit-tool" "$@"; }
flip() { # FILE OFFSET
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
# The place of the number in an entry: FILE ENTRY
place() { grep -abo "\"n\":$(($2 + from))," "$1" | tail -1 | cut -d: -f1; }
# bent FINDING COMMAND…: what swaudit says of a copy that was changed so
bent() {
	finding=$1
	shift
	rm -rf "$D/bent" && cp -r "$log" "$D/bent" && "$@" || return 1
	case $("$SW_BIN/swaudit" verify --trust "$D/$zone/keys/ca.pem" "$D/bent" 2>&1) in "$finding"*) named=$((named + 1)) ;; *) said="$said; wanted $finding, got $("$SW_BIN/swaudit" verify --trust "$D/$zone/keys/ca.pem" "$D/bent" 2>&1)" ;; esac
}
for log in "$D"/*net/data/audit "$D"/gapd/*er/audit "$D"/diode/*/audit "$D"/*net/burner/audit; do
	zone=$(echo "${log#"$D/"}" | cut -d/ -f1) named=0 said=
	case $log in */gapd/inner/*) zone=extranet ;; */gapd/outer/*) zone=internet ;; */diode/send/*) zone=extranet ;; */diode/recv/*) zone=intranet ;; esac
	from=0
	[ "${log%/data/audit}" = "$log" ] || from=1
	"$SW_BIN/swaudit" verify --json --trust "$D/$zone/keys/ca.pem" "$log" > "$D/whole" 2>&1 || said="; $(cat "$D/whole")"
	n=$(jq .entries "$D/whole") first=$(od -An -tu8 --endian=big -j 8 -N 8 "$log/tail" | tr -d ' ')
	want=2
	bent "TRUNCATED: checkpoint: missing" rm "$D/bent/checkpoint"
	bent "TRUNCATED: tail: missing" rm "$D/bent/tail"
	# in the unfinished tile, where it has a few
	k=$(((first + n) / 2 - 1)) i=$(((n - first) / 2 - 1))
	if [ $((n - first)) -ge 6 ]; then
		want=$((want + 4))
		bent "DIGEST: tail: entry $k was changed" flip "$D/bent/tail" $(($(place "$log/tail" $k) + 4))
		bent "DIGEST: entry $k: numbered $((k + 1 + from)), an entry before it was removed or moved" log_tool tail "$D/bent/tail" drop $i
		bent "DIGEST: entry $k: numbered $((k + 1 + from)), an entry before it was removed or moved" log_tool tail "$D/bent/tail" swap $i $((i + 1))
		bent "TRUNCATED: tail: entries $((n - 1)) to $((n - 1)) are missing" log_tool tail "$D/bent/tail" drop $((n - first - 1))
	fi
	# and in the first closed one, where it has one
	if [ "$first" -ge 256 ]; then
		want=$((want + 5))
		bent "DIGEST: tile/entries/000: entry 7 was changed" flip "$D/bent/tile/entries/000" $(($(place "$log/tile/entries/000" 7) + 4))
		bent "DIGEST: tile/entries/000: entry 44 was changed" log_tool tile "$D/bent/tile/entries/000" drop 44
		bent "DIGEST: tile/entries/000: entry 10 was changed" log_tool tile "$D/bent/tile/entries/000" swap 10 20
		bent "DIGEST: tile/0/000: the hash of entry 3 was changed" flip "$D/bent/tile/0/000" 100
		bent "TRUNCATED: tile/entries/000: missing" rm "$D/bent/tile/entries/000"
	fi
	equal "the log of $(jq -r .origin "$log/log.json") ($zone, $n entries): whole, and $want changes named with their places" "$want 6" "$named $([ $want -ge 6 ] && echo 6)$said"
done
exit $failed
