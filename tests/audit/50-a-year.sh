#!/bin/sh
# The logs that are written directly, the guard's, those of the diode's ends and that of a ledger of discs, kept for a year and then shortened by their officer as the manual pages
# say: earlier it is refused and the refusal recorded, later it succeeds, and `swaudit verify` says what is gone and finds what went otherwise.
# The old entries were written by the log's own writer, with the times of then; a later clock is faketime's.
# Tree: build: faketime does not stand before the runtime of the sanitizers; what shortens a log runs sanitized in test_audit_log
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
D=$(mktemp -d "${TMPDIR:-/tmp}/year.XXXXXX")
trap 'rm -rf "$D"' EXIT
trap 'exit 1' INT TERM
SW_LOG=error
export SW_LOG
failed=0
equal() { if [ "$2" = "$3" ]; then echo "ok - $1"; else echo "not ok - $1: wanted $2, got $3"; failed=1; fi; }
day() { TZ=Asia/Shanghai date -d "$1" +%F; }
# old AGO COUNT: so many entries of that time
old() { seq "$2" | sed "s|.*|{\"action\":\"test.act\",\"at\":\"$(date -u -d "$1" +%FT%T.000Z)\",\"by\":\"$by\",\"detail\":null,\"subject\":\"s-&\"}|"; }
# told ACTION: what the log says of it
told() { "$SW_BIN/swaudit" export --action "$1" "$log" | jq -r '[.. | objects | select(.who) | .who] | join(" ")'; }
verified() { "$SW_BIN/swaudit" verify --trust "$ca" "$log" 2>&1 | sed "s|^$log: ||; s|head [0-9a-f]*|head|"; }

# ---- keys and configuration of a guard half on the extranet's side and of one on the internet's
cd "$D" || exit 1
mkdir -p gapd/conf
cp "$root"/conf/gapd/*.yaml gapd/conf/
for z in internet extranet; do
	mkdir -p $z/keys
	"$SW_BIN/swbundle" keygen ca --zone $z --suite gm --out $z/keys > /dev/null
	"$SW_BIN/swbundle" keygen station --ca $z/keys --use encrypt --name $z --out $z/keys > /dev/null
done
half() { # NAME ZONE OTHER
	k=gapd/$1/keys
	mkdir -p $k $2/spool/gap/out
	"$SW_BIN/swbundle" keygen station --ca $2/keys --use sign --name gap-$1 --link gap --out $k > /dev/null
	"$SW_BIN/swbundle" keygen station --ca $2/keys --use encrypt --name gap-$1 --out $k > /dev/null
	cp $2/keys/$2.encrypt.pem $k/
	cp $2/keys/ca.pem $k/$2-ca.pem
	cp $3/keys/ca.pem $k/$3-ca.pem
	cp "$root/conf/messages.yaml" gapd/$1/
}
half outer internet extranet
half inner extranet internet
# both ends of a diode
mkdir -p diode/conf diode/send diode/recv intranet/keys extranet/spool/diode/out intranet/spool/diode/in
"$SW_BIN/swbundle" keygen ca --zone intranet --suite gm --out intranet/keys > /dev/null
cp "$root"/conf/diode/*.yaml diode/conf/
for e in extranet:send intranet:recv; do
	"$SW_BIN/swbundle" keygen station --ca ${e%:*}/keys --use sign --name diode-${e#*:} --link log --out diode/${e#*:} > /dev/null
	mv diode/${e#*:}/diode-${e#*:}.sign.key diode/${e#*:}/log.sign.key
	mv diode/${e#*:}/diode-${e#*:}.sign.pem diode/${e#*:}/log.sign.pem
done
# a ledger of discs whose log is signed
mkdir -p ledger
"$SW_BIN/swbundle" keygen station --ca extranet/keys --use sign --link disc --name burner --out ledger > /dev/null
mv ledger/burner.sign.key ledger/log.sign.key
mv ledger/burner.sign.pem ledger/log.sign.pem

# a_year NAME WHO ANSWER256 ANSWER512 OWN: what the command says of so many entries that went; OWN 1: the program records each refused command beside. $log of $by has 300 entries of three years ago, 300 of 200 days ago; `shorten DAY` is the command of the manual page, $lock what its writer holds
clock=
a_year() {
	old "3 years ago" 300 > old
	old "200 days ago" 300 >> old
	"$SW_TESTBIN/audit-tool" make "$log" "$by" "$key" "$cert" < old
	equal "$1: 600 entries, signed" "good, $by, 600 entries, signed, head" "$(verified)"
	shorten "$(day '300 days ago')" > out 2> err
	equal "$1: what is no year old is refused" "1 REFUSED: entries of the last 365 days are kept" "$? $(sed 's/;.*//' err)"
	shorten "$(day '364 days ago')" > out 2> err
	equal "$1: up to the last day" "1 REFUSED" "$? $(cut -d: -f1 err)"
	shorten tomorrow > out 2> err
	equal "$1: a day that is none" "2 USAGE" "$? $(cut -d: -f1 err)"
	equal "$1: both refusals and who asked are recorded" "$2 $2" "$(told log.prune-refused | tr '\n' ' ' | sed 's/ $//')"
	equal "$1: nothing is gone" "good, $by, $((602 + 2 * $5)) entries, signed, head" "$(verified)"
	shorten "$(day '4 years ago')" > out 2> err
	equal "$1: nothing so old is told" "1 NOTFOUND" "$? $(cut -d: -f1 err)"
	flock "$lock" sh -c ': > held; while [ ! -e go ]; do sleep 0.05; done' &
	holder=$!
	for _ in $(seq 1200); do [ ! -e held ] || break; sleep 0.05; done
	shorten "$(day '366 days ago')" > out 2> err
	equal "$1: while another program writes it, it is not done" "1 BUSY" "$? $(cut -d: -f1 err)"
	: > go
	wait $holder
	rm -f held go
	cp -r "$log" copy
	shorten "$(day '366 days ago')" > out 2> err
	equal "$1: the whole tile of three years ago goes" "0 $3" "$? $(cat out)"
	equal "$1: what is left is whole, and what is gone is told" "good, $by, $((603 + 3 * $5)) entries, signed, head, files of the first 256 deleted after their time" "$(verified)"
	equal "$1: the deletion and who did it are recorded" "$2" "$(told log.prune)"
	# half a year later the rest is old enough, but for the tile with entries of today
	clock="faketime +300days"
	shorten "$(day '80 days ago')" > out 2> err
	equal "$1: 300 days later the next one goes" "0 $4" "$? $(cat out)"
	equal "$1: and is told" "good, $by, $((604 + 3 * $5)) entries, signed, head, files of the first 512 deleted after their time" "$(verified)"
	clock=
	# what was not recorded is a finding
	rm copy/tile/entries/000
	"$SW_BIN/swaudit" verify --trust "$ca" copy > out 2>&1
	equal "$1: the same file removed by hand is a finding" "1 TRUNCATED: tile/entries/000" "$? $(sed 's/: missing.*//; s/^\([A-Z]*: [^:]*\):.*/\1/' out)"
	rm -rf copy
}

ca=extranet/keys/ca.pem log=gapd/inner/audit lock=gapd/inner/audit/lock by=extranet/gap-inner key=gapd/inner/keys/gap-inner.sign.key cert=gapd/inner/keys/gap-inner.sign.pem
shorten() { $clock "$SW_BIN/gapd-inner" -c gapd/conf/inner.yaml --prune-log "$1"; }
a_year gapd-inner gapd-inner "entries 0 to 255 are gone" "entries 0 to 511 are gone" 0
ca=internet/keys/ca.pem log=gapd/outer/audit lock=gapd/outer/audit/lock by=internet/gap-outer key=gapd/outer/keys/gap-outer.sign.key cert=gapd/outer/keys/gap-outer.sign.pem
shorten() { $clock "$SW_BIN/gapd-outer" -c gapd/conf/outer.yaml --prune-log "$1"; }
a_year gapd-outer gapd-outer "entries 0 to 255 are gone" "entries 0 to 511 are gone" 0
for e in extranet:send intranet:recv; do
	end=${e#*:} ca=${e%:*}/keys/ca.pem log=diode/${e#*:}/audit by=${e%:*}/diode-${e#*:}
	lock=$log/lock key=diode/$end/log.sign.key cert=diode/$end/log.sign.pem
	shorten() { $clock "$SW_BIN/diode-$end" -c diode/conf/$end.yaml --prune-log "$1"; }
	a_year diode-$end diode-$end "entries 0 to 255 are gone" "entries 0 to 511 are gone" 0
done
ca=extranet/keys/ca.pem log=ledger/audit lock=ledger/lock by=burner key=ledger/log.sign.key cert=ledger/log.sign.pem
shorten() { $clock "$SW_BIN/burner" prune-log "$1" --store ledger --by officer2 --wait 0; }
a_year burner officer2 "deleted: 256" "deleted: 512" 1
exit $failed
