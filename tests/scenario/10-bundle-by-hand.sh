#!/bin/sh
# The commands of swbundle(1), "Checking a bundle without Sanwang", taken from the page and run for both suites.
set -u
: "${SW_BIN:=build/bin}"
root=$(cd "$(dirname "$0")/../.." && pwd)
page=$root/common/bundle/man/swbundle.1
bin=$(cd "$SW_BIN" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/by-hand.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failed=0

report() { # status, name
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}

# The literal displays of the section, those of the other suite left out, roff escapes undone.
commands() { # suite
	awk -v other="$([ "$1" = gm ] && echo 'suite intl' || echo 'suite gm')" '
		/^\.Sh/ { inside = /CHECKING A BUNDLE WITHOUT SANWANG/ }
		/^\.Ss/ { skip = index($0, other) > 0 }
		/^\.Ed/ { literal = 0 }
		inside && literal && !skip { print }
		/^\.Bd -literal/ { literal = 1 }' "$page" |
		sed "s/\\\\(aq/'/g; s/\\\\-/-/g; s/\\\\e/\\\\/g"
}

by_hand() { # suite, file, ca, key -> runs in an empty folder
	rm -rf "$tmp/work" && mkdir "$tmp/work" || return 1
	commands "$1" > "$tmp/commands"
	(cd "$tmp/work" && FILE=$2 CA=$3 KEY=$4 bash -e -o pipefail "$tmp/commands") > "$tmp/log" 2>&1
}

make_keys() { # suite, zone = station -> $tmp/SUITE-ZONE
	local dir=$tmp/$1-$2
	"$bin/swbundle" keygen ca --zone "$2" --suite "$1" --out "$dir" > /dev/null &&
		"$bin/swbundle" keygen station --ca "$dir" --use sign --link gap --name "$2" --out "$dir" > /dev/null &&
		"$bin/swbundle" keygen station --ca "$dir" --use encrypt --name "$2" --out "$dir" > /dev/null
}

make_message() { # suite, digest -> $tmp/folder: one message with one attachment
	rm -rf "$tmp/folder" && mkdir "$tmp/folder" || return 1
	printf '%%PDF-1.7 a deed\n' > "$tmp/folder/0000.00.pdf"
	local d size
	d=$(openssl dgst "-$2" -r "$tmp/folder/0000.00.pdf" | cut -d' ' -f1)
	size=$(($(wc -c < "$tmp/folder/0000.00.pdf")))
	printf '%s' '{"attachments":[{"digest":"'"$d"'","media":"application/pdf","name":"deed.pdf","size":'"$size"'}],' \
		'"body":{"note":"申请"},"created":"2026-11-24T03:42:00.123Z","dest":"extranet","epoch":1,' \
		'"id":"01936000-0000-7000-8000-000000000001","keys":[{"id":"20261124-1","kind":"case","n":1}],' \
		'"origin":"internet","suite":"'"$1"'","tenant":"110101","type":"application.submitted","version":1}' \
		> "$tmp/folder/0000.json"
}

flip() { # file, offset: the byte there changed
	local b
	b=$(od -An -tu1 -j "$2" -N1 "$1" | tr -d ' ')
	printf "\\$(printf %03o $((b ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

swap() { # file, offset: another letter there that base64 knows too
	local letter=A
	[ "$(dd if="$1" bs=1 skip="$2" count=1 status=none)" != A ] || letter=B
	printf %s $letter | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

at() { grep -abo -e "$2" "$1" | head -1 | cut -d: -f1; } # file, text -> where it stands

# One thing wrong in each: $tmp/d/NAME.swb. The list below says what must be found.
damage() { # file
	local f=$1 d=$tmp/d m=$tmp/m size
	size=$(wc -c < "$f")
	rm -rf "$d" "$m" && mkdir "$d" "$m" && tar -C "$m" -xf "$f" || return 1
	head -c 300 "$f" > "$d/stub.swb"
	head -c $((size - 600)) "$f" > "$d/cut.swb"
	{ cat "$f"; printf x; } > "$d/longer.swb"
	seq 1 400 > "$d/text.swb"
	LC_ALL=C sed 's/"format":1/"format":2/' "$f" > "$d/version.swb"
	LC_ALL=C sed 's/"seq":7/"seq":8/' "$f" > "$d/number.swb"
	cp "$f" "$d/name.swb" && flip "$d/name.swb" 3
	cp "$f" "$d/mode.swb" && flip "$d/mode.swb" 105
	cp "$f" "$d/signature.swb" && flip "$d/signature.swb" $(($(at "$f" manifest.sig) + 532))
	cp "$f" "$d/certificate.swb" && flip "$d/certificate.swb" $(($(at "$f" 'BEGIN CERTIFICATE') + 100))
	cp "$f" "$d/wrapped.swb" && swap "$d/wrapped.swb" $(($(at "$f" '"wrapped":"') + 14))
	cp "$f" "$d/payload.swb" && flip "$d/payload.swb" $((size - 2000))
	cp "$f" "$d/padding.swb" && flip "$d/padding.swb" $((size - 1030))
	cp "$f" "$d/end.swb" && flip "$d/end.swb" $((size - 300))
	tar -C "$m" --format=ustar --owner=0 --group=0 --numeric-owner --mode=0644 --mtime=@0 -b 1 -cf "$d/order.swb" \
		manifest.json signer.pem manifest.sig keys.json payload
}
# name, reason, where or what
DAMAGES='stub TRUNCATED file of 300 bytes
cut TRUNCATED ends inside the end blocks, at byte
longer TRAILING 1 bytes behind the end
text FORMAT not a bundle: the file does not begin with a tar header
version FORMAT manifest.json: format version 2 is not known
number SIGNATURE signer.pem: signature over the manifest does not verify
name MEMBER "manhfest.json" stands where manifest.json must stand
mode MEMBER manifest.json: header byte 105
signature SIGNATURE signer.pem: signature over the manifest does not verify
certificate CERT
wrapped KEY keys.json: the key that opens is not the one the manifest names
payload DIGEST payload: not what was signed
padding MEMBER payload: data in the padding behind it
end MEMBER another member or data at byte
order MEMBER "signer.pem" stands where manifest.sig must stand'

for suite in gm intl; do
	[ $suite = gm ] && digest=sm3 || digest=sha256
	ca=$tmp/$suite-internet/ca.pem key=$tmp/$suite-extranet/extranet.encrypt.key cert=$tmp/$suite-extranet/extranet.encrypt.pem file=$tmp/$suite.swb
	make_keys $suite internet && make_keys $suite extranet
	report $? "$suite: keys"
	make_message $suite $digest
	identity=$("$bin/swbundle" pack --key "$tmp/$suite-internet/internet.sign.key" --cert "$tmp/$suite-internet/internet.sign.pem" \
		--recipient "$cert" --recipient-trust "$tmp/$suite-extranet/ca.pem" --link gap \
		--to gap-outer --epoch 1 --seq 7 --out "$file" "$tmp/folder" | cut -d' ' -f1)
	report $? "$suite: pack"

	by_hand $suite "$file" "$ca" "$key"
	status=$?
	[ $status -eq 0 ] || sed 's/^/# /' "$tmp/log"
	report $status "$suite: every command of the man page passes"
	grep -qx "$identity" "$tmp/log"
	report $? "$suite: the identity is the one pack printed"
	cmp -s "$tmp/work/opened/m/0.json" "$tmp/folder/0000.json" &&
		cmp -s "$tmp/work/opened/a/0/0" "$tmp/folder/0000.00.pdf"
	report $? "$suite: message and attachment come out as they went in"

	# The same commands must fail on what is not right.
	size=$(wc -c < "$file")
	for place in 600 $((size - 2000)); do
		cp "$file" "$tmp/bent.swb"
		flip "$tmp/bent.swb" "$place"
		! by_hand $suite "$tmp/bent.swb" "$ca" "$key"
		report $? "$suite: refused by hand with byte $place changed"
	done
	! by_hand $suite "$file" "$tmp/$suite-extranet/ca.pem" "$key"
	report $? "$suite: refused by hand under another authority"
	! by_hand $suite "$file" "$ca" "$tmp/$suite-internet/internet.encrypt.key"
	report $? "$suite: not opened by hand with another key"

	# And swbundle agrees.
	"$bin/swbundle" verify --trust "$ca" --from internet --to gap-outer --link gap --key "$key" \
		--cert "$cert" "$file" > "$tmp/out" && grep -q "$identity" "$tmp/out"
	report $? "$suite: swbundle verify agrees"
	"$bin/swbundle" extract --trust "$ca" --key "$key" --cert "$cert" --into "$tmp/$suite-out" \
		"$file" > /dev/null && cmp -s "$tmp/$suite-out/0000.json" "$tmp/folder/0000.json" &&
		cmp -s "$tmp/$suite-out/0000.00.pdf" "$tmp/folder/0000.00.pdf"
	report $? "$suite: swbundle extract gives the same"
	"$bin/swbundle" verify --trust "$ca" "$tmp/bent.swb" 2> "$tmp/err"
	[ $? -eq 1 ] && grep -q '^DIGEST: payload: ' "$tmp/err"
	report $? "$suite: swbundle verify names DIGEST for the changed payload"
	"$bin/swbundle" verify --trust "$ca" --link diode "$file" 2> "$tmp/err"
	[ $? -eq 1 ] && grep -q '^LINK: ' "$tmp/err"
	report $? "$suite: swbundle verify names LINK for another link"
	"$bin/swbundle" explain --trust "$ca" "$tmp/bent.swb" > "$tmp/out" && grep -q '^reason   DIGEST' "$tmp/out"
	report $? "$suite: swbundle explain says what was wrong"
	damage "$file"
	report $? "$suite: damaged bundles"
	while read -r name reason where; do
		"$bin/swbundle" explain --trust "$ca" --key "$key" --cert "$cert" "$tmp/d/$name.swb" > "$tmp/out" && grep -qx "reason   $reason" "$tmp/out" &&
			grep -qF "what     $where" "$tmp/out" && grep -q '^to do    ..........' "$tmp/out"
		report $? "$suite: explain, $name: $reason, where, and what to do"
	done <<- EOF
		$DAMAGES
	EOF
	echo '{"at":"2026-11-24T03:42:00.123Z","reason":"CERT","size":1,"text":"signer.pem: not trusted"}' > "$tmp/bent.swb.reason"
	"$bin/swbundle" explain "$tmp/bent.swb" > "$tmp/out" && grep -q '^reason   CERT' "$tmp/out" &&
		grep -q '^what     signer.pem: not trusted' "$tmp/out" && grep -q '^to do    ' "$tmp/out"
	report $? "$suite: swbundle explain reads the note of the quarantine"
	rm "$tmp/bent.swb.reason"
	"$bin/swbundle" explain "$tmp/bent.swb" 2> "$tmp/err"
	[ $? -eq 1 ] && grep -q '^NOTFOUND: ' "$tmp/err"
	report $? "$suite: swbundle explain says that it has nothing to go by"
	"$bin/swbundle" extract --trust "$ca" --key "$key" --cert "$cert" --into "$tmp/$suite-out" "$file" > /dev/null 2> "$tmp/err"
	[ $? -eq 1 ] && grep -q '^EXISTS: ' "$tmp/err"
	report $? "$suite: swbundle extract writes nothing over"
	for which in direct forwarded; do
		"$bin/swbundle" verify --trust "$root/tests/golden/bundle/$suite/$which.ca.pem" --json \
			"$root/tests/golden/bundle/$suite/$which.swb" > "$tmp/out" &&
			grep -q "\"identity\":\"$(cat "$root/tests/golden/bundle/$suite/$which.identity")\"" "$tmp/out"
		report $? "$suite: the golden $which bundle verifies"
	done
	"$bin/swbundle" list "$file" > "$tmp/out" && grep -q '^signed   NOT CHECKED' "$tmp/out"
	report $? "$suite: swbundle list says that nothing was checked"
done
"$bin/swbundle" verify 2> /dev/null
[ $? -eq 2 ]
report $? "wrong usage ends with 2"
exit $failed
