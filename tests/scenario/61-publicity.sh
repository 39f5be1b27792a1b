#!/bin/sh
# Guides, answers and feedback: a text reaches the public only when a second person published it, every published version is kept, markup stays text;
# feedback is sealed, seen by its author and the desk alone, answered once, counted.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
daemon=
trap 'kill $daemon 2> /dev/null; wait $daemon; rm -rf "$D"' EXIT
zones_made
password=$(secret internet operator)
echo "{\"user\":\"second\",\"role\":\"operator\",\"name\":\"运营乙\",\"password\":\"$password\"}" | "$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml"
echo "internet second $password" >> "$D/accounts.txt"
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
daemon=$!
await "$D/internet/data/port"
watch_replies internet
ask() { call internet "$@"; cat "$W/code"; }
public() { curl -s -o "$W/reply" -w '%{http_code}' "$(url internet)$1"; }

text='{"kind":"faq","zh_title":"补证要带什么","en_title":"What to bring for a reissue","zh_body":"带身份证。\n\n- <script>alert(1)</script>","en_body":"Bring your identity card."}'
equal "an applicant writes no guides" 403 "$(ask zhang PUT /api/desk/articles/reissue "$text")"
equal "a draft is written" 200 "$(ask operator PUT /api/desk/articles/reissue "$text")"
equal "it is not public yet" 404 "$(public /api/articles/reissue)"
equal "its author does not publish it" "409 APPROVAL" "$(ask operator POST /api/desk/articles/reissue/publish '{}') $(field .error)"
equal "somebody else does" 200 "$(ask second POST /api/desk/articles/reissue/publish '{}')"
equal "now everybody reads it" 200 "$(public /api/articles/reissue)"
equal "as it was written, markup and all" "- <script>alert(1)</script>" "$(field '.zh_body | split("\n\n")[1]')"
equal "nobody learns who wrote it" null "$(field .author)"
public '/api/articles?q=reissue' > /dev/null
equal "found by a word, titles only" "reissue null" "$(field '.rows[0] | "\(.slug) \(.zh_body)"')"
public '/api/articles?q=nothing-like-it' > /dev/null
equal "another word finds nothing" 0 "$(field '.rows | length')"
ask second PUT /api/desk/articles/reissue "$(printf '%s' "$text" | sed 's/带身份证/带身份证和声明/')" > /dev/null
equal "a change is a draft beside what is public" "带身份证。" "$(public /api/articles/reissue > /dev/null; field '.zh_body | split("\n")[0]')"
ask operator POST /api/desk/articles/reissue/publish '{}' > /dev/null
equal "published, it takes its place" "带身份证和声明。" "$(public /api/articles/reissue > /dev/null; field '.zh_body | split("\n")[0]')"
ask operator GET /api/desk/articles > /dev/null
equal "the earlier version is kept" "2 published 1 withdrawn" "$(field '[.rows[] | "\(.version) \(.state)"] | join(" ")')"
for kind in guide policy note faq; do
	ask operator PUT /api/desk/articles/of-$kind "$(printf '%s' "$text" | jq -c --arg k $kind '.kind = $k | .zh_title = "新规说明 \($k)"')" > /dev/null
	ask second POST /api/desk/articles/of-$kind/publish '{}' > /dev/null
	public "/api/articles?kind=$kind&q=$(jq -rn '"新规" | @uri')" > /dev/null
	equal "a $kind is published and found by its kind and a Chinese word" "of-$kind" "$(field '[.rows[].slug] | join(" ")')"
done
equal "a wrong kind is told" "422 SCHEMA" "$(ask operator PUT /api/desk/articles/x1 '{"kind":"joke","zh_title":"题","en_title":"","zh_body":"文","en_body":""}') $(field .error)"
equal "taken back it is gone" "200 404" "$(ask operator POST /api/desk/articles/reissue/withdraw '{}') $(public /api/articles/reissue)"

equal "feedback is taken" 201 "$(ask zhang POST /api/feedback '{"topic":"page","text":"王五窗口态度好，字太小"}')"
id=$(field .id)
equal "its text is not readable in the database" 1 "$(grep -aq '字太小' "$D"/internet/data/main.db*; echo $?)"
equal "another applicant does not see it" 0 "$(ask li GET /api/feedback > /dev/null; field '.rows | length')"
equal "nor the desk's list" 403 "$(ask li GET /api/desk/feedback)"
equal "the desk sees it with its count" "王五窗口态度好，字太小 1 1" "$(ask operator GET /api/desk/feedback > /dev/null; field '"\(.rows[0].text) \(.counts[0].all) \(.counts[0].open)"')"
equal "and answers" 200 "$(ask operator POST "/api/desk/feedback/$id" '{"answer":"已有长辈版"}')"
equal "once" "409 STATE" "$(ask second POST "/api/desk/feedback/$id" '{"answer":"再答"}') $(field .error)"
equal "the author sees the answer" "已有长辈版" "$(ask zhang GET /api/feedback > /dev/null; field '.rows[0].answer')"
for n in 1 2 3 4 5; do ask zhang POST /api/feedback "{\"topic\":\"other\",\"text\":\"$n\"}" > /dev/null; done
equal "five at most wait for an answer" "413 LIMIT" "$(ask zhang POST /api/feedback '{"topic":"other","text":"6"}') $(field .error)"
replies_right
exit $failed
