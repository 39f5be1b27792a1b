/* intaked: the one-window portal 网上“一窗办事”平台 in the internet zone. */
#include "common/call/call.h"
#include "common/service/revoked.h"
#include "zones/internet/api/api.h"
#include "zones/internet/store/files.h"
#include "zones/internet/store/intake_schema.h"
#include "zones/internet/store/person.h"
#include "zones/internet/store/sealed.h"
#include "zones/internet/transfer/added.h"
#include "zones/internet/transfer/appointments.h"
#include "zones/internet/transfer/asking.h"
#include "zones/internet/transfer/definitions.h"
#include "zones/internet/transfer/delivery.h"
#include "zones/internet/transfer/payment.h"
#include "zones/internet/transfer/receive.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const struct service_link links[] = {
	{.link = "gap",
		.peer = "extranet",
		.out_to = "gap-outer",
		.in_from = "gap-outer",
		.origin_from = "extranet",
		.optional = true},
	/* In the service hall 登记大厅: the same portal in the extranet, beside the registry. */
	{.link = "hall",
		.peer = "extranet",
		.out_to = "extranet",
		.in_from = "extranet",
		.optional = true,
		.zone = "hall"},
};

static const struct exchange_handler handlers[] = {
	{"application.progress", receive_progress, NULL},
	{"appointment.decided", receive_appointment_decision, NULL},
	{"appointment.hours", receive_appointment_hours, NULL},
	{"certificate.issued", receive_certificate, NULL},
	{"definition.published", receive_definition, NULL},
	{"delivery.told", receive_delivery, NULL},
	{"document.issued", receive_document, NULL},
	{"fee.order", receive_fee, NULL},
	{"fee.refund", receive_refund, NULL},
	{"material.taken", receive_taken, NULL},
	{"message.refused", receive_refusal, NULL},
	{"tax.order", receive_tax, NULL},
};

static const struct account_permission permissions[] = {
	{"application.own", "办理本人申请", "own applications", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"article.write", "维护指南与问答", "write guides and answers", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"account.prove", "核验本人身份", "prove the own identity", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"person.confirm", "窗口核验身份", "confirm who somebody is at the window", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"feedback.answer", "答复意见建议", "answer feedback", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"message.write", "给申请人发消息", "message applicants", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"link.read", "查看链路", "see the links", ACCOUNT_PAGE, ACCOUNT_ANY},
	{NULL, NULL, NULL, ACCOUNT_PAGE, ACCOUNT_ANY},
};
static const struct account_role roles[] = {
	{"applicant", "申请人", "applicant", "application.own"},
	{"registered", "注册用户（身份未核验）", "registered, identity not proved yet", "account.prove"},
	{"operator", "窗口运营人员", "operator",
		"link.read message.write article.write feedback.answer person.confirm"},
	{"officer", "安全员", "security officer", "link.read link.decide rights.read key.read key.rotate"},
	{NULL, NULL, NULL, NULL},
};

/* Answered from the database alone, and asked for most. */
static const char *const kept[] = {"/api/config", "/api/regions", "/api/businesses",
	"/api/businesses/:code/:version", "/api/articles", "/api/articles/:slug", "/api/applications",
	"/api/applications/:id", NULL};

#define C(member) offsetof(struct portal_config, member)
static const struct config_field config[] = {
	{"documents", CONFIG_PATH, C(documents), true, NULL, 0, 0, "folder of the layouts of documents"},
	{"identity_url", CONFIG_STR, C(identity_url), true, NULL, 0, 0,
		"page of the identity platform 统一身份认证 where parties sign"},
	{"seal_ca", CONFIG_PATH, C(seal_ca), true, NULL, 0, 0, "pinned CA of the registry's e-seal 电子印章"},
	{"material_max", CONFIG_SIZE, C(material_max), false, "20M", 1024, 20 << 20,
		"largest material taken"},
	{"oidc.issuer", CONFIG_STR, C(oidc_issuer), false, NULL, 0, 0,
		"identity platform as OpenID provider: its issuer; without it local accounts only"},
	{"oidc.client", CONFIG_STR, C(oidc_client), false, NULL, 0, 0, "client_id of this portal there"},
	{"oidc.secret_file", CONFIG_PATH, C(oidc_secret_file), false, NULL, 0, 0,
		"file with the client secret (mode 0600); without it a public client"},
	{"oidc.redirect", CONFIG_STR, C(oidc_redirect), false, NULL, 0, 0,
		"redirect_uri: this portal's own address"},
	{"oidc.levels", CONFIG_STR, C(oidc_levels), false, NULL, 0, 0,
		"acr values that are enough, separated by spaces"},
	{"oidc.number", CONFIG_STR, C(oidc_number), false, "id_number", 0, 0, "claim of the identity number"},
	{"oidc.scope", CONFIG_STR, C(oidc_scope), false, "profile", 0, 0, "scopes beside openid"},
	{"payment.url", CONFIG_STR, C(payment_url), false, NULL, 0, 0,
		"interface of the payment platform 缴费平台; without it fees are paid at the window"},
	{"payment.ca", CONFIG_PATH, C(payment_ca), false, NULL, 0, 0,
		"pinned CA of the payment platform's receipts"},
	{"payment.check", CONFIG_TIME, C(payment_check), false, "30s", 100, 3600000,
		"how long the outcome of an order may be unknown before the platform is asked"},
	{"pieces_max", CONFIG_SIZE, C(pieces_max), false, "256M", 20 << 20, INT64_C(8) << 30,
		"memory for files that arrive in pieces"},
	{"drafts_max", CONFIG_SIZE, C(drafts_max), false, "1G", 1 << 20, INT64_C(64) << 30,
		"files of one person's drafts together"},
	{"sms.url", CONFIG_STR, C(sms_url), false, NULL, 0, 0,
		"short-message gateway 短信平台: where messages are handed in"},
	{"sms.token_file", CONFIG_PATH, C(sms_token_file), false, NULL, 0, 0,
		"file with its bearer token (mode 0600)"},
	{"mail.url", CONFIG_STR, C(mail_url), false, NULL, 0, 0,
		"mail server for notifications: smtps://HOST:PORT, or smtp://HOST:PORT (then with STARTTLS, "
		"but on loopback)"},
	{"mail.from", CONFIG_STR, C(mail_from), false, NULL, 0, 0, "address that letters are from"},
	{"mail.user", CONFIG_STR, C(mail_user), false, NULL, 0, 0, "name the portal signs in with there"},
	{"mail.secret_file", CONFIG_PATH, C(mail_secret_file), false, NULL, 0, 0,
		"file with its password (mode 0600)"},
	{"mail.ca", CONFIG_PATH, C(mail_ca), false, NULL, 0, 0,
		"authority of the server's certificate; without it those of the system"},
	{"face.url", CONFIG_STR, C(face_url), false, NULL, 0, 0,
		"face comparison 人脸比对: where a photograph is compared"},
	{"face.token_file", CONFIG_PATH, C(face_token_file), false, NULL, 0, 0,
		"file with its bearer token (mode 0600)"},
	{"face.businesses", CONFIG_LIST, C(face_businesses), false, NULL, 0, 0,
		"businesses where each party compares the face before signing; \"*\" all; the registry "
		"decides"},
	{"authority.url", CONFIG_STR, C(authority_url), false, NULL, 0, 0,
		"authority of organisations and powers of attorney 法人认证与授权委托; without it nobody "
		"acts by "
		"a power of attorney here"},
	{"authority.token_file", CONFIG_PATH, C(authority_token_file), false, NULL, 0, 0,
		"file with its bearer token (mode 0600)"},
	{"registration", CONFIG_BOOL, C(registration), false, "false", 0, 0,
		"people may register with a mobile number and a code by short message; needs sms.url"},
	{"post", CONFIG_BOOL, C(post), false, "false", 0, 0,
		"certificates on paper may be sent by post; the registry needs its carrier (courier.url)"},
	{"desk.office", CONFIG_TIME, C(desk_office), false, "10m", 0, INT64_C(86400000) * 30,
		"what the office, or the way to it, leaves unanswered so long is shown at the desk"},
	{"desk.people", CONFIG_TIME, C(desk_people), false, "3d", 0, INT64_C(86400000) * 365,
		"what applicants leave undone so long is shown at the desk"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

static void secret_free(char *secret)
{
	if (secret)
		buf_wipe(secret, strlen(secret));
	free(secret);
}

static void portal_stop(struct service *s)
{
	struct portal *p = portal_of(s);
	if (!p)
		return;
	payments_free(p->payments);
	offer_free(p->offer);
	layout_free(p->layouts);
	oidc_free(p->oidc);
	sms_sender_free(p->sms);
	mail_sender_free(p->mail);
	secret_free(p->face_token);
	secret_free(p->authority_token);
	pieces_free(p->pieces);
	limit_free(p->limit);
	asking_free(p->asking);
	trust_free(p->seal);
	call_log_free(p->calls);
	free(p);
	s->zone = NULL;
}

static int portal_oidc(struct portal *p, struct err_note *note)
{
	const struct portal_config *c = p->config;
	const struct oidc_config o = {c->oidc_issuer, c->oidc_client, c->oidc_secret_file, c->oidc_redirect,
		c->oidc_levels, c->oidc_number, c->oidc_scope, p->calls};
	return oidc_new(&o, &p->oidc, note);
}

static int portal_sms(struct portal *p, struct err_note *note)
{
	const struct sms_config c = {
		p->service->db, p->service->vault, p->config->sms_url, p->config->sms_token_file, p->calls};
	return sms_sender_new(&c, &p->sms, note);
}

static int portal_mail(struct portal *p, struct err_note *note)
{
	const struct portal_config *k = p->config;
	const struct mail_config c = {p->service->db, p->service->vault, k->mail_url, k->mail_from,
		k->mail_user, k->mail_secret_file, k->mail_ca, p->calls};
	return mail_sender_new(&c, &p->mail, note);
}

/* Services of other offices that the configuration names. */
static int services_prepare(struct portal *p, struct err_note *note)
{
	int rc = 0;
	if (rc == 0 && p->config->sms_url)
		rc = portal_sms(p, note);
	if (rc == 0 && p->config->mail_url)
		rc = portal_mail(p, note);
	if (rc == 0 && p->config->face_url && !call_address_good(p->config->face_url))
		rc = err_set(note, ERR_CONFIG, "face.url: https is needed, but on loopback");
	if (rc == 0 && p->config->face_token_file)
		rc = call_secret(p->config->face_token_file, "face.token_file", &p->face_token, note);
	if (rc == 0 && p->config->authority_url && !call_address_good(p->config->authority_url))
		rc = err_set(note, ERR_CONFIG, "authority.url: https is needed, but on loopback");
	if (rc == 0 && p->config->authority_token_file)
		rc = call_secret(
			p->config->authority_token_file, "authority.token_file", &p->authority_token, note);
	return rc;
}

static int portal_prepare(struct service *s, struct err_note *note)
{
	struct portal *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->service = s;
	p->config = s->config;
	s->zone = p;
	int rc = call_log_new(&p->calls);
	if (rc == 0)
		rc = offer_new(s->db, s->tenant, &p->offer);
	if (rc == 0)
		rc = trust_load(p->config->seal_ca, &p->seal, note);
	if (rc == 0)
		rc = revoked_add(s->revoked, p->seal, note);
	if (rc == 0)
		rc = layout_load(p->config->documents, &p->layouts, note);
	if (rc == 0 && !layout_find(p->layouts, "submission-receipt"))
		rc = err_set(note, ERR_CONFIG, "documents: submission-receipt.yaml is missing");
	if (rc == 0)
		rc = pieces_new(p->config->pieces_max, &p->pieces);
	if (rc == 0)
		rc = limit_new(&p->limit);
	if (rc == 0)
		rc = asking_new(&p->asking);
	if (rc == 0 && p->config->oidc_issuer)
		rc = portal_oidc(p, note);
	if (rc == 0)
		rc = services_prepare(p, note);
	if (rc == 0 && p->config->registration && !p->sms)
		rc = err_set(note, ERR_CONFIG, "registration: needs sms.url");
	if (rc == 0 && p->config->payment_url)
		rc = payments_new(p, &p->payments, note);
	if (rc < 0)
		portal_stop(s);
	return rc;
}

static int portal_start(struct service *s, struct err_note *note)
{
	(void)note;
	struct portal *p = portal_of(s);
	int rc = p->sms ? sms_sender_start(p->sms) : 0;
	if (rc == 0 && p->mail)
		rc = mail_sender_start(p->mail);
	return rc == 0 && p->payments ? payments_start(p->payments) : rc;
}

static const struct service_command commands[] = {
	{"definitions",
		"FILE      take in business definitions and fees that the registry sealed (its command "
		"definitions)",
		definitions_command},
};

static const char *portal_form_action(struct service *s)
{
	return portal_of(s)->config->identity_url;
}

int main(int argc, char **argv)
{
	const struct service_def def = {
		.program = "intaked",
		.one_tenant = true,
		.zone = "internet",
		.about = "One-window portal of the internet zone 网上“一窗办事”平台.",
		.links = links,
		.nlinks = sizeof links / sizeof links[0],
		.schema = &intake_schema,
		.handlers = handlers,
		.nhandlers = sizeof handlers / sizeof handlers[0],
		.routes = api_routes,
		.nroutes = api_nroutes,
		.schemas = api_schemas,
		.files = intake_files,
		.sealed = intake_sealed,
		.kept = kept,
		.permissions = permissions,
		.roles = roles,
		.config = config,
		.config_size = sizeof(struct portal_config),
		.commands = commands,
		.ncommands = sizeof commands / sizeof commands[0],
		.form_action = portal_form_action,
		.gate = api_gate,
		.by_phone = person_account,
		.prepare = portal_prepare,
		.start = portal_start,
		.stop = portal_stop,
	};
	return service_main(&def, argc, argv);
}
