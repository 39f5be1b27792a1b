#!/bin/sh
# Signing in at the identity platform by OpenID Connect: against a real provider on its own pages, and against one that lies in every way it can.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
running=
trap 'for p in $running; do kill "$p" 2> /dev/null; done; wait; stack_clean' EXIT
zones_made stack_definitions
password > "$D/internet/keys/oidc.secret"
# Ports that nobody has: a provider's address is its name, so it stands in the configuration before it listens.
SW_ISSUERS=$(node -e 'const n=require("net");const p=[];const f=()=>{const s=n.createServer().listen(0,"127.0.0.1",()=>{p.push(s);p.length<4?f():(console.log(p.map(x=>x.address().port).join(" ")),p.forEach(x=>x.close()))})};f()')
# portal NAME ISSUER-PORT PORT [SECRET]: a portal that trusts that provider
portal() {
	sed "s|127.0.0.1:0$|127.0.0.1:$3|; s|127.0.0.1:0 |127.0.0.1:$3 |" "$D/internet/conf/intaked.yaml" > "$D/internet/conf/$1.yaml"
	cat >> "$D/internet/conf/$1.yaml" <<- END

		oidc:
		  issuer: http://127.0.0.1:$2
		  client: portal
		  redirect: http://127.0.0.1:$3/
		  levels: "urn:level:3"
	END
	[ -z "${4:-}" ] || echo "  secret_file: $4" >> "$D/internet/conf/$1.yaml"
}
set -- $SW_ISSUERS
portal honest "$1" "$3" "$D/internet/keys/oidc.secret"
portal lying "$2" "$4"
SW_PORTAL=http://127.0.0.1:$3 SW_PORTAL_LYING=http://127.0.0.1:$4 SW_ISSUERS="$1 $2" SW_SECRET=$D/internet/keys/oidc.secret
SW_NAME=$(person 5 name) SW_NUMBER=$(person 5 id_number)
export SW_PORTAL SW_PORTAL_LYING SW_ISSUERS SW_SECRET SW_NAME SW_NUMBER
cp -r "$D/internet" "$D/internet2"
sed -i "s|$D/internet/|$D/internet2/|" "$D/internet2/conf/lying.yaml"
"$SW_BIN/intaked" -c "$D/internet/conf/honest.yaml" 2>> "$D/log/intaked" &
running="$running $!"
"$SW_BIN/intaked" -c "$D/internet2/conf/lying.yaml" 2>> "$D/log/intaked" &
running="$running $!"
await "$D/internet/data/port"
await "$D/internet2/data/port"
timeout 300 node tests/web/oidc.mjs
rc=$?
grep -aF "$SW_NUMBER" "$D/log/intaked" > /dev/null && { echo "not ok - no number of a person in the logs"; rc=1; }
exit $rc
