/* What blocks what and what an entry does to the book: one table of cases, each a unit's rows, a form, and
 * the reasons or the rows that must come of it. */
#include "zones/extranet/domain/book_check.h"
#include "zones/extranet/domain/entry_lapse.h"
#include "zones/extranet/domain/entry_plan.h"
#include "zones/extranet/domain/right.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UNIT "110101001001GB00001F00010101"
#define TODAY "2026-11-24"

/* JSON with single quotes. */
static json_t *js(const char *text)
{
	char *copy = strdup(text);
	json_error_t e;
	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	json_t *v = json_loads(copy, JSON_DECODE_ANY, &e);
	if (!v)
		fail_msg("%s: %s", e.text, text);
	free(copy);
	return v;
}

/* Row pieces. A, B, C, M (a bank), N (another bank), X. */
#define HOLDER(bsm, table, right, who, way, num, den)                                                        \
	"{'bsm':" #bsm ",'bdcdyh':'" UNIT "','qltb':'" table "','qlbsm':" #right ",'sxh':1,'qlrmc':'n" who   \
	"','zjzl':'1','zjh':'" who "','qlrlx':'1','gyfs':'" way "','qlbl':'','qlbl_fz':" #num                \
	",'qlbl_fm':" #den ",'ssbsm':null}"
#define H                                                                                                        \
	"'h':[{'bsm':1,'bdcdyh':'" UNIT "','zddm':'110101001001GB00001','zrzh':'','zl':'示例路1号','shbw':'" \
	"101','szc':'','jzmj':1000,'ghyt':'住宅','ssbsm':null}]"
#define OWN                                                                                                  \
	"'fdcq2':[{'bsm':10,'bdcdyh':'" UNIT "','qllx':'4','djlx':'100','djyy':'','bdcqzh':'T1','fj':'',"    \
	"'dbr':'x','djsj':'2020-01-02T00:00:00.000Z','jg':0,'tdsyqssj':'','tdsyjssj':'','ssbsm':null,"       \
	"'yxq_q':'2020-01-02T00:00:00.000Z'}]"
#define BOOK(holders, more) "{" H "," OWN ",'qlr':[" holders "]" more "}"
#define SOLE HOLDER(11, "fdcq2", 10, "A", "0", 1, 1)
#define HALVES HOLDER(11, "fdcq2", 10, "A", "2", 1, 2) "," HOLDER(12, "fdcq2", 10, "B", "2", 1, 2)
#define THIRDS HOLDER(11, "fdcq2", 10, "A", "2", 2, 3) "," HOLDER(12, "fdcq2", 10, "B", "2", 1, 3)
#define JOINT HOLDER(11, "fdcq2", 10, "A", "1", 1, 2) "," HOLDER(12, "fdcq2", 10, "B", "1", 1, 2)
#define MORTGAGE(bsm, since, noted, rank)                                                                    \
	"{'bsm':" #bsm ",'bdcdyh':'" UNIT "','qllx':'23','djlx':'100','djyy':'','bdcdjzmh':'P" #bsm          \
	"','fj':'','dbr':'x','djsj':'" since "T00:00:00.000Z','ywr':'nA','scsj':'" since                     \
	"T00:00:00.000Z','dyfs':'1','dybdclx':'2','dysw':" #rank ",'bdbzzqse':100,'zwlxqssj':'2020-01-01',"  \
	"'zwlxjssj':'2030-01-01','dbfw':'','jzzr':'" noted "','ssbsm':null,'yxq_q':'" since                  \
	"T00:00:00.000Z'}"
#define MAXIMUM(bsm)                                                                                         \
	"{'bsm':" #bsm ",'bdcdyh':'" UNIT "','bdcdjzmh':'P" #bsm "','scsj':'2022-01-01T00:00:00.000Z',"      \
	"'dyfs':'2','dysw':1,'bdbzzqse':100,'zwlxqssj':'2020-01-01','zwlxjssj':'2030-01-01','jzzr':'0'}"
#define BANK(bsm, right, who) "," HOLDER(bsm, "dyaq", right, who, "0", 1, 1)
#define SEIZED(bsm, kind, from, to)                                                                          \
	"{'bsm':" #bsm ",'bdcdyh':'" UNIT "','djlx':'800','cfjg':'court" #bsm "','cflx':'" kind              \
	"','cfwh':'doc" #bsm "','cfqssj':'" from "','cfjssj':'" to                                           \
	"','sdsj':'','fj':'','dbr':'x','djsj':'2026-01-01T00:00:00.000Z','ssbsm':null,"                      \
	"'yxq_q':'2026-01-01T00:00:00.000Z'}"
#define PRENOTICE(bsm, kind, able)                                                                           \
	"{'bsm':" #bsm ",'bdcdyh':'" UNIT "','qllx':'99','djlx':'700','djyy':'','bdcdjzmh':'P" #bsm          \
	"','fj':'','dbr':'x','djsj':'2026-01-01T00:00:00.000Z','ywr':'nA','ygdjzl':'" kind                   \
	"','qdjg':1,'qlqssj':'','qljssj':'','kdjrq':'" able "','ssbsm':null,"                                \
	"'yxq_q':'2026-01-01T00:00:00.000Z'}"
#define OBJECTION(bsm, at, court)                                                                            \
	"{'bsm':" #bsm ",'bdcdyh':'" UNIT "','bdcdjzmh':'P" #bsm "','djsj':'" at                             \
	"T02:00:00.000Z','djlx':'600','djyy':'','fj':'','dbr':'x','qllx':'4','yysx':'m','ssfy':'" court      \
	"','ah':'','ssbsm':null,'yxq_q':'" at "T02:00:00.000Z'}"
#define OF(bsm, table, right, who) "," HOLDER(bsm, table, right, who, "0", 1, 1)

struct scene {
	struct business b;
	json_t *rows, *form, *findings, *others;
	struct plan plan;
	int rc;
	char codes[400]; /* of what blocks, in order, "A B" */
	char warns[400];
};

static struct business business_of(const char *kind)
{
	const struct entry_kind *k = entry_kind_find(kind);
	struct business b = {
		.version = 1, .right_type = strncmp(kind, "mortgage", 8) == 0 ? 23 : 4, .nroles = 3};
	assert_non_null(k);
	b.registration_type = k->registration_type;
	snprintf(b.entry, sizeof b.entry, "%s", kind);
	strcpy(b.zh, "业务");
	strcpy(b.holder_role, "holder");
	strcpy(b.ended_role, k->obligors ? "obligor" : "");
	static const char *const roles[] = {"holder", "obligor", "consenter"};
	for (size_t i = 0; i < 3; i++) {
		strcpy(b.roles[i].code, roles[i]);
		b.roles[i].signs = true;
		b.roles[i].max = 9;
	}
	return b;
}

/* "role:person:num/den …" */
static json_t *parties_of(const char *text)
{
	json_t *list = json_array();
	char copy[300], *rest = copy, *one;
	snprintf(copy, sizeof copy, "%s", text);
	while ((one = strsep(&rest, " "))) {
		char role[20], who[20], name[24];
		int num = 1, den = 1;
		if (sscanf(one, "%19[^:]:%19[^:]:%d/%d", role, who, &num, &den) < 2)
			continue;
		snprintf(name, sizeof name, "n%s", who);
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:s,s:i,s:i}", "role", role, "name", name, "id_kind",
				      "1", "id_number", who, "share_num", num, "share_den", den));
	}
	return list;
}

static char seen[2000] = " "; /* every code that some case found, each between blanks */

static void codes_of(const json_t *findings, bool blocks, char *out, size_t size)
{
	size_t i;
	const json_t *f;
	out[0] = '\0';
	json_array_foreach(findings, i, f)
	{
		char word[40];
		snprintf(word, sizeof word, " %s ", json_str(f, "code"));
		if (!strstr(seen, word) && strlen(seen) + strlen(word) < sizeof seen)
			strcat(seen, word + 1);
		if (json_is_true(json_object_get(f, "blocks")) != blocks)
			continue;
		size_t n = strlen(out);
		snprintf(out + n, size - n, "%s%s", n ? " " : "", json_str(f, "code"));
	}
}

static void play(struct scene *s, const char *kind, const char *rows, const char *parties, const char *fields,
	const char *today)
{
	struct err_note note = {0};
	memset(s, 0, sizeof *s);
	s->b = business_of(kind);
	s->rows = js(rows);
	s->form = json_pack("{s:s,s:o,s:o,s:o}", "unit_code", UNIT, "parties", parties_of(parties), "fields",
		js(fields), "materials",
		strstr(fields, "'commit'") ? js("[{'code':'objection-commitment'}]") : json_array());
	s->findings = json_array();
	assert_int_equal(entry_lapse_settle(s->rows, UNIT, today), 0);
	s->b.needs_tax = strstr(fields, "'untaxed'") != NULL;
	struct entry_input in = {
		&s->b, entry_kind_find(kind), s->form, s->rows, s->others, today, !s->b.needs_tax, 0};
	s->rc = entry_plan_make(&in, &s->plan, s->findings, &note);
	codes_of(s->findings, true, s->codes, sizeof s->codes);
	codes_of(s->findings, false, s->warns, sizeof s->warns);
	assert_int_equal(s->rc, s->codes[0] ? ERR_BLOCKED : 0);
	if (s->rc == 0) {
		assert_int_equal(plan_apply(&s->plan, 0, s->rows), 0);
		if (json_array_size(s->plan.units) == 1 && book_check_unit(s->rows, &note) < 0)
			fail_msg("%s %s: %s", kind, parties, note.text);
	}
}

static void end(struct scene *s)
{
	json_decref(s->rows);
	json_decref(s->form);
	json_decref(s->findings);
	json_decref(s->others);
	plan_fini(&s->plan);
}

/* Who holds the right that stands in `table` after the entry: "A 1/2 B 1/2". */
static void holders_after(const struct scene *s, const char *table, char *out, size_t size)
{
	const json_t *right = json_array_get(json_object_get(s->rows, table), 0), *h;
	json_t *holders = right_holders(s->rows, json_int(right, "bsm"));
	size_t i;
	out[0] = '\0';
	json_array_foreach(holders, i, h)
	{
		size_t n = strlen(out);
		snprintf(out + n, size - n, "%s%s %lld/%lld", n ? " " : "", json_str(h, "zjh"),
			(long long)json_int(h, "qlbl_fz"), (long long)json_int(h, "qlbl_fm"));
	}
	json_decref(holders);
}

/* The parcel under the building, seized, and who holds it. */
#define LAND(who)                                                                                            \
	",'land':{'cfdj':[" SEIZED(                                                                          \
		90, "1", "2026-01-01", "2028-12-31") "],'jsydsyq':[{'bsm':91}],'qlr':[" HOLDER(92,           \
		"jsydsyq", 91, who, "0", 1, 1) "]}"
#define RESIDENCE                                                                                            \
	"{'bsm':60,'bdcdyh':'" UNIT "','bdcdjzmh':'P60','djsj':'2026-01-01T00:00:00.000Z','ssbsm':null}"
#define EASEMENT                                                                                             \
	"{'bsm':70,'bdcdyh':'" UNIT "','bdcdjzmh':'P70','djsj':'2026-01-01T00:00:00.000Z','ssbsm':null}"
#define SALE "obligor:A holder:X"
#define LOAN                                                                                                 \
	"{'secured_cents':100,'term_from':'2026-01-01','term_to':'2036-01-01','transfer_restricted':'no'}"

static const struct {
	const char *kind, *rows, *parties, *fields, *codes, *warns;
} blocks[] = {
	/* Seizure: disposals, not objections, corrections of a name, further seizures. */
	{"transfer", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), SALE, "{}",
		"SEIZED", ""},
	{"mortgage", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"),
		"obligor:A holder:M", LOAN, "SEIZED", ""},
	{"prenotice-transfer", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), SALE,
		"{}", "SEIZED", ""},
	{"change-unit", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "holder:A",
		"{'area_cm2':2000}", "SEIZED", ""},
	{"change-holder", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "holder:X",
		"{'old_id_number':'A'}", "", ""},
	{"objection", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "holder:X",
		"{'matter':'m'}", "", ""},
	{"transfer", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2023-01-01", "2025-12-31") "]"), SALE, "{}", "",
		""}, /* lapsed */
	{"transfer", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2023-01-01", "2026-11-24") "]"), SALE, "{}",
		"SEIZED", ""}, /* its last day */
	{"transfer",
		BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2023-01-01", "2025-12-31") "," SEIZED(
				   21, "2", "2025-01-01", "2027-12-31") "]"),
		SALE, "{}", "SEIZED", ""}, /* the queue moved up */
	{"transfer-court", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"),
		"holder:X", "{'court':'court20','document_no':'d'}", "", ""},
	{"transfer-court", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"),
		"holder:X", "{'court':'another','document_no':'d'}", "SEIZED-COURT", ""},
	/* Mortgage before and from 2021-01-01. */
	{"transfer", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2020-12-30", "0", 1) "]"), SALE,
		"{}", "MORTGAGEE-CONSENT", ""},
	{"transfer", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2020-12-30", "0", 1) "]"),
		SALE " consenter:M", "{}", "", ""},
	{"transfer", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"), SALE,
		"{}", "", "MORTGAGE-FOLLOWS"},
	{"transfer", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "1", 1) "]"), SALE,
		"{}", "TRANSFER-RESTRICTED", ""},
	{"transfer", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "1", 1) "]"),
		SALE " consenter:M", "{}", "", ""},
	{"transfer-inheritance",
		BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2020-12-30", "0", 1) "]"), "holder:X",
		"{'deceased_id':'A'}", "", "MORTGAGE-FOLLOWS"},
	{"mortgage", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "1", 1) "]"),
		"obligor:A holder:N", LOAN, "", ""},
	{"cancel", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"),
		"holder:A", "{}", "MORTGAGEE-CONSENT", ""},
	{"cancel", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"),
		"holder:A consenter:M", "{}", "", ""},
	/* Pre-notice: its holder must agree, or be the one who acquires; lapses after 90 days. */
	{"transfer", BOOK(SOLE OF(41, "ygdj", 40, "B"), ",'ygdj':[" PRENOTICE(40, "2", "") "]"), SALE, "{}",
		"PRENOTICE", ""},
	{"transfer", BOOK(SOLE OF(41, "ygdj", 40, "B"), ",'ygdj':[" PRENOTICE(40, "2", "") "]"),
		SALE " consenter:B", "{}", "", ""},
	{"transfer", BOOK(SOLE OF(41, "ygdj", 40, "X"), ",'ygdj':[" PRENOTICE(40, "2", "") "]"), SALE, "{}",
		"", ""},
	{"transfer", BOOK(SOLE OF(41, "ygdj", 40, "B"), ",'ygdj':[" PRENOTICE(40, "2", "2026-08-25") "]"),
		SALE, "{}", "", ""}, /* day 91 */
	{"transfer", BOOK(SOLE OF(41, "ygdj", 40, "B"), ",'ygdj':[" PRENOTICE(40, "2", "2026-08-26") "]"),
		SALE, "{}", "PRENOTICE", ""}, /* day 90 */
	{"mortgage", BOOK(SOLE OF(41, "ygdj", 40, "M"), ",'ygdj':[" PRENOTICE(40, "4", "") "]"),
		"obligor:A holder:M", LOAN, "", ""},
	{"mortgage", BOOK(SOLE OF(41, "ygdj", 40, "M"), ",'ygdj':[" PRENOTICE(40, "4", "") "]"),
		"obligor:A holder:N", LOAN, "PRENOTICE-MORTGAGE", ""},
	{"transfer-new",
		BOOK(SOLE OF(41, "ygdj", 40, "X") OF(43, "ygdj", 42, "M"),
			",'ygdj':[" PRENOTICE(40, "1", "") "," PRENOTICE(42, "3", "") "]"),
		SALE, "{}", "", "PRENOTICE-FOLLOWS"},
	{"transfer-new", BOOK(SOLE, ""), SALE, "{}", "", ""},
	/* Pre-seizure; seizure of the land that the same person holds, and of another's. */
	{"transfer", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "3", "2026-01-01", "2028-12-31") "]"), SALE, "{}",
		"PRESEIZED", ""},
	{"change-holder", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "3", "2026-01-01", "2028-12-31") "]"), "holder:X",
		"{'old_id_number':'A'}", "", ""},
	{"transfer", BOOK(SOLE, LAND("A")), SALE, "{}", "LAND-SEIZED", ""},
	{"transfer", BOOK(SOLE, LAND("C")), SALE, "{}", "", ""},
	/* Residence right, easement. */
	{"transfer", BOOK(SOLE OF(61, "jzq", 60, "R"), ",'jzq':[" RESIDENCE "]"), SALE, "{}", "",
		"RESIDENCE"},
	{"cancel", BOOK(SOLE OF(61, "jzq", 60, "R"), ",'jzq':[" RESIDENCE "]"), "holder:A", "{}",
		"RESIDENCE-CONSENT", ""},
	{"cancel", BOOK(SOLE OF(61, "jzq", 60, "R"), ",'jzq':[" RESIDENCE "]"), "holder:A consenter:R", "{}",
		"", ""},
	{"transfer", BOOK(SOLE OF(71, "dyiq", 70, "E"), ",'dyiq':[" EASEMENT "]"), SALE, "{}", "",
		"EASEMENT"},
	{"cancel", BOOK(SOLE OF(71, "dyiq", 70, "E"), ",'dyiq':[" EASEMENT "]"), "holder:A", "{}",
		"EASEMENT-CONSENT", ""},
	{"cancel", BOOK(SOLE OF(71, "dyiq", 70, "E"), ",'dyiq':[" EASEMENT "]"), "holder:A consenter:E", "{}",
		"", ""},
	{"cancel", BOOK(SOLE, ""), "holder:A", "{}", "", ""},
	/* Tax; what does not fit the form. */
	{"transfer", BOOK(SOLE, ""), SALE, "{'untaxed':1}", "TAX", ""},
	{"transfer", BOOK(SOLE, ""), "obligor:A holder:X:1/999999937 holder:Y:999999936/999999937", "{}", "",
		""},
	{"transfer", BOOK(HALVES, ""), "obligor:A:1/2 holder:X:1/999999937 holder:Y:999999936/999999937",
		"{}", "SHARE-FINE", ""},
	{"mortgage", BOOK(SOLE, ""), "obligor:A holder:M",
		"{'secured_cents':100,'term_from':'2036-01-01','term_to':'2026-01-01','transfer_restricted':'"
		"no'}",
		"DATES", ""},
	{"mortgage", BOOK(SOLE, ""), "obligor:A holder:M",
		"{'secured_cents':0,'term_from':'2026-01-01','term_to':'2036-01-01','transfer_restricted':'"
		"no'}",
		"FIELD", ""},
	{"objection-suit",
		BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-20", "court") "]"), "",
		"{'proof_no':'P50','court':'c','document_no':'d'}", "SUIT", ""},
	/* Objection: known and borne, or not at all; lapses after 15 days without a suit. */
	{"transfer", BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-20", "") "]"),
		SALE, "{}", "OBJECTION", ""},
	{"transfer", BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-20", "") "]"),
		SALE, "{'remark':'commit'}", "", ""},
	{"transfer", BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-08", "") "]"),
		SALE, "{}", "", ""},
	{"transfer", BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-09", "") "]"),
		SALE, "{}", "OBJECTION", ""},
	{"transfer", BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-01-09", "court") "]"),
		SALE, "{}", "OBJECTION", ""},
	{"transfer-inheritance",
		BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-20", "") "]"),
		"holder:X", "{'deceased_id':'A'}", "", "OBJECTED"},
	/* Joint ownership. */
	{"transfer", BOOK(JOINT, ""), SALE, "{}", "CO-OWNERS", ""},
	{"transfer", BOOK(JOINT, ""), "obligor:A obligor:B holder:X", "{}", "", ""},
	{"transfer", BOOK(JOINT, ""), "obligor:A obligor:B holder:X", "{'scope':'share'}", "JOINT-SHARE", ""},
	{"transfer", BOOK(HALVES, ""), "obligor:A:1/2 holder:X", "{}", "", ""},
	{"transfer", BOOK(HALVES, ""), "obligor:A:1/2 holder:X", "{'scope':'whole'}", "CO-OWNERS", ""},
	{"transfer", BOOK(THIRDS, ""), "obligor:A:2/3 holder:X", "{'scope':'whole'}", "", ""},
	{"transfer", BOOK(THIRDS, ""), "obligor:B:1/3 holder:X", "{'scope':'whole'}", "CO-OWNERS", ""},
	{"transfer", BOOK(HALVES, ""), "obligor:A:2/3 holder:X", "{}", "SHARE", ""},
	{"transfer", BOOK(SOLE, ""), "obligor:C holder:X", "{}", "NOT-HOLDER", ""},
	{"transfer", BOOK(SOLE, ""), "obligor:A holder:A", "{}", "PERSON-TWICE", ""},
	{"mortgage", BOOK(HALVES, ""), "obligor:A holder:M", LOAN, "CO-OWNERS", ""},
	{"transfer", "{'qlr':[]}", SALE, "{}", "NO-RIGHT", ""},
	{"first", BOOK(SOLE, ""), "holder:X", "{'location':'l','use':'u','area_cm2':10}", "RIGHT-EXISTS", ""},
	{"transfer-division", BOOK(JOINT, ""), "obligor:A obligor:B holder:A", "{}", "", ""},
	{"transfer-division", BOOK(JOINT, ""), "obligor:A obligor:B holder:X", "{}", "NOT-HOLDER", ""},
	{"transfer-division", BOOK(JOINT, ""), "obligor:A holder:A", "{}", "CO-OWNERS", ""},
	/* Several at once: all are told. */
	{"transfer",
		BOOK(SOLE BANK(31, 30, "M") OF(41, "ygdj", 40, "B"),
			",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "],'dyaq':[" MORTGAGE(
				30, "2020-12-30", "0", 1) "],'ygdj':[" PRENOTICE(40, "2", "") "]"),
		"obligor:C holder:X", "{}", "SEIZED MORTGAGEE-CONSENT PRENOTICE NOT-HOLDER", ""},
	/* Seizures among themselves. */
	{"seizure", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "",
		"{'court':'court20','document_no':'doc20','term_from':'2026-11-01','term_to':'2027-11-01'}",
		"DUPLICATE", ""},
	{"seizure", BOOK(SOLE, ""), "",
		"{'court':'c','document_no':'d','term_from':'2026-11-01','term_to':'2029-11-02'}", "TERM",
		""},
	{"seizure", BOOK(SOLE, ""), "",
		"{'court':'c','document_no':'d','term_from':'2026-11-01','term_to':'2029-11-01'}", "", ""},
	{"seizure-renew", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "",
		"{'court':'court20','document_no':'d2','seizure_no':'doc20','term_to':'2031-12-31'}", "", ""},
	{"seizure-renew", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "",
		"{'court':'court20','document_no':'d2','seizure_no':'doc20','term_to':'2032-01-01'}", "TERM",
		""},
	{"seizure-renew", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2023-01-01", "2025-12-31") "]"), "",
		"{'court':'court20','document_no':'d2','seizure_no':'doc20','term_to':'2027-12-31'}",
		"SEIZURE", ""},
	{"seizure-release", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "",
		"{'court':'other','document_no':'d2','seizure_no':'doc20'}", "COURT", ""},
	/* Mortgages among themselves. */
	{"mortgage-change",
		BOOK(SOLE BANK(31, 30, "M") BANK(33, 32, "N"),
			",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "," MORTGAGE(
				32, "2022-01-01", "0", 2) "]"),
		"holder:M obligor:A", "{'proof_no':'P30','secured_cents':200}", "OTHER-MORTGAGEES", ""},
	{"mortgage-change",
		BOOK(SOLE BANK(31, 30, "M") BANK(33, 32, "N"),
			",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "," MORTGAGE(
				32, "2022-01-01", "0", 2) "]"),
		"holder:M obligor:A consenter:N", "{'proof_no':'P30','secured_cents':200}", "", ""},
	{"mortgage-change",
		BOOK(SOLE BANK(31, 30, "M") BANK(33, 32, "N"),
			",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "," MORTGAGE(
				32, "2022-01-01", "0", 2) "]"),
		"holder:M obligor:A", "{'proof_no':'P30','secured_cents':50}", "", ""},
	{"mortgage-change", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"),
		"holder:M obligor:A", "{'proof_no':'P30','secured_cents':100}", "SAME", ""},
	{"mortgage-transfer",
		BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"),
		"obligor:M holder:N", "{'proof_no':'P30'}", "", ""},
	{"mortgage-transfer", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MAXIMUM(30) "]"), "obligor:M holder:N",
		"{'proof_no':'P30'}", "MAX-NOT-FIXED", ""},
	{"mortgage-cancel", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"),
		"holder:N", "{'proof_no':'P30'}", "NOT-HOLDER", ""},
	{"mortgage-cancel", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"),
		"holder:M", "{'proof_no':'P99'}", "PROOF", ""},
	/* Corrections. */
	{"correct", BOOK(SOLE, ""), "", "{'table':'h','row':1,'column':'jzmj','value':'1200'}", "", ""},
	{"correct", BOOK(SOLE, ""), "", "{'table':'h','row':1,'column':'jzmj','value':'1000'}", "SAME", ""},
	{"correct", BOOK(SOLE, ""), "", "{'table':'h','row':1,'column':'bdcdyh','value':'x'}", "COLUMN", ""},
	{"correct", BOOK(SOLE, ""), "", "{'table':'qlr','row':11,'column':'qlrmc','value':'new name'}", "",
		""},
	{"correct", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"), "",
		"{'table':'fdcq2','row':10,'column':'jg','value':'5','ex_officio':'yes'}", "LATER", ""},
	{"correct", BOOK(SOLE BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"), "",
		"{'table':'fdcq2','row':10,'column':'jg','value':'5'}", "", ""},
	{"objection", BOOK(SOLE, ""), "holder:A", "{'matter':'m'}", "OWN", ""},
	{"objection-suit",
		BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-20", "") "]"), "",
		"{'proof_no':'P50','court':'c','document_no':'d'}", "", ""},
	{"objection-suit",
		BOOK(SOLE OF(51, "yydj", 50, "B"), ",'yydj':[" OBJECTION(50, "2026-11-01", "") "]"), "",
		"{'proof_no':'P50','court':'c','document_no':'d'}", "PROOF", ""},
	{"reissue", BOOK(SOLE, ""), "holder:A", "{'certificate_no':'T1'}", "", ""},
	{"reissue", BOOK(SOLE, ""), "holder:A", "{'certificate_no':'T2'}", "PROOF", ""},
	{"easement", BOOK(SOLE, ""), "obligor:A holder:X",
		"{'dominant_unit':'110101001001GB00002F00010101','content':'c','term_from':'2026-01-01','"
		"term_to':'2030-01-01'}",
		"", ""},
	{"residence", BOOK(SOLE, ""), "obligor:A holder:X", "{'content':'c'}", "", ""},
	{"prenotice-presale-mortgage",
		BOOK(SOLE OF(41, "ygdj", 40, "B"), ",'ygdj':[" PRENOTICE(40, "1", "") "]"),
		"obligor:B holder:M", "{'secured_cents':5,'term_from':'2026-01-01','term_to':'2030-01-01'}",
		"", ""},
	{"prenotice-presale-mortgage",
		BOOK(SOLE OF(41, "ygdj", 40, "B"), ",'ygdj':[" PRENOTICE(40, "1", "") "]"),
		"obligor:A holder:M", "{'secured_cents':5,'term_from':'2026-01-01','term_to':'2030-01-01'}",
		"PRENOTICE NOT-HOLDER", ""},
};

static void test_what_blocks_what(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		struct scene s;
		play(&s, blocks[i].kind, blocks[i].rows, blocks[i].parties, blocks[i].fields, TODAY);
		if (strcmp(s.codes, blocks[i].codes) != 0 || strcmp(s.warns, blocks[i].warns) != 0)
			fail_msg("case %zu, %s [%s] %s: blocked by \"%s\", warned of \"%s\"; wanted \"%s\", "
				 "\"%s\"",
				i, blocks[i].kind, blocks[i].parties, blocks[i].fields, s.codes, s.warns,
				blocks[i].codes, blocks[i].warns);
		end(&s);
	}
}

static bool word_in(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *at = words; (at = strstr(at, word)); at += n)
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

/* Cases of these kinds in which the code is found, or is not. */
static int cases_with(const char *kinds, const char *code, bool found)
{
	int n = 0;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		n += (!*kinds /* of any */ || word_in(kinds, blocks[i].kind)) &&
		     (word_in(blocks[i].codes, code) || word_in(blocks[i].warns, code)) == found;
	return n;
}

/* Every rule of the table names kinds that exist and a basis, and stands in cases above with what it finds
 * and without; every reason likewise. */
static void test_the_table_is_whole(void **state)
{
	int bare = 0;
	(void)state;
	for (size_t i = 0; block_rule_at(i); i++) {
		const struct block_rule *r = block_rule_at(i);
		char kinds[600], *rest = kinds, *one;
		assert_true(r->basis[0] && r->zh[0] && r->en[0]);
		snprintf(kinds, sizeof kinds, "%s", r->kinds);
		while ((one = strsep(&rest, " ")))
			if (*one && !entry_kind_find(one))
				fail_msg("%s names %s", r->code, one);
		if (!cases_with(r->kinds, r->code, true) || !cases_with(r->kinds, r->code, false)) {
			print_error("rule %zu, %s, of \"%s\": not tried with and without\n", i, r->code,
				r->kinds);
			bare++;
		}
	}
	for (size_t i = 0; block_reason_at(i); i++) {
		const struct block_reason *r = block_reason_at(i);
		assert_true(r->zh[0] && r->en[0]);
		char word[40];
		snprintf(word, sizeof word, " %s ", r->code);
		if (!r->basis[0] || !strstr(seen, word)) {
			print_error("reason %s: %s\n", r->code, r->basis[0] ? "not tried" : "no basis");
			bare++;
		}
	}
	assert_int_equal(bare, 0);
}

/* Who owns after a transfer. */
static void test_shares(void **state)
{
	static const struct {
		const char *kind, *holders, *parties, *fields, *after;
	} cases[] = {
		{"transfer", BOOK(SOLE, ""), "obligor:A holder:X", "{}", "X 1/1"},
		{"transfer", BOOK(SOLE, ""), "obligor:A:1/2 holder:X", "{}", "A 1/2 X 1/2"},
		{"transfer", BOOK(SOLE, ""), "obligor:A holder:X:1/3 holder:Y:2/3", "{}", "X 1/3 Y 2/3"},
		{"transfer", BOOK(HALVES, ""), "obligor:A:1/4 holder:X", "{}", "A 1/4 B 2/4 X 1/4"},
		{"transfer", BOOK(HALVES, ""), "obligor:A:1/2 holder:B", "{}", "B 1/1"},
		{"transfer", BOOK(HALVES, ""), "obligor:A:1/2 obligor:B:1/2 holder:X", "{}", "X 1/1"},
		{"transfer", BOOK(THIRDS, ""), "obligor:A:2/3 holder:X", "{'scope':'whole'}", "X 1/1"},
		{"transfer", BOOK(SOLE, ""), "obligor:A holder:X:1/2 holder:Y:1/2", "{'co_ownership':'1'}",
			"X 1/2 Y 1/2"},
		{"transfer-inheritance", BOOK(HALVES, ""), "holder:X:1/3 holder:Y:2/3", "{'deceased_id':'A'}",
			"B 3/6 X 1/6 Y 2/6"},
		{"transfer-inheritance", BOOK(JOINT, ""), "holder:X:1/2 holder:B:1/2",
			"{'deceased_id':'A','estate_num':1,'estate_den':2}", "B 3/4 X 1/4"},
		{"transfer-court", BOOK(HALVES, ""), "holder:X",
			"{'court':'c','document_no':'d','debtor_id':'B'}", "A 1/2 X 1/2"},
		{"transfer-division", BOOK(JOINT, ""), "obligor:A obligor:B holder:A:1/4 holder:B:3/4", "{}",
			"A 1/4 B 3/4"},
		{"change-holder", BOOK(HALVES, ""), "holder:X", "{'old_id_number':'B'}", "A 1/2 X 1/2"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene s;
		char after[200];
		play(&s, cases[i].kind, cases[i].holders, cases[i].parties, cases[i].fields, TODAY);
		assert_string_equal(s.codes, "");
		holders_after(&s, "fdcq2", after, sizeof after);
		if (strcmp(after, cases[i].after) != 0)
			fail_msg("case %zu, %s [%s]: %s; wanted %s", i, cases[i].kind, cases[i].parties,
				after, cases[i].after);
		/* One title is drawn, for the one right in force. */
		assert_int_equal(json_array_size(json_object_get(s.rows, "fdcq2")), 1);
		end(&s);
	}
}

static const json_t *row(const struct scene *s, const char *table, size_t i)
{
	return json_array_get(json_object_get(s->rows, table), i);
}

/* First registration makes parcel, building and unit once, and starts the 90 days of the pre-notices. */
static void test_first(void **state)
{
	struct scene s;
	(void)state;
	play(&s, "first",
		"{'ygdj':[" PRENOTICE(40, "1", "") "],'qlr':[" HOLDER(41, "ygdj", 40, "B", "0", 1, 1) "]}",
		"holder:A",
		"{'location':'示例路1号1幢101室','use':'住宅','area_cm2':10,'parcel_area_cm2':99,'floors':6}",
		TODAY);
	assert_string_equal(s.codes, "");
	assert_string_equal(json_str(row(&s, "zdjbxx", 0), "bdcdyh"), "110101001001GB00001W00000000");
	assert_int_equal(json_int(row(&s, "zdjbxx", 0), "zdmj"), 99);
	assert_string_equal(json_str(row(&s, "zrz", 0), "bdcdyh"), "110101001001GB00001F00010000");
	assert_int_equal(json_int(row(&s, "h", 0), "jzmj"), 10);
	assert_string_equal(json_str(row(&s, "ygdj", 0), "kdjrq"), TODAY);
	assert_string_equal(json_str(row(&s, "ygdj", 0), "bdcdjzmh"), "P40");
	end(&s);
	play(&s, "first", "{'land':{'zdjbxx':[{'bsm':1}]},'building':{'zrz':[{'bsm':2}]}}", "holder:A",
		"{'location':'l','use':'u','area_cm2':10}", TODAY);
	assert_int_equal(json_array_size(json_object_get(s.rows, "zdjbxx")), 0);
	assert_int_equal(json_array_size(json_object_get(s.rows, "zrz")), 0);
	end(&s);
}

/* A queued seizure takes its place, moves up on release and on lapse, for the time it was ordered. */
static void test_queue(void **state)
{
	struct scene s;
	(void)state;
	play(&s, "seizure", BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "]"), "",
		"{'court':'c','document_no':'d','term_from':'2026-11-01','term_to':'2027-11-01'}", TODAY);
	assert_string_equal(json_str(row(&s, "cfdj", 1), "cflx"), "2");
	end(&s);
	play(&s, "seizure-release",
		BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2026-01-01", "2028-12-31") "," SEIZED(21, "2",
				   "2026-02-01",
				   "2027-02-01") "," SEIZED(22, "2", "2026-03-01", "2028-03-01") "]"),
		"", "{'court':'court20','document_no':'d','seizure_no':'doc20'}", TODAY);
	assert_int_equal(json_array_size(json_object_get(s.rows, "cfdj")), 2);
	assert_string_equal(json_str(row(&s, "cfdj", 1), "cflx"), "1");
	assert_string_equal(json_str(row(&s, "cfdj", 1), "cfwh"), "doc21");
	assert_string_equal(json_str(row(&s, "cfdj", 1), "cfqssj"), TODAY);
	assert_string_equal(json_str(row(&s, "cfdj", 1), "cfjssj"), "2027-11-24");
	assert_string_equal(json_str(row(&s, "zxdj", 0), "zxtb"), "cfdj");
	end(&s);
	/* Both terms ran out one behind the other before anybody looked. */
	json_t *rows = js(BOOK(SOLE, ",'cfdj':[" SEIZED(20, "1", "2020-01-01", "2021-12-31") "," SEIZED(
					     21, "2", "2020-02-01", "2021-01-31") "]"));
	assert_int_equal(entry_lapse_settle(rows, UNIT, "2022-12-31"), 0);
	const json_t *left = json_array_get(json_object_get(rows, "cfdj"), 0);
	assert_string_equal(json_str(left, "cfqssj"), "2022-01-01");
	assert_string_equal(json_str(left, "cfjssj"), "2023-01-01");
	assert_int_equal(entry_lapse_settle(rows, UNIT, "2023-01-01"), 0);
	assert_int_equal(json_array_size(json_object_get(rows, "cfdj")), 1);
	assert_int_equal(entry_lapse_settle(rows, UNIT, "2023-01-02"), 0);
	assert_int_equal(json_array_size(json_object_get(rows, "cfdj")), 0);
	json_decref(rows);
}

#define PART(n) "110101001001GB00001F0001020" #n
static void test_split_and_merge(void **state)
{
	struct scene s;
	struct err_note note = {0};
	struct plan plan;
	(void)state;
	memset(&s, 0, sizeof s);
	s.b = business_of("split");
	s.rows = js(BOOK(HALVES BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]"));
	s.others = js("{'" PART(1) "':{},'" PART(2) "':{}}");
	s.form = json_pack("{s:s,s:o,s:o}", "unit_code", UNIT, "parties",
		parties_of("holder:A holder:B consenter:M"), "fields",
		js("{'units':'" PART(1) "|201|400\\n" PART(2) "|202|600'}"));
	s.findings = json_array();
	struct entry_input in = {&s.b, entry_kind_find("split"), s.form, s.rows, s.others, TODAY, true, 0};
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), 0);
	assert_int_equal(json_array_size(plan.units), 3);
	assert_int_equal(plan_apply(&plan, 0, s.rows), 0);
	assert_int_equal(json_array_size(json_object_get(s.rows, "h")), 2);
	assert_int_equal(json_array_size(json_object_get(s.rows, "fdcq2")), 2);
	assert_int_equal(json_array_size(json_object_get(s.rows, "dyaq")), 2);
	assert_int_equal(json_array_size(json_object_get(s.rows, "qlr")), 6);
	plan_fini(&plan);
	json_object_set_new(json_object_get(s.form, "fields"), "units",
		json_string(PART(1) "|201|400\n" PART(2) "|202|500"));
	json_array_clear(s.findings);
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), ERR_BLOCKED);
	codes_of(s.findings, true, s.codes, sizeof s.codes);
	assert_string_equal(s.codes, "AREA");
	json_object_set_new(json_object_get(s.form, "fields"), "units",
		json_string(PART(1) "|201|400\n" PART(1) "|202|600"));
	json_array_clear(s.findings);
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), ERR_BLOCKED);
	codes_of(s.findings, true, s.codes, sizeof s.codes);
	assert_string_equal(s.codes, "UNITS");
	json_decref(s.rows);
	/* And two of them into one. */
	s.b = business_of("merge");
	s.rows = json_object();
	json_object_set_new(s.others, PART(1), js(BOOK(HALVES, "")));
	json_object_set_new(s.others, PART(2), js(BOOK(HALVES, "")));
	json_object_set_new(s.form, "fields", js("{'units':'" PART(1) ";" PART(2) "','area_cm2':2000}"));
	json_array_clear(s.findings);
	in.kind = entry_kind_find("merge");
	in.rows = s.rows;
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), 0);
	assert_int_equal(json_array_size(plan.ends), 8);
	assert_int_equal(plan_apply(&plan, 0, s.rows), 0);
	assert_int_equal(book_check_unit(s.rows, &note), 0);
	plan_fini(&plan);
	json_object_set_new(s.others, PART(2), js(BOOK(SOLE, "")));
	json_array_clear(s.findings);
	json_object_clear(s.rows);
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), ERR_BLOCKED);
	codes_of(s.findings, true, s.codes, sizeof s.codes);
	assert_string_equal(s.codes, "OWNERS-DIFFER");
	/* One number on two kinds of document: two people. */
	json_t *passport = js(BOOK(HALVES, ""));
	json_object_set_new(json_array_get(json_object_get(passport, "qlr"), 1), "zjzl", json_string("3"));
	json_object_set_new(s.others, PART(2), passport);
	json_array_clear(s.findings);
	json_object_clear(s.rows);
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), ERR_BLOCKED);
	codes_of(s.findings, true, s.codes, sizeof s.codes);
	assert_string_equal(s.codes, "OWNERS-DIFFER");
	json_object_set_new(s.others, PART(2),
		js(BOOK(HALVES BANK(31, 30, "M"), ",'dyaq':[" MORTGAGE(30, "2021-01-01", "0", 1) "]")));
	json_array_clear(s.findings);
	json_object_clear(s.rows);
	assert_int_equal(entry_plan_make(&in, &plan, s.findings, &note), ERR_BLOCKED);
	codes_of(s.findings, true, s.codes, sizeof s.codes);
	assert_string_equal(s.codes, "ENCUMBERED");
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_blocks_what),
		cmocka_unit_test(test_shares), cmocka_unit_test(test_first), cmocka_unit_test(test_queue),
		cmocka_unit_test(test_split_and_merge), cmocka_unit_test(test_the_table_is_whole)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
