#!/bin/bash
# A signing key on a PKCS#11 token: bundles are signed by it and verify like any other; the PIN comes from a file; what does not fit is refused. SoftHSM.
set -u
: "${SW_BIN:=build/bin}"
bin=$(cd "$SW_BIN" && pwd)
module=/usr/lib/softhsm/libsofthsm2.so
tmp=$(mktemp -d "${TMPDIR:-/tmp}/token.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
failed=0
report() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; sed 's/^/# /' err out 2> /dev/null; failed=1; fi; }
sw() { "$bin/swbundle" "$@" > out 2> err; }
# SoftHSM ends its own memory by itself: what it keeps is not ours to look for.
export SOFTHSM2_CONF=$tmp/softhsm.conf ASAN_OPTIONS=detect_leaks=0
mkdir tokens && printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$tmp" > softhsm.conf
printf '7351\n' > pin && printf '0000\n' > other-pin && chmod 600 pin other-pin
for suite in intl gm; do
	sw keygen ca --zone internet --suite $suite --out $suite && sw keygen station --ca $suite --use sign --link gap --name internet --out $suite &&
		sw keygen station --ca $suite --use encrypt --name internet --out $suite
	report $? "$suite: keys"
done
{ softhsm2-util --init-token --free --label sanwang --so-pin 5555 --pin 7351 && softhsm2-util --import intl/internet.sign.key --token sanwang --label gap --id 01 --pin 7351; } > out 2> err
report $? "the key is brought onto the token"
mv intl/internet.sign.key aside.key
# pack FILE URI [CERT]
pack() { sw pack --key "$2" --cert "${3:-intl/internet.sign.pem}" --recipient intl/internet.encrypt.pem --recipient-trust intl/ca.pem --link gap --to gap-outer --epoch 1 --seq 1 --out "$1"; }
uri="pkcs11:token=sanwang;object=gap?module-path=$module&pin-source=file:$tmp/pin"
pack a.swb "$uri" && sw verify --trust intl/ca.pem --key intl/internet.encrypt.key --cert intl/internet.encrypt.pem a.swb
report $? "a bundle signed by the token verifies"
# refused NAME REASON URI [CERT]
refused() {
	pack x.swb "$3" "${4:-intl/internet.sign.pem}"
	[ $? -ne 0 ] && grep -q "^$2: " err && [ ! -e x.swb ]
	report $? "$1: $2"
}
refused "another PIN" DENIED "pkcs11:token=sanwang;object=gap?module-path=$module&pin-source=file:$tmp/other-pin"
refused "another object" KEY "pkcs11:token=sanwang;object=disc?module-path=$module&pin-source=file:$tmp/pin"
refused "another token" KEY "pkcs11:token=lost;object=gap?module-path=$module&pin-source=file:$tmp/pin"
refused "no module" CONFIG "pkcs11:token=sanwang;object=gap?pin-source=file:$tmp/pin"
refused "a module that is none" CONFIG "pkcs11:token=sanwang;object=gap?module-path=$tmp/pin&pin-source=file:$tmp/pin"
refused "no PIN" CONFIG "pkcs11:token=sanwang;object=gap?module-path=$module"
refused "no URI" CONFIG "pkcs11:%zz"
chmod 644 pin
refused "a PIN others can read" DENIED "$uri"
chmod 600 pin
refused "suite gm, which PKCS#11 does not know" SUITE "$uri" gm/internet.sign.pem
sw rotate --ca intl --cert intl/internet.sign.pem --out intl
refused "another certificate" KEY "$uri" intl/internet.sign.new.pem
grep -rq 7351 out err && report 1 "the PIN is told nowhere" || report 0 "the PIN is told nowhere"
exit $failed
