/* Tables of this zone with values that the vault seals, for sealing them anew after a rotation of its keys.
 */
#include "zones/internet/store/sealed.h"

DB_STMT_CROSS(application_sealed,
	"SELECT tenant, id, '', id, draft, coalesce(form, ''), coalesce(before, '') FROM application "
	"WHERE (tenant, id) > (:a, :b) AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(application_reseal, "UPDATE application SET draft = :v1, form = CASE WHEN form IS NULL THEN "
				  "NULL ELSE :v2 END, before = CASE WHEN before IS NULL THEN NULL ELSE :v3 "
				  "END WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(application_party_sealed,
	"SELECT tenant, application, n, application || '/' || n, coalesce(signature, ''), id_index, "
	"principal_index FROM "
	"application_party WHERE (tenant, application, n) > (:a, :b, :c) ORDER BY tenant, application, n "
	"LIMIT :max");
DB_STMT_CROSS(application_party_reseal,
	"UPDATE application_party SET signature = CASE WHEN signature IS NULL THEN "
	"NULL ELSE :v1 END, id_index = :v2, principal_index = :v3 WHERE tenant = :a AND application = :b AND "
	"n = :c");
DB_STMT_CROSS(application_material_sealed,
	"SELECT tenant, application, id, blob, blob_key FROM application_material WHERE (tenant, "
	"application, id) > (:a, :b, :c) ORDER BY tenant, application, id LIMIT :max");
DB_STMT_CROSS(application_material_reseal,
	"UPDATE application_material SET blob_key = :v1 WHERE tenant = :a AND application = :b AND id = :c");
DB_STMT_CROSS(application_certificate_sealed,
	"SELECT tenant, application, '', application, text FROM application_certificate WHERE (tenant, "
	"application) > (:a, :b) AND :c = '' ORDER BY tenant, application LIMIT :max");
DB_STMT_CROSS(application_certificate_reseal,
	"UPDATE application_certificate SET text = :v1 WHERE tenant = :a AND application = :b AND :c = ''");
DB_STMT_CROSS(application_certificate_file_sealed,
	"SELECT tenant, application, '', blob, blob_key FROM application_certificate WHERE (tenant, "
	"application) > (:a, :b) AND :c = '' ORDER BY tenant, application LIMIT :max");
DB_STMT_CROSS(application_certificate_file_reseal, "UPDATE application_certificate SET blob_key = :v1 WHERE "
						   "tenant = :a AND application = :b AND :c = ''");
DB_STMT_CROSS(feedback_sealed, "SELECT tenant, id, '', id, text, answer FROM feedback WHERE (tenant, id) > "
			       "(:a, :b) AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(feedback_reseal,
	"UPDATE feedback SET text = :v1, answer = :v2 WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(application_receipt_sealed,
	"SELECT tenant, application, n, application || '/' || at, text FROM application_receipt WHERE "
	"(tenant, "
	"application, n) > (:a, :b, :c) ORDER BY tenant, application, n LIMIT :max");
DB_STMT_CROSS(application_receipt_reseal,
	"UPDATE application_receipt SET text = :v1 WHERE tenant = :a AND application = :b AND n = :c");
DB_STMT_CROSS(issued_file_sealed,
	"SELECT tenant, application, name, blob, blob_key FROM application_document_file WHERE (tenant, "
	"application, name) > (:a, :b, :c) ORDER BY tenant, application, name LIMIT :max");
DB_STMT_CROSS(issued_file_reseal, "UPDATE application_document_file SET blob_key = :v1 WHERE tenant = :a AND "
				  "application = :b AND name = :c");
DB_STMT_CROSS(person_sealed,
	"SELECT tenant, account, '', account, phone, phone_index FROM person WHERE (tenant, account) > "
	"(:a, :b) AND :c = '' ORDER BY tenant, account LIMIT :max");
DB_STMT_CROSS(person_reseal,
	"UPDATE person SET phone = :v1, phone_index = :v2 WHERE tenant = :a AND account = :b "
	"AND :c = ''");
DB_STMT_CROSS(sms_out_sealed,
	"SELECT tenant, id, '', id, phone, words FROM sms_out WHERE (tenant, id) > (:a, :b) "
	"AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(sms_out_reseal,
	"UPDATE sms_out SET phone = :v1, words = :v2 WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(application_face_sealed,
	"SELECT tenant, application, n, application || '/' || n, result FROM application_face WHERE (tenant, "
	"application, n) > (:a, :b, :c) ORDER BY tenant, application, n LIMIT :max");
DB_STMT_CROSS(application_face_reseal,
	"UPDATE application_face SET result = :v1 WHERE tenant = :a AND application = :b AND n = :c");
DB_STMT_CROSS(application_message_sealed,
	"SELECT tenant, id, '', id, text FROM application_message WHERE (tenant, id) > (:a, :b) AND :c = '' "
	"AND text <> '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(application_message_reseal,
	"UPDATE application_message SET text = :v1 WHERE tenant = :a AND id = :b AND :c = ''");
DB_STMT_CROSS(application_mandate_sealed,
	"SELECT tenant, application, n, application || '/' || n, result FROM application_mandate WHERE "
	"(tenant, application, n) > (:a, :b, :c) ORDER BY tenant, application, n LIMIT :max");
DB_STMT_CROSS(application_answers_sealed,
	"SELECT tenant, application, n, application || '/' || n, answers FROM application_answers WHERE "
	"(tenant, application, n) > (:a, :b, :c) ORDER BY tenant, application, n LIMIT :max");
DB_STMT_CROSS(application_answers_reseal,
	"UPDATE application_answers SET answers = :v1 WHERE tenant = :a AND application = :b AND n = :c");
DB_STMT_CROSS(application_mandate_reseal,
	"UPDATE application_mandate SET result = :v1 WHERE tenant = :a AND application = :b AND n = :c");
DB_STMT_CROSS(batch_text_sealed, "SELECT tenant, batch, part, batch || '/' || part, signature FROM "
				 "batch_text WHERE (tenant, batch, part) > "
				 "(:a, :b, :c) AND signature <> '' ORDER BY tenant, batch, part LIMIT :max");
DB_STMT_CROSS(batch_text_reseal,
	"UPDATE batch_text SET signature = :v1 WHERE tenant = :a AND batch = :b AND part = :c");
DB_STMT_CROSS(withdrawal_signature_sealed,
	"SELECT tenant, application, n, application || '/' || n, signature FROM withdrawal_signature WHERE "
	"(tenant, application, n) > (:a, :b, :c) ORDER BY tenant, application, n LIMIT :max");
DB_STMT_CROSS(withdrawal_signature_reseal,
	"UPDATE withdrawal_signature SET signature = :v1 WHERE tenant = :a AND application = :b AND n = :c");
DB_STMT_CROSS(person_mail_sealed, "SELECT tenant, account, '', account, address, pending FROM person_mail "
				  "WHERE (tenant, account) > (:a, :b) "
				  "AND :c = '' ORDER BY tenant, account LIMIT :max");
DB_STMT_CROSS(person_mail_reseal,
	"UPDATE person_mail SET address = :v1, pending = :v2 WHERE tenant = :a AND account = :b AND :c = ''");
const struct reseal_use intake_sealed[] = {
	{"batch_text", &batch_text_sealed, &batch_text_reseal, {"signature"}, true},
	{"application_mandate", &application_mandate_sealed, &application_mandate_reseal, {"result"}, true},
	{"application_answers", &application_answers_sealed, &application_answers_reseal, {"answers"}, true},
	{"application_face", &application_face_sealed, &application_face_reseal, {"result"}, true},
	{"feedback", &feedback_sealed, &feedback_reseal, {"text", "answer"}, false},
	{"application", &application_sealed, &application_reseal, {"draft", "form", "before"}, false},
	{"application_party", &application_party_sealed, &application_party_reseal,
		{"signature", "#id-number", "#id-number"}, true},
	{"application_material", &application_material_sealed, &application_material_reseal, {""}, false},
	{"application_message", &application_message_sealed, &application_message_reseal, {"text"}, false},
	{"application_receipt", &application_receipt_sealed, &application_receipt_reseal, {"text"}, true},
	{"withdrawal_signature", &withdrawal_signature_sealed, &withdrawal_signature_reseal, {"signature"},
		true},
	{"person", &person_sealed, &person_reseal, {"phone", "#phone"}, false},
	{"person_mail", &person_mail_sealed, &person_mail_reseal, {"address", "pending"}, false},
	{"sms_out", &sms_out_sealed, &sms_out_reseal, {"phone", "words"}, false},
	{"application_certificate", &application_certificate_sealed, &application_certificate_reseal,
		{"text"}, false},
	{"application_certificate_file", &application_certificate_file_sealed,
		&application_certificate_file_reseal, {""}, false},
	{"application_document_file", &issued_file_sealed, &issued_file_reseal, {""}, false},
	{NULL, NULL, NULL, {NULL}, false},
};
