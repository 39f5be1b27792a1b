#!/bin/sh
# Face comparison before signing: refused, unavailable, matching; the result goes over the gap with the signature and the registry alone judges it: one
# that is missing or not signed by the service is refused there although the portal took it.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
face= sms=
trap 'kill $face $sms 2> /dev/null; stack_stop; stack_clean' EXIT
case $SW_BIN in *asan*) ;; *) SW_WEB=$PWD/build/web ;; esac
zones_made
mkdir -p "$D/face"
token=$(password)
printf '%s\n' "$token" > "$D/internet/keys/face.token"
"$SW_TESTBIN/dept-face" --dir "$D/face" --data "$D/demo/people.json" --token "$token" --port-file "$D/face/port" 2>> "$D/log/face" &
face=$!
await "$D/face/port"
F=http://127.0.0.1:$(cat "$D/face/port")
fault() { curl -s -o "$D/control" -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "{\"fault\":\"$1\"}" "$F/api/control"; }
cp "$D/face/ca.pem" "$D/extranet/keys/face-ca.pem"
printf '\nface:\n  ca: ../keys/face-ca.pem\n  businesses: ["*"]\n' >> "$D/extranet/conf/registryd.yaml"
printf '\nface:\n  url: %s/api/compare\n  token_file: ../keys/face.token\n  businesses: [transfer-existing-flat]\n' "$F" >> "$D/internet/conf/intaked.yaml"
# The short-message gateway, for somebody who registers here.
mkdir -p "$D/sms"
printf '%s\n' "$token" > "$D/internet/keys/sms.token"
"$SW_TESTBIN/dept-sms" --dir "$D/sms" --token "$token" --port-file "$D/sms/port" 2>> "$D/log/sms" &
sms=$!
await "$D/sms/port"
printf '\nregistration: true\nsms:\n  url: http://127.0.0.1:%s/api/send\n  token_file: ../keys/sms.token\n' "$(cat "$D/sms/port")" >> "$D/internet/conf/intaked.yaml"
stack_start
ask() { call internet "$@"; cat "$W/code"; }
# A picture of two pixels.
printf 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' > "$D/face/photo.b64"
photo=$(printf '{"image":"%s"}' "$(cat "$D/face/photo.b64")")
s=$(person_of zhang) b=$(person_of wang)
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | head -1)
jq -nc --arg unit "$unit" --arg old "$old" --arg sn "$(person "$s" name)" --arg si "$(person "$s" id_number)" --arg bn "$(person "$b" name)" --arg bi "$(person "$b" id_number)" \
	'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
	parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
apply_start transfer-existing-flat zhang contract || failed=1
identity "$s" zhang
equal "without a comparison the portal takes no signature" "409 STATE" "$(cat "$W/code") $(field .error)"
equal "somebody who is no party compares nothing" 404 "$(ask li POST "$(app)/face" "$photo")"
equal "a text is no photograph" "415 MEDIA" "$(ask zhang POST "$(app)/face" '{"image":"aGVsbG8="}') $(field .error)"
fault unavailable
equal "a service that is down is told in plain words" "504 TIMEOUT the face comparison cannot be reached" "$(once internet zhang POST "$(app)/face" "$photo") $(field '"\(.error) \(.text)"')"
fault no-match
equal "another face does not match" "200 false" "$(ask zhang POST "$(app)/face" "$photo") $(field .matches)"
identity "$s" zhang
equal "and opens nothing" 409 "$(cat "$W/code")"
fault wrong-person
equal "an answer about somebody else is not taken" 422 "$(ask zhang POST "$(app)/face" "$photo")"
if [ -n "${SW_WEB:-}" ]; then
	fault no-match
	SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_FACE=$F SW_PHOTO=$D/face/photo.b64
	export SW_DIR SW_URL_INTERNET SW_FACE SW_PHOTO
	timeout 300 node tests/web/face.mjs "$application" || failed=1
fi
fault none
equal "the right face matches" "200 true" "$(ask zhang POST "$(app)/face" "$photo") $(field .matches)"
equal "which is remembered for this text" "200 true" "$(ask zhang GET "$(app)/face") $(field .matches)"
apply_sign zhang "$s" 0 || failed=1
# The portal does not judge: what is forged passes here.
fault bad-signature
equal "a forged result is taken by the portal" "200 true" "$(ask wang POST "$(app)/face" "$photo") $(field .matches)"
apply_sign wang "$b" 1 || failed=1
reach internet zhang "$(app)" '.state == "refused"' "the registry's refusal" || failed=1
equal "and refused by the registry, which says why" 1 "$(jq -r .reason "$W/reply" | grep -c 'face comparison')"
forged=$application
apply_start transfer-existing-flat zhang contract || failed=1
fault none
for u in zhang wang; do
	equal "$u: the face is compared" "200 true" "$(ask $u POST "$(app)/face" "$photo") $(field .matches)"
done
apply_sign zhang "$s" 0 || failed=1
apply_sign wang "$b" 1 || failed=1
reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry" || failed=1
equal "the case page shows both comparisons" "96 96" "$(field '[.parties[].face.score] | join(" ")')"
equal "which are kept as they were signed" "2 0" "$(stack_sql extranet 'SELECT count(*) FROM reg_face') $(stack_sql extranet "SELECT count(*) FROM reg_face WHERE case_id = '$forged'")"
equal "nobody's photograph is kept at the portal" 1 "$(grep -raqF "$(cut -c1-40 "$D/face/photo.b64")" "$D/internet/data" "$D/internet/spool"; echo $?)"

# ---- who registered with a mobile number proves the own identity by the face (POST /api/person/face)
P=13812340077 name=$(person 8 name) number=$(person 8 id_number)
as() { curl -s -o "$W/reply" -w '%{http_code}' -b "$D/jar.new" -c "$D/jar.new" -X "$1" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' ${3:+--data-binary "$3"} "$(url internet)$2"; }
as POST /api/registration/code "{\"phone\":\"$P\",\"purpose\":\"register\"}" > "$W/code0"
n=0
until curl -s "http://127.0.0.1:$(cat "$D/sms/port")/api/sent?phone=$P" > "$D/told" && [ "$(jq '.rows | length' "$D/told")" -gt 0 ] || [ $n -ge 200 ]; do n=$((n + 1)); sleep 0.05; done
equal "an account is made with a mobile number" "201 200 registered" "$(as POST /api/registration "$(jq -nc --arg p $P --arg c "$(jq -r '.rows[-1].words.code' "$D/told")" --arg n "$name" '{phone: $p, code: $c, name: $n, password: "correct horse", notice: 0}')") $(as GET /api/session) $(field .roles)"
# prove NUMBER [IMAGE]
prove() { as POST /api/person/face "$(jq -nc --arg i "$1" --arg p "${2:-$(cat "$D/face/photo.b64")}" '{id_number: $i, image: $p}')"; }
equal "it applies for nothing yet" 403 "$(as GET /api/applications)"
equal "a number without its check digit proves nothing" "422 SCHEMA" "$(prove 110101199003070012) $(field .error)"
equal "a text is no photograph" "415 MEDIA" "$(prove "$number" aGVsbG8=) $(field .error)"
fault no-match
equal "another face proves nothing" "200 false 403" "$(prove "$number") $(field .matches) $(as GET /api/applications)"
fault unavailable
equal "a service that is down is told in plain words" "504 the face comparison cannot be reached" "$(prove "$number") $(field .text)"
fault wrong-person
equal "an answer about somebody else is not taken" 422 "$(prove "$number")"
fault boast
equal "the number of who has an account already proves nobody else" "409 EXISTS 403" "$(prove "$(person "$s" id_number)") $(field .error) $(as GET /api/applications)"
fault none
equal "the right face proves the person" "200 true" "$(prove "$number") $(field .matches)"
equal "who is an applicant from then on, by the face" "200 face applicant" "$(as GET /api/person) $(field .level) $(as GET /api/session > "$W/code0"; field .roles)"
equal "and needs no second proof" 403 "$(prove "$number")"
equal "an applicant of the platform proves nothing here" 403 "$(ask zhang POST /api/person/face "$(jq -nc --arg p "$(cat "$D/face/photo.b64")" '{id_number: "110101199003070011", image: $p}')")"
equal "that photograph is kept nowhere either" 1 "$(grep -raqF "$(cut -c1-40 "$D/face/photo.b64")" "$D/internet/data" "$D/internet/spool"; echo $?)"
exit $failed
