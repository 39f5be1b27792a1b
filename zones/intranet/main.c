/* cadastred: cadastral review 权籍审核 in the isolated intranet 业务内网. */
#include "common/message/format.h"
#include "zones/intranet/api/api.h"
#include "zones/intranet/store/files.h"
#include "zones/intranet/store/parcel.h"
#include "zones/intranet/store/sealed.h"
#include "zones/intranet/transfer/data.h"
#include "zones/intranet/transfer/ferry.h"
#include "zones/intranet/transfer/receive.h"
#include <stddef.h>
#include <stdlib.h>

static const struct service_link links[] = {
	{.link = "diode", .peer = "extranet", .in_from = "extranet"},
	{.link = "disc", .peer = "extranet", .out_to = "extranet"},
};

static const struct exchange_handler handlers[] = {
	{"graphics.submitted", receive_graphics, NULL},
	{"case.ended", receive_end, NULL},
	{"register.entry", receive_entry, NULL},
	{"message.refused", receive_refusal, NULL},
	{"blank.issued", receive_blank, NULL},
};

static const struct account_permission permissions[] = {
	{"task.read", "查看权籍审核任务", "see review tasks", ACCOUNT_PAGE, ACCOUNT_BUSINESS},
	{"task.review", "权籍审核", "review", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"task.approve", "权籍核定", "approve a review", ACCOUNT_ACTION, ACCOUNT_BUSINESS},
	{"link.read", "查看链路", "see the links", ACCOUNT_PAGE, ACCOUNT_ANY},
	{"disc.read", "查看光盘", "see the discs", ACCOUNT_PAGE, ACCOUNT_ANY},
	{"disc.stage", "光盘备刻", "stage a disc", ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{"disc.approve", "光盘审批", "approve a disc", ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{"disc.burn", "光盘刻录、核验、移交、作废", "burn, verify, hand over, void a disc", ACCOUNT_ACTION,
		ACCOUNT_SECURITY},
	{"disc.destroy", "光盘销毁签字", "sign the destruction of a disc", ACCOUNT_ACTION, ACCOUNT_SECURITY},
	{NULL, NULL, NULL, ACCOUNT_PAGE, ACCOUNT_ANY},
};
static const struct account_role roles[] = {
	{"reviewer", "权籍审核员", "cadastral reviewer", "task.read task.review"},
	{"approver", "权籍核定员", "cadastral approver", "task.read task.approve"},
	{"officer", "安全员", "security officer",
		"link.read link.decide disc.read disc.stage disc.approve disc.burn disc.destroy look.read "
		"rights.read "
		"fixity.read "
		"key.read key.rotate"},
	{NULL, NULL, NULL, NULL},
};

/* Holders in the copy of the book; and any identity number, wherever it stands. */
static const struct http_mask mask_keys[] = {
	{"qlr", "qlrmc", mask_name},
	{"qlr", "zjh", mask_id},
};
static const struct http_masks masks = {
	mask_keys, sizeof mask_keys / sizeof mask_keys[0], format_resident_id, mask_id};

#define C(member) offsetof(struct cadastre_config, member)
static const struct config_field config[] = {
	{"keys.graphics", CONFIG_PATH, C(graphics_key), true, NULL, 0, 0,
		"key that opens window graphics (mode 0600)"},
	{"keys.graphics_cert", CONFIG_PATH, C(graphics_cert), true, NULL, 0, 0, "its certificate"},
	{"review.area_tolerance", CONFIG_INT, C(area_tolerance_permille), false, "5", 0, 1000,
		"difference between measured and claimed area that passes, in permille (GB/T 17986, TD/T "
		"1001: by surveying class)"},
	{"disc_ferry.burner", CONFIG_PATH, C(burner), true, NULL, 0, 0, "program burner"},
	{"disc_ferry.store", CONFIG_PATH, C(burner_store), true, NULL, 0, 0, "burner's ledger of this side"},
	{"disc_ferry.bundles", CONFIG_PATH, C(disc_out), true, NULL, 0, 0,
		"spool folder with the bundles to burn: SPOOL/disc/out"},
	{"disc_ferry.images", CONFIG_PATH, C(disc_images), true, NULL, 0, 0, "folder of the burnt images"},
	{"disc_ferry.carry_to", CONFIG_PATH, C(disc_carry), true, NULL, 0, 0,
		"tray into which a disc is carried"},
	{"disc_ferry.officer_keys", CONFIG_PATH, C(officer_keys), true, NULL, 0, 0,
		"folder of NAME.person.key and NAME.person.pem"},
	{"disc_ferry.ca", CONFIG_PATH, C(disc_ca), false, NULL, 0, 0,
		"CA of this zone, below which officers approve; without it no disc is verified here"},
	{"disc_ferry.drive", CONFIG_STR, C(disc_drive), false, NULL, 0, 0,
		"drive that writes, /dev/sr0; without it a disc is an image that is carried to the tray"},
	{"disc_ferry.read_drive", CONFIG_STR, C(disc_read_drive), false, NULL, 0, 0,
		"drive that reads for verification; without it the image is verified"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

static void cadastre_stop(struct service *s)
{
	struct cadastre *c = cadastre_of(s);
	if (!c)
		return;
	ferry_stop(c->ferry);
	open_key_free(c->graphics);
	free(c);
	s->zone = NULL;
}

static int cadastre_prepare(struct service *s, struct err_note *note)
{
	struct cadastre *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	c->service = s;
	c->config = s->config;
	s->zone = c;
	c->discs = (struct disc_ferry){c->config->burner, c->config->burner_store, c->config->officer_keys};
	s->discs = &c->discs;
	int rc = open_key_load(c->config->graphics_key, c->config->graphics_cert, &c->graphics, note);
	if (rc < 0)
		cadastre_stop(s);
	return rc;
}

static int cadastre_start(struct service *s, struct err_note *note)
{
	struct cadastre *c = cadastre_of(s);
	int rc = ferry_start(c, &c->ferry);
	return rc < 0 ? err_set(note, rc, "workers: %s", err_text(rc)) : 0;
}

static const struct service_command commands[] = {
	{"import", "FILE          take in parcels, buildings and the division's border (JSON lines)",
		data_import},
	{"dump", "              one line per row of the copied book: TABLE KEY DIGEST", data_dump},
};

int main(int argc, char **argv)
{
	const struct service_def def = {
		.program = "cadastred",
		.zone = "intranet",
		.about = "Cadastral review of the isolated intranet 权籍审核.",
		.links = links,
		.nlinks = sizeof links / sizeof links[0],
		.schema = &cadastre_schema,
		.handlers = handlers,
		.nhandlers = sizeof handlers / sizeof handlers[0],
		.routes = api_routes,
		.nroutes = api_nroutes,
		.schemas = api_schemas,
		.files = cad_files,
		.sealed = cad_sealed,
		.permissions = permissions,
		.roles = roles,
		.masks = &masks,
		.config = config,
		.config_size = sizeof(struct cadastre_config),
		.commands = commands,
		.ncommands = sizeof commands / sizeof commands[0],
		.prepare = cadastre_prepare,
		.start = cadastre_start,
		.stop = cadastre_stop,
	};
	return service_main(&def, argc, argv);
}
