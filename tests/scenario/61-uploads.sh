#!/bin/sh
# Hostile and broken files as materials (tests/api/corpus.mjs makes them): each is refused and told why, or taken and told what was taken out of it; nothing of
# a refused one is on the disk; the gap's inspection says the same of each. Twenty spatial formats each in nine disguises are among them.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
daemon=
trap '[ -z "$daemon" ] || kill $daemon; wait; stack_clean' EXIT
zones_made stack_definitions
mkdir "$D/corpus"
node tests/api/corpus.mjs "$D/corpus" || { echo "not ok - the files are made"; exit 1; }
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
daemon=$!
await "$D/internet/data/port"
call internet zhang POST /api/applications '{"business":"transfer-existing-flat"}'
id=$(field .id)
taken=0
while read -r name status error word; do
	upload internet zhang "/api/applications/$id/materials?code=contract&name=$name" "$D/corpus/$name"
	equal "$name: $status $error" "$status $error" "$(cat "$W/code") $(field '.error // "-"')"
	[ "$word" = - ] || equal "$name is told: $word" yes "$(grep -qF "$word" "$W/reply" && echo yes || head -c 300 "$W/reply")"
	# Each is looked at alone: twenty may stand in one application.
	if [ "$status" = 201 ]; then
		taken=$((taken + 1))
		call internet zhang DELETE "/api/applications/$id/materials/$(field .id)"
	fi
	"$SW_BIN/gapd-inner" --inspect "$D/corpus/$name" > "$D/inspected" 2>&1
	rc=$?
	# What the portal cuts off behind a photograph, the gap takes from nobody.
	case $status$word in 201*behind*) want=1 ;; 201*) want=0 ;; *) want=1 ;; esac
	[ "$name" = empty.pdf ] || equal "$name at the gap" $want "$rc"
done < "$D/corpus/list"
equal "every file of the list was tried, the good ones were taken" "yes $(awk '$2 == 201' "$D/corpus/list" | wc -l)" "$([ "$(wc -l < "$D/corpus/list")" -ge 240 ] && echo yes) $taken"
equal "nothing of them is on the disk" 0 "$(find "$D/internet/data/blobs" -type f | wc -l)"
upload internet zhang "/api/applications/$id/materials?code=contract&name=place.jpg" "$D/corpus/place.jpg"
equal "the digest told is that of what is kept" "$(field .digest)" "$(call internet zhang GET "/api/applications/$id"; field '.materials[0].digest')"
equal "and not that of what was sent" different "$([ "$(field '.materials[0].digest')" = "$(openssl dgst -sm3 -r "$D/corpus/place.jpg" | cut -d' ' -f1)" ] && echo same || echo different)"
for bad in '..%2f..%2fx.pdf' '%5c%5cserver%5cx.pdf' 'a%00b.pdf' 'x%0d%0aSet-Cookie:%20a=b.pdf' "$(printf '%0200d' 0).pdf" ''; do
	upload internet zhang "/api/applications/$id/materials?code=contract&name=$bad" "$D/corpus/good.pdf"
	equal "a file called $(printf '%.30s' "$bad") is refused" yes "$(case $(cat "$W/code") in 400 | 422) echo yes ;; *) cat "$W/code" ;; esac)"
done
equal "the portal lives" 200 "$(curl -s -o "$D/reply" -w '%{http_code}' "$(url internet)/api/health")"
equal "it reports no fault of its own" "" "$(grep -E '"level":"error"|http-failed|Sanitizer|runtime error' "$D/log/intaked" | head -3)"
exit $failed
