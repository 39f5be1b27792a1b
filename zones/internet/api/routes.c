#include "zones/internet/api/api.h"

#include "common/base/embed.h"
#include "common/message/format.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

EMBED(api_schemas_text, "zones/internet/api/schemas.json");
const char *const api_schemas[] = {service_schemas, api_schemas_text, NULL};

/* All of them, also those that are begun at the window only: the page says so. */
int api_businesses(struct http_request *r)
{
	struct offer *o = api_portal(r)->offer;
	const struct business *b;
	json_t *rows = json_array();
	char today[11];
	int rc = offer_sync(o);
	time_date_cst(time_now_ms(), today);
	for (size_t i = 0; rc == 0 && offer_fees(o) && (b = offer_at(o, i)); i++)
		if (b->portal || b->window)
			json_array_append_new(rows, business_json(b, offer_fees(o), today));
	if (rc == 0)
		return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
	json_decref(rows);
	return rc;
}

int api_business(struct http_request *r)
{
	struct offer *o = api_portal(r)->offer;
	char today[11];
	int rc = offer_sync(o);
	if (rc < 0)
		return rc;
	const struct business *b = offer_find(o, http_param(r, "code"), atoll(http_param(r, "version")));
	if (!b || !offer_fees(o))
		return ERR_NOTFOUND;
	time_date_cst(time_now_ms(), today);
	return http_reply_json(r, 200, business_json(b, offer_fees(o), today));
}

int api_limit_by(struct http_request *r, const struct limit_rule *rule, const char *whose)
{
	int64_t wait = 0;
	if (limit_pass(api_portal(r)->limit, rule, whose, time_now_ms(), &wait))
		return 0;
	return http_fail(r, ERR_RATE, "again in %lld seconds", (long long)(wait + 999) / 1000);
}

int api_limit(struct http_request *r, const struct limit_rule *rule)
{
	const struct http_account *who = http_user(r);
	return api_limit_by(r, rule, who ? who->id : http_network(r));
}

static const char *name_of(const char *division)
{
	const char *name = format_division_name(division);
	return name ? name : "";
}

/* With the city and province that each lies in: 行政区划 is read from the first two and four digits. */
int api_regions(struct http_request *r)
{
	const char *const *served = ((struct service *)http_arg(r))->tenants;
	json_t *rows = json_array();
	for (size_t i = 0; served[i]; i++) {
		char province[7], city[7];
		snprintf(province, sizeof province, "%.2s0000", served[i]);
		snprintf(city, sizeof city, "%.4s00", served[i]);
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s}", "code", served[i], "name", name_of(served[i]),
				      "province", name_of(province), "city", name_of(city)));
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}

const char *api_division(struct http_request *r, const char *named)
{
	const struct service *s = http_arg(r);
	if (!named || !*named)
		return s->tenant;
	for (size_t i = 0; s->tenants[i]; i++)
		if (strcmp(s->tenants[i], named) == 0)
			return s->tenants[i];
	return NULL;
}

int api_config(struct http_request *r)
{
	const struct portal_config *c = api_portal(r)->config;
	json_t *businesses = json_array();
	for (size_t i = 0; c->face_url && i < c->face_businesses.n; i++)
		json_array_append_new(businesses, json_string(c->face_businesses.v[i]));
	return http_reply_json(r, 200,
		json_pack("{s:s,s:b,s:b,s:b,s:b,s:b,s:b,s:o}", "identity_url", c->identity_url, "oidc",
			api_portal(r)->oidc != NULL, "registration", c->registration, "face",
			c->face_url != NULL, "payment", api_portal(r)->payments != NULL, "post", c->post,
			"authority", c->authority_url != NULL, "face_businesses", businesses));
}

/* What anybody may check seals with, also when the line is away. */
int api_keys(struct http_request *r)
{
	struct buf pem;
	buf_init(&pem, 16384);
	int rc = file_read(AT_FDCWD, api_portal(r)->config->seal_ca, 16384, &pem);
	if (rc == 0)
		rc = http_reply_json(
			r, 200, json_pack("{s:s#}", "authority", (const char *)pem.p, (int)pem.n));
	buf_fini(&pem);
	return rc;
}

#define MATERIAL_MAX (INT64_C(20) << 20)
const struct http_route api_routes[] = {
	{"GET", "/api/config", "public", api_config, 0, NULL, "addresses the pages need"},
	{"GET", "/api/seal-authority", "public", api_keys, 0, NULL,
		"the authority of the registry's e-seal, for verification on the device"},
	{"POST", "/api/oidc/begin", "public", api_oidc_begin, 0, NULL,
		"sign in at the identity platform: the address to go to, and its state"},
	{"POST", "/api/oidc/finish", "public", api_oidc_finish, 0, NULL,
		"come back from there {code, state}"},
	{"POST", "/api/registration/code", "public", api_registration_code, 0, NULL,
		"a code by short message {phone, purpose: register or recover}; always answered alike"},
	{"POST", "/api/registration", "public", api_registration, 0, NULL,
		"make an account and sign in {phone, code, name, password, notice}"},
	{"POST", "/api/recovery", "public", api_recovery, 0, NULL,
		"a new password {phone, code, password}; every session ends"},
	{"GET", "/api/person", "self", api_person, 0, NULL,
		"own account: how the identity is proved, notices accepted"},
	{"POST", "/api/person/notice", "self", api_notice_accept, 0, NULL,
		"accept the user notice in force {version}"},
	{"POST", "/api/person/mail", "self", api_mail_ask, 0, NULL,
		"an e-mail address {address}: a code is sent to it, until then it does not count"},
	{"POST", "/api/person/mail/confirm", "self", api_mail_confirm, 0, NULL,
		"the code {code}: the address counts"},
	{"DELETE", "/api/person/mail", "self", api_mail_remove, 0, NULL, "no address any more"},
	{"POST", "/api/person/channels", "self", api_channels_set, 0, NULL,
		"which ways messages are wanted by {sms, mail}"},
	{"POST", "/api/person/face", "account.prove", api_person_face, 4 << 20, NULL,
		"prove the own identity by face comparison {id_number, image}"},
	{"POST", "/api/desk/people/confirm", "person.confirm", api_desk_person_confirm, 0, NULL,
		"the identity document was seen at the window {phone, name, id_number}"},
	{"GET", "/api/desk/sms", "link.read", api_desk_sms, 0, NULL,
		"short messages of the last week, counted"},
	{"GET", "/api/businesses", "public", api_businesses, 0, NULL,
		"businesses offered, with forms, materials, steps, terms and fees"},
	{"GET", "/api/businesses/:code/:version", "public", api_business, 0, NULL,
		"one version of a business, as drafts are pinned to it"},
	{"GET", "/api/regions", "public", api_regions, 0, NULL, "divisions served"},
	{"POST", "/api/applications", "application.own", api_application_start, 0, NULL,
		"start {business, key}; an open draft is resumed, the same key never starts twice"},
	{"GET", "/api/applications", "application.own", api_application_list, 0, NULL,
		"own applications and those to be signed"},
	{"GET", "/api/applications/:id", "application.own", api_application_get, 0, NULL,
		"one application with its progress"},
	{"PUT", "/api/applications/:id", "application.own", api_application_save, 256 << 10, NULL,
		"save a draft {version, unit_code, fields, parties}"},
	{"POST", "/api/applications/:id/materials", "application.own", api_material_add, MATERIAL_MAX,
		&api_material_upload,
		"upload a material; ?code= &name= ; in pieces with &size= &offset= &digest= (SHA-256 of "
		"all): 202 {offset} "
		"until it is whole; judged by content, spatial data refused"},
	{"POST", "/api/applications/:id/added", "application.own", api_material_add_late, MATERIAL_MAX,
		&api_material_upload,
		"补充材料 after the submission; ?code= of the list or other &name= &note= &replaces= ; in "
		"pieces as "
		"a material"},
	{"POST", "/api/applications/:id/materials/copied", "application.own", api_material_copy, 0, NULL,
		"the same file as in another own application {application, material}"},
	{"GET", "/api/applications/:id/uploads/:digest", "application.own", api_material_have, 0, NULL,
		"how much of a file in pieces has arrived; ?code="},
	{"DELETE", "/api/applications/:id/materials/:material", "application.own", api_material_remove, 0,
		NULL, "remove a material"},
	{"POST", "/api/applications/:id/freeze", "application.own", api_application_freeze, 0, NULL,
		"check everything and fix the text to be signed {version}"},
	{"POST", "/api/applications/:id/renew", "application.own", api_application_renew, 256, NULL,
		"go on with the newest version of the business {version}: what it does not ask for is "
		"dropped, "
		"and named"},
	{"POST", "/api/applications/:id/thaw", "application.own", api_application_thaw, 0, NULL,
		"back to the draft; signatures are dropped"},
	{"GET", "/api/mandates", "application.own", api_mandates, 0, NULL,
		"for whom this person may act 法人认证与授权委托, and as whom: organisations and people with "
		"a power of "
		"attorney"},
	{"POST", "/api/applications/:id/mandates", "application.own", api_mandate_check, 0, NULL,
		"what the authority says of the powers by which this person acts in the text to be signed"},
	{"GET", "/api/applications/:id/face", "application.own", api_face_state, 0, NULL,
		"whether the face of this party was compared for the text to be signed"},
	{"POST", "/api/applications/:id/face", "application.own", api_face_compare, 4 << 20, NULL,
		"compare the face of this party {image}: the service's signed result goes along with the "
		"signature"},
	{"PUT", "/api/applications/:id/record", "application.own", api_record_save, 64 << 10, NULL,
		"询问笔录: what this person answers before signing {record}, for the own parties; replaced "
		"until "
		"the "
		"signature"},
	{"GET", "/api/applications/:id/papers/:code", "application.own", api_paper_pdf, 0, NULL,
		"询问笔录, 承诺书 of an own party (?party=), 合同 as filled in, as PDF"},
	{"POST", "/api/applications/:id/signature", "application.own", api_signature_add, 64 << 10, NULL,
		"a party's signature from the identity platform, over the form or over its withdrawal; the "
		"last "
		"one submits"},
	{"POST", "/api/batches", "application.own", api_batch_start, 0, NULL,
		"集中申请: a batch of applications of one business {business, count, key}; the same key goes "
		"on "
		"with it"},
	{"GET", "/api/batches", "application.own", api_batch_list, 0, NULL,
		"own batches, with how many stand in which state"},
	{"GET", "/api/batches/:id", "application.own", api_batch_get, 0, NULL,
		"a batch, its rows, and the text to be signed"},
	{"PUT", "/api/batches/:id/rows/:n", "application.own", api_batch_row, 256 << 10, NULL,
		"a row as a draft {unit_code, fields, parties}; the same again changes nothing"},
	{"POST", "/api/batches/:id/text", "application.own", api_batch_text, 0, NULL,
		"the one text that is signed for all rows whose form is fixed"},
	{"POST", "/api/batches/:id/signature", "application.own", api_batch_sign, 64 << 10, NULL,
		"the signature from the identity platform under that text"},
	{"POST", "/api/batches/:id/rows/:n/signature", "application.own", api_batch_row_sign, 0, NULL,
		"a row goes off under that signature; the last party's submits"},
	{"POST", "/api/applications/:id/invitations", "application.own", api_invitation_make, 0, NULL,
		"a code that brings a party to this application {party}"},
	{"POST", "/api/invitations", "application.own", api_invitation_open, 0, NULL,
		"which application a code {code} means, for the party it was made for"},
	{"POST", "/api/applications/:id/decline", "application.own", api_application_decline, 0, NULL,
		"a party does not agree {reason}: back to the draft"},
	{"POST", "/api/applications/:id/payment", "application.own", api_payment_open, 0, NULL,
		"缴费: an order at the payment platform for all that is due; its page {url}; the same until "
		"it "
		"is paid"},
	{"POST", "/api/applications/:id/payment/check", "application.own", api_payment_check, 0, NULL,
		"asks the platform what became of it; the application"},
	{"POST", "/api/payments/notice", "public", api_payment_notice, 64 << 10, NULL,
		"from the payment platform {receipts: [{receipt, signature, certificate}]}: signed, each "
		"counts "
		"once"},
	{"GET", "/api/applications/:id/bills/:number", "application.own", api_payment_bill, 0, NULL,
		"电子票据 of a payment as PDF"},
	{"GET", "/api/applications/:id/receipt.json", "application.own", api_receipt_json, 0, NULL,
		"提交回执: the signed receipt"},
	{"GET", "/api/applications/:id/receipt", "application.own", api_receipt_pdf, 0, NULL,
		"the receipt as PDF"},
	{"GET", "/api/receipts/:id/:digest", "public", api_receipt_check, 0, NULL,
		"whether this portal gave this receipt"},
	{"GET", "/api/track/:id/:digest", "public", api_track, 0, NULL,
		"progress by the code on a receipt, for who holds it; nobody's name"},
	{"POST", "/api/applications/:id/withdraw", "application.own", api_application_withdraw, 0, NULL,
		"撤回: ends what was never handed in; else begins the withdrawal, which everybody who "
		"signed "
		"signs too"},
	{"POST", "/api/applications/:id/withdrawal/drop", "application.own", api_withdrawal_drop, 0, NULL,
		"a withdrawal that waits for signatures is given up"},
	{"POST", "/api/applications/:id/delivery/text", "application.own", api_delivery_text, 0, NULL,
		"领证方式: the text a holder of the certificate signs {way: electronic|window|post, name?, "
		"phone?, address?}"},
	{"POST", "/api/applications/:id/delivery", "application.own", api_delivery_choose, 64 << 10, NULL,
		"the text with its signature {text, consent}, to the registry"},
	{"GET", "/api/applications/:id/documents", "application.own", api_document_list, 0, NULL,
		"文书: notices and certificates the office issued, with its sealed statement about their "
		"files"},
	{"GET", "/api/documents", "application.own", api_document_own, 0, NULL,
		"文书: all that was issued to the person, by application, with the receipts"},
	{"GET", "/api/applications/:id/documents/:number/:format", "application.own", api_document_file, 0,
		NULL, "one of them as pdf or ofd"},
	{"GET", "/api/applications/:id/certificate", "application.own", api_certificate_pdf, 0, NULL,
		"the e-certificate as PDF"},
	{"GET", "/api/applications/:id/certificate.json", "application.own", api_certificate_json, 0, NULL,
		"its sealed text"},
	{"POST", "/api/certificates/verify", "public", api_certificate_verify, 128 << 10, NULL,
		"check a seal {certificate, signature, seal_certificate}"},
	{"GET", "/api/articles", "public", api_articles, 0, NULL,
		"published guides, answers, policies, notes; ?kind= &q="},
	{"GET", "/api/articles/:slug", "public", api_article, 0, NULL, "one published text"},
	{"GET", "/api/desk/articles", "article.write", api_desk_articles, 0, NULL, "texts with their drafts"},
	{"PUT", "/api/desk/articles/:slug", "article.write", api_desk_article_save, 256 << 10, NULL,
		"write a draft {kind, zh_title, en_title, zh_body, en_body}"},
	{"POST", "/api/desk/articles/:slug/publish", "article.write", api_desk_article_publish, 0, NULL,
		"publish the draft; not by its author"},
	{"POST", "/api/desk/articles/:slug/withdraw", "article.write", api_desk_article_withdraw, 0, NULL,
		"take a published text back"},
	{"GET", "/api/appointments/hours", "application.own", api_appointment_hours, 0, NULL,
		"hours an office offers from today on, ?division=, with what is free"},
	{"GET", "/api/appointments", "application.own", api_appointment_own, 0, NULL, "own appointments"},
	{"PUT", "/api/appointments/:id", "application.own", api_appointment_ask, 0, NULL,
		"ask for {day, start, business, division} under an id of one's own; the office answers"},
	{"POST", "/api/appointments/:id/cancel", "application.own", api_appointment_cancel, 0, NULL,
		"取消预约"},
	{"GET", "/api/appointments/:id/calendar.ics", "application.own", api_appointment_calendar, 0, NULL,
		"a booked one as iCalendar"},
	{"POST", "/api/queries/text", "application.own", api_query_text, 0, NULL,
		"the text of a question, to be signed {kind, about, purpose}"},
	{"POST", "/api/queries", "application.own", api_query_ask, 64 << 10, NULL,
		"ask the register {query, consent}: 202 {id}"},
	{"POST", "/api/queries/holding", "application.own", api_query_holding, 0, NULL,
		"核对: hold what a certificate says {certificate_no, unit_code, id_kind, id_number, name} "
		"against the register: 202 {id}; matches or differs, not told where"},
	{"GET", "/api/queries/:id", "application.own", api_query_answer, 0, NULL,
		"the answer, told once; 202 while it is on its way, 504 when none came"},
	{"POST", "/api/public-queries", "public", api_query_public, 0, NULL,
		"state of a paper or progress of a case, for who can name it in full {kind, about}; kind "
		"number: of a paper its state alone; notice: the 公告 that run now: 202 {id}"},
	{"GET", "/api/public-queries/:id", "public", api_query_answer, 0, NULL, "its answer, told once"},
	{"POST", "/api/feedback", "application.own", api_feedback_add, 0, NULL, "意见建议 {topic, text}"},
	{"GET", "/api/feedback", "application.own", api_feedback_own, 0, NULL,
		"own feedback with its answers"},
	{"GET", "/api/messages", "application.own", api_messages_own, 0, NULL,
		"站内消息: what the desk told about own applications, newest first"},
	{"POST", "/api/messages/:id/seen", "application.own", api_message_seen, 0, NULL, "it was read"},
	{"GET", "/api/desk/health", "link.read", api_desk_health, 0, NULL,
		"links, connectors, disk, short messages and applications by state"},
	{"GET", "/api/desk/stuck", "message.write", api_desk_stuck, 0, NULL,
		"applications that stand still, oldest first, and why"},
	{"POST", "/api/desk/applications/:id/messages", "message.write", api_desk_message, 0, NULL,
		"tell the people of an application {template, text, sms}"},
	{"GET", "/api/desk/ports", "message.write", api_desk_ports, 0, NULL,
		"集中申请端口: who hands in batches, what became of the rows, whose port is closed"},
	{"POST", "/api/desk/ports/:owner/close", "message.write", api_desk_port_close, 0, NULL,
		"closes it {reason}: no batch, no row, no signature under one from now on"},
	{"POST", "/api/desk/ports/:owner/open", "message.write", api_desk_port_open, 0, NULL,
		"opens it again after rectification {reason}"},
	{"GET", "/api/desk/feedback", "feedback.answer", api_desk_feedback, 0, NULL,
		"feedback, open ones first, with counts; ?before="},
	{"POST", "/api/desk/feedback/:id", "feedback.answer", api_desk_feedback_answer, 0, NULL,
		"answer {answer}"},
};
const size_t api_nroutes = sizeof api_routes / sizeof api_routes[0];
