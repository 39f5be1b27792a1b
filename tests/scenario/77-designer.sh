#!/bin/sh
# A new business from nothing in Chromium: drawn, agreed to, applied for at the portal, carried to its certificate.
# SW_SHOTS=FOLDER keeps the screenshots.
case ${SW_BIN:-build/bin} in
*asan*) echo "ok - the pages are the same for both trees: they run with the other one"; exit 0 ;;
esac
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
SW_WEB=$PWD/build/web
[ -f "$SW_WEB/.built" ] || { echo "not ok - the pages are not built (make web)"; exit 1; }
zones_made
printf '\ndesk:\n  people: 1ms\n' >> "$D/internet/conf/intaked.yaml"
stack_start
watch_replies internet extranet
. tests/stack/walk.sh
reach internet zhang /api/businesses ".rows | length > 0" "the businesses" || failed=1
SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_URL_EXTRANET=$(url extranet)/ SW_URL_INTRANET=$(url intranet)/
export SW_DIR SW_URL_INTERNET SW_URL_EXTRANET SW_URL_INTRANET
timeout 500 node tests/web/designer.mjs "$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)" || failed=1
walk_book_equal || failed=1
replies_right
exit $failed
