/* Businesses as data: conf/businesses/CODE/{business.yaml,form.json}, the drawing it names in processes/, one
 * fee table fees.yaml. Read-only after loading. A mistake is ERR_CONFIG with file, line and column. */
#ifndef SW_WORKFLOW_BUSINESS_H
#define SW_WORKFLOW_BUSINESS_H
#include "common/base/json.h"
#include "common/workflow/fee.h"
#include <stdbool.h>
#include <stdint.h>

#define BUSINESS_LIST_MAX 24
#define BUSINESS_PAPERS_MAX 4
struct business_role {
	char code[24], zh[64], en[64];
	int min, max;
	bool signs;
	char id_kinds[24]; /* 证件种类 that are taken, separated by spaces; "1" when silent */
};                         /* 权利人, 义务人 … */
struct business_material {
	char code[48], zh[96], en[96];
	bool required;
	bool when_guardian; /* asked for, and needed, where a guardian acts for a party (agent.h), only then
			     */
	int64_t size_max;
	char formats[32]; /* of pdf jpeg png ofd, separated by spaces */
	char sample[96];  /* what a good one shows, or a file; "" none */
	char shared[32];  /* shared data that makes it unnecessary 共享免交; "" none */
};
struct business_field {
	char code[48], zh[96], en[96], type[16];
	bool required;
	bool lines;    /* a text of several lines */
	char kind[16]; /* of a text: "units", a line each (domain/unit_lines.h); "" none */
	int64_t min, max;
	const json_t *values; /* of a code: [{"value","label"}] in the form */
};                            /* type: text int date money area code bool */
/* Asked in a paper; f: its code, type, bounds and values, not its names. */
struct business_question {
	struct business_field f;
	size_t paper; /* its place among the papers */
	char zh[256], en[256];
	char roles[96];        /* who is asked, separated by spaces; "" every role */
	char when[48], is[48]; /* asked when that question has this answer; "" always */
	char stops[96];        /* answers with which nothing can be applied for, separated by spaces */
	char leads[48];        /* business that fits then; "" none */
	char note_zh[320], note_en[320]; /* the law behind it; "" none */
	json_t *values;                  /* own */
};
/* A document made of answers and a layout: 询问笔录 and 承诺书 of each party, one 合同 of all. */
struct business_paper {
	char code[48], zh[96], en[96]; /* one that is not of each party makes the material of its code
					  unnecessary */
	char template[48];             /* layout */
	bool each;                     /* of every party, from its own answers; else one of the application */
};
struct business_step {
	char code[16], zh[64], en[64];
};
struct business_notice {
	char event[16], template[48];
}; /* 受理通知书 …: what is sent at which event, by the name of its template */
struct business {
	char code[48], zh[96], en[96];
	int64_t version;
	int registration_type; /* 登记类型: 100 … 900 */
	int right_type;        /* 权利类型: 4 … */
	char entry[32]; /* what 登簿 does: a kind of zones/extranet/domain/entry_kind.h, which registryd
			   checks; when the definition is silent, by registration and right type */
	char ground[96]; /* 登记原因 where the form has none, as 登记簿填写说明 words it; "" the name of the
			    business */
	bool needs_tax, needs_cadastral;
	bool portal, window, department; /* where it is begun: 网上, 窗口, by another department (courts) */
	int legal_days, promised_days;   /* working days from acceptance */
	int notice_days;                 /* 公告, working days; 0 none */
	char fees[FEE_LINES_MAX][FEE_CODE]; /* codes of the fee table */
	size_t nfees;
	bool fee_first;       /* not entered before its fee is paid or waived; true when silent */
	char certificate[8];  /* title 不动产权证书, proof 不动产登记证明, none */
	char document[48];    /* template of the document of its own */
	char holder_role[24]; /* role whose parties become right holders */
	char ended_role[24];  /* role whose right ends (义务人); "" none */
	struct business_role roles[BUSINESS_LIST_MAX];
	size_t nroles;
	struct business_material materials[BUSINESS_LIST_MAX];
	size_t nmaterials;
	struct business_field fields[BUSINESS_LIST_MAX];
	size_t nfields;
	struct business_step steps[BUSINESS_LIST_MAX];
	size_t nsteps;
	struct business_notice notices[BUSINESS_LIST_MAX];
	size_t nnotices;
	char rules[BUSINESS_LIST_MAX][48]; /* review rules 审查规则, by code */
	size_t nrules;
	struct business_paper papers[BUSINESS_PAPERS_MAX];
	size_t npapers;
	struct business_question *questions; /* of all papers, in their order */
	size_t nquestions;
	char pledge_zh[600], pledge_en[600]; /* 真实性承诺: signed with the form; a general one when silent */
	char process[48];                    /* name of its drawing */
	json_t *form;                        /* form-js schema, for pages */
	json_t *texts; /* {"business.yaml","form.json","process.bpmn"}: all it was read from */
};
struct business_set;
/* Every folder with a business.yaml. */
SW_MUST_USE int business_load(const char *dir, struct business_set **out, struct err_note *note);
void business_free(struct business_set *s);
/* One business from its texts, as business_load leaves them; free with business_one_free. */
SW_MUST_USE int business_parse(const json_t *texts, struct business **out, struct err_note *note);
void business_one_free(struct business *b);
/* NULL when unknown. */
const struct business *business_find(const struct business_set *s, const char *code);
const struct business *business_at(const struct business_set *s, size_t i); /* NULL behind the last */
const struct fee_table *business_fees(const struct business_set *s);
/* Every fee it names is in the table: ERR_CONFIG with the first that is not. business_load has asked it. */
SW_MUST_USE int business_fees_check(
	const struct business *b, const struct fee_table *fees, struct err_note *note);
/* For the pages; new reference. fees: for what is due on `today`. */
json_t *business_json(const struct business *b, const struct fee_table *fees, const char *today);
const struct business_role *business_role_find(const struct business *b, const char *code);
/* NULL when unknown. */
const struct business_material *business_material_find(const struct business *b, const char *code);
/* Whether a file of this media type (of the four that are taken at all) is among the material's formats. */
bool business_material_takes(const struct business_material *m, const char *media);
const struct business_field *business_field_find(const struct business *b, const char *code);
const struct business_paper *business_paper_find(const struct business *b, const char *code);
const struct business_question *business_question_find(const struct business *b, const char *code);
/* What the form has of a paper: {"code","answers"}; NULL when it is not filled in there. */
const json_t *business_paper_given(const json_t *form, const char *code);
/* Template for an event; NULL when nothing is sent. */
const char *business_notice(const struct business *b, const char *event);
/* Checks the form object the parties sign:
 * {"application","business","business_version","division","unit_code","parties":[{"role","name","id_kind","id_number","share_num",
 * "share_den"}],"fields":{…},"materials":[{"code","name","digest","size"}],"statement","delivery"?:
 * holder.h}): known business and version, roles within min and max, shares of the holders sum to one,
 * identity numbers with their check digits, unit code, required fields and materials. Every finding is added
 * to `findings` (array of
 * {"key","zh","en"}; may be NULL); returns ERR_SCHEMA with the first one in note when there is any. */
SW_MUST_USE int business_check_form(
	const struct business *b, const json_t *form, json_t *findings, struct err_note *note);
#endif
