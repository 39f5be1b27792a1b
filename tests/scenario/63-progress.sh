#!/bin/sh
# 进度推送: many cases at once, three people at the desk, the gap killed in between: each application's course at the portal is that of its case, step by step,
# none missing, none twice, none before its time. CASES: how many (6).
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
CASES=${CASES:-6}
# The sole owners of so many flats that nobody has seized, each with an account: its user, its place among the people, its unit.
owners() {
	jq -rs --slurpfile people "$D/demo/people.json" '[.[] | select(.table == "cfdj") | .row.bdcdyh] as $seized | [.[] | select(.table == "qlr") | .row] | group_by(.bdcdyh)[] | select(length == 1) | .[0]
		| . as $q | select($seized | index($q.bdcdyh) | not) | ($people[0] | map(.id_number) | index($q.zjh)) as $n | select($n != null) | "\($n) \($q.bdcdyh)"' "$D/demo/register.jsonl" | sort -u -k1,1n | head -n "$CASES" | sed 's/^\([0-9]*\)/a\1 \1/'
}
accounts() {
	owners > "$D/owners"
	while read -r user n _; do
		eval "pass_internet_$user=\$(password)"
		account internet intaked "$user" applicant "$(person "$n" name)" "$(person "$n" id_number)"
	done < "$D/owners" > "$D/new-accounts" && "$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml" < "$D/new-accounts" && rm "$D/new-accounts"
}
zones_made accounts
stack_start
. tests/stack/walk.sh
reach internet zhang /api/businesses '.rows | length > 0' "the businesses" || failed=1

while read -r user n unit; do
	jq -nc --arg u "$unit" --argjson p "$(jq ".[$n]" "$D/demo/people.json")" '{unit_code: $u, fields: {location: "示例大街\($u[-4:])号", reason: "门牌调整"}, parties: [{role: "applicant", name: $p.name, id_number: $p.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start change-address "$user" placename && apply_sign "$user" "$n" 0 && echo "$user $application" >> "$D/applied" || failed=1
done < "$D/owners"
equal "so many applications were handed in" "$CASES" "$(wc -l < "$D/applied")"

# desk_of K: each third case, by somebody with a session of its own; act after act over all of them
desk_of() {
	W=$D/walk-$1
	mkdir -p "$W"
	for act in accept review enter; do
		awk -v k="$1" 'NR % 3 == k' "$D/applied" | while read -r _ application; do
			case $act in
			accept) reach extranet registrar1 "$(kase)" "$(past accepted review entry certificate delivered archived)" "the acceptance" do_accept ;;
			review) reach extranet registrar1 "$(kase)" '.reviewer != ""' "the review" do_review ;;
			enter) reach extranet registrar2 "$(kase)" "$(past entry certificate delivered archived)" "the entry" do_enter ;;
			esac || echo "$application $act" >> "$D/undone"
		done
	done
}
for k in 0 1 2; do desk_of $k & eval "d$k=$!"; done
sleep 2
kill "$(cat "$D/pid/gapd-switch")"
for k in 0 1 2; do eval "wait \$d$k"; done
equal "every act on every case was taken" "" "$(cat "$D/undone" 2> /dev/null)"

wrong=0
while read -r user application; do
	reach internet "$user" "$(app)" '.state == "delivered"' "the certificate of $user" || failed=1
	field '[.progress[] | .state] | join(" ")' > "$W/told"
	field '[.progress[].at] == ([.progress[].at] | sort)' > "$W/sorted"
	reach extranet registrar1 "$(kase)" "$(past delivered archived)" "the case" || failed=1
	field '[.steps[] | .state] | join(" ")' > "$W/done"
	cmp -s "$W/told" "$W/done" && [ "$(cat "$W/sorted")" = true ] || { wrong=$((wrong + 1)); echo "# $user: told $(cat "$W/told"), done $(cat "$W/done"), in order: $(cat "$W/sorted")"; }
done < "$D/applied"
equal "each course at the portal is that of its case: $(cat "$W/done")" 0 $wrong
walk_book_equal || failed=1
exit $failed
