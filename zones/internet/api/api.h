/* HTTP handlers of intaked, one file per resource; the route table is in routes.c. */
#ifndef INTAKE_API_API_H
#define INTAKE_API_API_H
#include "common/http/http.h"
#include "zones/internet/portal.h"
#include "zones/internet/store/application.h"

extern const struct http_route api_routes[];
extern const size_t api_nroutes;
extern const char *const api_schemas[]; /* bodies and replies of the routes, for OpenAPI */

static inline struct portal *api_portal(const struct http_request *r)
{
	return portal_of(http_arg(r));
}
/* Who may see an application: its owner, and the parties of a frozen one. ERR_NOTFOUND for everybody else, so
 * that ids tell nothing. *party is the person's number among the parties, -1 for none. */
SW_MUST_USE int api_may_see(struct service *s, struct db_tx *tx, const struct http_account *who,
	const struct application *a, int *party);

/* The parties of a form, and who signs for each, in the place of what stood. */
SW_MUST_USE int api_parties_put(struct service *s, struct db_tx *tx, const char *application,
	const struct business *b, const json_t *form);

http_handler api_application_start, api_application_list, api_application_get, api_application_save,
	api_application_freeze, api_application_thaw;
/* Whether the office still offers the version of an application: "current", "replaced" by a newer one, or
 * "closed", no longer taken at the portal. */
const char *api_offer_state(struct offer *o, const struct application *a);
/* Answers with the application as the signed-in person sees it. */
int api_application_reply(struct http_request *r, int status);
http_handler api_application_renew;
http_handler api_application_withdraw, api_withdrawal_drop, api_signature_add, api_material_add,
	api_material_add_late, api_material_remove;
/* Counts the action of the signed-in person, or of the address on a public route; ERR_RATE. */
SW_MUST_USE int api_limit(struct http_request *r, const struct limit_rule *rule);
/* Counts it against whatever `whose` names; ERR_RATE. */
SW_MUST_USE int api_limit_by(struct http_request *r, const struct limit_rule *rule, const char *whose);
extern const struct http_upload api_material_upload;
http_handler api_oidc_begin, api_oidc_finish;
http_handler api_material_have, api_receipt_json, api_receipt_pdf, api_receipt_check;
http_handler api_invitation_make, api_invitation_open, api_application_decline;
http_handler api_payment_open, api_payment_check, api_payment_notice, api_payment_bill;
http_handler api_document_list, api_document_file, api_document_own;
http_handler api_certificate_pdf, api_certificate_json, api_certificate_verify;
http_handler api_keys, api_query_text, api_query_ask, api_query_holding, api_query_public, api_query_answer;
http_handler api_businesses, api_business, api_regions, api_config;
http_handler api_articles, api_article, api_desk_articles, api_desk_article_save, api_desk_article_publish,
	api_desk_article_withdraw;
http_handler api_appointment_hours, api_appointment_own, api_appointment_ask, api_appointment_cancel,
	api_appointment_calendar;
http_handler api_track;
http_handler api_messages_own, api_message_seen, api_desk_message, api_desk_stuck, api_desk_health;
http_handler api_feedback_add, api_feedback_own, api_desk_feedback, api_desk_feedback_answer;
http_handler api_batch_start, api_batch_list, api_batch_get, api_batch_row, api_batch_text, api_batch_sign,
	api_batch_row_sign, api_material_copy, api_desk_ports, api_desk_port_close, api_desk_port_open;
/* Shape of what the identity platform gave for a signature. ERR_SCHEMA. */
SW_MUST_USE int api_signature_check(const json_t *body, struct err_note *note);
/* The token in a signature speaks of this text (its digest in hex; what: "form" or "text", for the error) and
 * of this person. ERR_SYNTAX, ERR_SIGNATURE. */
SW_MUST_USE int api_token_check(const struct http_account *who, const json_t *signature, const char *what,
	const char *digest, struct err_note *note);
/* Takes the person's signature in an application, and answers. over: the text that was signed where it is not
 * the form itself, and own_hex: digest of what the person would have signed by itself; NULL both. */
int api_sign(struct http_request *r, const char *application, const json_t *signature, const char *over,
	const char *own_hex);
http_handler api_delivery_text, api_delivery_choose;
http_handler api_mandates, api_mandate_check;
/* Asks the authority about the powers by which the signed-in person acts in an application that waits for
 * signatures, with `others` also about those of who signed before, and keeps what it states. rows:
 * [{"party","principal",…}] as authority_attest tells, where there is no such power with the "problem" alone;
 * new reference. ERR_TIMEOUT: it cannot be reached; ERR_STATE: nothing is to be signed. */
SW_MUST_USE int api_mandates_state(
	struct http_request *r, const char *application, bool others, json_t **rows, struct err_note *note);
http_handler api_record_save, api_paper_pdf;
http_handler api_face_state, api_face_compare, api_person_face;
http_handler api_registration_code, api_registration, api_recovery;
http_handler api_mail_ask, api_mail_confirm, api_mail_remove, api_channels_set;
http_handler api_person, api_notice_accept, api_desk_person_confirm, api_desk_sms;
/* http.h's gate: an applicant's act needs the user notice in force accepted; ERR_NOTICE. */
int api_gate(struct http_request *r, const struct http_route *route);
/* The division of a request: "" or NULL is the portal's own. NULL: no office of it is reached from here. */
const char *api_division(struct http_request *r, const char *named);
#endif
