#!/bin/sh
# A registrar whose signing key is on an own token (PKCS#11, SoftHSM) works at the desk: the PIN opens it once in a session, every decision of a case up to the
# book is signed on it, an outsider verifies the signature, the auditor finds book and decisions right; no PIN and no private key is on the registry's disk.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
SW_SUITE=intl # PKCS#11 does not know the other one
export SW_SUITE
. "$(dirname "$0")/../stack/begin.sh"
# SoftHSM ends its own memory by itself: what it keeps is not ours to look for.
export SOFTHSM2_CONF="$D/softhsm.conf" ASAN_OPTIONS=detect_leaks=0
module=/usr/lib/softhsm/libsofthsm2.so
own=$D/extranet/keys/registrars
on_token() { # registrar1's key moves from its file to a token
	mkdir "$D/tokens" && printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$D" > "$SOFTHSM2_CONF" &&
		(umask 077 && awk '$1 == "signing" && $2 == "registrar1" { printf "%s", $3 }' "$D/accounts.txt" > "$D/passphrase" &&
			openssl pkcs8 -topk8 -nocrypt -in "$own/registrar1.person.key" -passin "file:$D/passphrase" -out "$D/plain.key") &&
		softhsm2-util --init-token --free --label registrar1 --so-pin 5555 --pin 735146 && softhsm2-util --import "$D/plain.key" --token registrar1 --label person --id 01 --pin 735146 &&
		rm "$D/plain.key" "$own/registrar1.person.key" && echo "pkcs11:token=registrar1;object=person?module-path=$module" > "$own/registrar1.person.token" &&
		sed -i 's/^\(signing registrar1 \).*/\1735146/' "$D/accounts.txt"
}
trap '[ -z "$running" ] || kill "$running" 2> /dev/null; wait; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made on_token
sed 's/^suite: intl/suite: gm/' "$D/extranet/conf/registryd.yaml" > "$D/extranet/conf/mixed.yaml"
PATH="$SW_BIN:$PATH" timeout 200 "$SW_BIN/registryd" -c "$D/extranet/conf/mixed.yaml" > "$D/mixed.out" 2> "$D/mixed.err"
equal "a seal of another suite than the zone's is refused before it starts" "2 1" "$? $(grep -c 'seal.key is of suite intl, this zone.s is gm' "$D/mixed.err")"
registry_start
watch_replies extranet
. tests/stack/walk.sh
. tests/scenario/lib/window.sh
raw() { once extranet registrar1 "$@"; }
act() { # USER ACTION JSON: the status
	call extranet registrar1 GET "$(kase)"
	desk "$1" "$2" "$3"
	cat "$W/code"
}
mortgage 1 || { echo "not ok - a case is taken in"; exit 1; }
version=$(call extranet registrar1 GET "$(kase)" > /dev/null; field .version)
equal "without the token opened nothing is decided" "423 LOCKED" "$(raw POST "$(kase)/accept" "{\"version\":$version}") $(field .error)"
equal "another PIN opens nothing, and is told as such" "422 KEY" "$(raw POST /api/signing '{"passphrase":"000000"}') $(field .error)"
equal "the PIN opens it for the session" "200 true" "$(raw POST /api/signing '{"passphrase":"735146"}') $(field .open)"
equal "its key is the certificate's" "$(openssl x509 -in "$own/registrar1.person.pem" -noout -subject | sed 's/.*CN = //')" registrar1
equal "accepted, signed on the token" 200 "$(raw POST "$(kase)/accept" "{\"version\":$version}")"
equal "reviewed, without the PIN again" 200 "$(act registrar1 review '{"opinion":"材料齐全,符合规定"}')"
call extranet registrar1 GET "$(kase)/fee"
[ "$(field '.fee.state // "none"')" != due ] || call extranet registrar1 POST "$(kase)/fee/pay" "$(field '{receipt: "R-1", amount_cents: .fee.amount_cents, way: "现金"}')"
equal "entered by another person, whose key is a file" 200 "$(act registrar2 enter '{}')"
call extranet registrar2 GET "$(kase)/decisions"
equal "who signed what" "accept registrar1,review registrar1,enter registrar2" "$(field '[.rows[] | (.body | fromjson) | "\(.act) \(.by)"] | join(",")')"
for n in 0 1; do
	field -j ".rows[$n].body" > "$D/decision"
	field -r ".rows[$n].signature" | base64 -d > "$D/decision.sig"
	field -r ".rows[$n].certificate" > "$D/decision.pem"
	openssl x509 -in "$D/decision.pem" -noout -pubkey > "$D/person.pub"
	equal "decision $n: an outsider verifies it, with the certificate of registrar1" "Signature Verified Successfully 0" \
		"$(openssl pkeyutl -verify -pubin -inkey "$D/person.pub" -in "$D/decision" -sigfile "$D/decision.sig" -rawin 2>&1) $(openssl x509 -in "$own/registrar1.person.pem" -noout -pubkey | cmp -s - "$D/person.pub"; echo $?)"
done
equal "after the session the next one asks again" "200 423" "$(raw DELETE /api/session > /dev/null; call extranet registrar1 GET /api/session; cat "$W/code") $(raw POST "$(kase)/archive" "{\"version\":$(call extranet registrar1 GET "$(kase)"; field .version)}")"
"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$D/audit" 2>&1
rc=$?
[ $rc = 0 ] || head -5 "$D/audit" | sed "s/^/# /"
equal "the auditor checks each signature against step, form and log, and finds nothing" 0 $rc
equal "no PIN stands in what the registry keeps" "" "$(grep -rla 735146 "$D/extranet/data" "$D/extranet/conf" "$D/extranet/keys" "$D/log")"
equal "nor a private key of registrar1" "" "$(ls "$own" | grep '^registrar1.*key$')"
# A signature made with another key in its place is found.
case $SW_DB in
pg) echo "# a signature changed behind the daemon's back is done on its SQLite file" ;;
*) kill "$running"
	wait "$running"
	running=
	sqlite3 "$D/extranet/data/main.db" .schema | sed -n "s/^CREATE TRIGGER \([a-z_0-9]*\).*ON reg_decision .*/DROP TRIGGER \1;/p" | sqlite3 "$D/extranet/data/main.db"
	sqlite3 "$D/extranet/data/main.db" "UPDATE reg_decision SET signature = (SELECT signature FROM reg_decision ORDER BY step LIMIT 1 OFFSET 1) WHERE step = (SELECT min(step) FROM reg_decision)" 2> "$D/bend.err"
	"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$D/audit" 2>&1
	equal "a signature of the same token over something else is found, by its case" "1 1" "$? $(grep -c signature "$D/audit" | sed 's/^[1-9].*/1/')" ;;
esac
[ $failed = 0 ] || tail -5 "$D/log/registryd" | sed "s/^/# /"
replies_right
exit $failed
