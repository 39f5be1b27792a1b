#!/bin/sh
# The registrars' desk at a running registry, with the cases of its window: the queue in the order of the day they are due, paged, filtered and counted; claims that
# two persons race for; what an entry would change, told before it is made; marks, opinions begun, templates; back to the first review; a batch in which one case
# is refused. DESK_CASES=10000 puts so many into the queue and prints how long a page and the counts take.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
registry_alone
. tests/stack/walk.sh
. tests/scenario/lib/window.sh
is() { # TEXT STATUS USER METHOD PATH [JSON]
	what=$1 wanted=$2
	shift 2
	call extranet "$@"
	equal "$what" "$wanted" "$(cat "$W/code")"
}
now() { call extranet registrar1 GET "/api/cases/$1"; }
act() { # ID USER ACTION JSON: the status
	now "$1"
	application=$1
	desk "$2" "$3" "$4"
	cat "$W/code"
}

pay() { # ID: the fee is paid at the window
	call extranet registrar1 GET "/api/cases/$1/fee"
	[ "$(field '.fee.state // "none"')" != due ] || call extranet registrar1 POST "/api/cases/$1/fee/pay" "$(field "{receipt: \"R-$1\", amount_cents: .fee.amount_cents, way: \"现金\"}")"
}

# ---- cases of the window, in the queue
for n in 1 2 3 4 5 6; do
	mortgage $n || { echo "not ok - case $n is taken in"; exit 1; }
	eval "case$n=$application"
done
is "the queue" 200 registrar1 GET "/api/queue?limit=4"
equal "it begins with what is due first" true "$(field '[.rows[] | .due + .number] | . == sort')"
equal "a page has as many rows as asked" 4 "$(field '.rows | length')"
call extranet registrar1 GET "/api/queue?limit=4&due=$(field '.rows[3].due')&number=$(field '.rows[3].number')"
equal "the next page goes on behind the last row" 2 "$(field '.rows | length')"
equal "a row tells what is next, and that nobody has it" '["accept"] null none' "$(field '.rows[0] | "\(.steps) \(.claim) \(.band)"')"
is "a filter that nobody knows is an empty page" 200 registrar1 GET "/api/queue?step=%27%20OR%201&words=%25_!"
equal "and no other" 0 "$(field '.rows | length')"

# ---- a decision is signed with the own key, which its passphrase opens for one session
now "$case6"
version=$(field .version)
raw() { once extranet registrar1 "$@"; }
equal "without the own key open nothing is decided, alone or in a batch" "423 423 LOCKED" "$(raw POST "/api/cases/$case6/reject" "{\"version\":$version,\"ground\":\"reject-scope\",\"reason\":\"x\"}") $(raw POST /api/batches/accept "{\"cases\":[{\"id\":\"$case6\",\"version\":$version}]}") $(field .error)"
equal "a wrong passphrase opens nothing" "422 KEY false" "$(raw POST /api/signing '{"passphrase":"wrong"}') $(field .error) $(raw GET /api/signing > /dev/null; field .open)"
equal "the right one does, until it is closed" "200 true 200 423" "$(raw POST /api/signing "{\"passphrase\":\"$(secret signing registrar1)\"}") $(field .open) $(raw DELETE /api/signing) $(raw POST "/api/cases/$case6/reject" "{\"version\":$version,\"ground\":\"reject-scope\",\"reason\":\"x\"}")"
equal "who has no key signs nothing; nor may an officer ask" "404 403" "$(once extranet registrar1 POST /api/signing "{\"passphrase\":\"$(secret signing registrar2)\"}" > /dev/null; mv "$D/extranet/keys/registrars/registrar1.person.key" "$D/kept"; raw POST /api/signing '{"passphrase":"x"}'; mv "$D/kept" "$D/extranet/keys/registrars/registrar1.person.key") $(call extranet officer GET /api/signing; cat "$W/code")"
is "after that another session has its own" 200 registrar2 GET /api/signing
equal "five wrong ones stop the trying, the right one too" "422 422 422 422 429" "$(for p in a b c d "$(secret signing registrar1)"; do raw POST /api/signing "{\"passphrase\":\"$p\"}"; echo; done | tr '\n' ' ' | sed 's/ $//')"
kill "$running"
wait "$running"
registry_start

# ---- claims: twenty times two persons at once
call extranet registrar2 GET /api/session
: > "$D/race"
for n in $(seq 20); do
	printf 'url = "%s/api/cases/%s/claim"\n' "$(url extranet)" "$case1" > "$D/one"
	for u in registrar1 registrar2; do
		curl -s -o "$D/race.$u" -w '%{http_code}\n' -b "$W/jar.extranet.$u" -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary '{}' "$(url extranet)/api/cases/$case1/claim" > "$D/code.$u" &
		eval "pid_$u=$!"
	done
	wait "$pid_registrar1" "$pid_registrar2"
	sort "$D/code.registrar1" "$D/code.registrar2" | tr '\n' ' ' >> "$D/race"
	echo >> "$D/race"
	for u in registrar1 registrar2; do once extranet $u DELETE "/api/cases/$case1/claim" > /dev/null; done
done
equal "two race for one case twenty times: each time one has it" "20 200 409 " "$(sort "$D/race" | uniq -c | sed 's/^ *//')"
is "registrar2 claims it" 200 registrar2 POST "/api/cases/$case1/claim" '{}'
is "registrar1 does not" 409 registrar1 POST "/api/cases/$case1/claim" '{}'
equal "and is told who has it" "CLAIMED true" "$(field '"\(.error) \((.where // .text) | startswith("registrar2 has this case until"))"')"
now "$case1"
equal "nor may registrar1 accept it" "409 CLAIMED" "$(act "$case1" registrar1 accept '{}') $(field .error)"
equal "nor suspend it" "409 CLAIMED" "$(act "$case1" registrar1 suspend '{"ground":"suspend-court","reason":"x"}') $(field .error)"
call extranet registrar1 GET "/api/queue?holder=registrar2"
equal "the queue shows whose it is" "1 registrar2" "$(field '"\(.rows | length) \(.rows[0].claim.who)"')"
is "nobody ends another's claim without the right" 403 registrar1 POST "/api/cases/$case1/unclaim" '{"reason":"请假"}'
is "registrar1 claims the second" 200 registrar1 POST "/api/cases/$case2/claim" '{}'
is "who has the right gives a reason" 422 registrar2 POST "/api/cases/$case2/unclaim" '{"reason":""}'
is "then it is free" 200 registrar2 POST "/api/cases/$case2/unclaim" '{"reason":"人员请假"}'
equal "registrar2 accepts the own one" 200 "$(act "$case1" registrar2 accept '{}')"

# ---- marks and the opinion begun
is "a mark on a material" 409 registrar1 POST "/api/cases/$case1/marks" '{"material":0,"page":1,"x":100,"y":200,"w":300,"h":400,"note":"印章不清"}'
is "by who has the case" 201 registrar2 POST "/api/cases/$case1/marks" '{"material":0,"page":1,"x":100,"y":200,"w":300,"h":400,"note":"印章不清"}'
is "not outside the page" 422 registrar2 POST "/api/cases/$case1/marks" '{"material":0,"page":1,"x":9000,"y":0,"w":1001,"h":1,"note":"x"}'
is "not on what is not there" 404 registrar2 POST "/api/cases/$case1/marks" '{"material":9,"page":1,"x":0,"y":0,"w":1,"h":1,"note":"x"}'
call extranet registrar1 GET "/api/cases/$case1/marks"
equal "the other one sees it" "印章不清 registrar2" "$(field '.rows[0] | "\(.note) \(.by)"')"
equal "it lies sealed in the database" "1" "$(stack_sql extranet "SELECT count(*) FROM reg_mark WHERE note NOT LIKE '%印章%'")"
is "nobody takes another's away" 404 registrar1 DELETE "/api/cases/$case1/marks/0"
is "the opinion begun is kept" 200 registrar2 PUT "/api/cases/$case1/draft" '{"opinion":"材料齐全,待核"}'
call extranet registrar2 GET "/api/cases/$case1/desk"
equal "for its writer" "材料齐全,待核 registrar2" "$(field '"\(.draft.opinion) \(.claim.who)"')"
call extranet registrar1 GET "/api/cases/$case1/desk"
equal "and nobody else" null "$(field .draft)"

# ---- what the entry would change, and what it did
call extranet registrar2 GET "/api/cases/$case1/judgement"
cp "$W/reply" "$D/told"
equal "what the entry would make is told" '["dyaq","qlr"] {} null' "$(field '"\(.plan.made | keys) \(.plan.ended) \(.plan.wrong)"')"
equal "names are masked in it" true "$(field '.plan.made.qlr[0].qlrmc | test("\\*")')"
equal "with what the rules say at the next step" review "$(field .stage)"
is "looking changes nothing" 200 registrar2 GET "/api/cases/$case1/judgement"
equal "reviewed by registrar2" 200 "$(act "$case1" registrar2 review '{"opinion":"材料齐全"}')"
call extranet registrar2 GET "/api/cases/$case1/desk"
equal "with the act the opinion begun and the claim go" "null null" "$(field '"\(.draft) \(.claim)"')"
call extranet registrar1 GET "/api/cases/$case1/decisions"
jq -j .rows[1].body "$W/reply" > "$D/decision"
jq -r .rows[1].certificate "$W/reply" > "$D/person.pem"
jq -r .rows[1].signature "$W/reply" | base64 -d > "$D/decision.sig"
openssl x509 -in "$D/person.pem" -noout -pubkey > "$D/person.pub"
equal "the review is kept as signed: an outsider verifies it, it names act, words and the form" "Signature Verified Successfully review registrar2 材料齐全 64" "$(openssl pkeyutl -verify -pubin -inkey "$D/person.pub" -in "$D/decision" -sigfile "$D/decision.sig" -rawin -digest sm3 -pkeyopt distid:1234567812345678 2>&1) $(jq -r '"\(.act) \(.by) \(.text) \(.form | length)"' "$D/decision")"
equal "who reviewed does not enter" "409 APPROVAL" "$(act "$case1" registrar2 enter '{}') $(field .error)"
equal "back to the first review, with a reason" 200 "$(act "$case1" registrar2 back '{"reason":"意见不完整"}')"
now "$case1"
equal "it waits for a review again" 'accepted ["review"] ' "$(field '"\(.state) \([.flow.open[].act]) \(.reviewer)"')"
equal "the way back stands in its history" "back" "$(field '.flow.log[-1].event')"
equal "and not twice" 409 "$(act "$case1" registrar2 back '{"reason":"x"}')"
equal "reviewed by registrar1 now" 200 "$(act "$case1" registrar1 review '{"opinion":"已核对"}')"
pay "$case1"
equal "entered by registrar2" 200 "$(act "$case1" registrar2 enter '{}')"
number=$(field .number)
columns='"qllx","djlx","djyy","dyfs","bdbzzqse","zwlxqssj","zwlxjssj","jzzr"'
jq -r "[.plan.made.dyaq[0] | .[$columns] | tostring] | join(\" \")" "$D/told" > "$D/wanted"
stack_sql extranet "SELECT qllx || ' ' || djlx || ' ' || djyy || ' ' || dyfs || ' ' || bdbzzqse || ' ' || zwlxqssj || ' ' || zwlxjssj || ' ' || jzzr FROM dyaq WHERE ywh = '$number'" > "$D/got"
equal "the book has what was told before" "$(cat "$D/wanted")" "$(cat "$D/got")"
is "nothing is told of an entered case" 409 registrar2 GET "/api/cases/$case1/judgement"

# ---- templates
call extranet registrar1 GET /api/opinions
equal "the office has templates for every act that takes a text" '["approve","back","check","correct","refuse","reject","resume","review","suspend","withdraw"]' "$(field '[.rows[].act] | unique | tojson')"
is "a registrar does not edit them" 403 registrar1 PUT /api/opinions/review-good '{"act":"review","name":"x","body":"y"}'
is "who has the right does" 200 registrar2 PUT /api/opinions/review-good '{"act":"review","name":"符合规定","body":"本中心意见:准予登记。"}'
is "a mistake is named" 422 registrar2 PUT /api/opinions/review-good '{"act":"fly","name":"x","body":"y"}'
is "one goes out of use" 200 registrar2 DELETE /api/opinions/refuse-term
is "once" 404 registrar2 DELETE /api/opinions/refuse-term
call extranet registrar1 GET /api/opinions
equal "and everybody sees it" "本中心意见:准予登记。 2 0" "$(field '([.rows[] | select(.code == "review-good")][0] | "\(.body) \(.version)") + " \([.rows[] | select(.code == "refuse-term")] | length)"')"
equal "every version is kept" 2 "$(stack_sql extranet "SELECT count(*) FROM reg_opinion WHERE code = 'refuse-term'")"

# ---- a batch
pick() { for c in "$@"; do now "$c"; field '{id, version}'; done | jq -sc "{cases: ., opinion: \"批量审核,符合规定\"}"; }
is "registrar2 has claimed one of four" 200 registrar2 POST "/api/cases/$case4/claim" '{}'
is "a batch accepts" 200 registrar1 POST /api/batches/accept "$(pick "$case2" "$case3" "$case4" "$case5")"
equal "two, and says why not the seized one and the claimed one" '2 ["","BLOCKED","CLAIMED",""]' "$(field '"\(.done) \([.rows[].error])"')"
is "again nothing is accepted twice" 200 registrar1 POST /api/batches/accept "$(pick "$case2" "$case5")"
equal "each with its reason" '0 ["STATE","STATE"]' "$(field '"\(.done) \([.rows[].error])"')"
is "a case named twice is no batch" 422 registrar1 POST /api/batches/review "$(pick "$case2" "$case2")"
is "nor one that is not there" 404 registrar1 POST /api/batches/review '{"opinion":"x","cases":[{"id":"nobody","version":1}]}'
is "reviewed with one opinion" 200 registrar1 POST /api/batches/review "$(pick "$case2" "$case5")"
equal "both" 2 "$(field .done)"
pay "$case2"
pay "$case5"
is "entered by another person" 200 registrar2 POST /api/batches/enter "$(pick "$case2" "$case5" | jq -c 'del(.opinion)')"
equal "both, each with its own number" '2 2' "$(field '"\(.done) \([.rows[].number] | unique | length)"')"
equal "each with its own row of the log" 2 "$(stack_sql extranet "SELECT count(*) FROM djlog WHERE ywh IN (SELECT number FROM reg_case WHERE id IN ('$case2', '$case5'))")"

# ---- counts, deadlines, holds
call extranet registrar1 GET /api/queue/counts
equal "every open case is counted" "$(stack_sql extranet "SELECT count(*) FROM reg_case WHERE state NOT IN ('archived','rejected','refused','withdrawn')")" "$(field .total)"
equal "by who has it" 1 "$(field '.holder.registrar2')"
equal "accepted ones have a day" 200 "$(act "$case4" registrar2 accept '{}')"
band() { call extranet registrar2 GET "/api/queue?band=$1"; field '[.rows[].id] | join(" ")'; }
stack_write extranet "UPDATE reg_case SET warn_on = '2020-01-01' WHERE id = '$case4'"
equal "from 80 % of the promised term it is warned of" "$case4" "$(band warn)"
stack_write extranet "UPDATE reg_case SET deadline = '2020-01-02' WHERE id = '$case4'"
equal "behind its last day it is late" "$case4" "$(band over)"
call extranet registrar2 GET /api/queue
equal "and the first of the queue" "$case4" "$(field '.rows[0].id')"
equal "a suspended one stands still" 200 "$(act "$case4" registrar2 suspend '{"ground":"suspend-court","reason":"等待法院"}')"
equal "and is shown as held" "$case4" "$(band held)"
equal "resumed" 200 "$(act "$case4" registrar2 resume '{"reason":"情形消除"}')"
call extranet registrar2 GET "/api/cases/$case4/term"
due=$(field .term.promised.due)
call extranet registrar2 GET "/api/queue?words=$(stack_sql extranet "SELECT number FROM reg_case WHERE id = '$case4'")"
equal "with its days counted anew" "$due fine" "$(field '.rows[0] | "\(.deadline) \(.band)"')"

# ---- a long queue
many=${DESK_CASES:-600}
clones="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $many)"
columns="business, business_version, state, version, unit_code, location, applicant_mask, form, received_at, reviewer, cadastral, note, channel, claims"
stack_write extranet "$clones INSERT INTO reg_case (tenant, id, number, deadline, warn_on, $columns) SELECT tenant, 'clone-' || i, 'C' || (1000000 + i), CASE WHEN i % 3 = 0 THEN '2030-01-02' ELSE '2029-12-31' END, '2029-12-30', $columns FROM reg_case, n WHERE id = '$case6';
$clones INSERT INTO flow_instance (tenant, id, business, version, status, rev, next_token, vars, done_by, mail, undo) SELECT f.tenant, 'clone-' || i, f.business, f.version, f.status, f.rev, f.next_token, f.vars, f.done_by, f.mail, f.undo FROM flow_instance f, n WHERE f.id = '$case6';
$clones INSERT INTO flow_token (tenant, instance, token, node, flow, kind, ref, since, undoing) SELECT t.tenant, 'clone-' || i, t.token, t.node, t.flow, t.kind, t.ref, t.since, t.undoing FROM flow_token t, n WHERE t.instance = '$case6'"
[ "$SW_DB" = pg ] || stack_write extranet ANALYZE
due= last= seen=0 first=$(date +%s%3N) pages=0
while :; do
	call extranet registrar1 GET "/api/queue?limit=200&due=$due&number=$last"
	[ "$(cat "$W/code")" = 200 ] || break
	n=$(field '.rows | length')
	seen=$((seen + n)) pages=$((pages + 1))
	[ "$n" = 200 ] || break
	due=$(field '.rows[-1].due') last=$(field '.rows[-1].number')
done
took=$(($(date +%s%3N) - first))
call extranet registrar1 GET /api/queue/counts
equal "page by page every case is seen once" "$(field .total)" "$seen"
ms() { curl -s -o /dev/null -w '%{time_total}' -b "$W/jar.extranet.registrar1" "$(url extranet)$1" | awk '{printf "%.0f ms", $1 * 1000}'; }
echo "# $seen open cases: $pages pages of 200 in $took ms; first page of 50 $(ms '/api/queue'), last $(ms "/api/queue?due=$due&number=$last"), narrow filter $(ms '/api/queue?step=enter'), counts $(ms /api/queue/counts)"
exit $failed
