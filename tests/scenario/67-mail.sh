#!/bin/sh
# E-mail: an address counts once its code was told; news go to it, by template, with nothing personal; a mail server that is down, hangs up or loses its
# answer loses and doubles nothing; an address that it refuses is given up; each channel can be stopped by itself.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
server= tls=
trap 'kill $server $tls 2> /dev/null; stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
case $SW_BIN in *asan*) ;; *) [ ! -d build/web ] || SW_WEB=$PWD/build/web ;; esac
zones_made
mkdir -p "$D/mail"
"$SW_TESTBIN/dept-mail" --dir "$D/mail" --smtp-port-file "$D/mail/smtp" --port-file "$D/mail/port" 2>> "$D/log/mail" &
server=$!
await "$D/mail/port"
M=http://127.0.0.1:$(cat "$D/mail/port")
printf '\nmail:\n  url: smtp://127.0.0.1:%s\n  from: no-reply@portal.example.cn\n' "$(cat "$D/mail/smtp")" >> "$D/internet/conf/intaked.yaml"
stack_start
watch_replies internet
fault() { curl -s -o "$D/control" -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "{\"fault\":\"$1\"}" "$M/api/control"; }
ask() { call internet "$@"; cat "$W/code"; }
box=wang@example.cn
# letters [N]: how many lie in the box, once N do
letters() {
	for _ in $(seq 1200); do
		curl -s -G --data-urlencode "to=$box" "$M/api/sent" > "$D/mail/box"
		n=$(jq '.rows | length' "$D/mail/box")
		[ "$n" -ge "${1:-0}" ] && break
		sleep 0.1
	done
	echo "$n"
}
# text N: what the N-th letter says
text() { jq -r ".rows[$1].letter" "$D/mail/box" | tr -d '\r' | sed '1,/^$/d' | base64 -d; }
code() { text "$1" | grep -oE '[0-9]{6}' | head -1; }
mail() { call internet wang GET /api/person; field '"\(.mail.address)|\(.mail.pending)"'; }

equal "nothing is there at first; both ways are on" "| true true" "$(mail) $(field '"\(.channels.sms) \(.channels.mail)"')"
equal "what is no address is refused" "422 422" "$(ask wang POST /api/person/mail '{"address":"wang"}') $(ask wang POST /api/person/mail '{"address":"a@b.cn\r\nRCPT TO:<c@d.cn>"}')"
equal "no code waits" 409 "$(ask wang POST /api/person/mail/confirm '{"code":"123456"}')"
equal "an address is asked for; it does not count yet" "200 |w***@example.cn" "$(ask wang POST /api/person/mail "{\"address\":\"$box\"}") $(mail)"
equal "not again within the minute" 429 "$(ask wang POST /api/person/mail "{\"address\":\"$box\"}")"
equal "a letter with the code came" 1 "$(letters 1)"
right=$(code 0)
wrong=$(printf '%06d' $(((1${right} - 1000000 + 1) % 1000000)))
equal "a wrong code counts for nothing; the right one does, once" "409 200 409" "$(ask wang POST /api/person/mail/confirm "{\"code\":\"$wrong\"}" | sed 's/4[0-9][0-9]/409/') $(ask wang POST /api/person/mail/confirm "{\"code\":\"$right\"}") $(ask wang POST /api/person/mail/confirm "{\"code\":\"$right\"}")"
equal "the address counts, masked" "w***@example.cn|" "$(mail)"

# ---- news of an application, while the server has all its faults
hand_in() {
	s=$(person_of zhang) b=$(person_of wang)
	unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$register" | head -1)
	old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$register" | head -1)
	jq -nc --arg unit "$unit" --arg old "$old" --arg sn "$(person "$s" name)" --arg si "$(person "$s" id_number)" --arg bn "$(person "$b" name)" --arg bi "$(person "$b" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat zhang contract && apply_sign zhang "$s" 0 && apply_sign wang "$b" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case"
}
hand_in > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; echo "not ok - a case is handed in"; exit 1; }
number=$(field .number)
fault unavailable
reach extranet registrar1 "$(kase)" "$(past accepted tax review entry certificate delivered archived)" "the acceptance" do_accept > "$D/walk.log" 2>&1 || failed=1
reach internet wang "$(app)" '.state == "accepted"' "the news" || failed=1
sleep 1
equal "a server that is down gets nothing" 1 "$(letters)"
for f in refuse hang-up; do fault $f; sleep 1.2; done
equal "nor one that refuses for now, or hangs up" 1 "$(letters)"
fault lose-answer
equal "it takes the letter and its answer is lost" 2 "$(letters 2)"
fault none
for _ in $(seq 1200); do [ "$(stack_sql internet "SELECT count(*) FROM sms_out WHERE state = 'waiting'")" = 0 ] && break; sleep 0.1; done
equal "handed in again under the same name: in the box it is one" "2 true" "$(letters) $(jq '.rows[1].times > 1' "$D/mail/box")"
equal "it says that there is news, with the last four digits; and how to stop" "1 1 1" "$(text 1 | grep -c "尾号 $(printf %s "$number" | tail -c 4)") $(text 1 | grep -c 'was accepted') $(text 1 | grep -c 停收)"
equal "nobody's name, number or place, nor the whole case number" 0 "$(for w in "$(person "$(person_of wang)" name)" "$(person "$(person_of wang)" id_number)" 示例路 "$number" 张 "$(person "$(person_of zhang)" name)"; do jq -r '.rows[].letter' "$D/mail/box" | grep -cF -- "$w"; text 1 | grep -cF -- "$w"; done | sort -u | tr -d '\n')"
equal "who has no address gets none; the seller neither" 1 "$(curl -s "$M/api/sent" | jq '[.rows[].to] | unique | length')"
equal "nothing of it stands readable in the portal's files" 0 "$(stack_raw internet | xargs grep -lF "$box" | wc -l)"

# ---- stopped, and on again
equal "e-mail is stopped" "200 true false" "$(ask wang POST /api/person/channels '{"sms":true,"mail":false}') $(call internet wang GET /api/person; field '"\(.channels.sms) \(.channels.mail)"')"
reach extranet registrar1 "$(kase)" .has_tax "the tax" do_tax > "$D/walk.log" 2>&1
call extranet registrar1 GET "$(kase)"
desk registrar1 correct '{"text":"请补正","items":[{"kind":"other","code":"","text":"请附婚姻证明"}]}'
reach internet wang "$(app)" '.state == "correction"' "the correction" || failed=1
sleep 1.5
equal "nothing comes any more" 2 "$(letters)"
equal "on again" 200 "$(ask wang POST /api/person/channels '{"sms":true,"mail":true}')"
fault no-such-box
equal "the operators tell the applicants something" 201 "$(ask operator POST "/api/desk/applications/$application/messages" '{"template":"delay","text":"","sms":true}')"
for _ in $(seq 1200); do [ "$(stack_sql internet "SELECT count(*) FROM sms_out WHERE channel = 'mail' AND state = 'given-up'")" = 1 ] && break; sleep 0.1; done
equal "an address that the server refuses is given up at once, and nothing of it is left" "1 0" "$(stack_sql internet "SELECT count(*) FROM sms_out WHERE state = 'given-up'") $(stack_sql internet "SELECT count(*) FROM sms_out WHERE phone <> '' OR words <> ''")"
fault none
equal "the operators see how the server answers" "200 true" "$(ask operator GET /api/desk/health) $(field '.connectors["mail server"].ok > 0')"
if [ -n "${SW_WEB:-}" ]; then
	SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_MAIL=$M
	export SW_DIR SW_URL_INTERNET SW_MAIL
	timeout 300 node tests/web/mail.mjs || failed=1
fi
equal "removed, it is gone" "200 | 0" "$(ask wang DELETE /api/person/mail) $(mail) $(stack_sql internet "SELECT count(*) FROM person_mail")"

# ---- TLS: a server whose certificate nobody vouches for hears nothing, not even the address
port=$(shuf -i 20000-40000 -n 1)
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.2 -keyout "$D/mail/key.pem" -out "$D/mail/cert.pem" 2> "$D/openssl"
# listens: a server with that certificate, which greets who comes, and keeps what it hears
listens() {
	{ printf '220 hello\r\n'; sleep 100; } | openssl s_server -quiet -accept "127.0.0.1:$port" -cert "$D/mail/cert.pem" -key "$D/mail/key.pem" > "$D/mail/heard" 2>> "$D/log/mail" &
	tls=$!
}
listens
again() { # with this in place of the mail server's address
	sed -i "/^mail:/,/^[a-z]/ s|  url: .*|  url: smtps://localhost:$port|" "$D/internet/conf/intaked.yaml"
	rm -f "$D/internet/data/port"
	kill "$(cat "$D/pid/intaked")"
	await "$D/internet/data/port"
}
again
equal "a code is asked for" 200 "$(ask wang POST /api/person/mail '{"address":"wang2@example.cn"}')"
for _ in $(seq 1200); do [ "$(stack_sql internet "SELECT max(tries) FROM sms_out WHERE state = 'waiting'")" -ge 1 ] && break; sleep 0.1; done
equal "a certificate of nobody: the letter waits, and the server heard nothing" "true 0" "$([ "$(stack_sql internet "SELECT max(tries) FROM sms_out WHERE state = 'waiting'")" -ge 1 ] && echo true) $(grep -c . "$D/mail/heard")"
kill $tls
sleep 0.5
listens
printf '  ca: %s\n' "$D/mail/cert.pem" >> "$D/internet/conf/intaked.yaml"
again
stack_write internet "UPDATE sms_out SET next_at = 0 WHERE state = 'waiting'"
for _ in $(seq 1200); do grep -q EHLO "$D/mail/heard" && break; sleep 0.1; done
equal "with its authority named, it is spoken to" 1 "$(grep -c EHLO "$D/mail/heard")"
kill $tls

# ---- STARTTLS: a server that speaks it is spoken to under TLS alone; whoever takes it out of the talk on the way, refuses it in the server's name or
# speaks ahead of it hears neither address nor letter
"$SW_TESTBIN/dept-mail" --dir "$D/mail" --smtp-address 127.0.0.2 --smtp-port-file "$D/mail/smtp2" --port-file "$D/mail/port2" --cert "$D/mail/cert.pem" --key "$D/mail/key.pem" 2>> "$D/log/mail" &
tls=$!
await "$D/mail/port2"
M=http://127.0.0.1:$(cat "$D/mail/port2")
fault strip
sed -i "s|url: smtps://localhost:[0-9]*|url: smtp://127.0.0.2:$(cat "$D/mail/smtp2")|" "$D/internet/conf/intaked.yaml"
rm -f "$D/internet/data/port"
kill "$(cat "$D/pid/intaked")"
await "$D/internet/data/port"
tries() { stack_sql internet "SELECT max(tries) FROM sms_out WHERE state = 'waiting'"; }
# tried: the waiting letter is handed in once more
tried() {
	was=$(tries)
	stack_write internet "UPDATE sms_out SET next_at = 0, expires_at = expires_at + 300000 WHERE state = 'waiting'"
	for _ in $(seq 1200); do [ "$(tries)" -gt "$was" ] && break; sleep 0.1; done
}
for f in strip refuse-tls inject; do
	fault $f
	tried
	equal "STARTTLS, $f: the letter waits, nothing of it is heard" "0 0 true" "$(curl -s "$M/api/sent" | jq -r '"\(.rows | length) \(.unsafe)"') $([ "$(tries)" -gt "$was" ] && echo true)"
done
fault none
stack_write internet "UPDATE sms_out SET next_at = 0, expires_at = expires_at + 300000 WHERE state = 'waiting'"
box=wang2@example.cn
equal "STARTTLS as it should be: the letter came under TLS, nothing without" "1 true 0" "$(letters 1) $(jq -r '"\(.rows[0].tls) \(.unsafe)"' "$D/mail/box")"
kill $tls
sed -i "s|url: smtp://127.0.0.2:[0-9]*|url: http://localhost|" "$D/internet/conf/intaked.yaml"
kill "$(cat "$D/pid/intaked")"
for _ in $(seq 1200); do grep -q 'mail.url: smtps' "$D/log/intaked" && break; sleep 0.1; done
equal "what is no mail server's address is named at the start" yes "$(grep -q 'mail.url: smtps' "$D/log/intaked" && echo yes)"
replies_right
exit $failed
