#!/bin/sh
# The custody chain of discs by hand: numbered blanks, seals, slip, label and register, receipt, archive, void discs, destruction by two persons; every step
# and every refusal in the log.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
: "${SW_BIN:=build/bin}"
bin=$(cd "$SW_BIN" && pwd)
lib=$(cd "$(dirname "$0")/lib" && pwd)
shipped=$(cd "$(dirname "$0")/../../conf/burner" && pwd)
page=$(cd "$(dirname "$0")/../../burner/man" && pwd)/burner.1
. "$lib/memory.sh"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/burner.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
# Fonts stay in memory until the process ends.
SW_LOG=error ASAN_OPTIONS=detect_leaks=0
export SW_LOG ASAN_OPTIONS
. "$lib/burner.sh"
keys_make intranet keys he lin tao
mkdir spool in
list() { burner list --json --store "$1" | jq -r "$2"; }
equal() { check "$1" test "$2" = "$3"; }
destroy() { printf '%s\n' "word of $3" | burner destroy "$2" --json --store "$1" --how "shredder 碎盘机" --key "keys/$3.person.key" --cert "keys/$3.person.pem" --passphrase-file -; }

# the sender's log is signed by a station of the zone
mkdir out
"$bin/swbundle" keygen station --ca keys --use sign --link disc --name burner --out out > /dev/null
mv out/burner.sign.key out/log.sign.key
mv out/burner.sign.pem out/log.sign.pem

# ---- blanks and policy
check "a blank is registered" burner blank MED-0001 --store out --label "柜 3-1" --mark internal --by he
check "not twice" refused EXISTS burner blank MED-0001 --store out --label other --by he
check "not under any name" refused SCHEMA burner blank ../x --store out --label other --by he
check "a public one" burner blank MED-0002 --store out --label "柜 3-2" --mark public --by he
check "a scratched one" burner blank MED-0003 --store out --label "柜 3-3" --by he
check "is scrap" burner scrap MED-0003 --store out --reason scratched --by he
check "once" refused STATE burner scrap MED-0003 --store out --reason scratched --by he
equal "they are listed" "MED-0001:blank MED-0002:blank MED-0003:scrap" "$(list out '[.blanks[] | "\(.serial):\(.state)"] | join(" ")')"
# policy STORE WHO KEY: VALUE…: its next version
policy() {
	store=$1 by=$2
	shift 2
	printf '%s\n' "$@" > policy.yaml && burner policy --store "$store" --from policy.yaml --by "$by"
}
check "blanks and seals are demanded" policy out tao "demand:" "  blank: true" "  seal: true"
check "an unknown demand is refused, with its place" sh -c "printf 'demand:\n  everything: true\n' > bad.yaml; '$bin/burner' policy --store out --from bad.yaml --by tao 2>&1 | grep -q '^CONFIG: .*bad.yaml:2:'"
check "a drive either writes or reads" refused SCHEMA policy out tao "drives:" "  write: [/dev/sr0]" "  read: [/dev/sr0]"
check "the other side demands receipts" policy there yu "demand:" "  receive: true" "  seal: true"

# ---- a disc
check "a disc without a use is none" refused SCHEMA burner stage --store out --bundles spool --reason x --use ""
check "a mark that never leaves is refused" refused SCHEMA burner stage --store out --bundles spool --reason x --mark top-secret
bundles 1 2
disc=$(burner stage --json --store out --bundles spool --reason "月度结果" --use "登记结果回传" --mark internal --by he | jq -r .disc)
equal "the policy's version is what is approved" 1 "$(list out '.rows[0].policy')"
check "an approver sees what lies on it, and why" test "$(burner show "$disc" --json --store out | jq -r '"\(.record.reason) \(.files | length) \(.files[0].name)"')" = "月度结果 2 disc-1-1.swb"
approve "$disc" he > /dev/null
approve "$disc" lin > /dev/null
check "without a blank it is not burnt" refused REFUSED burner burn "$disc" --store out --to a.iso --by he
check "an unregistered one will not do" refused NOTFOUND burner burn "$disc" --store out --to a.iso --blank MED-0009 --by he
check "nor one marked lower" refused REFUSED burner burn "$disc" --store out --to a.iso --blank MED-0002 --by he
check "nor scrap" refused STATE burner burn "$disc" --store out --to a.iso --blank MED-0003 --by he
check "no image came of it" test ! -e a.iso
check "it is burnt on its blank" burner burn "$disc" --store out --to a.iso --blank MED-0001 --by he
equal "the blank is used" "used $disc" "$(list out '.blanks[0] | "\(.state) \(.disc)"')"
check "without a seal it is not handed over" refused REFUSED burner handover "$disc" --store out --to extranet --by he
check "it is handed over sealed" burner handover "$disc" --store out --from 内网机房 --to extranet --seal F-20261124-07 --by he
check "a handed over disc cannot be void" refused STATE burner void "$disc" --store out --reason x --by he

# ---- papers
check "the slip is printed" burner slip "$disc" --store out --to slip.pdf --by he
check "the label is printed" burner label "$disc" --store out --to label.pdf --by he
check "the register is printed" burner book --store out --month "$(TZ=Asia/Shanghai date +%Y-%m)" --to book.pdf --by he
check "a month is a month" refused SCHEMA burner book --store out --month 2026-13 --to b.pdf
identity=$(list out '.rows[0].digest')
says() { pdftotext -layout "$1" - | tr -d ' \n' | grep -qF "$(printf %s "$2" | tr -d ' ')"; }
for t in 光盘移交单 "$disc" 内部 登记结果回传 "$(echo "$identity" | cut -c1-48)" he、lin MED-0001 "柜 3-1" F-20261124-07 内网机房 移交人 接收人; do
	check "the slip says $t" says slip.pdf "$t"
done
check "the slip does not say why: it travels with the disc" sh -c "! pdftotext slip.pdf - | grep -q 月度结果"
for t in "$disc" 内部 登记结果回传 MED-0001 F-20261124-07; do check "the label says $t" says label.pdf "$t"; done
for t in 光盘台账 "$disc" 内部 MED-0001 F-20261124-07 he、lin 已移交; do check "the register says $t" says book.pdf "$t"; done
for t in 空白盘台账 MED-0003 已用used 报废scrap 上月结存before0＋登记registered3＋擦除erased0－使用used1－报废scrap1－注销void0＝月末结存left1 保管人; do check "and of blanks: $t" says book.pdf "$t"; done
for p in slip label; do
	pdftoppm -r 150 -png -singlefile $p.pdf $p
	equal "a scanner reads off the $p what burner receive takes" "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" "$(zbarimg -q --raw $p.png 2> /dev/null)"
done
cp slip.pdf first.pdf
burner slip "$disc" --store out --to slip.pdf --by he > /dev/null
check "the same slip is the same file" cmp slip.pdf first.pdf

# ---- the other side
import() { burner import "$1" --json --trust keys/ca.pem --store there --into in --by yu; }
check "nobody has received it: not imported" refused STATE import a.iso
check "the slip's code names the seal" refused REFUSED burner receive "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" --store there --from intranet --seal F-1 --by yu
check "and the blank" refused REFUSED burner receive "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" --store there --from intranet --blank MED-0002 --by yu
check "which must be one that was issued here" refused NOTFOUND burner receive "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" --store there --from intranet --by yu
burner blank MED-0001 --store there --label "柜 3-1" --by yu > /dev/null
check "and the mark" refused REFUSED burner receive "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" --store there --from intranet --mark public --by yu
check "no disc is received without its mark" refused REFUSED burner receive "$disc" --store there --from intranet --seal F-20261124-07 --by yu
check "half a code is refused" refused SCHEMA burner receive "SWDISC1 $disc" --store there --from intranet --by yu
check "nor without the receiver's signature, where it is demanded" sh -c "
	printf 'demand:\n  receive: true\n  seal: true\n  sign: true\n' > policy.yaml && '$bin/burner' policy --store there --from policy.yaml --by yu > /dev/null &&
	'$bin/burner' receive 'SWDISC1 $disc $identity internal MED-0001 F-20261124-07' --store there --from intranet --by yu 2>&1 | grep -q '^REFUSED: .*signature is demanded'"
sign_receipt() { printf '%s\n' "$1" | burner receive "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" --store there --from intranet --by tao --key keys/tao.person.key --cert keys/tao.person.pem --passphrase-file -; }
check "nor with a wrong passphrase, and not saying where the key lies" sh -c "echo wrong | '$bin/burner' receive 'SWDISC1 $disc $identity internal MED-0001 F-20261124-07' --store there --from intranet --by tao \
	--key '$tmp/keys/tao.person.key' --cert '$tmp/keys/tao.person.pem' --passphrase-file - 2>&1 | grep '^KEY: the key of tao ' | grep -vq '$tmp'"
check "it is received by scanning the slip, signed" sign_receipt "word of tao"
list there '.rows[0].receipt.signatures[0].sig' | base64 -d > sig
list there '.rows[0].receipt.signatures[0].pem' | base64 -d > pem
printf '{"act":"receive","blank":"MED-0001","digest":"%s","disc":"%s","from":"intranet","mark":"internal","seal":"F-20261124-07"}' "$identity" "$disc" > statement
check "the receipt verifies with openssl" sh -c "openssl x509 -in pem -noout -pubkey > pub && openssl pkeyutl -verify -pubin -inkey pub -in statement -sigfile sig -rawin -digest sm3 -pkeyopt distid:1234567812345678"
check "the slip says who signed" sh -c "'$bin/burner' slip $disc --store there --to signed.pdf --by yu > /dev/null && pdftotext signed.pdf - | tr -d ' \n' | grep -q '签收人.*tao'"
policy there yu "demand:" "  receive: true" "  seal: true" > /dev/null
check "the same again is no error" burner receive "SWDISC1 $disc $identity internal MED-0001 F-20261124-07" --store there --from intranet --by yu
equal "its blank is used there too" "used $disc" "$(list there '.blanks[0] | "\(.state) \(.disc)"')"
equal "as received, signed by" tao "$(list there '.rows[0].receipt.signatures[0].who')"
equal "as received" "received F-20261124-07" "$(list there '.rows[0] | "\(.state) \(.seal)"')"
check "not archived before it is imported" refused STATE burner archive "$disc" --store there --place shelf --by yu
equal "its mark is known from then on" internal "$(list there '.rows[0].mark')"
check "it is imported" import a.iso
equal "its use too" "internal 登记结果回传" "$(list there '.rows[0] | "\(.mark) \(.use)"')"
check "the label of this side says so" sh -c "'$bin/burner' label $disc --store there --to label-there.pdf --by yu > /dev/null && pdftotext label-there.pdf - | grep -q 登记结果回传"
check "it is archived" burner archive "$disc" --store there --place "shelf 12" --by yu
check "the first person signs its destruction" destroy there "$disc" lin
equal "one is not enough" archived "$(state there "$disc")"
check "nor the same twice" refused APPROVAL destroy there "$disc" lin
check "the second person signs" destroy there "$disc" tao
equal "it is destroyed" destroyed "$(state there "$disc")"
equal "the tombstone names both" "lin tao" "$(list there '[.rows[0].destruction.signatures[].who] | join(" ")')"
list there '.rows[0].destruction.signatures[0].sig' | base64 -d > sig
list there '.rows[0].destruction.signatures[0].pem' | base64 -d > pem
printf '{"act":"destroy","digest":"%s","disc":"%s","how":"shredder 碎盘机"}' "$identity" "$disc" > statement
check "a signature verifies with openssl" sh -c "openssl x509 -in pem -noout -pubkey > pub && openssl pkeyutl -verify -pubin -inkey pub -in statement -sigfile sig -rawin -digest sm3 -pkeyopt distid:1234567812345678"
check "it is not imported again" refused IMPORTED import a.iso

# ---- void
bundles 3
dead=$(stage)
burner blank MED-0004 --store out --label x --by he > /dev/null
approve "$dead" he > /dev/null
approve "$dead" tao > /dev/null
burner burn "$dead" --store out --to dead.iso --blank MED-0004 --by he > /dev/null
check "a burnt disc is declared void, its bundles go back" burner void "$dead" --store out --reason "scratched" --bundles spool --by he
equal "the bundle waits again" disc-1-3.swb "$(ls spool)"
check "a void disc is not handed over" refused STATE burner handover "$dead" --store out --to extranet --seal F-9 --by he
next=$(stage)
burner blank MED-0005 --store out --label y --by he > /dev/null
approve "$next" he > /dev/null
approve "$next" tao > /dev/null
burner burn "$next" --store out --to next.iso --blank MED-0005 --by he > /dev/null
burner handover "$next" --store out --to extranet --seal F-10 --by he > /dev/null
check "the next disc is received" burner receive "$next" --mark internal --store there --from intranet --seal F-10 --by yu
for n in 3 4 6; do burner blank MED-000$n --store there --label y --by yu > /dev/null; done
check "and imported" import next.iso
equal "what was written off here is scrap there, the void one's blank accounted for, the rest untouched" "MED-0001:used MED-0003:scrap MED-0004:void MED-0006:blank" \
	"$(list there '[.blanks[] | "\(.serial):\(.state)"] | join(" ")')"
equal "told by which disc" "$dead void, told by $next" "$(list there '.blanks[] | select(.serial == "MED-0004") | .steps[-1].note')"
equal "the void number is accounted for" "$dead by $next" "$(list there '.voided[] | "\(.disc) by \(.by)"')"
equal "the void one is not missing" 0 "$(list there '.missing | length')"
check "a disc that was received under another mark is not imported" sh -c "
	'$bin/burner' receive $dead --mark secret --store elsewhere --from intranet --by yu > /dev/null && ! '$bin/burner' import dead.iso --trust keys/ca.pem --store elsewhere --into in 2> err && grep -q '^REFUSED: .*received as secret' err"
burner receive "$dead" --mark internal --store there --from intranet --seal F-11 --by yu > /dev/null
check "the void one is refused when it turns up" refused REFUSED import dead.iso
equal "the officers see why" "REFUSED import" "$(list there '.refused[0] | "\(.code) \(.act)"')"
check "a void disc is destroyed by one" destroy out "$dead" he
check "and another" destroy out "$dead" lin
equal "its bundles are gone" "" "$(ls "out/out/$dead/bundles")"

# ---- what is staged are bundles
echo junk > spool/disc-1-9.swb
check "what is no bundle is refused" refused FORMAT burner stage --json --store out --bundles spool --reason x --by he
check "what is no bundle is refused by name" sh -c "'$bin/burner' stage --store out --bundles spool --reason x --by he 2>&1 | grep -q '^FORMAT: disc-1-9.swb: '"
equal "the officers see that too" "FORMAT stage" "$(list out '.refused[0] | "\(.code) \(.act)"')"
rm spool/disc-1-9.swb
bundles 5
check "below another authority it is refused" refused CERT burner stage --store out --bundles spool --reason x --by he --trust "$(keys_make elsewhere foreign he && echo foreign/ca.pem)"
check "below its own it is staged" burner stage --store out --bundles spool --reason x --by he --trust keys/ca.pem

# ---- the examples of the manual page, as they stand there (but for the day in the disc's number)
rm -rf manual && mkdir -p manual/outgoing manual/incoming && cp keys/ca.pem keys/*.person.* "$shipped/intranet.yaml" manual
for p in he lin tao; do (umask 077 && printf 'word of %s\n' $p > manual/$p.word); done
rm -f spool/*
bundles 1 2
mv spool/* manual/outgoing
awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 } on { gsub(/\\-/, "-"); print }' "$page" | sed "s/D-20261124-0001/D-$(TZ=Asia/Shanghai date +%Y%m%d)-0001/" > manual/examples
equal "the manual page has its examples" 21 "$(wc -l < manual/examples)"
while read -r line; do
	check "example: $line" sh -c "cd manual && PATH=$bin:\$PATH && $line"
done < manual/examples
equal "they end as they should" "destroyed 2 MED-0001:used MED-0002:scrap" \
	"$(list manual/extranet '.rows[0].state') $(ls manual/incoming | wc -l) $(list manual/intranet '[.blanks[] | "\(.serial):\(.state)"] | join(" ")')"

# ---- every refusal, also of what could not even be looked at
newest() { list out '.refused[0] | "\(.code) \(.act) \(.by)"'; }
check "a station that trusts nobody: refused" refused NOTFOUND burner verify a.iso --store out --trust nowhere.pem --by he
equal "and told" "NOTFOUND verify he" "$(newest)"
check "no such image: refused" refused NOTFOUND burner verify nowhere.iso --store out --trust keys/ca.pem --by lin
equal "and told" "NOTFOUND verify lin" "$(newest)"
check "two lines instead of a reason: refused" refused SCHEMA burner void "$disc" --store out --reason "a
b" --by he
equal "and told" "SCHEMA void he" "$(newest)"
check "a name that is none: refused" refused SCHEMA burner void "$disc" --store out --reason x --by "a
b"
equal "and told, without repeating it" "SCHEMA void -" "$(newest)"
check "a passphrase that others may read: refused" sh -c "echo x > phrase && chmod 644 phrase && ! '$bin/burner' approve $disc --store out --key keys/he.person.key --cert keys/he.person.pem --passphrase-file phrase 2> err && grep -q '^DENIED: ' err"
equal "and told" "DENIED approve he" "$(newest)"

# ---- the log
for a in blank.add blank.scrap policy.set disc.stage disc.staged disc.approve disc.approved disc.burn disc.burnt disc.hand-over disc.handed-over disc.void \
	disc.voided disc.destroy disc.destroyed disc.slip disc.label disc.book disc.refused; do
	check "the log of the sender tells $a" sh -c "grep -rqa '\"$a\"' out/audit"
done
for a in disc.receive disc.received disc.import disc.imported disc.archive disc.archived disc.destroy-signed disc.destroyed disc.refused; do
	check "the log of the receiver tells $a" sh -c "grep -rqa '\"$a\"' there/audit"
done
# ---- the log is kept for a year, and whoever asks for less stands in it
check "the signed log of the sender is whole" "$bin/swaudit" verify --trust keys/ca.pem out/audit
check "under another authority it is not" refused CERT "$bin/swaudit" verify --trust foreign/ca.pem out/audit
check "entries of this year are not deleted" refused REFUSED burner prune-log "$(date +%F)" --store out --by he
check "nor those of a log that nobody signs" refused REFUSED burner prune-log "$(date +%F)" --store there --by he
check "a day is a day" sh -c '"$1" prune-log today --store out --by he 2>&1 | grep -q "^USAGE: today"' - "$bin/burner"
check "who asked stands in both" sh -c 'for s in out there; do "$1" export --action log.prune-refused $s/audit | grep -q "\"who\":\"he\"" || exit 1; done' - "$bin/swaudit"
check "after that it is still whole, and signed to its end" test "$("$bin/swaudit" verify --json --trust keys/ca.pem out/audit | jq .beyond)" = 0
exit $failed
