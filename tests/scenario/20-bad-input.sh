#!/bin/sh
# Bad input at every edge: configuration, HTTP, spool, disc. Each is refused with its reason code, put aside where it applies, and the daemon goes on.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	rm -rf "$D"
}
trap finish EXIT
zones_made stack_definitions

# ---- configuration: FILE PROGRAM
refuses_config() {
	p=$2
	for edit in '$ a unheard: 1' '$ a data: [' '1 i data: x\ndata: y'; do
		sed "$edit" "$1" > "${1%/*}/bad.yaml"
		"$SW_BIN/$p" -c "${1%/*}/bad.yaml" --check > "$D/said" 2>&1
		rc=$?
		line=$(grep -c "^CONFIG: .*bad\.yaml:[0-9]*:[0-9]*: " "$D/said")
		case $rc.$line in 2.1) ;; *) echo "not ok - $p with \"$edit\" ends with $rc: $(head -1 "$D/said")"; failed=1; return ;; esac
	done
	"$SW_BIN/$p" -c "$D/nowhere.yaml" --check > "$D/said" 2>&1
	equal "$p: unknown key, broken YAML, a key twice, no file: CONFIG with the place, exit code 2" "2 1" "$? $(grep -c '^CONFIG: ' "$D/said")"
	rm "${1%/*}/bad.yaml"
}
refuses_config "$D/internet/conf/intaked.yaml" intaked
refuses_config "$D/extranet/conf/registryd.yaml" registryd
refuses_config "$D/intranet/conf/cadastred.yaml" cadastred
refuses_config "$D/gapd/conf/switch.yaml" gapd-switch
refuses_config "$D/gapd/conf/outer.yaml" gapd-outer
refuses_config "$D/gapd/conf/inner.yaml" gapd-inner
refuses_config "$D/diode/conf/send.yaml" diode-send
refuses_config "$D/diode/conf/recv.yaml" diode-recv
sed 's|in_ca: .*|in_ca: nowhere.pem|' "$D/intranet/conf/cadastred.yaml" > "$D/intranet/conf/bad.yaml"
"$SW_BIN/cadastred" -c "$D/intranet/conf/bad.yaml" > "$D/said" 2>&1
equal "a certificate that is not there stops the start, and is named" "1 1" "$? $(grep -c 'nowhere\.pem' "$D/said")"
echo '{"user":"x","role":"reviewer","name":"甲"' | "$SW_BIN/cadastred" user add -c "$D/intranet/conf/cadastred.yaml" > "$D/said" 2>&1
equal "an account that is no JSON: SYNTAX with the line" "1 1" "$? $(grep -c '^SYNTAX: line 1' "$D/said")"
for t in cadastre register; do
	case $t in cadastre) z=intranet p=cadastred ;; *) z=extranet p=registryd ;; esac
	echo '{"table":"unheard","row":{}}' > "$D/bad.jsonl"
	"$SW_BIN/$p" import -c "$D/$z/conf/$p.yaml" "$D/bad.jsonl" > "$D/said" 2>&1
	equal "$p import: a row of an unknown table is refused" "1 1" "$? $(grep -c '^[A-Z]*: ' "$D/said")"
done

# ---- HTTP
"$SW_TESTBIN/dept-identity" --dir "$D/identity" --data "$D/demo/people.json" --listen 127.0.0.1:0 --port-file "$D/identity/port" 2>> "$D/log/identity" &
running="$running $!"
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
intaked=$!
PATH="$SW_BIN:$PATH" "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2>> "$D/log/registryd" &
registryd=$!
"$SW_BIN/cadastred" -c "$D/intranet/conf/cadastred.yaml" 2>> "$D/log/cadastred" &
cadastred=$!
running="$running $intaked $registryd $cadastred"
for z in $ZONES; do await "$D/$z/data/port"; done

U=$(url internet)
secret() { awk -v u="$1" '$1 == "internet" && $2 == u { print $3 }' "$D/accounts.txt"; }
# answer METHOD PATH TYPE FILE [MORE]: "STATUS CODE"
answer() {
	m=$1 a=$2 t=$3 f=$4
	shift 4
	status=$(curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar" -c "$D/jar" -X "$m" -H 'X-Requested-With: sanwang' -H "Content-Type: $t" "$@" --data-binary "@$f" "$U$a")
	echo "$status $(jq -r '.error // "none"' "$D/reply" 2> /dev/null)"
}
JSON=application/json
BYTES=application/octet-stream
printf '{"user":"zhang","password":"%s"}' "$(secret zhang)" > "$D/in"
equal "zhang signs in" "200 none" "$(answer POST /api/session $JSON "$D/in")"
printf '{"business":' > "$D/in"
equal "half a JSON document" "400 SYNTAX" "$(answer POST /api/applications $JSON "$D/in")"
printf '["business"]' > "$D/in"
equal "JSON of another kind" "422 SCHEMA" "$(answer POST /api/applications $JSON "$D/in")"
printf '{"business":"unheard"}' > "$D/in"
equal "an unknown business" "422 SCHEMA" "$(answer POST /api/applications $JSON "$D/in")"
printf '{"business":"transfer-existing-flat"}' > "$D/in"
equal "text instead of JSON" "415 MEDIA" "$(answer POST /api/applications text/plain "$D/in")"
equal "an application is started" "201 none" "$(answer POST /api/applications $JSON "$D/in")"
id=$(jq -r .id "$D/reply")
printf '{"version":1,"owner":"me"}' > "$D/in"
equal "a key that nobody knows" "422 SCHEMA" "$(answer PUT "/api/applications/$id" $JSON "$D/in")"
{ printf '{"a":"'; head -c 2000000 /dev/zero | tr '\0' x; printf '"}'; } > "$D/in"
equal "two megabytes of JSON" "413 LIMIT" "$(answer PUT "/api/applications/$id" $JSON "$D/in")"
m="/api/applications/$id/materials?code=contract&name=contract.pdf"
truncate -s 25M "$D/big"
equal "a material larger than the business takes" "413 LIMIT" "$(answer POST "$m" $BYTES "$D/big")"
equal "and larger without saying so beforehand" "413 LIMIT" "$(answer POST "$m" $BYTES "$D/big" -H 'Transfer-Encoding: chunked')"
printf 'MZ\220\0' > "$D/in"
equal "a program as material" "415 MEDIA" "$(answer POST "$m" $BYTES "$D/in")"
equal "a drawing as material" "415 SPATIAL" "$(answer POST "$m" $BYTES "$D/demo/parcel-good.geojson")"
equal "a material of no list" "422 SCHEMA" "$(answer POST "/api/applications/$id/materials?code=unheard&name=x.pdf" $BYTES "$D/demo/sample.pdf")"
equal "nothing of all that was written" 0 "$(find "$D/internet/data/blobs" -type f | wc -l)"
equal "a good one is still taken" "201 none" "$(answer POST "$m" $BYTES "$D/demo/sample.pdf")"
equal "it is written once" 1 "$(find "$D/internet/data/blobs" -type f | wc -l)"
equal "and removed with its row" "200 none 0" "$(answer DELETE "/api/applications/$id/materials/$(jq -r .id "$D/reply")" $JSON /dev/null) $(find "$D/internet/data/blobs" -type f | wc -l)"

# ---- spool: what lies in the intranet's diode folder
in=$D/intranet/spool/diode/in
q=$D/intranet/spool/diode/quarantine
mkdir -p "$in"
pack() { # SEQ OUT
	"$SW_BIN/swbundle" pack --key "$D/extranet/keys/extranet.sign.key" --cert "$D/extranet/keys/extranet.sign.pem" --recipient "$D/intranet/keys/intranet.encrypt.pem" \
		--recipient-trust "$D/intranet/keys/ca.pem" --link "${3:-diode}" --to intranet --epoch 1 --seq "$1" --out "$2" > /dev/null
}
# lay NAME FILE: the file lies in in/ for a minute already
lay() { touch -d '1 minute ago' "$2" && mv "$2" "$in/$1"; }
# quarantined WHAT NAME REASON
quarantined() {
	n=1200
	while [ ! -e "$q/$2.reason" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
	equal "$1: quarantine, $3" "$3 no" "$(jq -r .reason "$q/$2.reason" 2> /dev/null) $([ -e "$in/$2" ] && echo yes || echo no)"
}
pack 7 "$D/whole.swb"
head -c $(($(stat -c %s "$D/whole.swb") / 2)) "$D/whole.swb" > "$D/half.swb"
lay half.swb "$D/half.swb"
quarantined "half a bundle" half.swb TRUNCATED
cat "$D/whole.swb" "$D/demo/sample.pdf" > "$D/more.swb"
lay more.swb "$D/more.swb"
quarantined "a bundle with something behind it" more.swb TRAILING
head -c 300000 "$SW_BIN/burner" > "$D/foreign.pdf"
lay foreign.pdf "$D/foreign.pdf"
quarantined "a foreign file" foreign.pdf FORMAT
: > "$D/empty.swb"
lay empty.swb "$D/empty.swb"
quarantined "an empty file" empty.swb TRUNCATED
pack 7 "$D/link.swb" gap
lay link.swb "$D/link.swb"
quarantined "a bundle of another link" link.swb LINK
ln -s /etc/passwd "$in/link-out.swb"
quarantined "a symbolic link" link-out.swb MEMBER
mkdir "$in/folder.swb"
quarantined "a folder" folder.swb MEMBER

# ---- the gap: a name that is no text stops nobody
"$SW_BIN/gapd-switch" -c "$D/gapd/conf/switch.yaml" 2>> "$D/log/gapd" &
gap=$!
running="$running $gap"
q=$D/internet/spool/gap/quarantine in=$D/internet/spool/gap/out
mkdir -p "$in"
head -c 3000 "$D/demo/sample.pdf" > "$D/noise"
touch -d '1 minute ago' "$D/noise" && mv "$D/noise" "$in/$(printf 'no\377text.swb')"
quarantined "a file whose name is no text, at the gap" foreign TRUNCATED
head -c 3000 "$D/demo/sample.pdf" > "$D/noise"
lay next.swb "$D/noise"
quarantined "the next one after it" next.swb TRUNCATED
equal "the gap goes on" 0 "$(kill -0 $gap 2> /dev/null; echo $?)"

# ---- the tray of the extranet
tray=$D/extranet/tray
head -c 500000 /dev/urandom > "$tray/.noise" && mv "$tray/.noise" "$tray/noise.iso"
mkdir "$D/iso" && cp "$D/demo/sample.pdf" "$D/iso/"
xorriso -as mkisofs -quiet -o "$D/holiday.iso" "$D/iso" 2> /dev/null
mv "$D/holiday.iso" "$tray/holiday.iso"
for f in noise:FOREIGN holiday:MEMBER; do
	reason=${f#*:} f=${f%:*}
	n=600
	while [ ! -e "$tray/refused/$f.iso" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
	equal "a foreign image ($f) is put aside: $reason" "yes 1" "$([ -e "$tray/refused/$f.iso" ] && echo yes) $(grep -c "\"disc-refused\".*$f.*reason=$reason" "$D/log/registryd")"
done

# ---- afterwards
for z in $ZONES; do equal "$z goes on" ok "$(curl -s "$(url "$z")/api/health" | jq -r .status)"; done
for p in $intaked $registryd $cadastred; do kill -0 "$p" 2> /dev/null || { echo "not ok - a daemon has ended"; failed=1; }; done
exit $failed
