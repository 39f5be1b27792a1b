#!/bin/bash
# A signer's key is changed with overlap and the old one revoked: before its last good number it still verifies, behind it it is refused with its own
# reason. Recipients change with overlap too. Both suites.
set -u
: "${SW_BIN:=build/bin}"
bin=$(cd "$SW_BIN" && pwd)
page=$(cd "$(dirname "$0")/../.." && pwd)/common/bundle/man/swbundle.1
codes=${page%bundle/man/swbundle.1}base/err.h
tmp=$(mktemp -d "${TMPDIR:-/tmp}/keys.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
failed=0
report() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; sed 's/^/# /' err 2> /dev/null; failed=1; fi; }
sw() { "$bin/swbundle" "$@" > out 2> err; }
# refused REASON ARGUMENTS…
refused() {
	reason=$1
	shift
	sw "$@"
	[ $? -eq 1 ] && grep -q "^$reason: " err
}
# bundle FILE KEY NUMBER [RECIPIENT]: a tick has no folder, so each carries one message
bundle() {
	mkdir -p folder
	printf '{"attachments":[],"body":{"note":"%s"},"created":"2026-11-24T03:42:00.123Z","dest":"extranet","epoch":1,"id":"01936000-0000-7000-8000-0000000000%02d","keys":[],"origin":"internet","suite":"%s","tenant":"110101","type":"application.submitted","version":1}' \
		"$1" "$3" "$suite" > folder/0000.json
	sw pack --key "ca/internet.$2.key" --cert "ca/internet.$2.pem" --recipient "${4:-other/extranet.encrypt.pem}" --recipient-trust other/ca.pem --link "${link:-gap}" \
		--to gap-outer --epoch 1 --seq "$3" --out "$1" folder
}
tick() { sw pack --key "ca/internet.$2.key" --cert "ca/internet.$2.pem" --recipient other/extranet.encrypt.pem --recipient-trust other/ca.pem --link gap --to gap-outer --epoch 1 --seq "$3" --out "$1"; }
for suite in gm intl; do
	rm -rf ca other lists old new ./*.swb
	sw keygen ca --zone internet --suite $suite --out ca && sw keygen station --ca ca --use sign --link gap --link diode --name internet --out ca &&
		sw keygen ca --zone extranet --suite $suite --out other && sw keygen station --ca other --use encrypt --name extranet --out other
	report $? "$suite: keys"
	bundle 1.swb sign 1 && bundle 2.swb sign 2 && tick t.swb sign 2
	report $? "$suite: signed by the first key"
	sw rotate --ca ca --cert ca/internet.sign.pem --out ca && [ -s ca/internet.sign.new.key ] && grep -q 'good until' out
	report $? "$suite: rotate makes a second key"
	refused EXISTS rotate --ca ca --cert ca/internet.sign.pem --out ca
	report $? "$suite: rotate writes nothing over"
	refused CERT rotate --ca other --cert ca/internet.sign.pem --out ca
	report $? "$suite: rotate knows only its own zone's certificates"
	bundle 3.swb sign.new 3 && bundle 4.swb sign 4
	sw verify --trust ca/ca.pem --link gap 1.swb 2.swb 3.swb 4.swb t.swb
	report $? "$suite: both keys are good while they overlap"
	link=disc bundle wrong.swb sign.new 3 && refused CERT verify --trust ca/ca.pem wrong.swb && grep -q 'not for link disc' err
	report $? "$suite: a signer is refused on a link its certificate does not name"

	mkdir lists
	identity=$("$bin/swbundle" verify --trust ca/ca.pem --json 2.swb | jq -r .identity)
	sw revoke --ca ca --cert ca/internet.sign.pem --reason retired --good "gap:1:2:$identity" --list lists/internet.json
	report $? "$suite: the first key is revoked behind number 2"
	sw verify --trust ca/ca.pem --revoked lists 1.swb 2.swb 3.swb
	report $? "$suite: what it signed up to there still verifies, and so does the new key"
	refused REVOKED verify --trust ca/ca.pem --revoked lists 4.swb && grep -q 'good up to epoch 1 number 2, this is 1/4' err
	report $? "$suite: what it signed behind it is refused: REVOKED"
	bundle forged.swb sign 2 && refused REVOKED verify --trust ca/ca.pem --revoked lists forged.swb && grep -q 'another 1/2' err
	report $? "$suite: another bundle of the last number is refused"
	refused REVOKED verify --trust ca/ca.pem --revoked lists t.swb
	report $? "$suite: its ticks are refused"
	link=diode bundle d.swb sign 1 && refused REVOKED verify --trust ca/ca.pem --revoked lists d.swb
	report $? "$suite: on a link that is not named nothing of it is good"
	sw explain --trust ca/ca.pem --revoked lists 4.swb && grep -q '^reason   REVOKED' out && grep -q 'to do    The signing key was revoked' out
	report $? "$suite: explain says what to do"

	cp lists/internet.json first.json
	sw revoke --ca ca --cert ca/internet.sign.new.pem --reason compromised --good gap:1:3 --list lists/internet.json && grep -q 'number  2, 2 keys' out
	report $? "$suite: the list grows, with the next number"
	cp first.json lists/an-older-one.json
	sw verify --trust ca/ca.pem --revoked lists 3.swb && bundle 5.swb sign.new 5 && refused REVOKED verify --trust ca/ca.pem --revoked lists 5.swb
	report $? "$suite: an older list beside it changes nothing"
	rm lists/an-older-one.json
	sed 's/"seq":2}/"seq":9}/' lists/internet.json > bent.json && mkdir bent && mv bent.json bent/
	sw verify --trust ca/ca.pem --revoked bent 1.swb
	[ $? -eq 2 ] && grep -q '^SIGNATURE: ' err
	report $? "$suite: a list that was changed is refused whole"
	rm -r bent
	sw verify --trust ca/ca.pem --revoked listz 1.swb
	[ $? -eq 2 ] && grep -q '^NOTFOUND: listz: ' err
	report $? "$suite: a folder of lists that is not there is no empty one"
	# checked by hand, as every other promise
	sed 's/.*"list":\(.*\),"signature".*/\1/' lists/internet.json | tr -d '\n' > list && sed 's/.*"signature":"\([^"]*\)".*/\1/' lists/internet.json | openssl base64 -d -A > sig &&
		openssl x509 -in ca/ca.pem -noout -pubkey > ca.pub &&
		if [ $suite = gm ]; then openssl dgst -sm3 -sigopt distid:1234567812345678 -verify ca.pub -signature sig list; else
			openssl pkeyutl -verify -pubin -inkey ca.pub -rawin -in list -sigfile sig; fi > /dev/null
	report $? "$suite: openssl checks the list"

	sw rotate --ca other --cert other/extranet.encrypt.pem --out other && bundle to-new.swb sign 1 other/extranet.encrypt.new.pem &&
		sw verify --trust ca/ca.pem --key other/extranet.encrypt.key --cert other/extranet.encrypt.pem 1.swb &&
		sw verify --trust ca/ca.pem --key other/extranet.encrypt.new.key --cert other/extranet.encrypt.new.pem to-new.swb &&
		refused KEY verify --trust ca/ca.pem --key other/extranet.encrypt.key --cert other/extranet.encrypt.pem to-new.swb
	report $? "$suite: a recipient changes its key"
	sw revoke --ca other --cert other/extranet.encrypt.pem --reason lost --list other/revoked.json && [ -s other/revoked.json ]
	report $? "$suite: and the old one is revoked"
done
sw revoke --ca ca --cert ca/internet.sign.pem --reason 'two words' --list x.json
[ $? -eq 1 ] && [ ! -e x.json ]
report $? "a reason is one word"
sw revoke --ca ca --cert ca/internet.sign.pem --reason lost --good gap --list x.json
[ $? -eq 2 ] && [ ! -e x.json ]
report $? "wrong usage ends with 2 and writes nothing"
sw explain --limits && sed -n '/^\.Sh LIMITS/,/^\.Ed/p' "$page" | sed '1,/^\.Bd/d; /^\.Ed/d' | cmp -s - out
report $? "the manual's table of limits is the program's"
for code in $(awk '{ print substr($0, 43, 7) }' out | sort -u); do
	[ "$code" = SKEW ] || grep -q "X($code," "$codes"
	report $? "a limit's reason is a code of the one list: $code"
done
echo '{"at":"2026-11-24T03:42:00.123Z","reason":"BOMB","size":1,"text":"manifest.json: 60 bytes that unpack to 6001"}' > x.swb.reason
sw explain x.swb && grep -q '^limit    100 times' out && grep -q '^to do    The bundle would grow' out
report $? "explain names the limit that was exceeded"
exit $failed
