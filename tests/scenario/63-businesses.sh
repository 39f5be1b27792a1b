#!/bin/sh
# Every business of conf/businesses from the window to the archive through the real daemons: taken in with its uploads, each act by whom the process asks,
# graphics over the diode and their review back on a disc, public notices run out, and the rows of the book column by column (example.json beside each
# business); each is refused once. SW_BUSINESS="CODE…" runs only these.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
finish() {
	stack_stop
	stack_clean
}
trap finish EXIT
trap 'exit 1' INT TERM
zones_made
businesses() { SW_DIR=$D node tests/scenario/lib/businesses.mjs "$1" || failed=1; }
businesses prepare
"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/given.jsonl" > /dev/null 2> "$D/import.err" || { sed 's/^/# /' "$D/import.err"; echo "not ok - the units are in the book"; exit 1; }
stack_start > "$D/start.log" 2>&1
. tests/stack/walk.sh
businesses begin
if [ -n "$(jq -r '.[] | select(.open | index("cadastral")) | .id' "$D/businesses.json")" ]; then
	ferry "results" > "$D/ferry.log" 2>&1 || { sed 's/^/# /' "$D/ferry.log"; echo "not ok - the results come on a disc"; failed=1; }
fi
for application in $(jq -r '.[] | select(.open | index("cadastral")) | .id' "$D/businesses.json"); do
	reach extranet registrar1 "$(kase)" .has_cadastral "the result from the disc" > "$D/reach.log" 2>&1 || { echo "not ok - the result of $application is at the registry"; failed=1; }
done
homestead=$(jq -r '.["homestead-first-registration"].id // empty' "$D/businesses.json")
if [ -n "$homestead" ]; then
	# Its notice begins behind the review.
	application=$homestead
	call extranet registrar1 GET "$(kase)"
	[ "$(field '.flow.open[0].act')" != review ] || desk registrar1 review '{"opinion":"符合规定"}'
fi
notices_end > "$D/write.log" 2>&1 || { sed 's/^/# /' "$D/write.log"; echo "not ok - the notices are due"; failed=1; }
businesses finish
columns="'ywh', ywh, 'zxtb', zxtb, 'zxbsm', zxbsm, 'djyy', djyy, 'jg', jg, 'wh', wh, 'dbr', dbr, 'djsj', djsj, 'ssbsm', ssbsm, 'zzywh', zzywh, 'yxq_q', yxq_q, 'yxq_z', yxq_z, 'bdcdyh', bdcdyh"
if [ "$SW_DB" = pg ]; then
	stack_sql extranet "SELECT coalesce(json_agg(json_build_object($columns) ORDER BY bsm), '[]') FROM zxdj" > "$D/zxdj.json"
else
	stack_sql extranet "SELECT json_group_array(json_object($columns)) FROM (SELECT * FROM zxdj ORDER BY bsm)" > "$D/zxdj.json"
fi
businesses compare
# 分割: every new unit has a certificate of its own, of the right that is in force; 合并: the new one alone, the old rights have ended.
certified() { # CASE: units in force with a certificate of this case
	stack_sql extranet "SELECT count(DISTINCT r.bdcdyh) FROM bdcqzs q JOIN fdcq2 r ON r.tenant = q.tenant AND r.bsm = q.bsm AND r.bdcqzh = q.bdcqzh WHERE q.case_id = '$1' AND r.yxq_z IS NULL"
}
for b in split-registration merge-registration; do
	id=$(jq -r --arg b $b '.[$b].id // empty' "$D/businesses.json")
	[ -n "$id" ] || continue
	made=$(certified "$id")
	drawn=$(stack_sql extranet "SELECT count(*) FROM zsbh z JOIN reg_case c ON c.tenant = z.tenant AND c.number = z.ywh WHERE c.id = '$id' AND z.state = 'used'")
	case $b in split*) least=2 ;; *) least=1 ;; esac
	[ "$made" = "$drawn" ] && [ "$made" -ge $least ] && echo "ok - $b: each of its $made units has its certificate" || { echo "not ok - $b: $made certificates for $drawn numbers"; failed=1; }
done
walk_book_equal > "$D/equal.log" 2>&1 && echo "ok - book, log and the intranet's copy are equal, the auditor finds nothing" || { sed 's/^/# /' "$D/equal.log"; echo "not ok - book and copy are equal"; failed=1; }
exit $failed
