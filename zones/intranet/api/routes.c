#include "zones/intranet/api/api.h"

#include "common/base/embed.h"
#include "common/message/format.h"
#include "common/service/disc_api.h"
#include "zones/intranet/store/copy.h"
#include "zones/intranet/store/task.h"

EMBED(api_schemas_text, "zones/intranet/api/schemas.json");
const char *const api_schemas[] = {service_schemas, disc_schemas, api_schemas_text, NULL};

struct unit {
	struct service *s;
	const char *code;
	json_t *out;
};

static int unit_run(struct db_tx *tx, void *arg)
{
	struct unit *u = arg;
	return copy_of_unit(tx, u->s->vault, u->code, &u->out);
}

int api_register_unit(struct http_request *r)
{
	struct unit u = {http_arg(r), http_param(r, "code"), NULL};
	if (!format_unit_code(u.code))
		return http_fail(r, ERR_SCHEMA, "code: not a unit code 不动产单元代码 (28 characters)");
	int rc = account_read(r, unit_run, &u);
	return rc < 0 ? rc : http_reply_json(r, 200, u.out);
}

const struct http_route api_routes[] = {
	{"GET", "/api/tasks", "task.read", api_task_list, 0, NULL,
		"review tasks 权籍审核, newest first; ?state="},
	{"GET", "/api/tasks/:id", "task.read", api_task_get, 0, NULL,
		"one task: graphics, neighbours, checks against the cadastre of now"},
	{"POST", "/api/tasks/:id/review", "task.review", api_task_review, 0, NULL,
		"{version, verdict, opinion}"},
	{"POST", "/api/tasks/:id/approve", "task.approve", api_task_approve, 0, NULL,
		"{version, agree, opinion}; not by the reviewer"},
	{"GET", "/api/register/units/:code", "task.read", api_register_unit, 0, NULL,
		"copy of the book's page of a unit, holders masked"},
	{"GET", "/api/discs", "disc.read", api_disc_list, 0, NULL, "discs with their custody"},
	{"GET", "/api/discs/:id", "disc.read", disc_show, 0, NULL,
		"what lies on a disc, why it leaves, and its steps"},
	{"GET", "/api/discs/:id/slip", "disc.read", disc_slip, 0, NULL, "transfer slip 移交单 (PDF)"},
	{"GET", "/api/discs/:id/label", "disc.read", disc_label, 0, NULL, "label of its case (PDF)"},
	{"GET", "/api/disc-books/:month", "disc.read", disc_book, 0, NULL,
		"register of discs 台账 of a month YYYY-MM (PDF)"},
	{"POST", "/api/discs", "disc.stage", api_disc_stage, 0, NULL,
		"stage a disc, or a set {reason, use?, mark?, medium?}"},
	{"POST", "/api/discs/:id/approve", "disc.approve", api_disc_approve, 0, NULL,
		"approve with the own key {passphrase}; two persons"},
	{"POST", "/api/discs/:id/burn", "disc.burn", api_disc_burn, 0, NULL,
		"burn it and read it back {blank?}; 202 while a drive burns"},
	{"POST", "/api/discs/:id/verify", "disc.burn", api_disc_verify, 0, NULL, "read it once more"},
	{"POST", "/api/discs/:id/carry", "disc.burn", api_disc_carry, 0, NULL,
		"hand the disc over {from?, to?, seal?}: it is carried to the extranet"},
	{"POST", "/api/discs/:id/void", "disc.burn", api_disc_void, 0, NULL,
		"declare it void {reason}; its bundles go with the next"},
	{"POST", "/api/discs/:id/destroy", "disc.destroy", disc_destroy, 0, NULL,
		"sign that it is destroyed {how, passphrase}; two persons"},
	{"POST", "/api/blanks/:serial/scrap", "disc.burn", disc_scrap, 0, NULL, "write a blank off {reason}"},
};
const size_t api_nroutes = sizeof api_routes / sizeof api_routes[0];
