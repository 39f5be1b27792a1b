# Discs by hand; sourced in an empty folder with $bin and $SW_LOG set. Persons he, lin and tao of the intranet have their keys in keys/, a foreign zone's in
# foreign/. Bundles go into spool/.
failed=0
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
person_key() { # PERSON DIR: the options of one's own key
	echo "--key $2/$1.person.key --cert $2/$1.person.pem --passphrase-file -"
}
# shellcheck disable=SC2046
approve() { printf '%s\n' "word of $2" | burner approve "$1" --json --store "${3:-out}" $(person_key "$2" "${4:-keys}"); }
keys_make() { # ZONE DIR PERSON…
	"$bin/swbundle" keygen ca --zone "$1" --suite "${suite:-gm}" --out "$2" > /dev/null
	zone=$1 dir=$2
	shift 2
	"$bin/swbundle" keygen station --ca "$dir" --use sign --link disc --name "$zone" --out "$dir" > /dev/null
	"$bin/swbundle" keygen station --ca "$dir" --use encrypt --name "$zone" --out "$dir" > /dev/null
	for p in "$@"; do printf 'word of %s' "$p" | "$bin/swbundle" keygen person --ca "$dir" --name "$p" --out "$dir" --passphrase-file - > /dev/null; done
}
# seal KB FILE: a bundle with an attachment of about so many kilobytes
seal() {
	rm -rf sealing && mkdir sealing
	{ printf '%%PDF-1.7\n'; head -c $(($1 * 1000)) /dev/urandom; } > sealing/0000.00.pdf
	digest=$(openssl dgst -sm3 -r sealing/0000.00.pdf | cut -d' ' -f1)
	sealed=$((${sealed:-0} + 1))
	printf '{"attachments":[{"digest":"%s","media":"application/pdf","name":"deed.pdf","size":%d}],"body":{"note":"x"},"created":"2026-11-24T03:42:00.123Z","dest":"extranet","epoch":1,"id":"01936000-0000-7000-8000-%012d","keys":[{"id":"20261124-1","kind":"case","n":%d}],"origin":"intranet","suite":"gm","tenant":"110101","type":"application.submitted","version":1}' \
		"$digest" "$(wc -c < sealing/0000.00.pdf)" $sealed $sealed > sealing/0000.json
	"$bin/swbundle" pack --key "$signer/$signer_name.sign.key" --cert "$signer/$signer_name.sign.pem" --recipient keys/intranet.encrypt.pem \
		--recipient-trust keys/ca.pem --link disc --to extranet --epoch 1 --seq $sealed --out "$2" sealing > /dev/null
}
signer=keys signer_name=intranet
bundles() { # KB…
	for kb in "$@"; do seal "$kb" "spool/disc-1-$kb.swb" || return 1; done
}
carry() { # DISC IMAGE: approved and burnt
	approve "$1" he > /dev/null && approve "$1" lin > /dev/null && burner burn "$1" --store out --to "$2" --by he > /dev/null
}
stage() { burner stage --json --store out --bundles spool --reason "${1:-test}" --by he | jq -r .disc; }
# xorriso as the other program
iso() { xorriso -report_about SORRY "$@" > iso.log 2>&1 || { cat iso.log; return 1; }; }
unpack() { rm -rf "$2" && iso -osirrox on -indev "$1" -extract / "$2" && chmod -R u+w "$2"; }
pack() { iso -as mkisofs -quiet -o "$2" -J -R "$1"; }
state() { burner list --json --store "$1" | jq -r --arg d "$2" '.rows[] | select(.disc == $d) | .state'; }
sectors() { echo $(($(wc -c < "$1") / 2048)); }
