/* registryd: the registration core 不动产登记系统 in the government extranet 电子政务外网. */
#include "common/message/format.h"
#include "common/workflow/flow_store.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/files.h"
#include "zones/extranet/store/sealed.h"
#include "zones/extranet/transfer/access.h"
#include "zones/extranet/transfer/answer.h"
#include "zones/extranet/transfer/appointments.h"
#include "zones/extranet/transfer/audit_command.h"
#include "zones/extranet/transfer/data.h"
#include "zones/extranet/transfer/import_register.h"
#include "zones/extranet/transfer/publish.h"
#include "zones/extranet/transfer/receive.h"
#include <malloc.h>
#include <stddef.h>
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
