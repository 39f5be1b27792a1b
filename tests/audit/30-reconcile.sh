#!/bin/sh
# Logs of two zones, the guard between them and both disc ledgers: a clean exchange has no finding; each planted loss, doubling, delay
# and forgery is named with link, epoch, number and the places in the logs.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
D=$(mktemp -d "${TMPDIR:-/tmp}/reconcile.XXXXXX")
trap 'rm -rf "$D"' EXIT
cd "$D" || exit 1
failed=0
equal() { # WHAT WANTED GOT
	if [ "$2" = "$3" ]; then echo "ok - $1"; else echo "not ok - $1: wanted \"$2\", got \"$3\""; failed=1; fi
}
for z in internet extranet; do
	"$SW_BIN/swbundle" keygen ca --zone $z --suite gm --out $z > /dev/null
	"$SW_BIN/swbundle" keygen station --ca $z --use sign --link gap --name $z --out $z > /dev/null
done
id() { printf '%063d%s' "$1" "$2"; }
# line AT ACTION SUBJECT DETAIL
line() { printf '{"action":"%s","at":"2026-03-01T%s.000Z","by":"system","detail":%s,"subject":"%s"}\n' "$2" "$1" "$4" "$3"; }
at() { printf '%02d:%02d:%02d' $(($1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60)); }
number() { printf '"epoch":1,"link":"gap","messages":2,"seq":%s' "$1"; }
sent() { line "$(at "$3")" bundle.sent "$(id "$1" "$2")" "{$(number "$1"),\"peer\":\"extranet\"}" >> internet.lines; }
carried() { line "$(at "$3")" bundle.hand-over "$(id "$1" "$2")" "{$(number "$1"),\"from\":\"internet\",\"refused\":0}" >> guard.lines; }
received() { line "$(at "$3")" bundle.received "$(id "$1" "$2")" "{$(number "$1"),\"peer\":\"internet\"}" >> extranet.lines; }
disc() { line "$(at "$4")" "disc.$2" "$3" "{\"identity\":\"$(id 1 "${5:-a}")\"}" >> "$1.lines"; } # burns|imports burnt|imported|voided NUMBER AT IDENTITY
build() {
	rm -rf internet-log extranet-log guard-log burns-log imports-log
	for l in internet extranet guard burns imports; do mv $l.lines $l-log.lines; done
	make internet-log internet/intaked internet
	make extranet-log extranet/registryd extranet
	make guard-log internet/gap-outer internet
	"$SW_TESTBIN/audit-tool" make burns-log burner - - gm < burns-log.lines
	"$SW_TESTBIN/audit-tool" make imports-log burner - - gm < imports-log.lines
}
make() { "$SW_TESTBIN/audit-tool" make "$1" "$2" "$3/$3.sign.key" "$3/$3.sign.pem" < "$1.lines"; }
reconcile() { "$SW_BIN/swaudit" reconcile "$@" > out 2> err; echo $?; }
all="internet-log extranet-log guard-log burns-log imports-log"
clean() {
	rm -f ./*.lines
	for n in $(seq 1 300); do sent "$n" a $((n * 10)); carried "$n" a $((n * 10 + 1)); received "$n" a $((n * 10 + 2)); done
	disc burns burnt D-20260301-0001 100
	disc imports imported D-20260301-0001 200
}
clean
build
equal "a clean exchange: no finding" "0 0" "$(reconcile $all) $(wc -l < err)"
equal "counted" "gap internet 300 300 300" "$(grep ^gap out | sed 's/,//g' | awk '{print $1, $2, $4, $6, $8}')"
equal "each log under its own authority" 0 "$(reconcile --trust internet/ca.pem --trust extranet/ca.pem internet-log extranet-log guard-log)"
equal "a log of another zone than those: CERT" "1 CERT" "$(reconcile --trust internet/ca.pem --trust internet/ca.pem extranet-log) $(cut -d: -f1 err)"
equal "a changed log is no witness" "1 DIGEST" "$(cp -r internet-log bent; printf x | dd of=bent/tile/entries/000 bs=1 seek=900 conv=notrunc status=none; reconcile bent extranet-log) $(cut -d: -f1 err)"
equal "no log: usage" 2 "$(reconcile)"
equal "a span without unit: usage" 2 "$(reconcile --late 5 internet-log)"
equal "a time that is none: usage" 2 "$(reconcile --at today internet-log)"

clean
sent 301 a 3010                             # lost before the guard
sent 302 a 3020; carried 302 a 3021         # lost behind it
sent 303 a 3030; carried 303 a 3031; received 303 a 3500 # late
sent 304 a 3040; carried 304 a 3041; received 304 b 3042 # another content
received 304 b 3043                         # twice
sent 305 a 3050; received 305 a 3051        # past the guard
received 306 a 3060                         # never sent
sent 307 a 3070; carried 307 a 3071; received 307 a 3072
line "$(at 3080)" bundle.quarantined gap '{"link":"gap","reason":"SIGNATURE"}' >> extranet.lines
disc burns burnt D-20260301-0002 200        # lost
disc burns burnt D-20260301-0003 200; disc burns voided D-20260301-0003 300
disc imports imported D-20260301-0009 400   # never burnt
disc burns burnt D-20260301-0004 200; disc imports imported D-20260301-0004 210 b # another disc of its number
build
equal "what was planted is found" "1 12" "$(reconcile --late 5m --at 2026-03-01T02:00:00.000Z $all) $(wc -l < err)"
named() { # WHAT PATTERN
	if grep -q -- "$2" err; then echo "ok - $1"; else echo "not ok - $1: no \"$2\" in:"; cat err; failed=1; fi
}
named "lost before the guard" "^MISSING: bundle on gap internet epoch 1 number 301 $(id 301 a): sent 2026-03-01T00:50:10.000Z, not received by extranet .*, internet-log entry 300$"
named "lost behind the guard, with its last place" "^MISSING: .* number 302 .* carried by the guard.*, internet-log entry 301, guard-log entry 300$"
named "late" "^LATE: .* number 303 .* sent 2026-03-01T00:50:30.000Z, received 2026-03-01T00:58:20.000Z, internet-log entry 302, extranet-log entry 300$"
named "another content" "^FORK: .* number 304 .*: received with another content than was sent: .*, internet-log entry 303, extranet-log entry 301$"
named "received twice" "^DUPLICATE: .* number 304 .* received twice, extranet-log entry 301, extranet-log entry 302$"
named "past the guard" "^BYPASS: .* number 305 .*, extranet-log entry 303$"
named "never sent" "^FORGED: .* number 306 .* internet never recorded sending it, extranet-log entry 304$"
named "the hole in the numbers" "^HOLE: .* number 306: numbers 306 to 306 were never recorded as sent, internet-log entry 305$"
named "refused" "^REFUSED: file on gap: file refused with SIGNATURE, extranet-log entry 306$"
named "another disc under the number of one that was burnt" "^FORK: disc D-20260301-0004: imported with another manifest than was burnt: $(id 1 b), not $(id 1 a), burns-log entry [0-9]*, imports-log entry [0-9]*$"
equal "a lost disc and a foreign one, none for the one declared void" "FORGED:D-20260301-0009 FORK:D-20260301-0004 MISSING:D-20260301-0002" \
	"$(sed -n 's/: disc \(D-[0-9-]*\): .*/:\1/p' err | sort | tr '\n' ' ' | sed 's/ $//')"
equal "before it is late it is under way" "1 2" "$(reconcile --late 10h --json $all) $(jq '.streams[0].under_way' out)"
equal "the same for machines" "1 extranet-log 304 false" "$(reconcile --late 5m --at 2026-03-01T02:00:00.000Z --json $all) $(jq -r '(.findings[] | select(.reason == "FORGED" and .what == "bundle") | .places[0] | "\(.log) \(.entry)"), .ok' out | tr '\n' ' ' | sed 's/ $//')"
equal "without the other side nothing is called missing, only the hole" "1 HOLE 306" "$(reconcile --late 5m --at 2026-03-01T02:00:00.000Z internet-log) $(cut -d: -f1 err) $(sed -n 's/.*log //p' out | head -1)"
exit $failed
