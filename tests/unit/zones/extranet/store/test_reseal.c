/* Rotation of the data keys and of the blind index's key over the registry's tables, batch by batch, killed
 * between batches: everybody is found by number at every moment of it, what was written under the old keys
 * meanwhile is sealed too; on both databases. */
#include "common/audit/audit.h"
#include "common/exchange/exchange.h"
#include "common/http/account.h"
#include "common/service/reseal.h"
#include "common/workflow/flow_store.h"
#include "tests/unit/common/db/backend.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/appointment.h"
#include "zones/extranet/store/book.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/inquiry.h"
#include "zones/extranet/store/sealed.h"
#include <stdio.h>
#include <string.h>

#define TENANT "110101"
/* A batch or two, and a bit. */
#define PEOPLE (backend_is_pg() ? 65 : 130)
#define LATE 900 /* numbers of who comes in the middle of a rotation */

static struct db *db;
static struct vault *vault;
static struct reseal *reseal;
static char master[160], file[160], day[DAY_TEXT];

static void number(int who, char out[static 32])
{
	snprintf(out, 32, "11010119%06dX%03d", who, who % 1000);
}

static void reopen(void)
{
	struct err_note note = {0};
	reseal_free(reseal);
	vault_free(vault);
	assert_int_equal(vault_open(master, file, &vault, &note), 0);
	assert_int_equal(reseal_new(db, vault, reg_sealed, &reseal), 0);
}

/* ---- who is in the tables */
struct person {
	struct vault *v;
	int who;
};

static int holder_add(struct db_tx *tx, const struct person *p, int64_t bsm, const char *id)
{
	struct err_note note = {0};
	char unit[29];
	snprintf(unit, sizeof unit, "110101001001GB00001F%08d", p->who);
	json_t *row = json_pack("{s:I,s:s,s:s,s:I,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:n,s:s,s:n,s:s,s:n}",
		"bsm", (json_int_t)bsm, "bdcdyh", unit, "qltb", "fdcq2", "qlbsm", (json_int_t)bsm, "sxh", 1,
		"qlrmc", "王小丰", "zjzl", "1", "zjh", id, "qlrlx", "1", "gyfs", "0", "qlbl", "1/1",
		"qlbl_fz", 1, "qlbl_fm", 1, "ssbsm", "ywh", "none", "zzywh", "yxq_q",
		"2026-01-01T00:00:00.000Z", "yxq_z");
	int rc = book_insert(tx, p->v, book_table_find("qlr"), row, &note);
	if (rc < 0)
		print_error("%s\n", note.text);
	json_decref(row);
	return rc;
}

static int case_of(struct db_tx *tx, const struct person *p, const char *id)
{
	struct case_row c = {
		.business = "transfer", .business_version = 1, .state = CASE_ACCEPTED, .channel = "portal"};
	struct case_party party = {"holder", "王小丰", "1", "", 1, 1, "2026-01-01T00:00:00.000Z", ""};
	snprintf(c.id, sizeof c.id, "%s", uuid_new().s);
	snprintf(c.number, sizeof c.number, "%012d", p->who);
	snprintf(c.received_at, sizeof c.received_at, "2026-01-01T00:00:00.000Z");
	snprintf(party.id_number, sizeof party.id_number, "%s", id);
	int rc = case_insert(tx, p->v, &c, "{}");
	return rc == 0 ? case_add_party(tx, p->v, c.id, 0, &party) : rc;
}

static int appointment_try(
	struct db_tx *tx, const struct person *p, const char *id, enum appointment_answer *a)
{
	struct appointment_row row;
	struct uuid own = uuid_new();
	const struct appointment_wish w = {
		own.s, day, "09:00", "transfer", "王小丰", id, true, "window1", NULL, NULL};
	return appointment_book(tx, p->v, &w, a, &row);
}

static int person_write(struct db_tx *tx, void *arg)
{
	const struct person *p = arg;
	char id[32];
	struct vault_lookup l;
	struct uuid own = uuid_new();
	enum appointment_answer a = APPOINTMENT_YES;
	number(p->who, id);
	int rc = holder_add(tx, p, 2 * p->who + 1, id);
	if (rc == 0)
		rc = holder_add(tx, p, 2 * p->who + 2, id);
	if (rc == 0)
		rc = case_of(tx, p, id);
	if (rc == 0)
		rc = vault_find(p->v, "id-number", id, &l);
	const struct inquiry i = {own.s, "own", l.now, "王*丰", "", "", ""};
	if (rc == 0)
		rc = inquiry_add(tx, &i, NULL);
	if (rc == 0)
		rc = appointment_try(tx, p, id, &a);
	return rc == 0 && a != APPOINTMENT_YES ? ERR_REFUSED : rc;
}

static void person_add(struct vault *v, int who)
{
	struct person p = {v, who};
	int rc = db_write(db, TENANT, person_write, &p);
	if (rc < 0)
		fail_msg("%d: %s", who, err_name(rc));
}

/* ---- whether all are found. On PostgreSQL each question is a way to the server and back: every 13th. */
static int stride(void)
{
	return backend_is_pg() ? 13 : 1;
}

struct seen {
	int64_t held, cases, asked;
	enum appointment_answer again;
};
static int person_look(struct db_tx *tx, void *arg)
{
	struct seen *s = arg;
	struct vault_lookup l;
	json_t *held = NULL, *cases = NULL;
	char id[32];
	int rc = 0;
	memset(s, 0, sizeof *s);
	for (int who = 0; rc == 0 && who <= PEOPLE; who += stride()) {
		int64_t n = 0;
		number(who < PEOPLE ? who : LATE, id);
		rc = vault_find(vault, "id-number", id, &l);
		if (rc == 0)
			rc = inquiry_held(tx, &l, &held);
		if (rc == 0)
			rc = inquiry_cases(tx, &l, "1", id, &cases);
		if (rc == 0)
			rc = inquiry_count(tx, &l, 0, &n);
		s->held += (int64_t)json_array_size(held);
		s->cases += (int64_t)json_array_size(cases);
		s->asked += n;
		json_decref(held);
		json_decref(cases);
		held = cases = NULL;
	}
	return rc;
}

/* One a day: who has an appointment gets no second one. */
static int second_try(struct db_tx *tx, void *arg)
{
	int64_t *given = arg;
	int rc = 0;
	*given = 0;
	for (int who = 0; rc == 0 && who < PEOPLE; who += stride()) {
		enum appointment_answer a = APPOINTMENT_YES;
		const struct person p = {vault, who};
		char id[32];
		number(who, id);
		rc = appointment_try(tx, &p, id, &a);
		*given += rc == 0 && a == APPOINTMENT_YES;
	}
	return rc;
}

static void all_found(int64_t people)
{
	struct seen s;
	int64_t given = -1;
	assert_int_equal(db_read(db, TENANT, person_look, &s), 0);
	people = people / stride() + people % stride();
	assert_int_equal(s.held, 2 * people);
	assert_int_equal(s.cases, people);
	assert_int_equal(s.asked, people);
	assert_int_equal(db_write(db, TENANT, second_try, &given), 0);
	assert_int_equal(given, 0);
}

static int64_t left(void)
{
	int64_t n = -1;
	assert_int_equal(reseal_left(reseal, &n), 0);
	return n;
}

/* Batch by batch to the end; the process is lost after 10 steps, then after 20 … */
static void run_through(int64_t people)
{
	bool more = true;
	int64_t was = left(), now;
	for (int n = 1, life = 10; more; n++) {
		assert_int_equal(reseal_step(reseal, &more), 0);
		now = left();
		assert_true(now <= was);
		if (now < was)
			all_found(people);
		was = now;
		if (n == life) {
			reopen();
			n = 0;
			life += 10;
		}
	}
}

static void test_data_keys(void **state)
{
	struct err_note note = {0};
	(void)state;
	all_found(PEOPLE);
	assert_int_equal(left(), 0);
	assert_int_equal(reseal_rotate(reseal, "officer", false, &note), 0);
	/* qlr, cases and parties, appointments; a question has nothing sealed. */
	assert_int_equal(left(), (2 + 2 + 1) * PEOPLE);
	run_through(PEOPLE);
	assert_int_equal(left(), 0);
}

static void test_index_key(void **state)
{
	struct err_note note = {0};
	struct vault *old = NULL;
	bool more = true;
	(void)state;
	assert_int_equal(vault_open(master, file, &old, &note), 0);
	assert_int_equal(reseal_rotate(reseal, "officer", true, &note), 0);
	/* qlr, parties, appointments, questions. */
	assert_int_equal(left(), (2 + 1 + 1 + 1) * PEOPLE);
	all_found(PEOPLE);
	reopen();
	for (int i = 0; i < 12; i++)
		assert_int_equal(reseal_step(reseal, &more), 0);
	assert_true(more && left() > 0);
	assert_int_equal(reseal_rotate(reseal, "officer", true, &note), ERR_STATE);
	all_found(PEOPLE);
	run_through(PEOPLE);
	/* A writer that had the old key in its hand. */
	person_add(old, LATE);
	all_found(PEOPLE + 1);
	assert_int_equal(left(), 5);
	assert_int_equal(reseal_rotate(reseal, "officer", true, &note), ERR_STATE);
	assert_int_equal(reseal_all(reseal), 0);
	assert_int_equal(left(), 0);
	all_found(PEOPLE + 1);
	assert_int_equal(reseal_rotate(reseal, "officer", true, &note), 0);
	reopen();
	run_through(PEOPLE + 1);
	assert_int_equal(left(), 0);
	assert_int_equal(vault_prune(vault, &note), 0);
	reopen();
	all_found(PEOPLE + 1);
	vault_free(old);
}

/* ---- set-up */
static int hours_open(struct db_tx *tx, void *arg)
{
	(void)arg;
	return appointment_offer(tx, day, "09:00", "12:00", 500, "system");
}

static int setup(void **state)
{
	static const struct db_schema *const schemas[] = {&account_schema, &audit_schema, &exchange_schema,
		&reseal_schema, &registry_schema, &flow_schema};
	struct err_note note = {0};
	char today[DAY_TEXT];
	(void)state;
	snprintf(master, sizeof master, "%s/master-%d", backend_dir(), backend_is_pg());
	snprintf(file, sizeof file, "%s/vault-%d", backend_dir(), backend_is_pg());
	time_date_cst(time_now_ms(), today);
	day_add(today, 5, day);
	struct db_options o = {
		.path = backend_path("reseal"), .schemas = schemas, .nschemas = 6, .readers = 2};
	if (vault_init(suite_by_name("gm"), master, file, &note) < 0 || db_open(&o, &db, &note) < 0) {
		print_error("%s\n", note.text);
		return -1;
	}
	reopen();
	assert_int_equal(db_write(db, TENANT, hours_open, NULL), 0);
	for (int who = 0; who < PEOPLE; who++)
		person_add(vault, who);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	reseal_free(reseal);
	vault_free(vault);
	db_close(db);
	reseal = NULL;
	vault = NULL;
	return 0;
}

/* Of more cases than are shown the newest come, and that is no failure. */
static int many_cases(struct db_tx *tx, void *arg)
{
	struct vault_lookup l;
	char id[32];
	number(LATE + 1, id);
	int rc = vault_find(vault, "id-number", id, &l);
	for (int i = 0; rc == 0 && i < 25; i++)
		rc = case_of(tx, &(struct person){vault, 5000 + i}, id);
	return rc == 0 ? inquiry_cases(tx, &l, "1", id, arg) : rc;
}

static void test_more_cases_than_are_shown(void **state)
{
	json_t *cases = NULL;
	(void)state;
	assert_int_equal(db_write(db, TENANT, many_cases, &cases), 0);
	assert_int_equal(json_array_size(cases), 20);
	assert_string_equal(json_string_value(json_array_get(cases, 0)), "000000005024");
	assert_string_equal(json_string_value(json_array_get(cases, 19)), "000000005005");
	json_decref(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_data_keys), cmocka_unit_test(test_index_key),
		cmocka_unit_test(test_more_cases_than_are_shown)};
	return backend_run(tests, setup, teardown);
}
