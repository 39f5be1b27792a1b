/* HTTP handlers of registryd, one file per resource; the route table is in routes.c. */
#ifndef REG_API_API_H
#define REG_API_API_H
#include "common/http/http.h"
#include "zones/extranet/registry.h"

extern const struct http_route api_routes[];
extern const size_t api_nroutes;
extern const char *const api_schemas[]; /* bodies and replies of the routes, for OpenAPI */

static inline struct registry *api_registry(const struct http_request *r)
{
	return registry_of(http_arg(r));
}

http_handler api_clock, api_clock_settle;
http_handler api_blank_add, api_blank_scrap, api_disc_receive, api_disc_archive;
http_handler api_case_list, api_case_get, api_case_material;
http_handler api_case_accept, api_case_correct, api_case_reject, api_case_tax, api_case_tax_assess,
	api_case_tax_refund, api_case_review, api_case_enter, api_case_archive, api_case_visit,
	api_case_refuse, api_case_approve, api_case_check;
http_handler api_case_fee, api_case_fee_pay, api_case_fee_refund, api_case_fee_ask, api_case_fee_waive,
	api_case_fee_keep;
http_handler api_grounds, api_case_consults, api_case_consult_again;
http_handler api_signing, api_signing_open, api_signing_close, api_case_decisions;
http_handler api_reminders, api_case_migrate, api_case_migrate_back;
http_handler api_graphics_add;
http_handler api_case_suspend, api_case_resume, api_case_withdraw, api_case_objection, api_notices,
	api_case_term, api_calendar, api_calendar_set, api_calendar_remove, api_calendar_confirm,
	api_calendar_refuse;
http_handler api_rules, api_rule_propose, api_rule_approve, api_rule_refuse, api_rule_try, api_case_verdicts;
http_handler api_window_scan, api_window_case;
extern const struct http_upload api_graphics_upload, api_window_upload;
http_handler api_register_unit, api_register_log, api_register_model, api_register_blocks,
	api_register_search, api_register_daily;
http_handler api_access_list, api_access_again;
http_handler api_void_ask, api_void_confirm, api_void_list;
http_handler api_case_documents, api_case_sheet, api_case_check_sheet, api_register_extract,
	api_document_file, api_document_check, api_document_verify;
extern const struct http_upload api_document_upload;
http_handler api_archive, api_archive_lend, api_archive_return, api_archive_lendings, api_archive_out,
	api_archive_package;
http_handler api_stationery, api_stationery_one, api_stationery_receive, api_stationery_print,
	api_stationery_hand_over, api_stationery_spoil, api_stationery_sheet;
http_handler api_case_delivery, api_case_delivery_set, api_case_mailing, api_mailings, api_mailing_post,
	api_mailing_cancel, api_mailing_keep, api_mailing_spoil, api_mailing_label;
http_handler api_appointment_day, api_appointment_offer, api_appointment_book, api_appointment_end;
http_handler api_case_back, api_case_claim, api_case_release, api_case_unclaim, api_case_judgement,
	api_case_desk, api_case_draft, api_marks, api_mark_add, api_mark_remove, api_queue, api_queue_counts;
http_handler api_opinions, api_opinion_put, api_opinion_remove;
http_handler api_batch_accept, api_batch_review, api_batch_check, api_batch_approve, api_batch_enter,
	api_batch_archive;
http_handler api_businesses, api_business;
http_handler api_designs, api_design_choices, api_design_get, api_design_check, api_design_propose,
	api_design_approve, api_design_refuse;
#endif
