#!/bin/sh
# The disc ferry by hand: stage, two persons' approvals, image, another program's reading of it, import once, and everything a disc is refused for.
: "${SW_BIN:=build/bin}"
bin=$(cd "$SW_BIN" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/burner.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
failed=0
cd "$tmp" || exit 1
SW_LOG=error
export SW_LOG

# check NAME COMMAND…
check() {
	name=$1
	shift
	if "$@" > check.log 2>&1; then echo "ok - $name"; else
		echo "not ok - $name"
		sed 's/^/# /' check.log
		failed=1
	fi
}
# refused REASON COMMAND…: exit code 1 and that reason alone on standard error
refused() {
	reason=$1
	shift
	"$@" > out.log 2> err.log
	[ $? = 1 ] && [ ! -s out.log ] && [ "$(wc -l < err.log)" = 1 ] && grep -q "^$reason: " err.log || { cat out.log err.log; return 1; }
}
burner() { "$bin/burner" "$@"; }
approve() { printf '%s\n' "word of $2" | burner approve "$1" --json --store out --key "keys/$2.person.key" --cert "keys/$2.person.pem" --passphrase-file -; }
bundles() {
	mkdir -p "$1"
	shift
	for n in "$@"; do head -c $((n * 1000 + 17)) /dev/urandom > "spool/disc-1-$n.swb"; done
}
# xorriso as the other program
iso() { xorriso -report_about SORRY "$@" > iso.log 2>&1 || { cat iso.log; return 1; }; }
unpack() { rm -rf "$2" && iso -osirrox on -indev "$1" -extract / "$2" && chmod -R u+w "$2"; }
pack() { iso -as mkisofs -quiet -o "$2" -J -R "$1"; }
state() { burner list --json --store "$1" | jq -r --arg d "$2" '.rows[] | select(.disc == $d) | .state'; }

suite_of() { # runs everything with the persons of one zone
	"$bin/swbundle" keygen ca --zone "$1" --suite gm --out "$2" > /dev/null
	shift 1
	dir=$1
	shift
	for p in "$@"; do printf 'word of %s' "$p" | "$bin/swbundle" keygen person --ca "$dir" --name "$p" --out "$dir" --passphrase-file - > /dev/null; done
}
suite_of intranet keys he lin tao
suite_of elsewhere foreign he lin
mkdir spool in

check "nothing to carry is said" refused NOTFOUND burner stage --json --store out --bundles spool --reason test
bundles spool 1 2 30
echo half > spool/tmp.part
cp spool/disc-1-30.swb kept
first=$(burner stage --json --store out --bundles spool --reason "月度结果" --by he | jq -r .disc)
check "a disc has a number" sh -c "echo '$first' | grep -qE '^D-[0-9]{8}-0001$'"
check "the bundles left the spool, a foreign file did not" test "$(ls spool)" = tmp.part
check "a disc without approval is not burnt" refused APPROVAL burner burn "$first" --store out --to a.iso
check "a wrong passphrase is refused" refused KEY sh -c "echo wrong | '$bin/burner' approve $first --store out --key keys/he.person.key --cert keys/he.person.pem --passphrase-file -"
check "the first person approves" approve "$first" he
check "one person is not two" refused APPROVAL approve "$first" he
check "one approval is not enough" refused APPROVAL burner burn "$first" --store out --to a.iso
check "a station's key is no person's" sh -c "'$bin/swbundle' keygen station --ca keys --use sign --name robot --out keys && ! '$bin/burner' approve $first --store out --key keys/robot.sign.key --cert keys/robot.sign.pem --passphrase-file - < /dev/null"
check "the second person approves" approve "$first" lin
check "the state is approved" test "$(state out "$first")" = approved
check "a disc is handed over only when burnt" refused STATE burner handover "$first" --store out --to extranet --by he
check "the image is burnt" burner burn "$first" --store out --to a.iso --by he
check "burning again to the same file is the same disc" burner burn "$first" --store out --to a.iso --by he
echo other > b.iso
check "another file is not overwritten" refused EXISTS burner burn "$first" --store out --to b.iso
check "no approval after burning" refused STATE approve "$first" tao

check "7z reads the image" sh -c "7z t a.iso && 7z l a.iso | grep -q 'bundles/disc-1-30.swb'"
check "file knows it" sh -c "file -b a.iso | grep -q \"ISO 9660.*$(echo $first | tr - _)\""
check "xorriso unpacks it" unpack a.iso tree
check "a bundle on it is the one staged" cmp tree/bundles/disc-1-30.swb kept
check "the manifest names no person and no reason" sh -c "! grep -qE 'he|lin|月度' tree/disc.json"
check "the approval verifies with openssl" sh -c "openssl x509 -in tree/approvals/1.pem -noout -pubkey > pub && openssl pkeyutl -verify -pubin -inkey pub -in tree/disc.json -sigfile tree/approvals/1.sig -rawin -digest sm3 -pkeyopt distid:1234567812345678"
check "verify needs no ledger" burner verify a.iso --trust keys/ca.pem
check "verify says who approved" test "$(burner verify a.iso --json --trust keys/ca.pem | jq -r '.approvals | map(.who) | join(" ")')" = "he lin"
check "handed over" burner handover "$first" --store out --to extranet --by he
check "again is no error" burner handover "$first" --store out --to extranet --by he
check "handed over disc is not burnt again" refused STATE burner burn "$first" --store out --to c.iso

import() { burner import "$1" --json --trust keys/ca.pem --store there --into in; }
check "under another zone's authority it is refused" refused CERT burner import a.iso --trust foreign/ca.pem --store there --into in
check "nothing came" test -z "$(ls in)"
check "the image is imported" import a.iso
check "all bundles came" test "$(ls in | tr '\n' ' ')" = "$first.disc-1-1.swb $first.disc-1-2.swb $first.disc-1-30.swb "
check "unchanged" cmp "in/$first.disc-1-30.swb" kept
rm in/*
check "a second time it is refused" refused IMPORTED import a.iso
check "nothing came again" test -z "$(ls in)"

# the second disc stays in a drawer, the third arrives first
carry() { approve "$1" he > /dev/null && approve "$1" lin > /dev/null && burner burn "$1" --store out --to "$2" > /dev/null; }
bundles spool 4
second=$(burner stage --json --store out --bundles spool --reason test | jq -r .disc)
bundles spool 5 6
third=$(burner stage --json --store out --bundles spool --reason test | jq -r .disc)
check "the second is carried" carry "$second" second.iso
check "the third is carried" carry "$third" third.iso
check "a disc whose predecessor is absent is imported" import third.iso
check "the absent one is named" test "$(burner list --json --store there | jq -r '.missing[].before')" = "$third"
check "it is imported late" import second.iso
check "now nothing is missing" test "$(burner list --json --store there | jq '.missing | length')" = 0

# forged and damaged images of a fourth disc
bundles spool 7 80
fourth=$(burner stage --json --store out --bundles spool --reason test | jq -r .disc)
check "the fourth is carried" carry "$fourth" fourth.iso
unpack fourth.iso good
forge() { rm -rf bad && cp -r good bad; }
again() { pack bad bad.iso && refused "$1" import bad.iso && test -z "$(ls in | grep "$fourth")"; }
forge; printf x >> bad/bundles/disc-1-7.swb
check "a longer bundle is refused" again DIGEST
forge; printf x | dd of=bad/bundles/disc-1-80.swb bs=1 seek=500 conv=notrunc 2> /dev/null
check "a changed byte is refused" again DIGEST
forge; cp bad/bundles/disc-1-7.swb bad/bundles/disc-1-9.swb
check "a bundle that nobody approved is refused" again MEMBER
forge; rm bad/bundles/disc-1-7.swb
check "an absent bundle is refused" again MEMBER
forge; echo x > bad/autorun.inf
check "a foreign file is refused" again MEMBER
forge; mkdir bad/bundles/deep
check "a foreign folder is refused" again MEMBER
forge; ln -s /etc/passwd bad/bundles/link.swb
check "a symbolic link is refused" again MEMBER
forge; rm bad/approvals/2.*
check "one approval alone is refused" again APPROVAL
forge; cp bad/approvals/1.sig bad/approvals/2.sig; cp bad/approvals/1.pem bad/approvals/2.pem
check "the same approval twice is refused" again APPROVAL
forge; cp bad/approvals/1.sig bad/approvals/2.sig
check "a signature of somebody else is refused" again SIGNATURE
forge; rm bad/approvals/2.sig
check "a certificate without signature is refused" again MEMBER
forge; sed -Ei 's/\.([0-9]{2})1Z/.\12Z/; t; s/\.([0-9]{2})[0-9]Z/.\11Z/' bad/disc.json
check "a changed manifest is refused" again SIGNATURE
forge; jq . bad/disc.json > pretty && cp pretty bad/disc.json
check "a manifest in another form is refused" again SYNTAX
forge; rm bad/disc.json
check "a disc without manifest is foreign" again FOREIGN
head -c 300000 /dev/urandom > bad.iso
check "noise is foreign" refused FOREIGN import bad.iso
: > bad.iso
check "an empty file is foreign" refused FOREIGN import bad.iso
check "a folder is foreign" refused FOREIGN import good
head -c 120000 fourth.iso > bad.iso
check "half an image is refused" sh -c "! '$bin/burner' import bad.iso --trust keys/ca.pem --store there --into in && test -z \"\$(ls in | grep $fourth)\""
check "after all that the good one is imported" import fourth.iso
check "the log tells every refusal" test "$(grep -rao disc.refused there/audit | wc -l)" -ge 17
check "unknown options are named" sh -c "'$bin/burner' list --store out --force 2>&1 | grep -q '^USAGE: --force'"
exit $failed
