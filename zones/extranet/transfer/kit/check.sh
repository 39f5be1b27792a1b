#!/bin/sh
# Checks this package as README.txt says, with sh, sha256sum, openssl 3.0 or newer, sed, grep, head, tail, sort, wc, find, mktemp and rm; nothing is fetched
# and no clock is asked. Run in the folder of the package: sh check.sh. Ends with 0 when everything holds; what does not is named.
LC_ALL=C
export LC_ALL
[ -f bagit.txt ] || { echo "run this in the folder of the package"; exit 2; }
T=$(mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
bad=0
tell() { # GOOD|BAD WHAT
	echo "$1  $2"
	[ "$1" = ok ] || bad=1
}

# ---- words of openssl
suite() { case $(openssl x509 -in "$1" -noout -text 2> /dev/null) in *ED25519*) echo sha256 ;; *) echo sm3 ;; esac; }
digest() { openssl dgst "-$2" -r "$1" | sed 's/ .*//'; } # FILE NAME: hex
# signed FILE SIGNATURE CERTIFICATE
signed() {
	openssl x509 -in "$3" -noout -pubkey > "$T/pub" 2> /dev/null || return 1
	case $(suite "$3") in
	sm3) openssl pkeyutl -verify -pubin -inkey "$T/pub" -in "$1" -sigfile "$2" -rawin -digest sm3 -pkeyopt distid:1234567812345678 ;;
	*) openssl pkeyutl -verify -pubin -inkey "$T/pub" -in "$1" -sigfile "$2" -rawin ;;
	esac > /dev/null 2>&1
}
# below CERTIFICATE AUTHORITY: given by it, at whatever time
below() {
	case $(suite "$1") in
	sm3) openssl verify -no_check_time -vfyopt distid:1234567812345678 -CAfile "$2" "$1" ;;
	*) openssl verify -no_check_time -CAfile "$2" "$1" ;;
	esac > /dev/null 2>&1
}
# then_good CERTIFICATE INSTANT: it was good at that time
then_good() {
	openssl x509 -in "$1" -noout -dates -dateopt iso_8601 | sed 's/^[^=]*=//; s/ /T/' > "$T/dates"
	{ sed -n 1p "$T/dates"; echo "$2" | sed 's/\.[0-9]*Z$/Z/'; sed -n 2p "$T/dates"; } | sort -c 2> /dev/null
}
# value KEY FILE: a text of a canonical JSON object
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$2"; }
# ---- RFC 6962
bytes() { openssl asn1parse -genstr "FORMAT:HEX,OCT:$1" -noout -out - | tail -c "$2"; } # HEX COUNT
node() { bytes "01$1$2" 65 | openssl dgst "-$3" -r | sed 's/ .*//'; }
# folded LEAF INDEX COUNT SUITE NODES…: the root that a leaf and its path lead to; nothing where the path is not of that length
folded() {
	r=$1 i=$2 last=$(($3 - 1)) s=$4
	shift 4
	for p in "$@"; do
		[ $last -gt 0 ] || return
		if [ $((i % 2)) = 1 ] || [ "$i" = "$last" ]; then
			r=$(node "$p" "$r" "$s")
			while [ $((i % 2)) = 0 ] && [ "$i" != 0 ]; do i=$((i / 2)) last=$((last / 2)); done
		else r=$(node "$r" "$p" "$s"); fi
		i=$((i / 2)) last=$((last / 2))
	done
	[ $last != 0 ] || echo "$r"
}
# under TEXT STEM SUITE: what stands under the text that was signed for a batch
under() {
	i=$(sed 's/^{"index":\([0-9]*\),.*/\1/' "$2.batch-path.json") n=$(sed 's/.*"count":\([0-9]*\),.*/\1/' "$1")
	for f in "$2.signed.json" data/form.json data/forms/*.json; do
		[ -f "$f" ] && [ -n "$(signed_of "$2" "$(digest "$f" "$3")" "$3")" ] || continue
		leaf=$({ printf '\000'; cat "$f"; } | openssl dgst "-$3" -r | sed 's/ .*//')
		root=$(folded "$leaf" "$i" "$n" "$3" $(sed 's/.*"path":\[\(.*\)\].*/\1/; s/[",]/ /g' "$2.batch-path.json"))
		[ "$root" != "$(value root "$1")" ] || { echo "$f"; return; }
	done
}
# form_of HEX SUITE: the form with this digest
form_of() {
	for f in data/form.json data/forms/*.json; do
		[ -f "$f" ] && [ "$(digest "$f" "$2")" = "$1" ] && { echo "$f"; return; }
	done
}
# signed_of STEM HEX SUITE: what a party signed that has this digest: the form, or the form with the answers of the party in it
signed_of() {
	[ -f "$1.signed.json" ] || { form_of "$2" "$3"; return; }
	[ "$(digest "$1.signed.json" "$3")" = "$2" ] || return
	sed 's/,"record":\[.*\],"statement":"/,"statement":"/' "$1.signed.json" > "$T/form"
	[ -n "$(form_of "$(digest "$T/form" "$3")" "$3")" ] && echo "$1.signed.json"
}

# ---- the package
sha256sum --quiet -c tagmanifest-sha256.txt > "$T/said" 2>&1 && tell ok "tag files as listed" || tell BAD "tag files: $(head -n 3 "$T/said")"
sha256sum --quiet -c manifest-sha256.txt > "$T/said" 2>&1 && tell ok "files as listed" || tell BAD "files: $(head -n 3 "$T/said")"
[ "$(find data -type f | wc -l)" = "$(wc -l < manifest-sha256.txt)" ] && tell ok "nothing beside them" || tell BAD "files that are not listed"
signed tagmanifest-sha256.txt tagmanifest-sha256.txt.sig signer.pem && below signer.pem trust/zone.pem && tell ok "sealed by the office" || tell BAD "the seal over the package"

# ---- what the parties signed
for token in data/parties/*.token.json; do
	[ -f "$token" ] || continue
	stem=${token%.token.json}
	text=$stem.batch.json s=$(suite "$stem.form.pem")
	if [ -f "$stem.withdrawal.json" ]; then
		text=$stem.withdrawal.json form=
		[ "$(digest "$text" "$s")" = "$(value form_digest "$token")" ] && form=$(form_of "$(value form "$text")" "$s")
		[ -z "$form" ] || form="the withdrawal of $form"
	elif [ ! -f "$text" ]; then form=$(signed_of "$stem" "$(value form_digest "$token")" "$s") text=$form
	elif [ "$(digest "$text" "$s")" = "$(value form_digest "$token")" ]; then form=$(under "$text" "$stem" "$s")
	else form=; fi
	openssl x509 -in "$stem.form.pem" -outform DER -out "$T/der"
	if [ -z "$form" ]; then tell BAD "$stem: the form it is over is not here"
	elif ! signed "$text" "$stem.form.sig" "$stem.form.pem"; then tell BAD "$stem: signature over $text"
	elif ! below "$stem.form.pem" trust/identity.pem; then tell BAD "$stem: certificate of the party"
	elif ! { signed "$token" "$token.sig" "$stem.token.pem" && below "$stem.token.pem" trust/identity.pem; }; then tell BAD "$stem: token of the identity platform"
	elif [ "$(digest "$T/der" "$(suite "$stem.form.pem")")" != "$(value person_certificate "$token")" ]; then tell BAD "$stem: the token is of another certificate"
	else tell ok "$stem: $(value name "$token") signed $form"; fi
done
# stated_of HEX SUITE: the form, or the withdrawal of one, with this digest
stated_of() {
	form_of "$1" "$2"
	for f in data/parties/*.withdrawal.json; do [ ! -f "$f" ] || [ "$(digest "$f" "$2")" != "$1" ] || echo "$f"; done
}
# stated FILE AUTHORITY WHAT: by another service, of a form that is here
stated() {
	stem=${1%.json}
	if signed "$1" "$1.sig" "$stem.pem" && below "$stem.pem" "$2" && [ -n "$(stated_of "$(value form_digest "$1")" "$(suite "$stem.pem")")" ]; then
		tell ok "$stem: $3 $(value name "$1")"
	else tell BAD "$stem"; fi
}
for face in data/parties/*.face.json; do [ ! -f "$face" ] || stated "$face" trust/face.pem "face of"; done
for power in data/parties/*.mandate.json; do [ ! -f "$power" ] || stated "$power" trust/authority.pem "power of attorney of"; done

# ---- decisions: each by whoever it names, over a form and materials that are here, behind the one before
s=$(suite signer.pem)
for m in data/materials/*; do [ -f "$m" ] && digest "$m" "$s"; done > "$T/materials"
materials_of() {
	for m in $(sed -n 's/.*"materials":\[\([^]]*\)\].*/\1/p' "$1" | sed 's/[",]/ /g'); do
		grep -q "$m" "$T/materials" || return 1
	done
}
before=
for d in data/decisions/*.json; do
	[ -f "$d" ] || continue
	cert=${d%.json}.pem by=$(value by "$d") s=$(suite "${d%.json}.pem")
	if ! signed "$d" "$d.sig" "$cert"; then tell BAD "$d: signature"
	elif ! below "$cert" trust/zone.pem; then tell BAD "$d: certificate of $by"
	elif [ "$(openssl x509 -in "$cert" -noout -subject -nameopt multiline,utf8,-esc_msb | sed -n 's/^ *commonName *= //p')" != "$by" ]; then tell BAD "$d: signed by somebody else"
	elif ! then_good "$cert" "$(value at "$d")"; then tell BAD "$d: certificate not good at that time"
	elif [ -z "$(form_of "$(value form "$d")" "$s")" ]; then tell BAD "$d: the form it is over is not here"
	elif [ "$(value before "$d")" != "$before" ]; then tell BAD "$d: not behind the decision before it"
	elif ! materials_of "$d"; then tell BAD "$d: a material it is over is not here"
	else tell ok "$d: $by"; fi
	before=$(digest "$d" "$s")
done

# ---- the register: rows by digest in the row of its log, that by digest in the decision to enter
for e in data/register/*/entry.txt; do
	[ -f "$e" ] || continue
	s=$(suite signer.pem)
	chain=$(digest "$e" "$s") wrong= n=0
	grep -qF "\"chain\":\"$chain\"" data/decisions/*-enter.json || wrong="$e is in no decision"
	for row in "${e%entry.txt}"[0-9]*.txt; do
		[ -f "$row" ] || continue
		n=$((n + 1))
		grep -qF "$(digest "$row" "$s")" "$e" || wrong="$row is not what was entered"
	done
	[ -n "$wrong" ] || grep -qF "\"hs\":$n," "$e" || wrong="$e: rows are missing"
	[ -z "$wrong" ] && tell ok "$e: $n rows as the register has them" || tell BAD "$wrong"
done

# ---- documents
for t in data/documents/*.statement.json; do
	[ -f "$t" ] || continue
	stem=${t%.statement.json} cert=${t%.json}.pem
	s=$(suite "$cert") wrong=
	signed "$t" "$t.sig" "$cert" && below "$cert" trust/zone.pem && then_good "$cert" "$(value at "$t")" || wrong=" seal"
	[ "$(digest "$stem.pdf" "$s")" = "$(value pdf "$t")" ] || wrong="$wrong pdf"
	[ "$(digest "$stem.ofd" "$s")" = "$(value ofd "$t")" ] || wrong="$wrong ofd"
	[ "$(digest "$stem.facts.json" "$s")" = "$(value facts "$t")" ] || wrong="$wrong facts"
	grep -qF "$(digest "$t" "$s")" data/log/*.json || wrong="$wrong log"
	[ -z "$wrong" ] && tell ok "$stem: sealed, pdf, ofd and content as sealed, sealing in the log" || tell BAD "$stem:$wrong"
done

# ---- records of the log: RFC 6962 path to the root of a signed checkpoint
part() { sed 's/^{"checkpoint":"\(.*\)","entry":"\(.*\)","format":1,"index":\([0-9]*\),"kind":"entry","path":\[\(.*\)\],"signer":"\(.*\)"}$/\'"$1/" "$2"; }
proof() { # FILE: says what does not hold
	part 1 "$1" | sed 's/\\n/\
/g' > "$T/note"
	part 5 "$1" | sed 's/\\n/\
/g' > "$T/signer.pem"
	entry=$(part 2 "$1" | sed 's/\\\(["\\]\)/\1/g')
	head -n 3 "$T/note" > "$T/text"
	sed -n '5s/.* //p' "$T/note" | openssl base64 -d -A | tail -c +5 > "$T/sig"
	signed "$T/text" "$T/sig" "$T/signer.pem" || { echo "signature of the checkpoint"; return; }
	below "$T/signer.pem" trust/zone.pem || { echo "certificate of the checkpoint's signer"; return; }
	s=$(suite "$T/signer.pem")
	leaf=$({ printf '\000'; printf '%s' "$entry"; } | openssl dgst "-$s" -r | sed 's/ .*//')
	r=$(folded "$leaf" "$(part 3 "$1")" "$(sed -n 2p "$T/note")" "$s" $(part 4 "$1" | sed 's/[",]/ /g'))
	root=$(sed -n 3p "$T/note")
	[ -n "$r" ] && [ "$(bytes "$r" 32 | openssl base64 -A)" = "$root" ] || echo "path to the checkpoint"
}
for l in data/log/*.json; do
	[ -f "$l" ] || continue
	wrong=$(proof "$l")
	[ -z "$wrong" ] && tell ok "$l: $(part 2 "$l" | sed 's/\\"/"/g; s/.*"action":"\([^"]*\)".*"at":"\([^"]*\)".*/\1 \2/')" || tell BAD "$l: $wrong"
done
[ $bad = 0 ] && echo "everything holds" || echo "NOT everything holds"
exit $bad
