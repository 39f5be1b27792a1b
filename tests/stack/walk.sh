# Both businesses through the HTTP interfaces, as people would do it. Sourced after stack.sh, when the zones run.
# Every step looks first whether it is done already and is repeated until it is: a program may be killed at any moment of it.
W=$D/walk
mkdir -p "$W"
walk_started=$(date +%s%3N)
WALK_TRIES=${WALK_TRIES:-1500}
# Who acts in the zones: those of one office. division: of the portal's application, "" its own. register: its book as it was taken in; free: where nothing is drawn.
registrar=registrar1 chief=registrar2 reviewer=reviewer approver=approver division= register=$D/demo/register.jsonl free=parcel-good.geojson

# station TEXT: one line with the time since the walk began
station() { printf '%8.2f s  %s\n' "$(echo "$(date +%s%3N) $walk_started" | awk '{print ($1 - $2) / 1000}')" "$*"; }
walk_fail() { say "walk: $*"; [ ! -s "$W/reply" ] || say "last answer: $(head -c 600 "$W/reply")"; return 1; }

zone_daemon() { case $1 in internet) echo intaked ;; extranet) echo registryd ;; intranet) echo cadastred ;; esac; }
secret() { awk -v z="$1" -v u="$2" '$1 == z && $2 == u { print $3 }' "$D/accounts.txt"; }

# once ZONE USER METHOD PATH [JSON]: prints the status (000 when nobody answers); the body lies in $W/reply
once() {
	if [ $# -gt 4 ]; then
		printf '%s' "$5" > "$W/body"
		$(person_at "$1") curl -s -m 20 -o "$W/reply" -w '%{http_code}' -b "$W/jar.$1.$2" -c "$W/jar.$1.$2" -X "$3" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$W/body" "$(url "$1")$4"
	else
		$(person_at "$1") curl -s -m 20 -o "$W/reply" -w '%{http_code}' -b "$W/jar.$1.$2" -c "$W/jar.$1.$2" -X "$3" -H 'X-Requested-With: sanwang' "$(url "$1")$4"
	fi
}
# call …: the same; signs in when that is needed, tries again while the program is away
call() {
	for _ in $(seq 100); do
		code=$(once "$@")
		case $code in
		000 | 503 | 502) sleep 0.1 ;;
		401)
			jq -nc --arg u "$2" --arg p "$(secret "$1" "$2")" '{user: $u, password: $p}' > "$W/signin"
			$(person_at "$1") curl -s -m 20 -o "$W/signin.reply" -c "$W/jar.$1.$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$W/signin" "$(url "$1")/api/session" || sleep 0.1
			rm -f "$W/signin"
			;;
		423) # the own signing key is opened once in a session
			jq -nc --arg p "$(secret signing "$2")" '{passphrase: $p}' > "$W/signin"
			$(person_at "$1") curl -s -m 20 -o "$W/signin.reply" -b "$W/jar.$1.$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$W/signin" "$(url "$1")/api/signing" || sleep 0.1
			rm -f "$W/signin"
			;;
		*) break ;;
		esac
	done
	echo "$code" > "$W/code"
}
upload() { # ZONE USER PATH FILE
	$(person_at "$1") curl -s -m 60 -o "$W/reply" -w '%{http_code}' -b "$W/jar.$1.$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/octet-stream' --data-binary "@$4" "$(url "$1")$3" > "$W/code" || echo 000 > "$W/code"
}
field() { jq -r "$@" "$W/reply"; }

# reach ZONE USER PATH CONDITION WHAT [ACTION…]: looks at PATH until the jq CONDITION holds; as long as it does not, runs ACTION (a function).
reach() {
	zone=$1 user=$2 path=$3 condition=$4 what=$5
	shift 5
	tries=$WALK_TRIES
	while :; do
		call "$zone" "$user" GET "$path"
		if [ "$(cat "$W/code")" = 200 ] && [ "$(jq -r "$condition" "$W/reply" 2> /dev/null)" = true ]; then
			return 0
		fi
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { walk_fail "$what did not come"; return 1; }
		if [ $# -gt 0 ] && [ "$(cat "$W/code")" = 200 ]; then "$@"; fi
		sleep 0.05
	done
}

# ---- the applicants' side

app() { echo "/api/applications/$application"; }
save_draft() { [ "$(field .state)" = draft ] && call internet "$first" PUT "$(app)" "$(jq -c --argjson v "$(field .version)" '. + {version: $v}' "$W/draft.json")"; }
add_material() { upload internet "$first" "$(app)/materials?code=$material&name=$material.pdf" "$D/demo/sample.pdf"; }
freeze() { [ "$(field .state)" = draft ] && call internet "$first" POST "$(app)/freeze" "{\"version\":$(field .version)}"; }
# inquiry USER: 询问笔录, answered before signing; what is signed then holds the answers
inquiry() {
	call internet "$1" GET "$(app)"
	if [ "$(field '.asked.parties // [] | length')" != 0 ]; then
		cp "$W/reply" "$W/asked"
		call internet "$1" GET "/api/businesses/$(field .business)/$(field .business_version)"
		jq -s . "$W/asked" "$W/reply" | answers > "$W/record"
		call internet "$1" PUT "$(app)/record" "$(cat "$W/record")"
	fi
	jq -j '.canonical // empty' "$W/reply" > "$W/canonical"
}
# platform_sign PERSON: what that person signs at the identity platform over $W/canonical, in $W/signature
platform_sign() {
	jq -nc --rawfile f "$W/canonical" --arg i "$(person "$1" id_number)" --arg p "$(person "$1" pin)" '{id_number: $i, pin: $p, form: $f}' > "$W/sign"
	$(person_at internet) curl -s -m 20 -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$W/sign" "http://127.0.0.1:$(cat "$D/identity/port")/api/sign" > "$W/signature"
}
# withdraw_sign USER PERSON [FILTER]: signs the withdrawal that waits; FILTER changes what is handed in
withdraw_sign() {
	call internet "$1" GET "$(app)"
	jq -j '.withdrawal.text // empty' "$W/reply" > "$W/canonical"
	platform_sign "$2" || return 0
	call internet "$1" POST "$(app)/signature" "$(jq -c "${3:-.}" "$W/signature")"
}
# withdraw USER PERSON [USER PERSON]…: begun by the first, signed by each
withdraw() {
	call internet "$1" POST "$(app)/withdraw" '{}'
	while [ $# -gt 0 ]; do
		withdraw_sign "$1" "$2"
		shift 2
	done
}
# identity PERSON USER: the person answers what is asked and signs at the identity platform
identity() {
	inquiry "$2"
	platform_sign "$1" || return 0
	call internet "$2" POST "$(app)/signature" "$(cat "$W/signature")"
}

# apply BUSINESS USER MATERIAL: draft, material, text fixed
apply_start() {
	business=$1 first=$2 material=$3
	while :; do
		call internet "$first" POST /api/applications "{\"business\":\"$business\",\"division\":\"$division\"}"
		case $(cat "$W/code") in 200 | 201) break ;; esac
	done
	application=$(field .id)
	reach internet "$first" "$(app)" ".state != \"draft\" or .unit_code == \"$(jq -r .unit_code "$W/draft.json")\"" "the saved draft" save_draft || return 1
	reach internet "$first" "$(app)" ".state != \"draft\" or (.materials | map(.code) | index(\"$material\")) != null" "the material" add_material || return 1
	reach internet "$first" "$(app)" '.state != "draft"' "the text to be signed" freeze || return 1
	jq -j .canonical "$W/reply" > "$W/canonical"
}
# sign USER PERSON PARTY
apply_sign() {
	reach internet "$1" "$(app)" ".parties[$3].signed_at != null and .parties[$3].signed_at != \"\"" "the signature of $1" identity "$2" "$1"
}

# ---- the registrars' side

kase() { echo "/api/cases/$application"; }
# desk USER ACTION JSON: with the version just seen
desk() { call extranet "$1" POST "$(kase)/$2" "$(printf '%s' "$3" | jq -c --argjson v "$(field .version)" '. + {version: $v}')"; }
do_accept() { [ "$(field .state)" = submitted ] && desk $registrar accept '{}'; }
do_tax() { [ "$(field .state)" = accepted ] && desk $registrar tax "{\"voucher_no\":\"完税$application\",\"amount_cents\":7500000,\"paid_on\":\"$(date +%F)\"}"; }
do_graphics() { upload extranet $registrar "$(kase)/graphics?name=$graphics" "$D/demo/$graphics"; }
do_review() { [ "$(field .reviewer)" = "" ] && desk $registrar review '{"opinion":"材料齐全,符合规定"}'; }
# What the case owes is paid at the window; then it is entered.
do_pay() {
	call extranet $registrar GET "$(kase)/fee"
	[ "$(field '.fee.state // "none"')" != due ] || call extranet $registrar POST "$(kase)/fee/pay" "{\"receipt\":\"缴$application\",\"amount_cents\":$(field .fee.amount_cents),\"way\":\"刷卡\"}"
}
do_enter() {
	[ "$(field .state)" = review ] || return 0
	do_pay
	call extranet $chief GET "$(kase)"
	desk $chief enter '{}'
}

past() { # STATES…: the case is in one of these
	list=
	for s in "$@"; do list="$list\"$s\","; done
	echo ".state as \$s | [${list%,}] | index(\$s) != null"
}

book_and_certificate() {
	reach extranet $registrar "$(kase)" "$(past review entry certificate delivered archived)" "the review" do_review || return 1
	station "审核 reviewed by $registrar"
	reach extranet $chief "$(kase)" "$(past entry certificate delivered archived)" "the entry" do_enter || return 1
	station "登簿 entered by $chief"
	reach internet "$first" "$(app)" '.state == "delivered"' "the certificate at the portal" || return 1
	station "发证 certificate at the portal: $(field .certificate.number)"
	while :; do
		call internet "$first" GET "$(app)/certificate.json"
		[ "$(cat "$W/code")" = 200 ] && break
	done
	jq -c '{certificate, signature, seal_certificate}' "$W/reply" > "$W/certificate.json"
	call internet "$first" POST /api/certificates/verify "$(cat "$W/certificate.json")"
	[ "$(field .valid)" = true ] || { walk_fail "the certificate does not verify"; return 1; }
	call internet "$first" GET "$(app)/certificate"
	cp "$W/reply" "$W/certificate-$application.pdf"
	head -c 5 "$W/certificate-$application.pdf" | grep -q '%PDF-' || { walk_fail "the certificate is not a PDF"; return 1; }
	pdf=$(jq -r '.certificate | fromjson | .pdf // empty' "$W/certificate.json")
	[ "$(openssl dgst -sm3 -r "$W/certificate-$application.pdf" | cut -c1-64)" = "$pdf" ] || { walk_fail "the PDF is not the one that was sealed"; return 1; }
	station "the seal verifies, the PDF is the sealed one"
}

# ---- 存量房转移登记

# walk_transfer [SELLER BUYER]: accounts of the portal; at first zhang holds the unit
person_of() { case $1 in zhang) echo 0 ;; li) echo 2 ;; wang) echo $(($(jq length "$D/demo/people.json") - 1)) ;; esac; }
walk_transfer() {
	seller=${1:-zhang} buyer=${2:-wang}
	s=$(person_of "$seller") b=$(person_of "$buyer")
	unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$register" | head -1)
	old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$register" | head -1)
	jq -nc --arg unit "$unit" --arg old "$old" --arg sn "$(person "$s" name)" --arg si "$(person "$s" id_number)" --arg bn "$(person "$b" name)" --arg bi "$(person "$b" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat "$seller" contract || return 1
	station "存量房转移: text fixed for signing"
	apply_sign "$seller" "$s" 0 || return 1
	apply_sign "$buyer" "$b" 1 || return 1
	station "both parties have signed, submitted"
	reach extranet $registrar "$(kase)" '.number != ""' "the case at the registry" || return 1
	station "over the gap: case $(field .number)"
	reach extranet $registrar "$(kase)" "$(past accepted tax review entry certificate delivered archived)" "the acceptance" do_accept || return 1
	station "受理 accepted"
	reach extranet $registrar "$(kase)" .has_tax "the tax voucher" do_tax || return 1
	station "完税 tax voucher entered"
	book_and_certificate
}

# ---- 首次登记

task() { echo "/api/tasks/$application"; }
do_task_review() { [ "$(field .state)" = received ] && call intranet $reviewer POST "$(task)/review" "{\"version\":$(field .version),\"verdict\":\"passed\",\"opinion\":\"界址清楚,无重叠\"}"; }
do_task_approve() { [ "$(field .state)" = reviewed ] && call intranet $approver POST "$(task)/approve" "{\"version\":$(field .version),\"agree\":true,\"opinion\":\"同意\"}"; }

# ferry: the officers carry one disc
do_disc_approve() { call intranet "$1" POST "/api/discs/$disc/approve" "{\"passphrase\":\"$(secret intranet "$1")\"}"; }
do_disc_burn() { call intranet officer1 POST "/api/discs/$disc/burn" '{}'; }
do_disc_carry() { call intranet officer1 POST "/api/discs/$disc/carry" '{}'; }
disc_has() { echo "[.rows[] | select(.disc == \"$disc\")][0] | $1"; }
# One disc through the officers' hands; what was done before is not done again.
carry_disc() {
	disc=$1
	for o in officer1 officer2; do
		reach intranet officer1 /api/discs "$(disc_has "(.approvals | map(.who) | index(\"$o\")) != null")" "the approval of $o" do_disc_approve $o || return 1
	done
	reach intranet officer1 /api/discs "$(disc_has '.state != "staged" and .state != "approved"')" "the burnt disc" do_disc_burn || return 1
	reach intranet officer1 /api/discs "$(disc_has '.state == "handed-over"')" "the disc's hand-over" do_disc_carry || return 1
	station "光盘摆渡 disc $disc: two approvals, burnt, carried"
}
# ferry REASON: a new disc, and all that are still on their way (an answer that was lost does not tell whether there is one)
ferry() {
	while :; do
		call intranet officer1 POST /api/discs "{\"reason\":\"$1\"}"
		case $(cat "$W/code") in
		201) break ;;
		4*) walk_fail "a disc cannot be staged"; return 1 ;;
		esac
	done
	while :; do
		call intranet officer1 GET /api/discs
		[ "$(cat "$W/code")" = 200 ] && break
	done
	for d in $(jq -r '.rows[] | select(.state == ("staged", "approved", "burnt")) | .disc' "$W/reply"); do
		carry_disc "$d" || return 1
	done
}

# first_to_task [N [FILE]]: until the graphics are with the reviewer. The N-th new parcel, each a street away from the one before
first_to_task() {
	n=${1:-0}
	graphics=handed-in-$n.geojson
	jq -c --argjson n "$n" '.features[0].properties.parcel_code |= (.[:14] + ((.[14:] | tonumber + $n + 100000 | tostring)[1:]))
		| .features[0].geometry.coordinates[0] |= map([.[0], .[1] + $n * 200])' "$D/demo/${2:-$free}" > "$D/demo/$graphics"
	buyer=$(person_of wang)
	parcel=$(jq -r '.features[0].properties.parcel_code' "$D/demo/$graphics")
	jq -nc --arg unit "${parcel}F00010101" --arg n "$(person "$buyer" name)" --arg i "$(person "$buyer" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路新建1幢101室", room: "101", use: "住宅", area_cm2: 1000000, parcel_area_cm2: 100000000},
		parties: [{role: "applicant", name: $n, id_number: $i, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start first-registration wang planning || return 1
	station "首次登记: text fixed for signing"
	apply_sign wang "$buyer" 0 || return 1
	reach extranet $registrar "$(kase)" '.number != ""' "the case at the registry" || return 1
	station "over the gap: case $(field .number)"
	reach extranet $registrar "$(kase)" "$(past accepted cadastral review entry certificate delivered archived)" "the acceptance" do_accept || return 1
	station "受理 accepted"
	reach extranet $registrar "$(kase)" '.steps | map(.state) | index("cadastral") != null' "the graphics" do_graphics || return 1
	station "graphics handed in at the window, encrypted on receipt"
	reach intranet $reviewer "$(task)" '.state != ""' "the task in the intranet" || return 1
	station "over the diode: task for the reviewer"
}
# first_to_review [N]: until the intranet has decided
first_to_review() {
	first_to_task "${1:-0}" || return 1
	reach intranet $reviewer "$(task)" '.state != "received"' "the cadastral review" do_task_review || return 1
	reach intranet $approver "$(task)" '.state == "passed"' "the approval of the review" do_task_approve || return 1
	station "权籍审核 reviewed and approved"
}
first_to_certificate() { # once the disc is there
	reach extranet $registrar "$(kase)" .has_cadastral "the result from the disc" || return 1
	station "imported: the result is at the registry"
	book_and_certificate
}
walk_first() { first_to_review "${1:-0}" && ferry "cadastral result of $application" && first_to_certificate; }

# The book and its log here and its copy in the intranet, row by row.
walk_book_equal() {
	for _ in $(seq "$WALK_TRIES"); do
		"$SW_BIN/registryd" dump -c "$D/extranet/conf/registryd.yaml" 2> "$W/book.err" | sort > "$W/book"
		"$SW_BIN/cadastred" dump -c "$D/intranet/conf/cadastred.yaml" 2> "$W/copy.err" | sort > "$W/copy"
		cmp -s "$W/book" "$W/copy" && [ -s "$W/book" ] && break
		sleep 0.2
	done
	cmp -s "$W/book" "$W/copy" || { diff "$W/book" "$W/copy" | head -5; walk_fail "book and copy differ"; return 1; }
	station "book, log and intranet copy are equal: $(wc -l < "$W/book") rows"
	"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$W/audit" 2>&1 || { head -5 "$W/audit"; walk_fail "the auditor of the book found something"; return 1; }
	station "audit-book: $(tail -1 "$W/audit")"
}
# What the logs of all say of the same bundles and discs, where nobody disturbed them: an attack leaves findings.
walk_logs_agree() {
	"$SW_BIN/swaudit" reconcile --live --json --trust "$D/internet/keys/ca.pem" --trust "$D/extranet/keys/ca.pem" --trust "$D/intranet/keys/ca.pem" \
		"$D"/*net/data/audit "$D"/gapd/*er/audit "$D"/diode/*/audit "$D"/*net/burner/audit > "$W/reconciled" 2>&1 || { jq -c '.findings[:5]' "$W/reconciled" || cat "$W/reconciled"; walk_fail "the logs disagree"; return 1; }
	station "reconcile: $(jq -r '[.streams[] | "\(.link) \(.from) \(.sent) sent, \(.received) received"] | join("; ")' "$W/reconciled")"
}
# How long after its submission the registry's first word about each application was at the portal: over the gap, there and back.
walk_feedback() {
	for id in $(stack_sql internet "SELECT message FROM outbox WHERE type = 'application.submitted' ORDER BY n"); do
		made=$((0x$(echo "$id" | cut -c1-8,10-13))) # UUIDv7
		since=$(date -u -d "@$((made / 1000)).$(printf '%03d' $((made % 1000)))" +%FT%T.%3NZ)
		told=$(stack_sql internet "SELECT min(at) FROM inbox WHERE type = 'application.progress' AND at > '$since'")
		[ "$told" ] || { walk_fail "no word about the application submitted at $since"; return 1; }
		echo $(($(date -d "$told" +%s%3N) - made))
	done > "$W/feedback"
	[ -s "$W/feedback" ] || { walk_fail "nothing was submitted"; return 1; }
	station "the registry's first word at the portal after $(paste -sd' ' "$W/feedback") ms"
}
