#!/bin/sh
# Portal and registry behind the exchange folders of another product, which tell of nothing, have no links and cannot rename without replacing. A full disk on
# either side has a name and loses nothing; a portal restored from an old copy is seen, by its numbers and by its log; one that lost its database is rebuilt from
# the registry's store by an officer's order.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
if [ -z "${SW_SMALL_DISKS:-}" ]; then
	export SW_SMALL_DISKS=1
	if [ "$(id -u)" = 0 ] && unshare -m true 2> /dev/null; then exec unshare -m sh "$0"; fi
	if unshare -Urm true 2> /dev/null; then exec unshare -Urm sh "$0"; fi
	echo "ok - left out: no namespace here, in which small disks could be made"
	exit 0
fi
. "$(dirname "$0")/../stack/begin.sh"
mover=
stop() {
	: > "$D/pid/stop"
	: > "$D/product/stop"
	for p in intaked registryd identity; do [ ! -s "$D/pid/$p" ] || kill "$(cat "$D/pid/$p")" 2> /dev/null; done
	for p in $(cat "$D/pid/keepers" 2> /dev/null) $mover; do wait "$p" 2> /dev/null; done
}
trap 'stop; umount "$D/extranet/data" "$D/internet/spool"; stack_clean' EXIT
trap 'exit 1' INT TERM

portal_account() { account internet intaked "$@" | "$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml"; }
portal_officer() { portal_account officer officer 门户安全员; }
portal_users() { portal_account zhang applicant "$(person 0 name)" "$(person 0 id_number)" && portal_account wang applicant "$(person -1 name)" "$(person -1 id_number)" && portal_officer; }
mkdir -p "$D/extranet/data" "$D/internet/spool" "$D/product/out.internet" "$D/product/in.internet" "$D/product/out.extranet" "$D/product/in.extranet"
mount -t tmpfs -o size=48m none "$D/extranet/data" && mount -t tmpfs -o size=16m none "$D/internet/spool" || { echo "not ok - small disks"; exit 1; }
pass_internet_officer=$(password)
zones_made portal_officer
direct() { # ZONE OTHER FILE
	cp "$D/$2/keys/$2.encrypt.pem" "$D/$1/keys/"
	sed -i "/^gap:/,/^\$/{s|recipient: .*|recipient: ../keys/$2.encrypt.pem|; s|in_ca: .*|in_ca: ../keys/$2-ca.pem|; /origin_ca:/d; s|^gap:.*|&\n  direct: true\n  out_folder: ../../product/out.$1\n  in_folder: ../../product/in.$1\n  scan: 100ms|}; s|^keys:.*|&\n  ca: ../keys/ca.pem|" "$3"
}
direct internet extranet "$D/internet/conf/intaked.yaml"
direct extranet internet "$D/extranet/conf/registryd.yaml"

# The product: takes what lies in one zone's out and puts it into the other's in.
carry() {
	while [ ! -e "$D/product/stop" ]; do
		for way in internet:extranet extranet:internet; do
			for f in "$D/product/out.${way%:*}"/*.swb; do
				[ ! -e "$f" ] || { cp "$f" "$D/product/in.${way#*:}/.half" && mv "$D/product/in.${way#*:}/.half" "$D/product/in.${way#*:}/${f##*/}" && rm -f "$f"; }
			done
		done
		sleep 0.05
	done
}
plain="env LD_PRELOAD=$SW_TESTBIN/plain-folders.so ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"
portal() { rm -f "$D/internet/data/port" "$D/pid/portal"; keep intaked $plain "$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml"; keeper=$(tail -n 1 "$D/pid/keepers"); await "$D/internet/data/port"; }
# portal_stops: with its keeper, for as long as it takes to change what lies below it
portal_stops() {
	: > "$D/pid/stop"
	kill "$(cat "$D/pid/intaked")"
	wait "$keeper"
	rm "$D/pid/stop"
}
keep identity "$SW_TESTBIN/dept-identity" --dir "$D/identity" --data "$D/demo/people.json" --listen 127.0.0.1:0 --port-file "$D/identity/port"
await "$D/identity/port"
sed -i "s|^identity_url: http://127.0.0.1:[0-9]*|identity_url: http://127.0.0.1:$(cat "$D/identity/port")|" "$D/internet/conf/intaked.yaml"
keep registryd $plain "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml"
portal
carry &
mover=$!
await "$D/extranet/data/port"
. tests/stack/walk.sh

link() { call "$1" "$2" GET /api/links; field ".links.gap.$3"; }
# becomes NAME ZONE OFFICER FIELD CONDITION: until the field, as jq sees it, holds
becomes() {
	n=1200
	while call "$2" "$3" GET /api/links && ! jq -e ".links.gap.$4 $5" "$W/reply" > /dev/null 2>&1; do
		n=$((n - 1))
		[ $n -gt 0 ] || { echo "not ok - $1: $4 is $(field ".links.gap.$4")"; failed=1; return 1; }
		sleep 0.05
	done
	echo "ok - $1"
}
# settle ZONE OFFICER: all that lies beyond stands
settle() {
	call "$1" "$2" GET /api/links/gap/decisions
	[ "$(field '.beyond | length')" -gt 0 ] || return 0
	call "$1" "$2" POST /api/links/gap/settle "$(field -c '{epoch: ([.beyond[].epoch] | max), seq: 999999999999, reason: "they stand"}')"
}
last=$(($(jq length "$D/demo/people.json") - 1)) # wang
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
submitted=0
submit() {
	jq -nc --arg unit "$unit" --arg sn "$(person 0 name)" --arg si "$(person 0 id_number)" --arg bn "$(person "$last" name)" --arg bi "$(person "$last" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: "京(2020)东城区不动产权第0000001号", price_cents: 500000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat zhang contract && apply_sign zhang 0 0 && apply_sign wang "$last" 1
	submitted=$((submitted + 1))
}
cases() { stack_sql extranet 'SELECT count(*) FROM reg_case'; }
arrived() { # NAME
	n=1200
	while [ "$(cases)" -lt $submitted ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
	equal "$1" $submitted "$(cases)"
}
businesses() { call internet zhang GET /api/businesses; jq -c . "$W/reply"; }

# ---- folders that only a look into them tells of
becomes "what the registry publishes comes through folders that tell of nothing" internet officer applied '> 0'
submit
arrived "an application goes the other way"
equal "nothing was put aside" 0 "$(find "$D"/*/spool/gap/quarantine -type f | wc -l)"

# ---- full disks
cat /dev/zero > "$D/internet/spool/fill" 2> /dev/null
submit
becomes "the sender's disk is full: its link says so" internet officer trouble '== "disk-full"'
equal "nothing has crossed" $((submitted - 1)) "$(cases)"
rm "$D/internet/spool/fill"
arrived "with room again it goes by itself"
becomes "and the link is well" internet officer trouble '== ""'
link extranet officer trouble > /dev/null # signed in while there is room for the record of it
cat /dev/zero > "$D/extranet/data/fill" 2> /dev/null
submit
becomes "the receiver's disk is full: its link says so" extranet officer trouble '== "disk-full"'
equal "what came is still in its folder" 1 "$(find "$D/product/in.extranet" -name '*.swb' ! -name '*-tick-*' | wc -l)"
rm "$D/extranet/data/fill"
arrived "with room again it is taken"
becomes "and the link is well" extranet officer trouble '== ""'

# ---- the portal from an old copy of everything but the mark outside
known() { stack_sql extranet "SELECT coalesce(max(size), 0) FROM audit_anchor WHERE link = 'gap'"; }
portal_stops
cp -a "$D/internet/data" "$D/old"
size=$("$SW_BIN/swaudit" export --trust "$D/internet/keys/ca.pem" "$D/internet/data/audit" | wc -l)
portal
submit
arrived "one more application"
submit # what a bundle tells of the log is as of its making: the next one tells of this
arrived "and another"
n=1200
while [ "$(known)" -le "$size" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
equal "the registry knows of more of the portal's log than the copy has" 1 "$(($(known) > size && size > 0))"
portal_stops
cp "$D/internet/data/boot.mark" "$D/old/"
rm -rf "$D/internet/data" && mv "$D/old" "$D/internet/data"
portal
becomes "a portal from an old copy begins a new epoch" internet officer epoch_out '> 1'
becomes "what it does not know of is held for an officer" extranet officer held '== "beyond"'
n=1200
while [ "$(link extranet officer held)" = beyond ] && [ $n -gt 0 ]; do settle extranet officer; n=$((n - 1)); sleep 0.05; done
equal "who settles it" "" "$(link extranet officer held)"
submit
arrived "afterwards everything goes on"
seen() { "$SW_BIN/swaudit" export --trust "$D/extranet/keys/ca.pem" --action "$1" "$D/extranet/data/audit" 2> /dev/null | wc -l; }
n=1200
while [ "$(($(seen log.rolled-back) + $(seen log.forked)))" = 0 ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
equal "the registry saw that the portal's log is shorter than it was, or another" 1 "$(($(seen log.rolled-back) + $(seen log.forked) > 0))"

# ---- the portal without its database
before=$(businesses)
for u in zhang wang officer; do eval "pass_internet_$u=\$(secret internet $u)"; done
portal_stops
find "$D/internet/data" -mindepth 1 ! -name boot.mark -delete
rm "$D/internet/keys/master.key"
{ "$SW_BIN/intaked" init -c "$D/internet/conf/intaked.yaml" && sed -i '/^internet /d' "$D/accounts.txt" && portal_users; } > "$D/make.log" 2>&1 || { sed 's/^/# /' "$D/make.log"; failed=1; }
portal
call extranet officer POST /api/links/gap/rebuild '{"reason":"its disk is lost"}'
equal "an officer orders the rebuild of a portal that lost its database" 200 "$(cat "$W/code")"
n=1200
while [ "$(businesses)" != "$before" ] && [ $n -gt 0 ]; do
	[ "$(link internet officer held)" != beyond ] || settle internet officer
	[ "$(link extranet officer held)" != beyond ] || settle extranet officer
	n=$((n - 1))
	sleep 0.05
done
equal "what the registry sent is all there again" "$before" "$(businesses)"
submit
arrived "and everything goes on"
exit $failed
