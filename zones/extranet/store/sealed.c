/* Tables of this zone with values that the vault seals, for sealing them anew after a rotation of its keys.
 */
#include "zones/extranet/store/sealed.h"

DB_STMT_CROSS(reg_case_sealed, "SELECT tenant, id, '', id, form FROM reg_case WHERE (tenant, id) > (:a, :b) "
			       "AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(reg_case_reseal, "UPDATE reg_case SET form = :v1 WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(reg_correction_sealed,
	"SELECT tenant, case_id, round, case_id || '/' || round, coalesce(form, '') FROM reg_correction "
	"WHERE "
	"(tenant, case_id, round) > (:a, :b, :c) ORDER BY tenant, case_id, round LIMIT :max");
DB_STMT_CROSS(reg_correction_reseal, "UPDATE reg_correction SET form = CASE WHEN form IS NULL THEN NULL ELSE "
				     ":v1 END WHERE tenant = :a AND case_id = :b AND round = :c");
DB_STMT_CROSS(reg_party_sealed,
	"SELECT tenant, case_id, n, case_id || '/' || n, name, id_number, id_index FROM reg_party "
	"WHERE (tenant, case_id, n) > (:a, :b, :c) ORDER BY tenant, case_id, n LIMIT :max");
DB_STMT_CROSS(reg_party_reseal, "UPDATE reg_party SET name = :v1, id_number = :v2, id_index = :v3 WHERE "
				"tenant = :a AND case_id = :b AND n = :c");
DB_STMT_CROSS(reg_material_sealed,
	"SELECT tenant, case_id, n, blob, blob_key FROM reg_material WHERE (tenant, "
	"case_id, n) > (:a, :b, :c) ORDER BY tenant, case_id, n LIMIT :max");
DB_STMT_CROSS(reg_material_reseal,
	"UPDATE reg_material SET blob_key = :v1 WHERE tenant = :a AND case_id = :b AND n = :c");
DB_STMT_CROSS(reg_upload_sealed, "SELECT tenant, id, '', blob, blob_key FROM reg_upload WHERE (tenant, id) > "
				 "(:a, :b) AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(
	reg_upload_reseal, "UPDATE reg_upload SET blob_key = :v1 WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(dyaq_sealed, "SELECT tenant, '', bsm, substr(CAST(1000000000000 + bsm AS TEXT), 2), ywr FROM "
			   "dyaq WHERE (tenant, bsm) > (:a, :c) AND :b = '' ORDER BY tenant, bsm LIMIT :max");
DB_STMT_CROSS(dyaq_reseal, "UPDATE dyaq SET ywr = :v1 WHERE tenant = :a AND bsm = :c AND :b = ''");
DB_STMT_CROSS(dyiq_sealed, "SELECT tenant, '', bsm, substr(CAST(1000000000000 + bsm AS TEXT), 2), ywr FROM "
			   "dyiq WHERE (tenant, bsm) > (:a, :c) AND :b = '' ORDER BY tenant, bsm LIMIT :max");
DB_STMT_CROSS(dyiq_reseal, "UPDATE dyiq SET ywr = :v1 WHERE tenant = :a AND bsm = :c AND :b = ''");
DB_STMT_CROSS(jzq_sealed, "SELECT tenant, '', bsm, substr(CAST(1000000000000 + bsm AS TEXT), 2), ywr FROM "
			  "jzq WHERE (tenant, bsm) > (:a, :c) AND :b = '' ORDER BY tenant, bsm LIMIT :max");
DB_STMT_CROSS(jzq_reseal, "UPDATE jzq SET ywr = :v1 WHERE tenant = :a AND bsm = :c AND :b = ''");
DB_STMT_CROSS(ygdj_sealed, "SELECT tenant, '', bsm, substr(CAST(1000000000000 + bsm AS TEXT), 2), ywr FROM "
			   "ygdj WHERE (tenant, bsm) > (:a, :c) AND :b = '' ORDER BY tenant, bsm LIMIT :max");
DB_STMT_CROSS(ygdj_reseal, "UPDATE ygdj SET ywr = :v1 WHERE tenant = :a AND bsm = :c AND :b = ''");
DB_STMT_CROSS(qlr_sealed,
	"SELECT tenant, '', bsm, substr(CAST(1000000000000 + bsm AS TEXT), 2), qlrmc, zjh, zjh_index FROM "
	"qlr WHERE (tenant, bsm) > (:a, :c) AND :b = '' ORDER BY tenant, bsm LIMIT :max");
DB_STMT_CROSS(qlr_reseal,
	"UPDATE qlr SET qlrmc = :v1, zjh = :v2, zjh_index = :v3 WHERE tenant = :a AND bsm = :c AND :b = ''");
DB_STMT_CROSS(djlog_sealed, "SELECT tenant, '', xh, substr(CAST(1000000000000 + xh AS TEXT), 2), yz FROM "
			    "djlog WHERE (tenant, xh) > (:a, :c) AND :b = '' ORDER BY tenant, xh LIMIT :max");
DB_STMT_CROSS(djlog_reseal, "UPDATE djlog SET yz = :v1 WHERE tenant = :a AND xh = :c AND :b = ''");
DB_STMT_CROSS(import_sealed, "SELECT tenant, run || '/' || source, n, run || '/' || source || '/' || n, "
			     "content FROM import_record WHERE content <> '' AND "
			     "(tenant, run || '/' || source, n) > (:a, :b, :c) ORDER BY tenant, run || '/' "
			     "|| source, n LIMIT :max");
DB_STMT_CROSS(import_reseal,
	"UPDATE import_record SET content = :v1 WHERE tenant = :a AND run || '/' || source = :b AND n = :c");
DB_STMT_CROSS(jrbw_sealed, "SELECT tenant, bwid, '', bwid, bw FROM jrbw WHERE (tenant, bwid) > (:a, :b) AND "
			   ":c = '' ORDER BY tenant, bwid LIMIT :max");
DB_STMT_CROSS(jrbw_reseal, "UPDATE jrbw SET bw = :v1 WHERE tenant = :a AND bwid = :b AND :c = ''");
DB_STMT_CROSS(bdcqzs_sealed, "SELECT tenant, bdcqzh, '', bdcqzh, text FROM bdcqzs WHERE (tenant, bdcqzh) > "
			     "(:a, :b) AND :c = '' ORDER BY tenant, bdcqzh LIMIT :max");
DB_STMT_CROSS(bdcqzs_reseal, "UPDATE bdcqzs SET text = :v1 WHERE tenant = :a AND bdcqzh = :b AND :c = ''");
DB_STMT_CROSS(bdcqzs_keys, "SELECT tenant, bdcqzh, '', blob, blob_key FROM bdcqzs WHERE (tenant, bdcqzh) > "
			   "(:a, :b) AND :c = '' ORDER BY tenant, bdcqzh LIMIT :max");
DB_STMT_CROSS(
	bdcqzs_rewrap, "UPDATE bdcqzs SET blob_key = :v1 WHERE tenant = :a AND bdcqzh = :b AND :c = ''");
DB_STMT_CROSS(rule_verdict_sealed,
	"SELECT tenant, instance, n, instance, input FROM rule_verdict WHERE (tenant, "
	"instance, n) > (:a, :b, :c) ORDER BY tenant, instance, n LIMIT :max");
DB_STMT_CROSS(rule_verdict_reseal,
	"UPDATE rule_verdict SET input = :v1 WHERE tenant = :a AND instance = :b AND n = :c");
DB_STMT_CROSS(document_sealed,
	"SELECT tenant, number, '', number, facts FROM reg_document WHERE (tenant, number) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, number LIMIT :max");
DB_STMT_CROSS(
	document_reseal, "UPDATE reg_document SET facts = :v1 WHERE tenant = :a AND number = :b AND :c = ''");
DB_STMT_CROSS(document_keys, "SELECT tenant, number, format, blob, blob_key FROM reg_document_file WHERE "
			     "(tenant, number, format) > "
			     "(:a, :b, :c) ORDER BY tenant, number, format LIMIT :max");
DB_STMT_CROSS(document_rewrap,
	"UPDATE reg_document_file SET blob_key = :v1 WHERE tenant = :a AND number = :b "
	"AND format = :c");
DB_STMT_CROSS(archive_keys, "SELECT tenant, case_id, '', blob, blob_key FROM reg_archive WHERE (tenant, "
			    "case_id) > (:a, :b) AND :c "
			    "= '' ORDER BY tenant, case_id LIMIT :max");
DB_STMT_CROSS(archive_rewrap,
	"UPDATE reg_archive SET blob_key = :v1 WHERE tenant = :a AND case_id = :b AND :c = ''");
DB_STMT_CROSS(appointment_sealed,
	"SELECT tenant, id, '', id, id_number, id_index FROM appointment WHERE (tenant, id) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(appointment_reseal,
	"UPDATE appointment SET id_number = :v1, id_index = :v2 WHERE tenant = :a AND "
	"id = :b AND :c = ''");
DB_STMT_CROSS(mark_sealed, "SELECT tenant, case_id, n, case_id || '/' || n, note FROM reg_mark WHERE "
			   "(tenant, case_id, n) > (:a, "
			   ":b, :c) ORDER BY tenant, case_id, n LIMIT :max");
DB_STMT_CROSS(mark_reseal, "UPDATE reg_mark SET note = :v1 WHERE tenant = :a AND case_id = :b AND n = :c");
DB_STMT_CROSS(draft_sealed, "SELECT tenant, case_id, who, case_id || '/' || who, opinion FROM reg_draft "
			    "WHERE (tenant, case_id, who) "
			    "> (:a, :b, :c) ORDER BY tenant, case_id, who LIMIT :max");
DB_STMT_CROSS(
	draft_reseal, "UPDATE reg_draft SET opinion = :v1 WHERE tenant = :a AND case_id = :b AND who = :c");
DB_STMT_CROSS(inquiry_indexed,
	"SELECT tenant, id, '', id, person_index FROM reg_inquiry WHERE (tenant, id) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(inquiry_reindex,
	"UPDATE reg_inquiry SET person_index = :v1 WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(reg_face_sealed,
	"SELECT tenant, nonce, '', nonce, statement FROM reg_face WHERE (tenant, nonce) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, nonce LIMIT :max");
DB_STMT_CROSS(
	reg_face_reseal, "UPDATE reg_face SET statement = :v1 WHERE tenant = :a AND nonce = :b AND :c = ''");
DB_STMT_CROSS(party_signature_sealed,
	"SELECT tenant, nonce, '', nonce, content FROM reg_party_signature WHERE (tenant, nonce) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, nonce LIMIT :max");
DB_STMT_CROSS(party_signature_reseal,
	"UPDATE reg_party_signature SET content = :v1 WHERE tenant = :a AND nonce = :b AND :c = ''");
DB_STMT_CROSS(reg_mandate_sealed,
	"SELECT tenant, nonce, '', nonce, statement FROM reg_mandate WHERE (tenant, nonce) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, nonce LIMIT :max");
DB_STMT_CROSS(reg_mandate_reseal,
	"UPDATE reg_mandate SET statement = :v1 WHERE tenant = :a AND nonce = :b AND :c = ''");
DB_STMT_CROSS(reg_delivery_sealed,
	"SELECT tenant, case_id, '', case_id, receiver FROM reg_delivery WHERE (tenant, case_id) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, case_id LIMIT :max");
DB_STMT_CROSS(reg_delivery_reseal,
	"UPDATE reg_delivery SET receiver = :v1 WHERE tenant = :a AND case_id = :b AND :c = ''");
DB_STMT_CROSS(reg_mailing_sealed,
	"SELECT tenant, id, '', id, receiver FROM reg_mailing WHERE (tenant, id) > (:a, :b) AND :c = '' "
	"ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(reg_mailing_reseal,
	"UPDATE reg_mailing SET receiver = :v1 WHERE tenant = :a AND id = :b AND :c = ''");
const struct reseal_use reg_sealed[] = {
	{"appointment", &appointment_sealed, &appointment_reseal, {"id_number", "#id-number"}, false},
	{"rule_verdict", &rule_verdict_sealed, &rule_verdict_reseal, {"input"}, true},
	{"reg_case", &reg_case_sealed, &reg_case_reseal, {"form"}, false},
	{"reg_correction", &reg_correction_sealed, &reg_correction_reseal, {"form"}, true},
	{"reg_face", &reg_face_sealed, &reg_face_reseal, {"statement"}, false},
	{"reg_party_signature", &party_signature_sealed, &party_signature_reseal, {"content"}, false},
	{"reg_mandate", &reg_mandate_sealed, &reg_mandate_reseal, {"statement"}, false},
	{"reg_party", &reg_party_sealed, &reg_party_reseal, {"name", "id_number", "#id-number"}, true},
	{"reg_material", &reg_material_sealed, &reg_material_reseal, {""}, true},
	{"reg_upload", &reg_upload_sealed, &reg_upload_reseal, {""}, false},
	{"dyaq", &dyaq_sealed, &dyaq_reseal, {"ywr"}, true},
	{"dyiq", &dyiq_sealed, &dyiq_reseal, {"ywr"}, true},
	{"jzq", &jzq_sealed, &jzq_reseal, {"ywr"}, true},
	{"ygdj", &ygdj_sealed, &ygdj_reseal, {"ywr"}, true},
	{"qlr", &qlr_sealed, &qlr_reseal, {"qlrmc", "zjh", "#id-number"}, true},
	{"djlog", &djlog_sealed, &djlog_reseal, {"yz"}, true},
	{"import_record", &import_sealed, &import_reseal, {"content"}, true},
	{"jrbw", &jrbw_sealed, &jrbw_reseal, {"bw"}, false},
	{"bdcqzs", &bdcqzs_sealed, &bdcqzs_reseal, {"text"}, false},
	{"bdcqzs_file", &bdcqzs_keys, &bdcqzs_rewrap, {""}, false},
	{"reg_document", &document_sealed, &document_reseal, {"facts"}, false},
	{"reg_document_file", &document_keys, &document_rewrap, {""}, false},
	{"reg_archive", &archive_keys, &archive_rewrap, {""}, false},
	{"reg_mark", &mark_sealed, &mark_reseal, {"note"}, true},
	{"reg_draft", &draft_sealed, &draft_reseal, {"opinion"}, false},
	{"reg_delivery", &reg_delivery_sealed, &reg_delivery_reseal, {"receiver"}, false},
	{"reg_mailing", &reg_mailing_sealed, &reg_mailing_reseal, {"receiver"}, false},
	{"reg_inquiry", &inquiry_indexed, &inquiry_reindex, {"#id-number"}, false},
	{NULL, NULL, NULL, {NULL}, false},
};
