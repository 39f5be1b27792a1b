#include "tests/unit/zones/extranet/store/book_office.h"

#include "common/audit/audit.h"
#include "tests/unit/common/db/backend.h"
#include "zones/extranet/audit/book_audit.h"
#include "zones/extranet/domain/entry_lapse.h"
#include "zones/extranet/domain/entry_plan.h"
#include "zones/extranet/domain/right.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TENANT "110101"
#define DAY_MS INT64_C(86400000)

static struct db *db;
static struct vault *vault;
static struct entry_book office;
static uint64_t seed;
static int64_t today;
static atomic_llong tick, entries;

unsigned book_any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

uint64_t book_seed(void)
{
	return seed;
}

int64_t book_today(void)
{
	return today;
}

void book_next_day(void)
{
	today++;
}

void book_unit_code(long number, char out[static 29])
{
	snprintf(out, 29, "110101001001GB00001F%04ld%04ld", 1 + number / 9000, 101 + number % 9000);
}

static int database_open(void)
{
	static const struct db_schema *const schemas[] = {&audit_schema, &registry_schema};
	struct err_note note = {0};
	const struct db_options o = {
		.path = backend_path("book"), .schemas = schemas, .nschemas = 2, .readers = 2};
	today = BOOK_BASE_DAY;
	tick = entries = 0;
	int rc = db_open(&o, &db, &note);
	if (rc < 0)
		print_error("%s\n", note.text);
	return rc;
}

int book_office_open(void **state)
{
	char master[80], file[80];
	struct err_note note = {0};
	const char *given = getenv("SW_SEED");
	(void)state;
	snprintf(master, sizeof master, "%s/master.key", backend_dir());
	snprintf(file, sizeof file, "%s/vault.json", backend_dir());
	office = (struct entry_book){.suite = suite_by_name("gm"),
		.office = {"京", "东城区"},
		.name = "示例市东城区不动产登记中心"};
	seed = given ? strtoull(given, NULL, 10) : 0;
	seed = seed ? seed : 88172645463325252u;
	if (vault_init(office.suite, master, file, &note) < 0 ||
		vault_open(master, file, &vault, &note) < 0) {
		print_error("%s\n", note.text);
		return -1;
	}
	office.vault = vault;
	return database_open();
}

void book_office_renew(void)
{
	db_close(db);
	db = NULL;
	assert_int_equal(backend_drop("book"), 0);
	assert_int_equal(database_open(), 0);
}

const struct entry_book *book_office(void)
{
	return &office;
}

struct db *book_office_db(void)
{
	return db;
}

int64_t book_now_ms(void)
{
	return today * DAY_MS + tick % DAY_MS;
}

int book_office_close(void **state)
{
	(void)state;
	db_close(db);
	vault_free(vault);
	db = NULL;
	vault = NULL;
	return 0;
}

/* ---- one entry through rules and writer */

static struct business business_of(const char *kind)
{
	const struct entry_kind *k = entry_kind_find(kind);
	struct business b = {
		.version = 1, .right_type = strncmp(kind, "mortgage", 8) == 0 ? 23 : 4, .nroles = 3};
	static const char *const roles[] = {"holder", "obligor", "consenter"};
	b.registration_type = k->registration_type;
	strcpy(b.zh, "业务");
	strcpy(b.holder_role, "holder");
	strcpy(b.ended_role, k->obligors ? "obligor" : "");
	for (size_t i = 0; i < 3; i++) {
		strcpy(b.roles[i].code, roles[i]);
		b.roles[i].signs = true;
	}
	return b;
}

void codes_sort(char *codes)
{
	char *list[16], copy[200], *rest = copy, *one;
	size_t n = 0;
	snprintf(copy, sizeof copy, "%s", codes);
	while ((one = strsep(&rest, " "))) {
		size_t i = 0;
		while (i < n && strcmp(list[i], one) < 0)
			i++;
		if (!*one || (i < n && strcmp(list[i], one) == 0))
			continue;
		memmove(list + i + 1, list + i, (n - i) * sizeof *list);
		list[i] = one;
		n++;
	}
	codes[0] = '\0';
	for (size_t i = 0; i < n; i++)
		strcat(strcat(codes, i ? " " : ""), list[i]);
}

/* A reason may stand many times (each pre-notice …): once is said. */
static void codes_take(struct order *o, const json_t *findings)
{
	size_t i;
	const json_t *f;
	char one[64], all[200] = " ";
	json_array_foreach(findings, i, f)
	{
		snprintf(one, sizeof one, " %s ", json_str(f, "code"));
		if (json_is_true(json_object_get(f, "blocks")) && !strstr(all, one) &&
			strlen(all) + strlen(one) < sizeof all)
			strcat(all, one + 1);
	}
	snprintf(o->codes, sizeof o->codes, "%s", all);
	codes_sort(o->codes);
}

static int plan_of(struct order *o, const struct business *b, json_t *rows, const char *day,
	struct plan *plan, struct err_note *note)
{
	json_t *form = json_pack("{s:s,s:O,s:O,s:[]}", "unit_code", o->unit, "parties", o->parties, "fields",
		o->fields, "materials");
	json_t *findings = json_array();
	struct entry_input in = {b, entry_kind_find(o->kind), form, rows, NULL, day, true, 0};
	int rc = entry_plan_make(&in, plan, findings, note);
	codes_take(o, findings);
	json_decref(form);
	json_decref(findings);
	return rc;
}

static int order_run(struct db_tx *tx, void *arg)
{
	struct order *o = arg;
	struct business b = business_of(o->kind);
	json_t *rows = NULL, *written = json_array();
	struct entry_written w = {.rows = NULL};
	struct plan plan = {0};
	struct err_note note = {0};
	char day[DAY_TEXT];
	time_date_cst(o->now_ms, day);
	int rc = book_unit(tx, vault, o->unit, NULL, &rows);
	if (rc == 0)
		rc = entry_book_settle(&office, tx, o->unit, o->now_ms, &rows, written, &note);
	o->codes[0] = '\0';
	if (rc == 0)
		rc = plan_of(o, &b, rows, day, &plan, &note);
	if (rc == 0) {
		struct entry_order e = {&plan, o->ywh, "chief", b.registration_type, b.right_type, o->now_ms};
		rc = entry_book_write(&office, tx, &e, &w, &note);
		snprintf(o->number, sizeof o->number, "%s", w.number);
		plan_fini(&plan);
		entry_book_fini(&w);
	}
	snprintf(o->what, sizeof o->what, "%s", note.text);
	json_decref(rows);
	json_decref(written);
	return rc;
}

static int review_run(struct db_tx *tx, void *arg)
{
	struct order *o = arg;
	struct business b = business_of(o->kind);
	json_t *rows = NULL;
	struct plan plan = {0};
	struct err_note note = {0};
	char day[DAY_TEXT];
	time_date_cst(o->now_ms, day);
	int rc = book_unit(tx, vault, o->unit, NULL, &rows);
	if (rc == 0)
		rc = entry_lapse_settle(rows, o->unit, day);
	if (rc == 0 && (rc = plan_of(o, &b, rows, day, &plan, &note)) == 0)
		plan_fini(&plan);
	json_decref(rows);
	return rc;
}

struct order order_new(const char *kind, const char *unit)
{
	struct order o = {.kind = kind, .parties = json_array(), .fields = json_object()};
	snprintf(o.unit, sizeof o.unit, "%s", unit);
	snprintf(o.ywh, sizeof o.ywh, "%lld", (long long)++entries);
	o.now_ms = today * DAY_MS + ++tick % DAY_MS;
	return o;
}

void order_party(struct order *o, const char *role, int who)
{
	char name[16], id[16];
	snprintf(name, sizeof name, "人%d", who);
	snprintf(id, sizeof id, "id%d", who);
	json_array_append_new(
		o->parties, json_pack("{s:s,s:s,s:s,s:s,s:i,s:i}", "role", role, "name", name, "id_kind", "1",
				    "id_number", id, "share_num", 1, "share_den", 1));
}

void order_text(struct order *o, const char *field, const char *value)
{
	json_object_set_new(o->fields, field, json_string(value));
}

void order_int(struct order *o, const char *field, int64_t value)
{
	json_object_set_new(o->fields, field, json_integer(value));
}

struct order order_first(const char *unit, int who)
{
	struct order o = order_new("first", unit);
	order_party(&o, "holder", who);
	order_text(&o, "location", "示例路1号1幢");
	order_text(&o, "use", "住宅");
	order_int(&o, "area_cm2", 1000);
	order_int(&o, "parcel_area_cm2", 1000);
	return o;
}

void order_drop(struct order *o)
{
	json_decref(o->parties);
	json_decref(o->fields);
	o->parties = o->fields = NULL;
}

int order_do(struct order *o)
{
	int rc = db_write(db, TENANT, order_run, o);
	order_drop(o);
	return rc;
}

int order_review(struct order *o)
{
	return db_read(db, TENANT, review_run, o);
}

/* ---- what the book says */

struct look {
	const char *unit, *at;
	char day[DAY_TEXT], text[BOOK_TEXT];
};

static int look_read(struct db_tx *tx, void *arg)
{
	struct look *l = arg;
	json_t *rows = NULL, *row;
	const struct right_owner *owner;
	size_t i;
	int rc = book_unit(tx, vault, l->unit, l->at, &rows);
	if (rc == 0)
		rc = entry_lapse_settle(rows, l->unit, l->day);
	const json_t *right = rc == 0 ? right_owner_row(rows, &owner) : NULL;
	json_t *holders = right ? right_holders(rows, json_int(right, "bsm")) : json_array();
	snprintf(l->text, sizeof l->text,
		"owner %s, %zu mortgages, %zu pre-notices, %zu objections, %zu seizures",
		right ? json_str(json_array_get(holders, 0), "zjh") : "nobody",
		json_array_size(json_object_get(rows, "dyaq")),
		json_array_size(json_object_get(rows, "ygdj")),
		json_array_size(json_object_get(rows, "yydj")),
		json_array_size(json_object_get(rows, "cfdj")));
	json_array_foreach(json_object_get(rows, "cfdj"), i, row)
	{
		if (strcmp(json_str(row, "cflx"), "1") == 0) {
			size_t n = strlen(l->text);
			snprintf(l->text + n, sizeof l->text - n, ", %s until %s", json_str(row, "cfwh"),
				json_str(row, "cfjssj"));
		}
	}
	json_decref(holders);
	json_decref(rows);
	return rc;
}

void book_says(const char *unit, const char *at, int64_t day, char out[static BOOK_TEXT])
{
	struct look l = {.unit = unit, .at = at};
	day_text(day, l.day);
	assert_int_equal(db_read(db, TENANT, look_read, &l), 0);
	snprintf(out, BOOK_TEXT, "%s", l.text);
}

static int audit_run(struct db_tx *tx, void *arg)
{
	return book_audit_run(arg, tx);
}

void book_is_sound(void **state)
{
	struct book_audit a = {.vault = vault, .suite = office.suite, .office = office.office};
	(void)state;
	assert_int_equal(db_read(db, TENANT, audit_run, &a), 0);
	if (json_array_size(a.findings)) {
		const json_t *f = json_array_get(a.findings, 0);
		fail_msg("%zu findings: %s %s %s", json_array_size(a.findings), json_str(f, "table"),
			json_str(f, "key"), json_str(f, "text"));
	}
	print_message("%lld entries, %lld rows\n", (long long)a.entries, (long long)a.rows);
	json_decref(a.findings);
}
