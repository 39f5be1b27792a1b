#!/bin/bash
# Keys made by `swbundle keygen` are good for the stock openssl command, and keys made by openssl alone are good
# for swbundle; what keygen refuses, it refuses with a reason and changes nothing.
set -u
: "${SW_BIN:=build/bin}"
bin=$(cd "$SW_BIN" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/openssl-interop.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failed=0
id=distid:1234567812345678

report() { # status, name
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; sed 's/^/    /' "$tmp/log"; failed=1; fi
}

check() { # name, command...
	local name=$1
	shift
	"$@" > "$tmp/log" 2>&1
	report $? "$name"
}

refused() { # name, exit code, reason, arguments of keygen...
	local name=$1 code=$2 reason=$3 got
	shift 3
	"$bin/swbundle" keygen "$@" < /dev/null > "$tmp/log" 2>&1
	got=$?
	[ $got -eq "$code" ] && grep -q "^$reason: " "$tmp/log"
	report $? "$name"
}

# The certificate of a station: subject, key usage, and the chain under the zone's CA alone.
certificate_good() { # suite, dir, name.use, CN, OU
	local opt=
	[ "$1" = gm ] && opt="-vfyopt $id"
	# shellcheck disable=SC2086
	openssl verify -x509_strict -no-CAfile -no-CApath -no-CAstore $opt -trusted "$2/ca.pem" "$2/$3.pem" &&
		[ "$(openssl x509 -in "$2/$3.pem" -noout -subject -nameopt RFC2253,-esc_msb,utf8)" = "subject=CN=$4,OU=$5,O=extranet" ] &&
		openssl x509 -in "$2/$3.pem" -noout -ext keyUsage,basicConstraints | grep -c critical | grep -qx 2
}

# One key of openssl's own, certified by openssl's own CA in $tmp/SUITE-hand.
hand_issue() { # suite, use, extension of key usage, key type
	local dir=$tmp/$1-hand md= opt= vfy= links=
	[ "$2" = sign ] && links=/OU=gap
	[ "$1" = gm ] && md=-sm3 opt="-sigopt $id" vfy="-vfyopt $id"
	openssl genpkey -algorithm "$4" -out "$dir/$2.key" && chmod 600 "$dir/$2.key" || return 1
	printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,%s\n' "$3" > "$dir/ext"
	# X25519 signs no request: the certificate is made from the public key.
	openssl pkey -in "$dir/$2.key" -pubout -out "$dir/$2.pub" &&
		openssl req -new -key "$dir/ca.key" $md $opt -subj "/O=internet/OU=$2$links/CN=internet" -out "$dir/csr" &&
		openssl x509 -req -in "$dir/csr" $md $opt $vfy -force_pubkey "$dir/$2.pub" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
			-days 30 -extfile "$dir/ext" -out "$dir/$2.pem"
}

hand_zone() { # suite, signing key type, recipient key type, its key usage
	local dir=$tmp/$1-hand md= opt=
	[ "$1" = gm ] && md=-sm3 opt="-sigopt $id"
	mkdir "$dir" && openssl genpkey -algorithm "$2" -out "$dir/ca.key" && chmod 600 "$dir/ca.key" || return 1
	# shellcheck disable=SC2086
	openssl req -x509 -new -key "$dir/ca.key" $md $opt -days 30 -subj "/O=internet/OU=ca/CN=internet CA" \
		-addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign -out "$dir/ca.pem" &&
		hand_issue "$1" sign digitalSignature "$2" && hand_issue "$1" encrypt "$4" "$3"
}

for suite in gm intl; do
	dir=$tmp/$suite
	printf 'correct horse 电池\n' > "$tmp/pass" && chmod 600 "$tmp/pass"
	check "$suite: keygen ca" "$bin/swbundle" keygen ca --zone extranet --suite $suite --out "$dir"
	check "$suite: keygen station sign" "$bin/swbundle" keygen station --ca "$dir" --use sign --link gap --link diode --name registryd --out "$dir"
	check "$suite: openssl believes the certificate for sign, which names the links" certificate_good $suite "$dir" registryd.sign registryd diode,OU=gap,OU=sign
	for use in encrypt seal; do
		check "$suite: keygen station $use" "$bin/swbundle" keygen station --ca "$dir" --use $use --name registryd --out "$dir"
		check "$suite: openssl believes the certificate for $use" certificate_good $suite "$dir" registryd.$use registryd $use
	done
	check "$suite: keygen person" "$bin/swbundle" keygen person --ca "$dir" --name 李审核 --out "$dir" --passphrase-file "$tmp/pass"
	check "$suite: openssl believes the person's certificate" certificate_good $suite "$dir" 李审核.person 李审核 person
	check "$suite: openssl opens the person's key with the passphrase" \
		openssl pkey -in "$dir/李审核.person.key" -passin "file:$tmp/pass" -noout
	check "$suite: and not without it" bash -c "! openssl pkey -in '$dir/李审核.person.key' -passin pass:wrong -noout"
	check "$suite: only the owner reads private keys" bash -c "! find '$dir' -name '*.key' -perm /077 | grep ."

	before=$(find "$dir" -type f -exec sha256sum {} + | sort)
	refused "$suite: a CA is not written over" 1 EXISTS ca --zone extranet --suite $suite --out "$dir"
	refused "$suite: nor a station's key" 1 EXISTS station --ca "$dir" --use sign --link gap --name registryd --out "$dir"
	refused "$suite: name with a slash" 1 RANGE station --ca "$dir" --use sign --link gap --name ../registryd --out "$dir"
	refused "$suite: a signer without a link" 2 USAGE station --ca "$dir" --use sign --name x --out "$dir"
	refused "$suite: a recipient with one" 2 USAGE station --ca "$dir" --use encrypt --link gap --name x --out "$dir"
	refused "$suite: a link that is no name" 1 RANGE station --ca "$dir" --use sign --link 'Gap 1' --name x --out "$dir"
	refused "$suite: use unknown" 2 USAGE station --ca "$dir" --use ca --name x --out "$dir"
	refused "$suite: suite unknown" 2 USAGE ca --zone x --suite des --out "$dir"
	refused "$suite: no passphrase" 1 RANGE person --ca "$dir" --name x --out "$dir" --passphrase-file -
	chmod 644 "$tmp/pass"
	refused "$suite: passphrase others can read" 1 DENIED person --ca "$dir" --name x --out "$dir" --passphrase-file "$tmp/pass"
	chmod 644 "$dir/ca.key"
	refused "$suite: CA key others can read" 1 DENIED station --ca "$dir" --use sign --link gap --name x --out "$dir"
	chmod 600 "$dir/ca.key"
	[ "$before" = "$(find "$dir" -type f -exec sha256sum {} + | sort)" ]
	report $? "$suite: what was refused changed nothing"

	if [ $suite = gm ]; then
		check "$suite: a zone made by openssl alone" hand_zone gm SM2 SM2 keyEncipherment
	else
		check "$suite: a zone made by openssl alone" hand_zone intl ED25519 X25519 keyAgreement
	fi
	hand=$tmp/$suite-hand
	check "$suite: a bundle is made with its keys" "$bin/swbundle" pack --key "$hand/sign.key" --cert "$hand/sign.pem" \
		--recipient "$hand/encrypt.pem" --recipient-trust "$hand/ca.pem" --link gap --to gap-outer --epoch 1 --seq 1 --out "$tmp/$suite.swb"
	check "$suite: and checked and opened with them" "$bin/swbundle" verify --trust "$hand/ca.pem" --key "$hand/encrypt.key" \
		--cert "$hand/encrypt.pem" "$tmp/$suite.swb"
	"$bin/swbundle" verify --trust "$dir/ca.pem" "$tmp/$suite.swb" > "$tmp/log" 2>&1
	[ $? -eq 1 ] && grep -q '^CERT: ' "$tmp/log"
	report $? "$suite: another zone's CA does not believe it"
done
exit $failed
