#!/bin/sh
# TLS of the portal: good versions and suites alone, headers, a certificate changed while it runs, a damaged one that changes nothing; behind a proxy the
# address is the one it names, and nobody else's word counts. SW_TESTSSL=1 also runs testssl.sh: protocols, kinds of ciphers, forward secrecy, certificate, head and the
# known weaknesses; not every cipher by itself and not its imitation of browsers, which take a quarter of an hour.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
daemon=
trap 'kill $daemon 2> /dev/null; wait $daemon; stack_clean' EXIT
zones_made
T=$D/internet/keys
# made SUBJECT: a certificate of that name for 127.0.0.1
made() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout "$D/new.key" -out "$D/new.pem" 2> /dev/null
	chmod 600 "$D/new.key"
}
put() { mv "$D/new.key" "$T/tls.key" && mv "$D/new.pem" "$T/tls.pem"; }
made first
put
printf '\ntls:\n  cert: ../keys/tls.pem\n  key: ../keys/master.key\n' >> "$D/internet/conf/intaked.yaml"
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2> "$D/refused"
equal "a key that is none is refused at the start" "2 CONFIG" "$? $(grep -o '^[A-Z]*: tls.key' "$D/refused" | cut -d: -f1)"
sed -i 's|  key: ../keys/master.key|  key: ../keys/tls.key|' "$D/internet/conf/intaked.yaml"
start() {
	rm -f "$D/internet/data/port"
	"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
	daemon=$!
	await "$D/internet/data/port"
	P=$(cat "$D/internet/data/port")
}
start
# shown OPTIONS…: protocol and suite that were agreed, or refused
shown() { openssl s_client -connect "127.0.0.1:$P" "$@" < /dev/null 2> /dev/null | awk '/^New, \(NONE\)/ { print "refused"; exit } /^New, / { print $2, $5; exit }' | tr -d ','; }
# subject: whom a new connection meets
subject() { openssl s_client -connect "127.0.0.1:$P" < /dev/null 2> /dev/null | sed -n 's/^subject=CN = //p'; }
equal "TLS 1.3 with an authenticated cipher" "TLSv1.3 TLS_AES_256_GCM_SHA384" "$(shown)"
equal "TLS 1.2 with forward secrecy" "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384" "$(shown -tls1_2)"
for v in tls1 tls1_1; do
	equal "$v is refused" "refused" "$(shown -$v -cipher 'ALL:@SECLEVEL=0')"
done
for c in ECDHE-ECDSA-AES128-SHA ECDHE-ECDSA-AES256-SHA384 'ALL:!ECDHE:@SECLEVEL=0'; do
	equal "TLS 1.2 with $c is refused" "refused" "$(shown -tls1_2 -cipher "$c")"
done
equal "a page comes over it" 200 "$(curl -s --cacert "$T/tls.pem" -o "$D/reply" -D "$D/head" -w '%{http_code}' "https://127.0.0.1:$P/api/config")"
for h in 'Strict-Transport-Security: max-age=' 'Content-Security-Policy: default-src' 'X-Content-Type-Options: nosniff' 'Referrer-Policy: no-referrer' 'Permissions-Policy: camera=(self)'; do
	equal "header ${h%%:*}" 1 "$(grep -ic "^$h" "$D/head")"
done
equal "plain HTTP is not answered" 000 "$(curl -s -o "$D/reply" -w '%{http_code}' "http://127.0.0.1:$P/api/config")"
jq -nc --arg p "$(secret internet zhang)" '{user: "zhang", password: $p}' > "$D/signin"
curl -s --cacert "$T/tls.pem" -D "$D/head" -o "$D/reply" -c "$D/jar" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -H 'X-Forwarded-For: 203.0.113.9' --data-binary "@$D/signin" "https://127.0.0.1:$P/api/session"
equal "the session's cookie is for TLS alone" 1 "$(grep -i '^set-cookie: sid=' "$D/head" | grep -c '; Secure')"
equal "a peer that is no proxy of ours names nobody" 127.0.0.1 "$(curl -s --cacert "$T/tls.pem" -b "$D/jar" "https://127.0.0.1:$P/api/sessions" | jq -r '.rows[0].address')"
equal "the first certificate is shown" first "$(subject)"
made second
put
n=1200
while [ "$(subject)" != second ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
equal "a new one is shown without a stop" second "$(subject)"
echo damaged > "$T/tls.pem"
sleep 0.6
equal "a damaged one changes nothing" second "$(subject)"
# A certificate as a site has it: of an authority, for a name, with the place of its list of revoked ones.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj '/CN=authority' -keyout "$D/ca.key" -out "$D/ca.pem" 2> /dev/null
printf 'subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\ncrlDistributionPoints=URI:http://localhost/list.crl\n' > "$D/leaf.conf"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' -keyout "$D/new.key" -out "$D/leaf.csr" 2> /dev/null
openssl x509 -req -in "$D/leaf.csr" -CA "$D/ca.pem" -CAkey "$D/ca.key" -CAcreateserial -days 90 -extfile "$D/leaf.conf" -out "$D/new.pem" 2> /dev/null
chmod 600 "$D/new.key"
put
n=1200
while [ "$(subject)" != localhost ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
equal "a chain is believed by who trusts its authority" 200 "$(curl -s --cacert "$D/ca.pem" --resolve "localhost:$P:127.0.0.1" -o "$D/reply" -w '%{http_code}' "https://localhost:$P/api/config")"
# "R" begins a handshake anew from the client's side: the server says hello once, at the beginning.
echo R | openssl s_client -connect "127.0.0.1:$P" -tls1_2 -msg > "$D/renegotiation" 2>&1
equal "a handshake that the client begins anew is refused" "1 1" "$(grep -c RENEGOTIATING "$D/renegotiation") $(grep -c '<<< .*ServerHello$' "$D/renegotiation")"
if [ "${SW_TESTSSL:-0}" = 1 ]; then
	testssl --quiet --color 0 --severity LOW -p -s -f -S -h -U --add-ca "$D/ca.pem" --ip 127.0.0.1 --jsonfile "$D/testssl.json" "localhost:$P" > "$D/testssl.out" 2>&1
	jq -r '.[] | select(.severity != "INFO" and .severity != "OK") | "# \(.id): \(.severity): \(.finding)"' "$D/testssl.json"
	# It calls a client's renegotiation possible when its own client does not end with a failure; that it is refused was seen above. A local name has no record in the DNS.
	equal "testssl.sh finds nothing" "" "$(jq -r '.[] | select(.severity == "LOW" or .severity == "MEDIUM" or .severity == "HIGH" or .severity == "CRITICAL") | .id' "$D/testssl.json" | grep -vxE 'secure_client_renego|DNS_CAArecord' | tr '\n' ' ' | sed 's/ $//')"
fi
kill $daemon
wait $daemon
sed -i '/^tls:/,/^  key: ..\/keys\/tls.key/d' "$D/internet/conf/intaked.yaml"
printf 'proxies: ["127.0.0.1", "203.0.113.7"]\n' >> "$D/internet/conf/intaked.yaml"
start
# seen HEADER…: the address of a sign-in that came with them
seen() {
	rm -f "$D/jar"
	curl -s -D "$D/head" -o "$D/reply" -c "$D/jar" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' "$@" --data-binary "@$D/signin" "http://127.0.0.1:$P/api/session"
	sid=$(sed -n 's/^[Ss]et-[Cc]ookie: \(sid=[^;]*\).*/\1/p' "$D/head")
	curl -s -H "Cookie: $sid" "$@" "http://127.0.0.1:$P/api/sessions" | jq -r '.rows[] | select(.this) | .address'
}
equal "our proxy names who asks" 198.51.100.4 "$(seen -H 'X-Forwarded-For: 198.51.100.4' -H 'X-Forwarded-Proto: https')"
equal "and says that it came over TLS" 1 "$(grep -i '^set-cookie: sid=' "$D/head" | grep -c '; Secure')"
equal "what the client wrote before it does not count" 198.51.100.4 "$(seen -H 'X-Forwarded-For: 10.0.0.1, 198.51.100.4')"
equal "nor a header of its own" 198.51.100.4 "$(seen -H 'X-Forwarded-For: 10.0.0.1' -H 'X-Forwarded-For: 198.51.100.4')"
equal "two proxies of ours are passed over" 2001:db8::5 "$(seen -H 'X-Forwarded-For: 10.0.0.1, 2001:0db8:0:0::5, 203.0.113.7')"
equal "nonsense leaves the proxy itself" 127.0.0.1 "$(seen -H 'X-Forwarded-For: <script>')"
exit $failed
