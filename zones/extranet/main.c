/* registryd: the registration core 不动产登记系统 in the government extranet 电子政务外网. */
#include "common/message/format.h"
#include "common/service/revoked.h"
#include "common/workflow/flow_store.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/api/keyring.h"
#include "zones/extranet/domain/departure.h"
#include "zones/extranet/domain/ground.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/clock.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/files.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/offer.h"
#include "zones/extranet/store/opinion.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/store/sealed.h"
#include "zones/extranet/transfer/access.h"
#include "zones/extranet/transfer/answer.h"
#include "zones/extranet/transfer/appointments.h"
#include "zones/extranet/transfer/archiver.h"
#include "zones/extranet/transfer/audit_command.h"
#include "zones/extranet/transfer/certifier.h"
#include "zones/extranet/transfer/courier.h"
#include "zones/extranet/transfer/data.h"
#include "zones/extranet/transfer/import_register.h"
#include "zones/extranet/transfer/in_force.h"
#include "zones/extranet/transfer/publish.h"
#include "zones/extranet/transfer/pusher.h"
#include "zones/extranet/transfer/receive.h"
#include "zones/extranet/transfer/tray.h"
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct service_link links[] = {
	{.link = "gap",
		.peer = "internet",
		.out_to = "gap-inner",
		.in_from = "gap-inner",
		.origin_from = "internet"},
	{.link = "hall", .peer = "hall", .out_to = "hall", .in_from = "hall", .optional = true},
	{.link = "diode", .peer = "intranet", .out_to = "intranet"},
	{.link = "disc", .peer = "intranet", .in_from = "intranet"},
};

static const struct exchange_handler handlers[] = {
	{"application.submitted", receive_application, NULL},
	{"application.withdrawn", receive_withdrawal, NULL},
	{"appointment.requested", receive_appointment, NULL},
	{"appointment.cancelled", receive_appointment_cancel, NULL},
	{"cadastral.result", receive_cadastral, NULL},
	{"delivery.chosen", receive_delivery, NULL},
	{"fee.paid", receive_payment, NULL},
	{"copy.missing", receive_missing, NULL},
	{"material.added", receive_added, NULL},
	{"message.refused", receive_refusal, NULL},
	{"query.asked", NULL, answer_query},
};

static const struct account_permission permissions[] = {
	{"case.read", "查看办件", "see cases", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"case.intake", "窗口收件", "take in applications at the window", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"case.claim", "认领办件、标注材料", "claim cases, mark materials", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"case.assign", "解除他人认领", "end the claims of others", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"opinion.edit", "维护意见模板", "edit templates of opinions", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"case.accept", "受理、补正、不予受理", "accept, correct, reject", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"case.tax", "登记完税、收费", "enter tax vouchers and fee receipts", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"case.review", "审核、不予登记、归档", "review, refuse, archive", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"case.enter", "登簿", "enter in the book", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"archive.read", "查阅登记档案", "search and open the archive", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"archive.lend", "档案借阅、归还", "lend and take back archived cases", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"paper.make", "缮证、发证、作废", "print, hand over, spoil certificates", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"paper.stock", "空白证书入库", "take in blanks of certificates", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"rule.propose", "提出审查规则变更", "propose review rules, try them", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"rule.approve", "核准审查规则变更", "decide on review rules", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"business.propose", "设计业务、提交核准", "design businesses, propose them", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"business.approve", "核准发布业务", "decide on designed businesses", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"graphics.add", "收取窗口图形", "take in graphics at the window", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"register.read", "查看登记簿", "see the book", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"person.reveal", "查看完整姓名和证件号", "see full names and numbers", ACCOUNT_FIELD,
		ACCOUNT_BUSINESS},
	{"appointment.serve", "预约办理", "appointments at the window", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"appointment.offer", "开放预约时段", "offer hours for appointments", ACCOUNT_ACTION,
		ACCOUNT_BUSINESS},
	{"link.read", "查看链路", "see the links", ACCOUNT_PAGE, ACCOUNT_ANY},
	{"disc.read", "查看光盘", "see the discs", ACCOUNT_PAGE, ACCOUNT_ANY},
	{"disc.receive", "空白盘登记、光盘接收归档", "number blanks, receive and archive discs",
		ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{"disc.destroy", "光盘销毁签字", "sign the destruction of a disc", ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{NULL, NULL, NULL, ACCOUNT_PAGE, ACCOUNT_ANY},
};
static const struct account_role roles[] = {
	{"registrar", "登记人员", "registrar",
		"case.read case.claim case.intake case.accept case.tax case.review archive.read paper.make "
		"rule.propose business.propose "
		"graphics.add appointment.serve link.read "
		"register.read disc.read "
		"person.reveal"},
	{"chief", "登簿人员", "registrar with entry",
		"case.read case.claim case.assign case.intake case.accept case.tax case.review case.enter "
		"opinion.edit archive.read archive.lend "
		"paper.make "
		"paper.stock rule.propose "
		"rule.approve business.propose business.approve "
		"graphics.add appointment.serve appointment.offer link.read register.read "
		"disc.read person.reveal"},
	{"officer", "安全员", "security officer",
		"link.read link.decide disc.read disc.receive disc.destroy look.read rights.read fixity.read "
		"key.read "
		"key.rotate"},
	{NULL, NULL, NULL, NULL},
};
/* Parties of a case, holders in the book; and any identity number, wherever it stands. */
static const struct http_mask mask_keys[] = {
	{"parties", "name", mask_name},
	{"parties", "id_number", mask_id},
	{"agent", "name", mask_name},
	{"agent", "id_number", mask_id},
	{"qlr", "qlrmc", mask_name},
	{"qlr", "zjh", mask_id},
	{"dyaq", "ywr", mask_name},
	{"dyiq", "ywr", mask_name},
	{"jzq", "ywr", mask_name},
	{"ygdj", "ywr", mask_name},
};
static const struct http_masks masks = {
	mask_keys, sizeof mask_keys / sizeof mask_keys[0], format_resident_id, mask_id};

#define C(member) offsetof(struct registry_config, member)
static const struct config_field config[] = {
	{"businesses", CONFIG_PATH, C(businesses), true, NULL, 0, 0, "folder of the business definitions"},
	{"documents", CONFIG_PATH, C(documents), true, NULL, 0, 0, "folder of the layouts of documents"},
	{"identity_ca", CONFIG_PATH, C(identity_ca), true, NULL, 0, 0,
		"pinned CA of the identity platform 统一身份认证"},
	{"face.ca", CONFIG_PATH, C(face_ca), false, NULL, 0, 0,
		"pinned CA of the face comparison 人脸比对; without it none is believed"},
	{"face.businesses", CONFIG_LIST, C(face_businesses), false, NULL, 0, 0,
		"businesses whose applicants on the internet must have one; \"*\" all"},
	{"authority.ca", CONFIG_PATH, C(authority_ca), false, NULL, 0, 0,
		"pinned CA of the authority of organisations and powers of attorney 法人认证与授权委托; "
		"without "
		"it no agent of the internet is believed"},
	{"payment_ca", CONFIG_PATH, C(payment_ca), false, NULL, 0, 0,
		"pinned CA of the payment platform; without it no receipt from outside is believed"},
	{"graphics_recipient", CONFIG_PATH, C(graphics_recipient), true, NULL, 0, 0,
		"encryption certificate of cadastred for window graphics"},
	{"registrar_keys", CONFIG_PATH, C(registrar_keys), true, NULL, 0, 0,
		"folder of NAME.person.key and NAME.person.pem: with what each registrar signs decisions"},
	{"offices", CONFIG_PATH, C(office_files), true, NULL, 0, 0,
		"folder of DIVISION.yaml, one for each division served: the office's name, seal, numbers"},
	{"accept_days", CONFIG_INT, C(accept_days), false, "30", 0, 365,
		"days that an application under a replaced version of its business is taken from the portal"},
	{"holidays", CONFIG_LIST, C(holidays), false, NULL, 0, 0,
		"days off beside Saturdays and Sundays, YYYY-MM-DD"},
	{"disc_tray.times", CONFIG_LIST, C(disc_times), false, NULL, 0, 0,
		"when discs leave the intranet on working days, HH:MM in order: applicants whose drawing "
		"waits "
		"are told"},
	{"disc_tray.folder", CONFIG_PATH, C(tray), false, NULL, 0, 0,
		"watched folder for disc images; without it none are imported"},
	{"disc_tray.burner", CONFIG_PATH, C(burner), false, NULL, 0, 0, "program burner"},
	{"disc_tray.store", CONFIG_PATH, C(burner_store), false, NULL, 0, 0, "burner's ledger of this side"},
	{"disc_tray.ca", CONFIG_PATH, C(burner_ca), false, NULL, 0, 0,
		"pinned CA of the zone that burns the discs"},
	{"disc_tray.into", CONFIG_PATH, C(disc_in), false, NULL, 0, 0,
		"spool folder that receives the bundles: SPOOL/disc/in"},
	{"disc_tray.officer_keys", CONFIG_PATH, C(officer_keys), false, NULL, 0, 0,
		"folder of NAME.person.key and NAME.person.pem: who signs that a disc is destroyed"},
	{"access.spool", CONFIG_PATH, C(access_spool), false, NULL, 0, 0,
		"exchange folder of the national platform 不动产登记信息管理基础平台: SPOOL/access/out and "
		"in"},
	{"courier.url", CONFIG_STR, C(courier_url), false, NULL, 0, 0,
		"carrier of certificates 寄递服务: its interface; without it nothing is sent by post"},
	{"courier.token_file", CONFIG_PATH, C(courier_token_file), false, NULL, 0, 0,
		"file with its bearer token (mode 0600)"},
	{"courier.check", CONFIG_TIME, C(courier_check), false, "10m", 100, 86400000,
		"how often it is asked where a parcel is"},
	{"courier.keep", CONFIG_TIME, C(courier_keep), false, "30d", 1000, INT64_C(86400000) * 365,
		"how long name, number and address of who received a parcel are kept after its end"},
	{"trade.url", CONFIG_STR, C(trade_url), false, NULL, 0, 0,
		"department of trade 房屋交易: told of contracts of sale; without it, nothing"},
	{"trade.token_file", CONFIG_PATH, C(trade_token_file), false, NULL, 0, 0,
		"file with its bearer token (mode 0600)"},
	{"tax.url", CONFIG_STR, C(tax_url), false, NULL, 0, 0,
		"tax office 税务: told of cases that are taxed; without it, nothing"},
	{"tax.token_file", CONFIG_PATH, C(tax_token_file), false, NULL, 0, 0,
		"file with its bearer token (mode 0600)"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

static void registry_stop(struct service *s)
{
	struct registry *r = registry_of(s);
	if (!r)
		return;
	/* Who wakes another ends before it. */
	tray_stop(r->tray);
	flows_stop_clock(r->flows);
	certifier_stop(r->certifier);
	archiver_stop(r->archiver);
	access_stop(r->access);
	courier_free(r->courier);
	pusher_free(r->pusher);
	in_force_free(r->in_force);
	rules_close(r->rules);
	flows_close(r->flows);
	keyring_free(r->keyring);
	clock_free(r->clock);
	json_decref(r->grounds);
	offices_free(r->offices);
	cert_free(r->graphics_recipient);
	trust_free(r->identity);
	trust_free(r->face);
	trust_free(r->authority);
	trust_free(r->payment);
	layout_free(r->layouts);
	business_free(r->businesses);
	free(r);
	s->zone = NULL;
}

/* What decides says where it may be contested and until when, a 公告 until when one may object: a layout
 * without that is refused. */
static int remedies_check(const struct layout_set *s, struct err_note *note)
{
	static const struct {
		const char *kind, *needed[6];
	} kinds[] = {{"notice-rejection", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-refusal", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-suspension", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-withdrawal", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-public", {"from", "until", "basis"}}};
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		const json_t *fields = json_object_get(layout_def(layout_find(s, kinds[k].kind)), "fields"),
			     *f;
		for (size_t i = 0; kinds[k].needed[i]; i++) {
			size_t n;
			bool there = false;
			json_array_foreach(fields, n, f) there |=
				json_is_string(f) && strcmp(json_string_value(f), kinds[k].needed[i]) == 0;
			if (!there)
				return err_set(note, ERR_CONFIG,
					"documents: %s.yaml: the field %s is missing", kinds[k].kind,
					kinds[k].needed[i]);
		}
	}
	return 0;
}

static int grounds_load(struct registry *r, struct err_note *note)
{
	char file[4200];
	snprintf(file, sizeof file, "%s/grounds.yaml", r->config->businesses);
	int rc = config_yaml_json(file, 1 << 18, &r->grounds, note);
	return rc == 0 ? ground_check(r->grounds, note) : rc;
}

static int keyring_make(struct registry *r, struct err_note *note)
{
	const struct trust *own = decision_authority(r->service);
	if (!own)
		return err_set(note, ERR_CONFIG,
			"keys.ca: this zone's own authority is wanted, gap.in_ca is another's");
	return keyring_new(r->config->registrar_keys, own, KEYRING_IDLE_MS, &r->keyring);
}

/* Every document this program makes has its layout. */
static int documents_load(struct registry *r, struct err_note *note)
{
	static const char *const needed[] = {"certificate-title", "certificate-proof", "certificate-print",
		"certificate-proof-print", "notice-acceptance", "notice-correction", "notice-rejection",
		"notice-refusal", "notice-suspension", "notice-withdrawal", "notice-public", "notice-fee",
		"approval-sheet", "check-sheet", "register-extract", "property-proof"};
	int rc = layout_load(r->config->documents, &r->layouts, note);
	for (size_t i = 0; rc == 0 && i < sizeof needed / sizeof needed[0]; i++)
		if (!layout_find(r->layouts, needed[i]))
			rc = err_set(note, ERR_CONFIG, "documents: %s.yaml is missing", needed[i]);
	for (size_t i = 0; rc == 0 && business_at(r->businesses, i); i++)
		rc = offer_fits(r, business_at(r->businesses, i), note);
	return rc == 0 ? remedies_check(r->layouts, note) : rc;
}

/* A service whose statements count, NULL: none; keys of it that its authority revoked do not. */
static int believe(struct service *s, const char *ca, struct trust **out, struct err_note *note)
{
	int rc = ca ? trust_load(ca, out, note) : 0;
	return rc == 0 && ca ? revoked_add(s->revoked, *out, note) : rc;
}

static int registry_prepare(struct service *s, struct err_note *note)
{
	const struct registry_config *c = s->config;
	struct registry *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->service = s;
	r->config = c;
	s->zone = r;
	r->discs = (struct disc_ferry){c->burner, c->burner_store, c->officer_keys};
	s->discs = c->tray ? &r->discs : NULL;
	int rc = business_load(c->businesses, &r->businesses, note);
	if (rc == 0)
		rc = grounds_load(r, note);
	if (rc == 0)
		rc = documents_load(r, note);
	if (rc == 0)
		rc = believe(s, c->identity_ca, &r->identity, note);
	if (rc == 0)
		rc = believe(s, c->face_ca, &r->face, note);
	if (rc == 0)
		rc = believe(s, c->authority_ca, &r->authority, note);
	if (rc == 0 && c->face_businesses.n && !c->face_ca)
		rc = err_set(note, ERR_CONFIG, "face.businesses: needs face.ca");
	if (rc == 0)
		rc = believe(s, c->payment_ca, &r->payment, note);
	if (rc == 0)
		rc = cert_load_pinned(c->graphics_recipient, CERT_ENCRYPT, &r->graphics_recipient, note);
	if (rc == 0)
		rc = offices_load(s, c->office_files, &r->offices, note);
	if (rc == 0)
		rc = keyring_make(r, note);
	if (rc == 0)
		rc = flows_open(r, &r->flows, note);
	if (rc == 0)
		rc = rules_open(r, &r->rules, note);
	if (rc == 0)
		rc = in_force_new(r, &r->in_force);
	if (rc == 0)
		jqbox_keep(flows_box(r->flows));
	if (rc == 0)
		rc = clock_open(r, &r->clock);
	if (rc == 0)
		rc = opinion_take_in(r, note);
	if (rc == 0 && c->tray && !(c->burner && c->burner_store && c->burner_ca && c->disc_in))
		rc = err_set(note, ERR_CONFIG, "disc_tray: folder needs burner, store, ca and into");
	if (rc == 0 && c->courier_url)
		rc = courier_new(r, &r->courier, note);
	if (rc == 0 && (c->trade_url || c->tax_url))
		rc = pusher_new(r, &r->pusher, note);
	if (rc == 0 && !departure_times_check(c->disc_times.v, c->disc_times.n))
		rc = err_set(note, ERR_CONFIG, "disc_tray.times: HH:MM, each later than the one before");
	if (rc < 0)
		registry_stop(s);
	return rc;
}

static int registry_start(struct service *s, struct err_note *note)
{
	struct registry *r = registry_of(s);
	int rc = publish_definitions(r, note);
	if (rc < 0)
		return rc;
	rc = clock_look(r);
	if (rc < 0)
		return err_set(note, rc, "clock: %s", err_text(rc));
	rc = answer_proof_settle(r);
	if (rc == 0)
		rc = archiver_start(r, &r->archiver);
	if (rc == 0)
		rc = certifier_start(r, &r->certifier);
	if (rc == 0)
		rc = flows_start_clock(r->flows);
	if (rc == 0 && r->config->tray)
		rc = tray_start(r, &r->tray);
	if (rc == 0 && r->config->access_spool)
		rc = access_start(r, &r->access);
	if (rc == 0 && r->courier)
		rc = courier_start(r->courier);
	if (rc == 0 && r->pusher)
		rc = pusher_start(r->pusher);
	return rc < 0 ? err_set(note, rc, "workers: %s", err_text(rc)) : 0;
}

static const struct service_command commands[] = {
	{"import", "FILE          take in an existing register (JSON lines) and send it to the intranet",
		data_import},
	{"import-register",
		"[dry] MAPPING take in an existing register from CSV or SQL files; refused records into a "
		"report",
		import_register_command},
	{"audit-book",
		"[json]    recompute every invariant of the book from the raw tables, name each damaged row",
		audit_command_book},
	{"definitions",
		"[list]   business definitions and fees, sealed, as JSON lines for `intaked definitions`; "
		"list: "
		"every version with its state",
		publish_command},
	{"access",
		"[DAY]         接入报文 and 登簿日志 of a day beside the book: counts, states, differences "
		"(then exit 1)",
		access_command},
	{"dump", "              one line per row of the book: TABLE KEY DIGEST", data_dump},
};

int main(int argc, char **argv)
{
	const struct service_def def = {
		.program = "registryd",
		.zone = "extranet",
		.about = "Registration core of the government extranet 不动产登记系统.",
		.links = links,
		.nlinks = sizeof links / sizeof links[0],
		.schema = &registry_schema,
		.shared = &flow_schema,
		.handlers = handlers,
		.nhandlers = sizeof handlers / sizeof handlers[0],
		.routes = api_routes,
		.nroutes = api_nroutes,
		.schemas = api_schemas,
		.files = reg_files,
		.sealed = reg_sealed,
		.permissions = permissions,
		.roles = roles,
		.masks = &masks,
		.config = config,
		.config_size = sizeof(struct registry_config),
		.commands = commands,
		.ncommands = sizeof commands / sizeof commands[0],
		.prepare = registry_prepare,
		.start = registry_start,
		.stop = registry_stop,
	};
	/* Drawing a document takes tens of megabytes for an instant (fonts are subset): such blocks go back
	 * when they are freed, where the allocator by itself would keep up to 32 MiB at hand in each arena.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
	return service_main(&def, argc, argv);
}
