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
n=1200
until said=$(platform true) && [ "$said" = "messages 1 logs 0 accepted 1 refused 0 bad 0" ]; do n=$((n - 1)); [ $n -gt 0 ] || break; sleep 0.1; done
[ $n -gt 0 ] && ok "the platform takes the entry's message: $said" || bad "the platform takes the entry's message" "$said"
# What is told upward is what the certificate says: its number, the unit, who holds it.
paper=$(sqlite3 -readonly "$db" "SELECT max(bdcqzh) FROM bdcqzs")
message=$(find "$D/extranet/spool/access" -name 'Biz*.xml' | head -n 1)
untold=''
for word in "$paper" ${p}01F00010102 "$(person 5 name)" "$(person 5 id_number)"; do grep -qF -- "$word" "$message" || untold="$untold $word"; done
[ -z "$untold" ] && ok "the message has the certificate's number, unit and holder" || bad "the message has the certificate's number, unit and holder" "not in it:$untold"
n=1200
until "$SW_BIN/registryd" access -c "$conf" > "$D/out" 2>&1 && grep -q "^accepted 1" "$D/out"; do n=$((n - 1)); [ $n -gt 0 ] || break; sleep 0.1; done
[ $n -gt 0 ] && ok "registryd access: one entry, one message, accepted, no difference" || bad "registryd access: one entry, one message, accepted, no difference" "$(cat "$D/out")"
# A number is declared void by two, a blank is printed with the certificate, every notice is sealed.
call extranet registrar1 POST /api/register/voids '{"kind":"title","reason":"印制有误"}'
call extranet registrar2 POST /api/register/voids/1/confirm '{}'
void=$(cat "$W/code")
call extranet registrar2 POST /api/stationery '{"kind":"title","prefix":"BDC-","from":1,"to":2,"digits":6}'
call extranet registrar1 POST /api/stationery/BDC-000001/print "$(jq -nc --arg p "$(sqlite3 -readonly "$db" 'SELECT max(bdcqzh) FROM bdcqzs')" '{paper: $p}')"
[ "$void $(cat "$W/code")" = "200 200" ] && ok "a void number and a printed blank" || bad "a void number and a printed blank" "$void $(cat "$W/code" "$W/reply")"
n=1200
until [ "$(sqlite3 -readonly "$db" "SELECT (SELECT count(*) FROM reg_document) - (SELECT count(*) FROM reg_document_seal)")" = 0 ]; do n=$((n - 1)); [ $n -gt 0 ] || break; sleep 0.1; done
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
	echo "$2" >> "$D/damaged"
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
damage "qlr: no blind index, so that the holder is not found" qlr "$key" "UPDATE qlr SET zjh_index = '' WHERE bsm = $key"
damage "a row that no entry made" h 900001 "INSERT INTO h SELECT tenant, 900001, '${p}99F00010101', zddm, zrzh, zl, shbw, szc, jzmj, ghyt, ssbsm, ywh, zzywh, yxq_q, yxq_z FROM h LIMIT 1"
damage "djlog: a changed row is named" djlog 2 "UPDATE djlog SET dbr = 'somebody' WHERE xh = 2"
damage "djlog: a changed list is named" djlog 2 "UPDATE djlog SET mx = replace(mx, 'qlr', 'h') WHERE xh = 2"
# The newest entry is taken back whole: with its case, its rows, its numbers and all that was made from it, as if it had never been. The audit records know it.
newest=$(sqlite3 "$D/sound.db" "SELECT max(xh) FROM djlog")
back=$(sqlite3 "$D/sound.db" "SELECT number FROM reg_case")
{
	sqlite3 "$D/sound.db" "SELECT 'UPDATE ' || m.name || ' SET yxq_z = NULL, zzywh = NULL WHERE zzywh = ''$back'';' FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'zzywh'"
	sqlite3 "$D/sound.db" "SELECT 'DELETE FROM ' || m.name || ' WHERE ' || c.name || ' = ''$back'';' FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'ywh' AND m.name <> 'jrrz'"
	sqlite3 "$D/sound.db" "SELECT 'DELETE FROM ' || m.name || ';' FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name IN ('case_id', 'instance')"
	echo "DELETE FROM reg_case; DELETE FROM bdcqzs; DELETE FROM reg_document_seal; DELETE FROM reg_document_file; DELETE FROM reg_document_waiting; DELETE FROM reg_blank_move; DELETE FROM reg_blank; DELETE FROM zsbh WHERE period = '$(sqlite3 "$D/sound.db" "SELECT max(period) FROM zsbh")'; DELETE FROM reg_void;"
	echo "UPDATE reg_series SET next = (SELECT coalesce(max(n), 0) + 1 FROM zsbh z WHERE z.kind = reg_series.kind AND z.period = reg_series.period) WHERE kind IN ('title', 'proof');"
	echo "UPDATE reg_series SET next = next - $(sqlite3 "$D/sound.db" "SELECT count(*) FROM djlog, json_each(mx) e WHERE xh = $newest AND json_extract(e.value, '\$[0]') = '+'") WHERE kind = 'bsm';"
} > "$D/back.sql"
damage "djlog: the newest entry, taken back with all that it did" djlog "$newest" "$(cat "$D/back.sql")"
damage "djlog: another chain than its audit record names" djlog "$newest" "UPDATE audit_record SET detail = replace(detail, '\"chain\":\"', '\"chain\":\"0') WHERE action = 'book.enter'"
number=$(sqlite3 "$D/sound.db" "SELECT max(number) FROM zsbh WHERE n IS NOT NULL AND state = 'used'")
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
unit=$(sqlite3 "$D/sound.db" "SELECT max(bdcdyh) FROM h WHERE yxq_z IS NULL")
damage "zldy: a unit that its location does not lead to" zldy "$unit" "DELETE FROM zldy WHERE bdcdyh = '$unit'"
damage "zldy: a unit that another place leads to" zldy "$unit" "INSERT INTO zldz SELECT tenant, 900001, '&' FROM zldz LIMIT 1; INSERT INTO zlci SELECT tenant, '&', 900001 FROM zldz LIMIT 1; UPDATE zldy SET zlid = 900001 WHERE bdcdyh = '$unit'"
pair=$(sqlite3 "$D/sound.db" "SELECT zlid || ' ' || ci FROM zlci LIMIT 1")
damage "zlci: characters that do not lead to the place" zlci "$pair" "DELETE FROM zlci WHERE zlid || ' ' || ci = '$pair'"
damage "zlci: characters that the place does not have" zlci "${pair% *} &&" "INSERT INTO zlci SELECT tenant, '&&', zlid FROM zlci LIMIT 1"

# ---- what the office keeps beside the book
damage "reg_case: another state" reg_case "$application" "UPDATE reg_case SET state = 'review' WHERE id = '$application'"
damage "reg_case: a case that is gone" reg_case "$application" "UPDATE reg_case SET id = 'elsewhere', version = 1, state = '' WHERE id = '$application'; DELETE FROM reg_case WHERE id = 'elsewhere'"
damage "reg_step: a step of the portal that is gone" reg_step "$application" "DELETE FROM reg_step WHERE case_id = '$application' AND n = 0"
damage "reg_step: a step of the portal that never was" reg_step "$application" "INSERT INTO reg_step SELECT tenant, case_id, 99, state, at, who, note, ground FROM reg_step WHERE case_id = '$application' AND n = 0"
doc=$(sqlite3 "$D/sound.db" "SELECT min(number) FROM reg_document_seal")
of="WHERE number = '$doc'"
damage "reg_document: other facts" reg_document "$doc" "UPDATE reg_document SET facts = (SELECT qlrmc FROM qlr LIMIT 1) $of"
damage "reg_document: another kind" reg_document "$doc" "UPDATE reg_document SET kind = 'notice-other' $of"
damage "reg_document: one that is gone" reg_document "$doc" "DELETE FROM reg_document $of"
damage "reg_document_file: another file" reg_document_file "$doc pdf" "UPDATE reg_document_file SET digest = zeroblob(32) $of AND format = 'pdf'"
damage "reg_document_file: one that is gone" reg_document_file "$doc" "DELETE FROM reg_document_file $of AND format = 'ofd'"
damage "reg_document_seal: another signature" reg_document_seal "$doc" "UPDATE reg_document_seal SET signature = 'AAAA' $of"
damage "reg_document_seal: another statement" reg_document_seal "$doc" "UPDATE reg_document_seal SET statement = replace(statement, 'notice', 'notise') $of"
damage "reg_document_waiting: a sealed paper waits" reg_document_waiting "$doc" "INSERT INTO reg_document_waiting SELECT tenant, number, at FROM reg_document $of"
damage "reg_archive_waiting: a case that goes on waits" reg_archive_waiting "$application" "INSERT INTO reg_archive_waiting SELECT tenant, id, number FROM reg_case WHERE id = '$application'"
damage "reg_document_seal: one that is gone" reg_document_seal "$doc" "DELETE FROM reg_document_seal $of"
damage "reg_void: another reason" reg_void 1 "UPDATE reg_void SET reason = '别的'"
number=$(sqlite3 "$D/sound.db" "SELECT number FROM reg_void")
damage "reg_void: one that is gone" reg_void "$number" "DELETE FROM reg_void"
damage "reg_blank: another state" reg_blank BDC-000001 "UPDATE reg_blank SET state = 'handed' WHERE serial = 'BDC-000001'"
damage "reg_blank: another kind" reg_blank BDC-000001 "UPDATE reg_blank SET kind = 'proof' WHERE serial = 'BDC-000001'"
damage "reg_blank: one that is gone" reg_blank BDC-000002 "DELETE FROM reg_blank WHERE serial = 'BDC-000002'"
damage "reg_blank_move: a move that is gone" reg_blank BDC-000001 "DELETE FROM reg_blank_move WHERE serial = 'BDC-000001' AND n = 0"
damage "reg_blank_move: another paper" reg_blank BDC-000001 "UPDATE reg_blank_move SET paper = '' WHERE serial = 'BDC-000001' AND n = 1"
mailing="INSERT INTO reg_mailing SELECT tenant, 'parcel', id, '[\"BDC-000001\"]', 'posted', '', '示例速递', 'SW0000001', 0, 'x', received_at, '', 0, 0, '' FROM reg_case WHERE id = '$application'"
damage "reg_mailing: a parcel whose blank is elsewhere" reg_mailing parcel "$mailing"
damage "reg_mailing_event: a station that was added" reg_mailing_event parcel "${mailing%posted*}cancelled${mailing##*posted}; INSERT INTO reg_mailing_event SELECT tenant, 'parcel', 1, 'moving', 'x', received_at FROM reg_case LIMIT 1"
damage "reg_mailing: one that is gone" reg_mailing parcel "INSERT INTO reg_mailing_event SELECT tenant, 'parcel', 1, 'moving', 'x', received_at FROM reg_case LIMIT 1"
damage "reg_charge: another amount" reg_charge "$application" "UPDATE reg_charge SET amount_cents = amount_cents - 1"
damage "reg_charge: one that is gone" reg_charge "$application" "DELETE FROM reg_charge"
damage "reg_charge_step: a step that is gone" reg_charge_step "$application" "DELETE FROM reg_charge_step WHERE n = 1"
damage "reg_charge_step: paid without a receipt" reg_charge_step "$application" "UPDATE reg_charge_step SET receipt = '' WHERE state = 'paid'"

# ---- no table is forgotten: each is damaged above, or stands here with who else watches over it
echo reg_blank_move >> "$D/damaged" # told by its blank
others="$(echo \
	: swaudit reconciles what travels: outbox outbox_attachment inbox inbox_attachment inbox_key inbox_ready inbox_wait inbox_waiting bundle_in bundle_out link_out order_last hop_in fork_in \
		stream_epoch stream_state beyond_in beyond_out quarantine_in file_drop definition_sent boot_mark \
	: the log of audit records: audit_record audit_anchor audit_anchor_out audit_place \
	: rights, the crawl of 62-rights and 62-directory: account directory_taken role organisation session login_failure look \
	: processes and rules, 25-workflow, 62-rules and 62-designs: business_design flow_definition flow_hold flow_instance flow_log flow_token flow_wait rule_verdict rule_version \
	: what a case holds until its entry, sealed to its row, and after it in the archive: reg_party reg_material reg_upload reg_graphics reg_tax reg_tax_void reg_identity_nonce reg_correction reg_face reg_mandate reg_party_signature \
	: the desk: reg_claim reg_draft reg_mark reg_opinion reg_reminder reg_calendar_ask calendar_day reg_notice reg_visit appointment appointment_slot \
	: files, the nightly sweep of 63-fixity: reg_archive reg_lending fixity_finding fixity_sweep \
	: who looked: reg_inquiry reg_inquiry_unit \
	: the daily log, recomputed by registryd access when its day is over: jrrz \
	: taken in, 53-import-register: import_run import_record \
	: taxes paid with the fee, each receipt once, 69-payment: reg_tax_due reg_surplus \
	: what trade and tax are told, each taken once, 66-papers: reg_push \
	: which way the paper comes, sealed, 69-post: reg_delivery \
	: the newest time that is known, 57-clock: clock_known \
	: numbers of proofs, each given or void, 68-after-submission: reg_proof_number \
	: made from the book, an index: zlci zldz \
	: of the database itself: reseal_progress schema_migration | tr ' :,' '\n\n\n')"
for t in $(sqlite3 "$D/sound.db" "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY 1"); do
	printf '%s\n' "$others" | grep -qx "$t" || grep -qx "$t" "$D/damaged" || bad "$t: a table without a case of damage"
done
[ $failed = 0 ] && ok "every table is damaged above or watched by somebody who is named"
exit $failed
