#include "zones/extranet/api/api.h"

#include "common/base/embed.h"
#include "common/service/disc_api.h"
#include "zones/extranet/store/flows.h"
#include <stdlib.h>

int api_businesses(struct http_request *r)
{
	const struct registry *g = api_registry(r);
	json_t *rows = json_array();
	char today[11];
	time_date_cst(time_now_ms(), today);
	const struct business *b;
	for (size_t i = 0; (b = flows_at(g->flows, i)); i++)
		if (flows_offered(g->flows, b->code) == b)
			json_array_append_new(rows, business_json(b, business_fees(g->businesses), today));
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}

int api_business(struct http_request *r)
{
	const struct registry *g = api_registry(r);
	const struct business *b =
		flows_business(g->flows, http_param(r, "code"), atoll(http_param(r, "version")));
	char today[11];
	time_date_cst(time_now_ms(), today);
	return b ? http_reply_json(r, 200, business_json(b, business_fees(g->businesses), today))
		 : ERR_NOTFOUND;
}

#define DOCUMENT_MAX (INT64_C(32) << 20)
#define GRAPHICS_MAX (INT64_C(64) << 20)
#define SCAN_MAX (INT64_C(20) << 20)
#define DESIGN_MAX (INT64_C(512) << 10)
EMBED(api_schemas_text, "zones/extranet/api/schemas.json");
const char *const api_schemas[] = {service_schemas, disc_schemas, api_schemas_text, NULL};
const struct http_route api_routes[] = {
	{"GET", "/api/businesses", "self", api_businesses, 0, NULL, "businesses this office handles"},
	{"GET", "/api/businesses/:code/:version", "self", api_business, 0, NULL,
		"one published version: what a case stays with"},
	{"POST", "/api/window/uploads", "case.intake", api_window_scan, SCAN_MAX, &api_window_upload,
		"a material scanned at the window; ?name= ; taken by a case within a day"},
	{"POST", "/api/window/cases", "case.intake", api_window_case, 0, NULL,
		"窗口收件 {business, channel: window|department, unit_code, parties, fields, materials: "
		"[{code, "
		"upload}], attested: true, claims?}"},
	{"GET", "/api/cases", "case.read", api_case_list, 0, NULL,
		"cases 办件, newest first; ?state= &before=NUMBER"},
	{"GET", "/api/cases/:id", "case.read", api_case_get, 0, NULL,
		"one case, masked; ?reveal=REASON shows it in full and is recorded"},
	{"GET", "/api/cases/:id/materials/:n", "case.read", api_case_material, 0, NULL,
		"one material as handed in"},
	{"POST", "/api/cases/:id/accept", "case.accept", api_case_accept, 0, NULL,
		"受理 {version, reliefs?: [{code, why}] found proved, copies?}: the term begins, the fee is "
		"reckoned"},
	{"POST", "/api/cases/:id/correct", "case.accept", api_case_correct, 0, NULL,
		"补正 {version, items, text}"},
	{"POST", "/api/cases/:id/reject", "case.accept", api_case_reject, 0, NULL,
		"不予受理 {version, ground, reason}"},
	{"POST", "/api/cases/:id/tax", "case.tax", api_case_tax, 0, NULL,
		"完税 {version, voucher_no, amount_cents, paid_on}"},
	{"POST", "/api/cases/:id/tax/assessment", "case.tax", api_case_tax_assess, 0, NULL,
		"税款核定 by the tax office {declaration, amount_cents: all that is due}: paid together with "
		"the fee 统缴; behind a step back only the difference is due or goes back"},
	{"POST", "/api/cases/:id/tax/refund", "case.tax", api_case_tax_refund, 0, NULL,
		"退税: the tax office sent back what was paid too much {receipt, amount_cents}"},
	{"GET", "/api/cases/:id/fee", "case.read", api_case_fee, 0, NULL,
		"登记费 as it was reckoned at the acceptance: lines, reductions, steps; the assessed taxes; "
		"null before"},
	{"POST", "/api/cases/:id/fee/pay", "case.tax", api_case_fee_pay, 0, NULL,
		"缴费 at the window {receipt, amount_cents, way}"},
	{"POST", "/api/cases/:id/fee/waiver", "case.review", api_case_fee_ask, 0, NULL,
		"ask for a waiver 减免 {reason}"},
	{"POST", "/api/cases/:id/fee/waiver/confirm", "case.enter", api_case_fee_waive, 0, NULL,
		"waived {reason}; not by who asked"},
	{"POST", "/api/cases/:id/fee/waiver/refuse", "case.enter", api_case_fee_keep, 0, NULL,
		"it stays due {reason}; not by who asked"},
	{"POST", "/api/cases/:id/fee/refund", "case.tax", api_case_fee_refund, 0, NULL,
		"退费 of a case that ended {receipt, amount_cents, way}"},
	{"GET", "/api/cases/:id/consults", "case.read", api_case_consults, 0, NULL,
		"部门协同: what others were asked for the case, when, what they answered, who decided by it"},
	{"POST", "/api/cases/:id/consults/:key/again", "case.tax", api_case_consult_again, 0, NULL,
		"asked again {reason}: a late payment, a refused access message"},
	{"POST", "/api/cases/:id/graphics", "graphics.add", api_graphics_add, GRAPHICS_MAX,
		&api_graphics_upload,
		"graphics handed in at the window; ?name= ; encrypted to the intranet on receipt"},
	{"POST", "/api/cases/:id/review", "case.review", api_case_review, 0, NULL, "审核 {version, opinion}"},
	{"POST", "/api/cases/:id/approve", "case.enter", api_case_approve, 0, NULL,
		"复审核定 {version, opinion}, where the process has it; not by the first reviewer"},
	{"POST", "/api/cases/:id/check", "case.review", api_case_check, 0, NULL,
		"核查 {version, opinion}, where the process has it"},
	{"POST", "/api/cases/:id/enter", "case.enter", api_case_enter, 0, NULL,
		"登簿 {version}; not by the reviewer"},
	{"POST", "/api/cases/:id/visit", "case.review", api_case_visit, 0, NULL,
		"最多跑一次: the applicants are asked to come once {version, reason: what to bring}"},
	{"POST", "/api/cases/:id/archive", "case.review", api_case_archive, 0, NULL, "归档 {version}"},
	{"POST", "/api/cases/:id/refuse", "case.review", api_case_refuse, 0, NULL,
		"不予登记 {version, ground, reason}"},
	{"POST", "/api/cases/:id/migrate", "case.enter", api_case_migrate, 0, NULL,
		"what is left of the case by another published version of its business {version, to, map?, "
		"reason}"},
	{"POST", "/api/cases/:id/migrate/back", "case.enter", api_case_migrate_back, 0, NULL,
		"as before the last migration, while no step was done since {version, reason}"},
	{"GET", "/api/grounds", "case.read", api_grounds, 0, NULL,
		"legal grounds 法定事由 of 不予受理, 不予登记, 中止"},
	{"GET", "/api/signing", "case.claim", api_signing, 0, NULL,
		"whether the own signing key is open in this session"},
	{"POST", "/api/signing", "case.claim", api_signing_open, 0, NULL,
		"open the own signing key for this session {passphrase}: every decision is signed with it"},
	{"DELETE", "/api/signing", "case.claim", api_signing_close, 0, NULL, "close it"},
	{"GET", "/api/cases/:id/decisions", "case.read", api_case_decisions, 0, NULL,
		"the decisions 决定 on a case as they were signed, with signature and certificate"},
	{"GET", "/api/cases/:id/verdicts", "case.read", api_case_verdicts, 0, NULL,
		"what the review rules said at each decision"},
	{"POST", "/api/cases/:id/suspend", "case.review", api_case_suspend, 0, NULL,
		"中止 {version, ground, reason}: the terms stand still"},
	{"POST", "/api/cases/:id/resume", "case.review", api_case_resume, 0, NULL,
		"恢复办理 {version, reason}"},
	{"POST", "/api/cases/:id/withdraw", "case.accept", api_case_withdraw, 0, NULL,
		"撤回 at the window, before the entry {version, reason}"},
	{"POST", "/api/cases/:id/objection", "case.intake", api_case_objection, 0, NULL,
		"公告异议 handed in at the window while the notice runs {version, reason}"},
	{"GET", "/api/notices", "public", api_notices, 0, NULL,
		"公告 that run now, as the law publishes them, with their last day"},
	{"GET", "/api/cases/:id/term", "case.read", api_case_term, 0, NULL,
		"promised and legal term in working days, with holds and the warning at 80 %"},
	{"GET", "/api/appointments", "appointment.serve", api_appointment_day, 0, NULL,
		"hours and appointments of a day; ?day="},
	{"POST", "/api/appointments/hours", "appointment.offer", api_appointment_offer, 0, NULL,
		"offer {from, to, hours: [{start, finish, quota}]} on the working days between"},
	{"PUT", "/api/appointments/:id", "appointment.serve", api_appointment_book, 0, NULL,
		"book at the window {day, start, business, name, id_number}"},
	{"POST", "/api/appointments/:id/state", "appointment.serve", api_appointment_end, 0, NULL,
		"{state}: cancelled before the hour, attended or absent from it on"},
	{"GET", "/api/reminders", "case.read", api_reminders, 0, NULL,
		"超期预警: open cases that have used 80 % of their promised term, the most urgent first"},
	{"GET", "/api/calendar", "self", api_calendar, 0, NULL,
		"days off and worked weekends, and the changes that wait for a second person"},
	{"PUT", "/api/calendar/:day", "rule.propose", api_calendar_set, 0, NULL,
		"ask for a change {work, name}"},
	{"DELETE", "/api/calendar/:day", "rule.propose", api_calendar_remove, 0, NULL,
		"ask for it to be as its weekday says again"},
	{"POST", "/api/calendar-changes/:n/confirm", "rule.approve", api_calendar_confirm, 0, NULL,
		"it counts from now on {}; not by who asked"},
	{"POST", "/api/calendar-changes/:n/refuse", "rule.approve", api_calendar_refuse, 0, NULL,
		"it does not {}; not by who asked"},
	{"GET", "/api/rules", "case.read", api_rules, 0, NULL, "review rules 审查规则, every version"},
	{"POST", "/api/rules", "rule.propose", api_rule_propose, 0, NULL,
		"propose {code, zh, en, basis, stages, severity, expr}"},
	{"POST", "/api/rules/:code/:version/approve", "rule.approve", api_rule_approve, 0, NULL,
		"in force from now on; not by who proposed it"},
	{"POST", "/api/rules/:code/:version/refuse", "rule.approve", api_rule_refuse, 0, NULL,
		"not taken; not by who proposed it"},
	{"POST", "/api/rule-trial", "rule.propose", api_rule_try, 0, NULL,
		"one rule on the kept inputs of past cases"},
	{"GET", "/api/designs", "case.read", api_designs, 0, NULL,
		"businesses as data: every published version, what was proposed and who decided"},
	{"GET", "/api/design-choices", "business.propose", api_design_choices, 0, NULL,
		"what a business can be made of: kinds of entry, documents, fees, papers, acts, permissions"},
	{"GET", "/api/designs/:code/:version", "case.read", api_design_get, 0, NULL,
		"one version, published or proposed: definition, form, drawing"},
	{"POST", "/api/design-check", "business.propose", api_design_check, DESIGN_MAX, NULL,
		"would this be taken? {business, form, process}"},
	{"POST", "/api/designs", "business.propose", api_design_propose, DESIGN_MAX, NULL,
		"propose {business, form, process: BPMN 2.0} as the next version of its code"},
	{"POST", "/api/designs/:code/:version/approve", "business.approve", api_design_approve, 0, NULL,
		"published from now on, at the portal too; not by who proposed it"},
	{"POST", "/api/designs/:code/:version/refuse", "business.approve", api_design_refuse, 0, NULL,
		"not taken; not by who proposed it"},
	{"GET", "/api/register/units/:code", "register.read", api_register_unit, 0, NULL,
		"the book's page of a unit, holders masked; ?day=YYYY-MM-DD: as it stood at the end of that "
		"day"},
	{"POST", "/api/register/search", "register.read", api_register_search, 0, NULL,
		"{words} of a location, {number} of a certificate, or {holder, name, reason}; {after} for "
		"the next page"},
	{"GET", "/api/register/daily", "register.read", api_register_daily, 0, NULL,
		"登簿日志 of a day beside the messages 接入报文 to the national platform: counts by right "
		"and "
		"registration type, states, differences; ?day=YYYY-MM-DD"},
	{"GET", "/api/access/messages", "register.read", api_access_list, 0, NULL,
		"messages of a state: ?state=produced|handed|accepted|refused &after=ID"},
	{"POST", "/api/access/messages/:id/again", "case.enter", api_access_again, 0, NULL,
		"hand a refused message or daily log over again {reason}"},
	{"GET", "/api/register/model", "register.read", api_register_model, 0, NULL,
		"tables, columns and dictionaries of the book with their names"},
	{"GET", "/api/register/blocks", "register.read", api_register_blocks, 0, NULL,
		"what blocks what, with the legal basis of each rule"},
	{"GET", "/api/register/log", "register.read", api_register_log, 0, NULL,
		"登簿日志, newest first; ?before=XH"},
	{"GET", "/api/cases/:id/documents", "case.read", api_case_documents, 0, NULL,
		"documents 文书 of a case"},
	{"POST", "/api/cases/:id/approval-sheet", "case.review", api_case_sheet, 0, NULL,
		"makes the sheet of checks and decisions 审批表 as the case stands"},
	{"POST", "/api/cases/:id/check-sheet", "case.review", api_case_check_sheet, 0, NULL,
		"makes the sheet of what others were asked and answered 核验结果单"},
	{"POST", "/api/register/units/:code/extract", "register.read", api_register_extract, 0, NULL,
		"查询结果 {asked_by, purpose}: the book of a unit as a sealed document; recorded as a look"},
	{"GET", "/api/documents/:number/file/:format", "case.read", api_document_file, 0, NULL,
		"pdf or ofd; names persons in full: recorded as a look, ?reveal=REASON"},
	{"GET", "/api/documents/:number/check", "case.read", api_document_check, 0, NULL,
		"files, seal, and field by field what the book or the case says"},
	{"POST", "/api/documents/verify", "case.read", api_document_verify, DOCUMENT_MAX,
		&api_document_upload,
		"a file handed in: is it one of this office's documents, byte for byte?"},
	{"GET", "/api/stationery", "paper.make", api_stationery, 0, NULL,
		"numbered blanks of certificates: balance, and rows ?state= &after=SERIAL"},
	{"POST", "/api/stationery", "paper.stock", api_stationery_receive, 0, NULL,
		"blanks received {kind: title|proof, prefix, from, to, digits}"},
	{"GET", "/api/stationery/:serial", "paper.make", api_stationery_one, 0, NULL,
		"one blank with its moves"},
	{"POST", "/api/stationery/:serial/print", "paper.make", api_stationery_print, 0, NULL,
		"缮证 {paper: number of the certificate}"},
	{"GET", "/api/stationery/:serial/sheet", "paper.make", api_stationery_sheet, 0, NULL,
		"what is printed on it (PDF); recorded as a look"},
	{"POST", "/api/stationery/:serial/hand-over", "paper.make", api_stationery_hand_over, 0, NULL,
		"发证 {to: who received it against which paper}"},
	{"POST", "/api/stationery/:serial/spoil", "paper.make", api_stationery_spoil, 0, NULL,
		"作废 {reason}"},
	{"GET", "/api/archive", "archive.read", api_archive, 0, NULL,
		"packages of closed cases by number, ?number= &unit= &words= (of the location) &from= &to= "
		"(closed) "
		"&after=NUMBER"},
	{"GET", "/api/archive/:id/lendings", "archive.read", api_archive_lendings, 0, NULL,
		"who borrowed a package 借阅"},
	{"POST", "/api/archive/:id/lend", "archive.lend", api_archive_lend, 0, NULL,
		"lend it {borrower, purpose, due}"},
	{"POST", "/api/archive/:id/return", "archive.lend", api_archive_return, 0, NULL, "it came back"},
	{"GET", "/api/archive/:id/package", "archive.read", api_archive_package, 0, NULL,
		"the package (BagIt in a tar) while it is lent; recorded as a look"},
	{"GET", "/api/archive-out", "archive.read", api_archive_out, 0, NULL, "what is lent out now"},
	{"GET", "/api/register/voids", "register.read", api_void_list, 0, NULL,
		"numbers asked to be void 作废, newest first; ?before=N"},
	{"POST", "/api/register/voids", "case.review", api_void_ask, 0, NULL,
		"ask for the next number of a series to be void {kind: title|proof, reason}"},
	{"POST", "/api/register/voids/:n/confirm", "case.enter", api_void_confirm, 0, NULL,
		"draw it and declare it void {}; not by who asked"},
	{"POST", "/api/cases/:id/back", "case.review", api_case_back, 0, NULL,
		"退回 to before an act that was done {version, reason, to?}: by default the last one; what "
		"was done since is "
		"compensated"},
	{"GET", "/api/queue", "case.read", api_queue, 0, NULL,
		"the desk's queue 待办: open cases by the day they are due; filters, and ?due= &number= of "
		"the last row "
		"for the next page"},
	{"GET", "/api/queue/counts", "case.read", api_queue_counts, 0, NULL,
		"how many cases stand behind each filter, the others as given"},
	{"POST", "/api/cases/:id/claim", "case.claim", api_case_claim, 0, NULL,
		"认领 {}: nobody else acts on the case for twenty minutes; again to renew"},
	{"DELETE", "/api/cases/:id/claim", "case.claim", api_case_release, 0, NULL,
		"the own claim given back"},
	{"POST", "/api/cases/:id/unclaim", "case.assign", api_case_unclaim, 0, NULL,
		"somebody else's claim ended {reason}"},
	{"GET", "/api/cases/:id/desk", "case.read", api_case_desk, 0, NULL,
		"who has claimed the case, and the own opinion begun"},
	{"PUT", "/api/cases/:id/draft", "case.claim", api_case_draft, 0, NULL,
		"the own opinion begun {opinion}; goes with the act"},
	{"GET", "/api/cases/:id/judgement", "case.read", api_case_judgement, 0, NULL,
		"what the review rules say now, and what the entry would change in the book: the plan that "
		"登簿 carries "
		"out"},
	{"GET", "/api/cases/:id/marks", "case.read", api_marks, 0, NULL, "marks on the materials"},
	{"POST", "/api/cases/:id/marks", "case.claim", api_mark_add, 0, NULL,
		"a mark {material, page, x, y, w, h (of the page, in 1/10000), note}"},
	{"DELETE", "/api/cases/:id/marks/:n", "case.claim", api_mark_remove, 0, NULL,
		"an own mark taken away; it stays in the database"},
	{"GET", "/api/opinions", "case.read", api_opinions, 0, NULL,
		"templates of opinions and reasons 意见模板"},
	{"PUT", "/api/opinions/:code", "opinion.edit", api_opinion_put, 0, NULL,
		"a new version of a template {act, name, body, basis?}"},
	{"DELETE", "/api/opinions/:code", "opinion.edit", api_opinion_remove, 0, NULL, "out of use"},
	{"POST", "/api/batches/accept", "case.accept", api_batch_accept, 0, NULL,
		"受理 several cases of one business {cases: [{id, version}]}, each for itself"},
	{"POST", "/api/batches/review", "case.review", api_batch_review, 0, NULL,
		"审核 several with one opinion {cases, opinion}"},
	{"POST", "/api/batches/check", "case.review", api_batch_check, 0, NULL,
		"核查 several with one opinion {cases, opinion}"},
	{"POST", "/api/batches/approve", "case.enter", api_batch_approve, 0, NULL,
		"复审核定 several with one opinion {cases, opinion}"},
	{"POST", "/api/batches/enter", "case.enter", api_batch_enter, 0, NULL, "登簿 several {cases}"},
	{"POST", "/api/batches/archive", "case.review", api_batch_archive, 0, NULL, "归档 several {cases}"},
	{"GET", "/api/discs", "disc.read", disc_list, 0, NULL, "discs in the import ledger"},
	{"POST", "/api/discs", "disc.receive", api_disc_receive, 0, NULL,
		"a disc arrived {disc: its number or the code of its slip, from?, mark: where only "
		"the number is given, seal?, blank?, passphrase?: signed with the own key 签收}"},
	{"GET", "/api/discs/:id", "disc.read", disc_show, 0, NULL, "one disc with its steps"},
	{"GET", "/api/discs/:id/slip", "disc.read", disc_slip, 0, NULL, "transfer slip 移交单 (PDF)"},
	{"GET", "/api/discs/:id/label", "disc.read", disc_label, 0, NULL, "label of its case (PDF)"},
	{"GET", "/api/disc-books/:month", "disc.read", disc_book, 0, NULL,
		"register of discs 台账 of a month YYYY-MM (PDF)"},
	{"POST", "/api/discs/:id/archive", "disc.receive", api_disc_archive, 0, NULL, "put it away {place}"},
	{"POST", "/api/discs/:id/destroy", "disc.destroy", disc_destroy, 0, NULL,
		"sign that it is destroyed {how, passphrase}; two persons"},
	{"POST", "/api/blanks", "disc.receive", api_blank_add, 0, NULL,
		"number a blank {serial, label?, mark?}; the intranet is told"},
	{"POST", "/api/blanks/:serial/scrap", "disc.receive", api_blank_scrap, 0, NULL,
		"write a blank off {reason}"},
};
const size_t api_nroutes = sizeof api_routes / sizeof api_routes[0];
