#!/bin/sh
# registryd audit-book: a sound book with a row in every table; then one row of each table is changed, and one removed, by somebody who has the file and drops its
# triggers: each time exactly that row is named. Also a row that no entry made, a blind index, the order of shares, a log row, a number, a series.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
SW_DB=sqlite # the file itself is damaged
. "$(dirname "$0")/../stack/begin.sh"
SW_LOG=error
. tests/stack/walk.sh
registryd=
trap '[ -z "$registryd" ] || kill "$registryd" 2> /dev/null; wait; rm -rf "$D"' EXIT
ok() { echo "ok - $1"; }
bad() { echo "not ok - $1"; failed=1; [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /' | head -8; }

zones_made
conf=$D/extranet/conf/registryd.yaml
db=$D/extranet/data/main.db

# One row of every table that the demonstration lacks, with holders where a right needs them.
n=0
: > "$D/more.jsonl"
row() { n=$((n + 1)); jq -nc --arg t "$1" --argjson r "$2" '{table: $t, row: ($r + {yxq_q: "2021-05-06T00:00:00.000Z"})}' >> "$D/more.jsonl"; }
holder() { row qlr "{\"bdcdyh\":\"$1\",\"qltb\":\"$2\",\"qlbsm\":$n,\"sxh\":1,\"qlrmc\":\"甲乙\",\"zjzl\":\"1\",\"zjh\":\"110101195001010000\",\"qlrlx\":\"1\",\"gyfs\":\"0\",\"qlbl\":\"\",\"qlbl_fz\":1,\"qlbl_fm\":1}"; }
right='"qllx":"4","djlx":"100","djyy":"首次登记","fj":"","dbr":"import","djsj":"2021-05-06T00:00:00.000Z"'
p=110101001001GB000
owner() { row "$1" "{\"bdcdyh\":\"$2\",$right,\"bdcqzh\":\"旧证$1\",$3}"; holder "$2" "$1"; }
proof() { row "$1" "{\"bdcdyh\":\"${p}01F00010101\",$right,\"bdcdjzmh\":\"旧证明$1\",$2}"; holder "${p}01F00010101" "$1"; }
row zhjbxx "{\"bdcdyh\":\"${p}51W00000000\",\"zhdm\":\"${p}51\",\"zl\":\"示例湾1号\",\"zhmj\":5,\"yhlx\":\"养殖\",\"yhfs\":\"开放式\"}"
owner hysyq "${p}51W00000000" '"syqmj":5,"syqqssj":"","syqjssj":""'
owner tdsyq "${p}52W00000000" '"mj":5'
owner jsydsyq "${p}53W00000000" '"syqmj":5,"syqqssj":"","syqjssj":"","qdjg":0'
owner fdcq1 "${p}54F00010000" '"zts":2,"jzmj":5,"ghyt":"住宅","tdsyqssj":"","tdsyjssj":""'
owner nydsyq "${p}55W00000000" '"cbmj":5,"cbqssj":"","cbjssj":""'
owner lq "${p}56L00000001" '"zl":"示例山2号","syqmj":5,"ldsyqssj":"","ldsyjssj":"","zysz":"松","lz":"防护林","qy":"人工"'
row fdcq3 "{\"bdcdyh\":\"${p}01F00010000\",\"qllx\":\"4\",\"djlx\":\"100\",\"jgzwmc\":\"门厅\",\"jgzwmj\":5,\"dbr\":\"import\",\"djsj\":\"2021-05-06T00:00:00.000Z\"}"
proof dyaq '"ywr":"甲","scsj":"2021-05-06T00:00:00.000Z","dyfs":"1","dybdclx":"2","dysw":1,"bdbzzqse":100,"zwlxqssj":"2021-01-01","zwlxjssj":"2031-01-01","dbfw":"","jzzr":"0"'
proof dyiq "\"ywr\":\"甲\",\"xydbdcdyh\":\"${p}02F00010101\",\"dyqnr\":\"通行\",\"qlqssj\":\"\",\"qljssj\":\"\""
proof jzq '"ywr":"甲","jzfw":"全部","qlqssj":"","qljssj":""'
proof ygdj '"ywr":"甲","ygdjzl":"2","qdjg":1,"qlqssj":"","qljssj":"","kdjrq":""'
proof yydj '"yysx":"面积","ssfy":"示例法院","ah":"1"'
row zxdj "{\"bdcdyh\":\"${p}01F00010101\",\"zxtb\":\"dyaq\",\"zxbsm\":1,\"djyy\":\"存量\",\"jg\":\"\",\"wh\":\"\",\"dbr\":\"import\",\"djsj\":\"2021-05-06T00:00:00.000Z\"}"
"$SW_BIN/registryd" import -c "$conf" "$D/more.jsonl" > "$D/out" 2>&1 && ok "a row of every table is taken in" || bad "a row of every table is taken in" "$(cat "$D/out")"


# The national platform 国家平台 fetches from a folder.
printf '\naccess:\n  spool: ../spool\n' >> "$conf"
platform() { "$SW_TESTBIN/dept-access" "$D/extranet/spool/access" "$D/extranet/keys/office.seal.pem" "$1"; }

# A sale is entered, so that there is a certificate 不动产权证书 with its file.
"$SW_BIN/registryd" -c "$conf" 2>> "$D/log/registryd" &
registryd=$!
await "$D/extranet/data/port"
application=$("$SW_TESTBIN/registry-make" sale "$D/extranet/data" "$D/extranet/keys/master.key" "$D/extranet/share/businesses" ${p}01F00010102 "示例路1号1幢102室" \
	"京(2020)东城区不动产权第0000002号" "$(person 1 name)" "$(person 1 id_number)" "$(person 5 name)" "$(person 5 id_number)")
reach extranet registrar1 "$(kase)" '.state != "submitted"' "the acceptance" do_accept
reach extranet registrar1 "$(kase)" .has_tax "the tax voucher" do_tax
reach extranet registrar1 "$(kase)" "$(past review entry certificate delivered)" "the review" do_review
reach extranet registrar2 "$(kase)" "$(past entry certificate delivered)" "the entry" do_enter
reach extranet registrar1 "$(kase)" "$(past delivered)" "the certificate" && ok "a sale is entered and has its certificate" || bad "a sale is entered and has its certificate"
# Its message 接入报文 is fetched, checked against the seal, and the answer read back.
n=100
until said=$(platform true) && [ "$said" = "messages 1 logs 0 accepted 1 refused 0 bad 0" ]; do n=$((n - 1)); [ $n -gt 0 ] || break; sleep 0.1; done
[ $n -gt 0 ] && ok "the platform takes the entry's message: $said" || bad "the platform takes the entry's message" "$said"
n=100
until "$SW_BIN/registryd" access -c "$conf" > "$D/out" 2>&1 && grep -q "^accepted 1" "$D/out"; do n=$((n - 1)); [ $n -gt 0 ] || break; sleep 0.1; done
[ $n -gt 0 ] && ok "registryd access: one entry, one message, accepted, no difference" || bad "registryd access: one entry, one message, accepted, no difference" "$(cat "$D/out")"
kill "$registryd" && wait "$registryd"
registryd=
out=$("$SW_BIN/registryd" audit-book -c "$conf" 2>&1) && ok "the book is sound: $out" || bad "the book is sound" "$out"
sqlite3 "$db" "VACUUM INTO '$D/sound.db'"
# What somebody with the file in hand does first.
cp "$D/sound.db" "$D/bare.db"
{
	sqlite3 "$D/bare.db" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger'"
	sqlite3 "$D/bare.db" "SELECT 'DROP INDEX ' || name || ';' FROM sqlite_master WHERE type = 'index' AND name LIKE '%current'"
} > "$D/drop.sql"
sqlite3 "$D/bare.db" < "$D/drop.sql"
tables=$(sqlite3 "$D/sound.db" "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\_open' ESCAPE '\\' ORDER BY 1")

# damage NAME TABLE KEY SQL: exactly that is named
damage() {
	rm -f "$db" "$db-wal" "$db-shm"
	cp "$D/bare.db" "$db"
	sqlite3 "$db" "PRAGMA ignore_check_constraints = ON; $4;" > "$D/sql.out" 2>&1 || { bad "$1" "$(cat "$D/sql.out")"; return; }
	"$SW_BIN/registryd" audit-book -c "$conf" json > "$D/found" 2> "$D/err"
	rc=$?
	if [ $rc = 1 ] && jq -e --arg t "$2" --arg k "$3" '(.findings | length) == 1 and .findings[0].table == $t and .findings[0].key == $k' "$D/found" > /dev/null 2>&1; then
		ok "$1"
	else
		bad "$1" "exit $rc, wanted $2 $3: $(cat "$D/found" "$D/err")"
	fi
}
for t in $tables; do
	key=$(sqlite3 "$D/sound.db" "SELECT max(bsm) FROM $t")
	damage "$t: a changed row is named" "$t" "$key" "UPDATE $t SET bdcdyh = 'X' || substr(bdcdyh, 2) WHERE bsm = $key"
	damage "$t: a row that is gone is named" "$t" "$key" "DELETE FROM $t WHERE bsm = $key"
done
key=$(sqlite3 "$D/sound.db" "SELECT max(bsm) FROM fdcq2")
damage "fdcq2: a row ended by nobody" fdcq2 "$key" "UPDATE fdcq2 SET yxq_z = '2026-01-01T00:00:00.000Z', zzywh = 'forged' WHERE bsm = $key"
key=$(sqlite3 "$D/sound.db" "SELECT max(bsm) FROM qlr")
damage "qlr: a share that was raised" qlr "$key" "UPDATE qlr SET qlbl_fz = 2, qlbl_fm = 2 WHERE bsm = $key"
damage "qlr: a name moved from another row" qlr "$key" "UPDATE qlr SET qlrmc = (SELECT qlrmc FROM qlr WHERE bsm < $key LIMIT 1) WHERE bsm = $key"
damage "qlr: a blind index of somebody else" qlr "$key" "UPDATE qlr SET zjh_index = (SELECT zjh_index FROM qlr WHERE bsm < $key LIMIT 1) WHERE bsm = $key"
damage "a row that no entry made" h 900001 "INSERT INTO h SELECT tenant, 900001, '${p}99F00010101', zddm, zrzh, zl, shbw, szc, jzmj, ghyt, ssbsm, ywh, zzywh, yxq_q, yxq_z FROM h LIMIT 1"
damage "djlog: a changed row is named" djlog 2 "UPDATE djlog SET dbr = 'somebody' WHERE xh = 2"
damage "djlog: a changed list is named" djlog 2 "UPDATE djlog SET mx = replace(mx, 'qlr', 'h') WHERE xh = 2"
number=$(sqlite3 "$D/sound.db" "SELECT max(number) FROM zsbh WHERE n IS NOT NULL")
damage "zsbh: a number of another row" zsbh "$number" "UPDATE zsbh SET bsm = bsm + 1 WHERE number = '$number'"
damage "zsbh: a number declared void" zsbh "$number" "UPDATE zsbh SET state = 'void' WHERE number = '$number'"
number=$(sqlite3 "$D/sound.db" "SELECT max(bdcqzh) FROM bdcqzs")
damage "bdcqzs: another text" bdcqzs "$number" "UPDATE bdcqzs SET text = (SELECT qlrmc FROM qlr LIMIT 1) WHERE bdcqzh = '$number'"
damage "bdcqzs: another seal" bdcqzs "$number" "UPDATE bdcqzs SET signature = 'AAAA' WHERE bdcqzh = '$number'"
damage "bdcqzs: of another right" bdcqzs "$number" "UPDATE bdcqzs SET bsm = bsm - 1 WHERE bdcqzh = '$number'"
damage "bdcqzs: another file" bdcqzs "$number" "UPDATE bdcqzs SET digest = zeroblob(32) WHERE bdcqzh = '$number'"
damage "bdcqzs: a certificate that is gone" bdcqzs "$number" "DELETE FROM bdcqzs WHERE bdcqzh = '$number'"
kase=$(sqlite3 "$D/sound.db" "SELECT number FROM reg_case")
mkdir "$D/stranger"
{
	"$SW_BIN/swbundle" keygen ca --zone extranet --suite gm --out "$D/stranger"
	printf stranger | "$SW_BIN/swbundle" keygen person --ca "$D/stranger" --name registrar2 --out "$D/stranger" --passphrase-file -
} > /dev/null
damage "reg_decision: a changed word of an opinion" reg_decision "$kase/3" "UPDATE reg_decision SET body = replace(body, '材料齐全', '材料不全') WHERE act = 'review'"
damage "reg_decision: another signature" reg_decision "$kase/3" "UPDATE reg_decision SET signature = (SELECT signature FROM reg_decision WHERE act = 'accept') WHERE act = 'review'"
damage "reg_decision: another person's certificate" reg_decision "$kase/3" "UPDATE reg_decision SET certificate = (SELECT certificate FROM reg_decision WHERE act = 'enter') WHERE act = 'review'"
damage "reg_decision: the step was made to say something else" reg_decision "$kase/3" "UPDATE reg_step SET note = '同意' WHERE n = 3"
damage "reg_decision: the last one is gone" reg_step "$kase/4" "DELETE FROM reg_decision WHERE act = 'enter'"
damage "reg_decision: a certificate that no authority gave" reg_decision "$kase/4" "UPDATE reg_decision SET certificate = '$(cat "$D/stranger/registrar2.person.pem")' WHERE act = 'enter'"
message=$(sqlite3 "$D/sound.db" "SELECT bwid FROM jrbw")
entry=$(sqlite3 "$D/sound.db" "SELECT xh FROM jrbw")
damage "jrbw: a message that is gone" jrbw "$entry" "DELETE FROM jrbw"
"$SW_BIN/registryd" access -c "$conf" > "$D/out" 2>&1
rc=$?
[ $rc = 1 ] && grep -q "^DIFFERENCE log row $entry: " "$D/out" && ok "registryd access names the entry without a message" || bad "registryd access names the entry without a message" "exit $rc: $(cat "$D/out")"
damage "jrbw: a second message of one entry" jrbw "${message}9" "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ', UNIQUE (tenant, xh)', '') WHERE name = 'jrbw'; DELETE FROM sqlite_master WHERE name = 'sqlite_autoindex_jrbw_2'; PRAGMA writable_schema = RESET; INSERT INTO jrbw SELECT tenant, bwid || '9', xh, day, ywh, bdcdyh, djlx, qllx, zss, zms, bw, zy, state, tries, handed_at, answered_at, code, said FROM jrbw"
damage "jrbw: another text" jrbw "$message" "UPDATE jrbw SET bw = (SELECT qlrmc FROM qlr LIMIT 1)"
damage "jrbw: another digest" jrbw "$message" "UPDATE jrbw SET zy = ''"
damage "jrbw: another kind of entry" jrbw "$message" "UPDATE jrbw SET djlx = '300'"
gap=$(sqlite3 "$D/sound.db" "SELECT kind || ' ' || period || ' ' || n FROM zsbh WHERE n = 5 LIMIT 1")
damage "zsbh: a gap in the series" zsbh "$gap" "DELETE FROM zsbh WHERE n = 5"
damage "reg_series: set back" reg_series "bsm " "UPDATE reg_series SET next = next - 1 WHERE kind = 'bsm'"
exit $failed
