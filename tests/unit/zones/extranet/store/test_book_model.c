/* The book against a small model of its own: random legal and illegal entries on a few units, days going by;
 * the same verdict with the same reasons every time, the same state after it, and any past day of the book
 * equal to what the model said on that day. Then races: two cases and a seizure for one unit at once, from
 * three threads; whatever order they fall in, it is one that could have been. At the end the auditor finds
 * nothing. SW_STEPS, SW_RACES: how many (short without). */
#include "zones/extranet/audit/book_audit.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/entry_lapse.h"
#include "zones/extranet/domain/entry_plan.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/entry_book.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TENANT "110101"
#define UNITS 6
#define PEOPLE 6
#define BASE_DAY 20000 /* days since 1970 */
#define DAY_MS INT64_C(86400000)

static char dir[] = "/tmp/test-book.XXXXXX";
static struct db *db;
static struct vault *vault;
static struct entry_book office;
static uint64_t seed = 88172645463325252u;
static int64_t today = BASE_DAY, tick, entries;

static unsigned any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static int setup(void **state)
{
	static const struct db_schema *const schemas[] = {&registry_schema};
	char path[64], master[64], file[64];
	struct err_note note = {0};
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/main.db", dir);
	snprintf(master, sizeof master, "%s/master.key", dir);
	snprintf(file, sizeof file, "%s/vault.json", dir);
	struct db_options o = {.path = path, .schemas = schemas, .nschemas = 1, .readers = 2};
	office = (struct entry_book){.suite = suite_by_name("gm"), .office = {"京", "东城区"}};
	if (vault_init(office.suite, master, file, &note) < 0 ||
		vault_open(master, file, &vault, &note) < 0 || db_open(&o, &db, &note) < 0) {
		print_error("%s\n", note.text);
		return -1;
	}
	office.vault = vault;
	return 0;
}

static int teardown(void **state)
{
	char command[64];
	(void)state;
	db_close(db);
	vault_free(vault);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

/* ---- one entry through rules and writer, in one transaction */

struct order {
	const char *kind;
	char unit[29];
	json_t *parties, *fields;
	char ywh[24], codes[200], number[NUMBER_CERTIFICATE], what[200];
	int64_t now_ms;
};

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

/* The blocking codes, each once, in the order of the alphabet. */
static void codes_sort(char *codes)
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

static int order_run(struct db_tx *tx, void *arg)
{
	struct order *o = arg;
	struct business b = business_of(o->kind);
	json_t *form = json_pack("{s:s,s:O,s:O,s:[]}", "unit_code", o->unit, "parties", o->parties, "fields",
		o->fields, "materials");
	json_t *rows = NULL, *findings = json_array(), *written = json_array(), *f;
	struct entry_written w = {.rows = NULL};
	struct plan plan = {0};
	struct err_note note = {0};
	char day[DAY_TEXT];
	size_t i;
	time_date_cst(o->now_ms, day);
	int rc = book_unit(tx, vault, o->unit, NULL, &rows);
	if (rc == 0)
		rc = entry_book_settle(&office, tx, o->unit, o->now_ms, &rows, written, &note);
	struct entry_input in = {&b, entry_kind_find(o->kind), form, rows, NULL, day, true, 0};
	if (rc == 0)
		rc = entry_plan_make(&in, &plan, findings, &note);
	o->codes[0] = '\0';
	json_array_foreach(findings, i, f)
	{
		if (json_is_true(json_object_get(f, "blocks")))
			strcat(strcat(o->codes, " "), json_str(f, "code"));
	}
	codes_sort(o->codes);
	if (rc == 0) {
		struct entry_order e = {&plan, o->ywh, "chief", b.registration_type, b.right_type, o->now_ms};
		rc = entry_book_write(&office, tx, &e, &w, &note);
		snprintf(o->number, sizeof o->number, "%s", w.number);
		plan_fini(&plan);
		entry_book_fini(&w);
	}
	snprintf(o->what, sizeof o->what, "%s", note.text);
	json_decref(form);
	json_decref(rows);
	json_decref(findings);
	json_decref(written);
	return rc;
}

static void party(struct order *o, const char *role, int who)
{
	char name[16], id[16];
	snprintf(name, sizeof name, "人%d", who);
	snprintf(id, sizeof id, "id%d", who);
	json_array_append_new(
		o->parties, json_pack("{s:s,s:s,s:s,s:s,s:i,s:i}", "role", role, "name", name, "id_kind", "1",
				    "id_number", id, "share_num", 1, "share_den", 1));
}

static struct order order_new(const char *kind, int unit)
{
	struct order o = {.kind = kind, .parties = json_array(), .fields = json_object()};
	snprintf(o.unit, sizeof o.unit, "110101001001GB00001F0001%04d", 101 + unit);
	snprintf(o.ywh, sizeof o.ywh, "%lld", (long long)++entries);
	o.now_ms = today * DAY_MS + ++tick % DAY_MS;
	return o;
}

static int order_do(struct order *o)
{
	int rc = db_write(db, TENANT, order_run, o);
	json_decref(o->parties);
	json_decref(o->fields);
	return rc;
}

/* ---- the model, written from the legal table */

struct seizure {
	int doc;
	bool active;
	int64_t from, to;
};
struct model {
	bool there;
	int owner;
	struct {
		int bank;
		bool noted;
		char proof[NUMBER_CERTIFICATE];
	} mortgages[200];
	int nmortgages;
	struct seizure queue[200];
	int nqueue;
	int promised[200], npromised;
	int64_t objections[200];
	int nobjections;
};
static struct model models[UNITS];
static int documents;

static void queue_drop(struct model *m, int i, int64_t next_from)
{
	bool was = m->queue[i].active;
	memmove(m->queue + i, m->queue + i + 1, (size_t)(m->nqueue - i - 1) * sizeof m->queue[0]);
	m->nqueue--;
	if (was && m->nqueue) {
		int64_t term = m->queue[0].to - m->queue[0].from;
		m->queue[0] = (struct seizure){m->queue[0].doc, true, next_from, next_from + term};
	}
}

static void model_settle(struct model *m, int64_t day)
{
	while (m->nqueue && m->queue[0].active && m->queue[0].to < day)
		queue_drop(m, 0, m->queue[0].to + 1);
	int n = 0;
	for (int i = 0; i < m->nobjections; i++)
		if (m->objections[i] + 15 >= day)
			m->objections[n++] = m->objections[i];
	m->nobjections = n;
}

static void say(char *codes, const char *code)
{
	strcat(strcat(codes, " "), code);
}

static void say_disposal(const struct model *m, char *codes, int a, int b, int consenter, bool turns)
{
	if (m->nqueue)
		say(codes, "SEIZED");
	for (int i = 0; i < m->npromised; i++) {
		int p = m->promised[i];
		if (p != a && p != b && p != consenter && !turns)
			say(codes, "PRENOTICE");
	}
	if (m->nobjections)
		say(codes, "OBJECTION");
}

static void agree(struct order *o, const char *codes)
{
	char want[200];
	snprintf(want, sizeof want, "%s", codes);
	codes_sort(want);
	int rc = order_do(o);
	if (strcmp(o->codes, want) != 0 || (rc == 0) != (want[0] == '\0'))
		fail_msg("%s: \"%s\" (%s %s), the model says \"%s\"", o->kind, o->codes, err_name(rc),
			o->what, want);
}

static void step_transfer(int u, struct model *m)
{
	char codes[2000] = "";
	int s = any(3) ? m->owner : (int)any(PEOPLE), b = (int)any(PEOPLE), c = (int)any(PEOPLE * 2);
	struct order o = order_new("transfer", u);
	party(&o, "obligor", s);
	party(&o, "holder", b);
	if (c < PEOPLE)
		party(&o, "consenter", c);
	for (int i = 0; i < m->nmortgages; i++) {
		int bank = m->mortgages[i].bank;
		if (m->mortgages[i].noted && bank != s && bank != b && bank != c)
			say(codes, "TRANSFER-RESTRICTED");
	}
	say_disposal(m, codes, s, b, c, false);
	if (s != m->owner)
		say(codes, "NOT-HOLDER");
	else if (s == b)
		say(codes, "PERSON-TWICE");
	agree(&o, codes);
	if (codes[0])
		return;
	m->owner = b;
	int n = 0;
	for (int i = 0; i < m->npromised; i++)
		if (m->promised[i] != b)
			m->promised[n++] = m->promised[i];
	m->npromised = n;
}

static void step_mortgage(int u, struct model *m)
{
	char codes[2000] = "";
	int s = any(4) ? m->owner : (int)any(PEOPLE), b = (int)any(PEOPLE);
	bool noted = any(2);
	struct order o = order_new("mortgage", u);
	party(&o, "obligor", s);
	party(&o, "holder", b);
	json_object_set_new(o.fields, "secured_cents", json_integer(100));
	json_object_set_new(o.fields, "term_from", json_string("2024-01-01"));
	json_object_set_new(o.fields, "term_to", json_string("2044-01-01"));
	json_object_set_new(o.fields, "transfer_restricted", json_string(noted ? "yes" : "no"));
	say_disposal(m, codes, s, b, -1, false);
	if (s != m->owner)
		say(codes, "NOT-HOLDER");
	if (m->nmortgages > 3) { /* few enough to look through */
		json_decref(o.parties);
		json_decref(o.fields);
		return;
	}
	agree(&o, codes);
	if (codes[0])
		return;
	m->mortgages[m->nmortgages].bank = b;
	m->mortgages[m->nmortgages].noted = noted;
	strcpy(m->mortgages[m->nmortgages++].proof, o.number);
}

static void step_mortgage_cancel(int u, struct model *m)
{
	char codes[200] = "";
	int k = (int)any((unsigned)m->nmortgages + 1),
	    who = k < m->nmortgages && any(3) ? m->mortgages[k].bank : (int)any(PEOPLE);
	struct order o = order_new("mortgage-cancel", u);
	party(&o, "holder", who);
	json_object_set_new(
		o.fields, "proof_no", json_string(k < m->nmortgages ? m->mortgages[k].proof : "none"));
	if (k == m->nmortgages)
		say(codes, "PROOF");
	else if (who != m->mortgages[k].bank)
		say(codes, "NOT-HOLDER");
	agree(&o, codes);
	if (!codes[0]) {
		memmove(m->mortgages + k, m->mortgages + k + 1,
			(size_t)(m->nmortgages - k - 1) * sizeof m->mortgages[0]);
		m->nmortgages--;
	}
}

static void step_seizure(int u, struct model *m)
{
	char codes[200] = "", text[32], from[DAY_TEXT], to[DAY_TEXT];
	bool again = m->nqueue && !any(4);
	int doc = again ? m->queue[any((unsigned)m->nqueue)].doc : ++documents;
	int64_t term = any(5) ? any(60) : 1097 + any(10);
	struct order o = order_new("seizure", u);
	day_text(today, from);
	day_text(today + term, to);
	snprintf(text, sizeof text, "doc%d", doc);
	json_object_set_new(o.fields, "court", json_string("法院"));
	json_object_set_new(o.fields, "document_no", json_string(text));
	json_object_set_new(o.fields, "term_from", json_string(from));
	json_object_set_new(o.fields, "term_to", json_string(to));
	if (again)
		say(codes, "DUPLICATE");
	else if (term > 1096)
		say(codes, "TERM");
	agree(&o, codes);
	if (!codes[0]) {
		m->queue[m->nqueue] = (struct seizure){doc, m->nqueue == 0, today, today + term};
		m->nqueue++;
	}
}

static void step_release(int u, struct model *m)
{
	char codes[200] = "", text[32];
	int k = (int)any((unsigned)m->nqueue + 1);
	bool other = !any(4);
	struct order o = order_new("seizure-release", u);
	snprintf(text, sizeof text, "doc%d", k < m->nqueue ? m->queue[k].doc : 0);
	json_object_set_new(o.fields, "court", json_string(other ? "别的法院" : "法院"));
	json_object_set_new(o.fields, "document_no", json_string("解"));
	json_object_set_new(o.fields, "seizure_no", json_string(text));
	if (k == m->nqueue)
		say(codes, "SEIZURE");
	else if (other)
		say(codes, "COURT");
	agree(&o, codes);
	if (!codes[0])
		queue_drop(m, k, today);
}

static void step_prenotice(int u, struct model *m)
{
	char codes[2000] = "";
	int s = any(4) ? m->owner : (int)any(PEOPLE), b = (int)any(PEOPLE);
	struct order o = order_new("prenotice-transfer", u);
	party(&o, "obligor", s);
	party(&o, "holder", b);
	say_disposal(m, codes, s, b, -1, false);
	if (s != m->owner)
		say(codes, "NOT-HOLDER");
	agree(&o, codes);
	if (!codes[0])
		m->promised[m->npromised++] = b;
}

static void step_objection(int u, struct model *m)
{
	char codes[200] = "";
	int who = (int)any(PEOPLE);
	struct order o = order_new("objection", u);
	party(&o, "holder", who);
	json_object_set_new(o.fields, "matter", json_string("面积"));
	if (who == m->owner)
		say(codes, "OWN");
	agree(&o, codes);
	if (!codes[0])
		m->objections[m->nobjections++] = today;
}

static void step_first(int u, struct model *m)
{
	char codes[200] = "";
	int who = (int)any(PEOPLE);
	struct order o = order_new("first", u);
	party(&o, "holder", who);
	json_object_set_new(o.fields, "location", json_string("示例路1号1幢"));
	json_object_set_new(o.fields, "use", json_string("住宅"));
	json_object_set_new(o.fields, "area_cm2", json_integer(1000));
	json_object_set_new(o.fields, "parcel_area_cm2", json_integer(1000));
	if (m->there)
		say(codes, "RIGHT-EXISTS");
	agree(&o, codes);
	if (!codes[0]) {
		m->there = true;
		m->owner = who;
	}
}

/* ---- what either side says of a unit, as text */

static void model_text(const struct model *m, char *out, size_t size)
{
	snprintf(out, size, "owner id%d, %d mortgages, %d pre-notices, %d objections, %d seizures", m->owner,
		m->nmortgages, m->npromised, m->nobjections, m->nqueue);
	if (m->nqueue) {
		char to[DAY_TEXT];
		size_t n = strlen(out);
		day_text(m->queue[0].to, to);
		snprintf(out + n, size - n, ", doc%d until %s", m->queue[0].doc, to);
	}
}

struct look {
	int unit;
	const char *at, *day;
	char text[200];
};

static int look_read(struct db_tx *tx, void *arg)
{
	struct look *l = arg;
	char unit[29];
	json_t *rows = NULL, *row;
	const struct right_owner *owner;
	size_t i;
	snprintf(unit, sizeof unit, "110101001001GB00001F0001%04d", 101 + l->unit);
	int rc = book_unit(tx, vault, unit, l->at, &rows);
	if (rc == 0)
		rc = entry_lapse_settle(rows, unit, l->day);
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

static void same_state(int u, const char *at, int64_t day, const char *want)
{
	char text[DAY_TEXT];
	struct look l = {u, at, text, ""};
	day_text(day, text);
	assert_int_equal(db_read(db, TENANT, look_read, &l), 0);
	if (strcmp(l.text, want) != 0)
		fail_msg("unit %d on %s: %s; the model: %s", u, text, l.text, want);
}

#define DAYS_KEPT 4000
static char (*history)[UNITS][200]; /* by day */

static void test_random_steps(void **state)
{
	static void (*const steps[])(int, struct model *) = {step_transfer, step_transfer, step_mortgage,
		step_mortgage_cancel, step_seizure, step_release, step_prenotice, step_objection, step_first};
	long n = getenv("SW_STEPS") ? atol(getenv("SW_STEPS")) : 1500;
	char text[200];
	(void)state;
	history = calloc(DAYS_KEPT, sizeof *history);
	assert_non_null(history);
	for (int u = 0; u < UNITS; u++)
		step_first(u, &models[u]);
	/* A new day now and then, so that the days kept last to the end. */
	unsigned days = (unsigned)(n / (DAYS_KEPT - 1) + 4);
	for (long i = 0; i < n; i++) {
		int u = (int)any(UNITS);
		struct model *m = &models[u];
		model_settle(m, today);
		steps[any(sizeof steps / sizeof *steps)](u, m);
		model_text(m, text, sizeof text);
		same_state(u, NULL, today, text);
		if (any(days))
			continue;
		for (u = 0; u < UNITS; u++) {
			model_settle(&models[u], today);
			if (today - BASE_DAY < DAYS_KEPT)
				model_text(&models[u], history[today - BASE_DAY][u], 200);
		}
		today++;
	}
	for (int i = 0; i < 300 && today > BASE_DAY; i++) {
		int64_t day = BASE_DAY + any((unsigned)(today - BASE_DAY));
		char name[DAY_TEXT], at[DAY_INSTANT];
		day_text(day, name);
		assert_int_equal(day_end_instant(name, at), 0);
		for (int u = 0; u < UNITS; u++)
			if (day - BASE_DAY < DAYS_KEPT)
				same_state(u, at, day, history[day - BASE_DAY][u]);
	}
	print_message("%ld steps, %lld days\n", n, (long long)(today - BASE_DAY));
	free(history);
}

/* ---- races */

struct racer {
	struct order o;
	int rc;
	pthread_barrier_t *start;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	pthread_barrier_wait(r->start);
	r->rc = order_do(&r->o);
	return NULL;
}

static struct order fields_of(struct order o, int doc)
{
	char from[DAY_TEXT], to[DAY_TEXT], text[32];
	day_text(today, from);
	day_text(today + 100, to);
	snprintf(text, sizeof text, "doc%d", doc);
	json_object_set_new(o.fields, "court", json_string("法院"));
	json_object_set_new(o.fields, "document_no", json_string(text));
	json_object_set_new(o.fields, "seizure_no", json_string(text));
	json_object_set_new(o.fields, "term_from", json_string(from));
	json_object_set_new(o.fields, "term_to", json_string(to));
	return o;
}

/* Two registrars enter two sales by the same owner while a court's seizure comes: at most one sale, none
 * behind the seizure. */
static void one_race(int unit, int owner, int *new_owner)
{
	struct racer r[3];
	pthread_t t[3];
	pthread_barrier_t start;
	int doc = ++documents;
	int a = (owner + 1) % PEOPLE, b = (owner + 2) % PEOPLE;
	char want[200];
	pthread_barrier_init(&start, NULL, 3);
	for (int i = 0; i < 3; i++) {
		r[i] = (struct racer){order_new(i < 2 ? "transfer" : "seizure", unit), 0, &start};
		if (i < 2) {
			party(&r[i].o, "obligor", owner);
			party(&r[i].o, "holder", i ? b : a);
		} else {
			r[i].o = fields_of(r[i].o, doc);
		}
	}
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, race, &r[i]), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	pthread_barrier_destroy(&start);
	assert_int_equal(r[2].rc, 0);
	assert_true(r[0].rc == 0 ? r[1].rc == ERR_BLOCKED : r[0].rc == ERR_BLOCKED);
	for (int i = 0; i < 2; i++)
		if (r[i].rc < 0 && r[1 - i].rc < 0)
			assert_string_equal(r[i].o.codes, "SEIZED");
		else if (r[i].rc < 0)
			assert_true(
				strstr(r[i].o.codes, "NOT-HOLDER") || strcmp(r[i].o.codes, "SEIZED") == 0);
	*new_owner = r[0].rc == 0 ? a : r[1].rc == 0 ? b : owner;
	day_text(today + 100, want + 100);
	char text[200];
	snprintf(text, sizeof text,
		"owner id%d, 0 mortgages, 0 pre-notices, 0 objections, 1 seizures, doc%d until %s",
		*new_owner, doc, want + 100);
	same_state(unit, NULL, today, text);
	struct order o = fields_of(order_new("seizure-release", unit), doc);
	assert_int_equal(order_do(&o), 0);
}

static void test_races(void **state)
{
	int n = getenv("SW_RACES") ? atoi(getenv("SW_RACES")) : 150, unit = UNITS, owner = 0, moved = 0;
	struct order o = order_new("first", unit);
	(void)state;
	party(&o, "holder", owner);
	json_object_set_new(o.fields, "location", json_string("示例路1号1幢"));
	json_object_set_new(o.fields, "use", json_string("住宅"));
	json_object_set_new(o.fields, "area_cm2", json_integer(1000));
	json_object_set_new(o.fields, "parcel_area_cm2", json_integer(1000));
	assert_int_equal(order_do(&o), 0);
	for (int i = 0; i < n; i++) {
		int before = owner;
		one_race(unit, owner, &owner);
		moved += owner != before;
	}
	print_message("%d races, %d sales won\n", n, moved);
}

static int audit_run(struct db_tx *tx, void *arg)
{
	return book_audit_run(arg, tx);
}

static void test_the_auditor_finds_nothing(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_steps), cmocka_unit_test(test_races),
		cmocka_unit_test(test_the_auditor_finds_nothing)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
