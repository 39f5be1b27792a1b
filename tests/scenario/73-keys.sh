#!/bin/sh
# Keys of a zone are revoked while everything runs: the list travels over the gap and the diode, the gap's halves keep it on its way, the zones hold to it;
# a list of a stranger is refused. Not a file is laid by hand but the zone's own.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
report() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi; }
# appears FOLDER: a list lies there
appears() {
	n=600
	while ! ls "$1"/*.json > /dev/null 2>&1; do
		n=$((n - 1))
		[ $n -gt 0 ] || return 1
		sleep 0.05
	done
}
zones_made
stack_start
watch_replies $ZONES

# The extranet's authority revokes a signer of its zone that has signed nothing yet.
mkdir "$D/spare"
"$SW_BIN/swbundle" keygen station --ca "$D/extranet/keys" --use sign --link gap --link diode --name extranet --out "$D/spare" > /dev/null
"$SW_BIN/swbundle" revoke --ca "$D/extranet/keys" --cert "$D/spare/extranet.sign.pem" --reason compromised --list "$D/extranet.json" > /dev/null
report $? "the extranet's authority signs a list"
"$SW_BIN/registryd" revoke "$D/extranet.json" -c "$D/extranet/conf/registryd.yaml"
report $? "registryd takes it and queues it"
appears "$D/extranet/data/revoked"
report $? "the extranet keeps its own list"
appears "$D/internet/data/revoked"
report $? "it reached the internet zone over the gap"
appears "$D/intranet/data/revoked"
report $? "it reached the intranet over the diode"
for half in inner outer; do
	find "$D/gapd/$half" -path '*revoked*.json' | grep -q .
	report $? "the gap's $half half took it out of what passed"
done
cmp -s "$D/extranet.json" "$(ls "$D"/internet/data/revoked/*.json)"
report $? "byte for byte"

# What the revoked key signs is refused from now on, without a restart.
printf '{"attachments":[],"body":{"application":"01936000-0000-7000-8000-000000000001"},"created":"2026-11-24T03:42:00.123Z","dest":"intranet","epoch":1,"id":"01936000-0000-7000-8000-000000000009","keys":[],"origin":"extranet","suite":"%s","tenant":"110101","type":"application.withdrawn","version":1}' "${SW_SUITE:-gm}" > "$D/spare/0000.json"
mkdir "$D/forged" && mv "$D/spare/0000.json" "$D/forged/"
"$SW_BIN/swbundle" pack --key "$D/spare/extranet.sign.key" --cert "$D/spare/extranet.sign.pem" --recipient "$D/intranet/keys/intranet.encrypt.pem" \
	--recipient-trust "$D/intranet/keys/ca.pem" --link diode --to intranet --epoch 1 --seq 900 --out "$D/forged.swb" "$D/forged" > /dev/null
report $? "a thief signs with the revoked key"
cp "$D/forged.swb" "$D/intranet/spool/diode/in/.copy" && mv "$D/intranet/spool/diode/in/.copy" "$D/intranet/spool/diode/in/forged.swb"
n=600
while [ ! -s "$D/intranet/spool/diode/quarantine/forged.swb.reason" ] && [ $n -gt 0 ]; do n=$((n - 1)) && sleep 0.05; done
grep -q '"reason":"REVOKED"' "$D/intranet/spool/diode/quarantine/forged.swb.reason"
report $? "the intranet refuses it: REVOKED"

# Another zone's list is not this zone's to send; a list that was changed is refused.
"$SW_BIN/intaked" revoke "$D/extranet.json" -c "$D/internet/conf/intaked.yaml" 2> "$D/err"
[ $? -eq 1 ] && grep -q '^LINK: ' "$D/err"
report $? "intaked does not send the extranet's list"
sed 's/compromised/retired/' "$D/extranet.json" > "$D/bent.json"
"$SW_BIN/registryd" revoke "$D/bent.json" -c "$D/extranet/conf/registryd.yaml" 2> "$D/err"
[ $? -eq 1 ] && grep -q '^SIGNATURE: ' "$D/err"
report $? "registryd does not take a changed list"
replies_right
exit $failed
