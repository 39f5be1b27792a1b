/* Messages to the national platform over days of the test's own clock, with a platform that answers truly,
 * late, wrongly, twice and otherwise; on both databases. */
#include "tests/departments/access/platform.h"
#include "tests/unit/common/db/backend.h"
#include "tests/unit/zones/extranet/store/book_office.h"
#include "zones/extranet/store/access.h"
#include "zones/extranet/transfer/access.h"
#include <stdio.h>
#include <string.h>

static struct access_desk desk;
static struct sign_key *seal;
static struct cert *seal_cert;
static char place[160];

static int open_all(void **state)
{
	char ca[4][120];
	struct err_note note = {0};
	const char *const names[] = {"ca.key", "ca.pem", "seal.key", "seal.pem"};
	if (book_office_open(state) != 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		snprintf(ca[i], sizeof ca[i], "%s/%s", backend_dir(), names[i]);
		(void)remove(ca[i]);
	}
	if (key_make_ca(suite_by_name("gm"), "extranet", 30, ca[0], ca[1], &note) < 0 ||
		key_issue(ca[0], ca[1], CERT_SEAL, "office", 30, NULL, ca[2], ca[3], &note) < 0 ||
		sign_key_load(ca[2], ca[3], NULL, &seal, &note) < 0 ||
		cert_load_pinned(ca[3], CERT_SEAL, &seal_cert, &note) < 0) {
		print_error("%s\n", note.text);
		return -1;
	}
	char root[140];
	snprintf(root, sizeof root, "%s/spool-%s", backend_dir(), backend_is_pg() ? "pg" : "sqlite");
	snprintf(place, sizeof place, "%s/access", root);
	desk = (struct access_desk){book_office_db(), "110101", "示例市东城区不动产登记中心",
		book_office()->vault, seal, NULL, NULL};
	return spool_open(root, "access", true, &desk.spool) < 0 ? -1 : 0;
}

static int close_all(void **state)
{
	spool_close(desk.spool);
	sign_key_free(seal);
	cert_free(seal_cert);
	seal = NULL;
	seal_cert = NULL;
	desk.spool = NULL;
	return book_office_close(state);
}

static void enter_first(long unit, int who)
{
	char code[29];
	book_unit_code(unit, code);
	struct order o = order_first(code, who);
	assert_int_equal(order_do(&o), 0);
}

static void enter_sale(long unit, int from, int to)
{
	char code[29];
	book_unit_code(unit, code);
	struct order o = order_new("transfer", code);
	order_party(&o, "obligor", from);
	order_party(&o, "holder", to);
	assert_int_equal(order_do(&o), 0);
}

static void look(void)
{
	assert_int_equal(access_round(&desk, book_now_ms()), 0);
}

static void platform(const char *mode, int messages, int logs, int accepted, int refused, int bad)
{
	struct platform_count n;
	int rc = strcmp(mode, "answer") == 0
			 ? platform_answer_held(place, seal_cert, &n)
			 : platform_round(place, seal_cert, (enum platform_mode)platform_mode_of(mode), &n);
	char got[100], wanted[100];
	assert_int_equal(rc, 0);
	snprintf(got, sizeof got, "%d messages %d logs %d accepted %d refused %d bad", n.messages, n.logs,
		n.accepted, n.refused, n.bad);
	snprintf(wanted, sizeof wanted, "%d messages %d logs %d accepted %d refused %d bad", messages, logs,
		accepted, refused, bad);
	assert_string_equal(got, wanted);
}

struct asked {
	char day[DAY_TEXT];
	const char *id;
	json_t *said;
	struct err_note note;
};

static int day_read(struct db_tx *tx, void *arg)
{
	struct asked *a = arg;
	json_decref(a->said);
	a->said = NULL;
	return access_of_day(tx, a->day, &a->said);
}

/* "produced handed accepted refused, log state, differences" of the day `ago` days before */
static void day_is(int ago, const char *wanted)
{
	struct asked a = {.said = NULL};
	char got[160];
	day_text(book_today() - ago, a.day);
	assert_int_equal(db_read(desk.db, desk.tenant, day_read, &a), 0);
	const json_t *s = json_object_get(a.said, "states"), *l = json_object_get(a.said, "log"), *r;
	size_t i;
	snprintf(got, sizeof got, "%lld %lld %lld %lld, log %s, %zu differences",
		(long long)json_int(s, "produced"), (long long)json_int(s, "handed"),
		(long long)json_int(s, "accepted"), (long long)json_int(s, "refused"),
		json_is_object(l) ? json_str(l, "state") : "none",
		json_array_size(json_object_get(a.said, "differences")));
	assert_string_equal(got, wanted);
	json_array_foreach(json_object_get(a.said, "rows"), i, r)
	{
		assert_int_equal(json_int(r, "entries"), json_int(r, "messages"));
		assert_int_equal(json_int(r, "titles"), json_int(r, "message_titles"));
	}
	json_decref(a.said);
}

static int again_run(struct db_tx *tx, void *arg)
{
	struct asked *a = arg;
	return access_again(tx, a->id, &a->note);
}

static int again(const char *id)
{
	struct asked a = {.id = id};
	return db_write(desk.db, desk.tenant, again_run, &a);
}

static size_t quarantined(void)
{
	struct spool_names names = {0};
	assert_int_equal(spool_scan(desk.spool, SPOOL_QUARANTINE, 100, &names), 0);
	size_t n = names.n / 2; /* each with its reason */
	spool_names_free(&names);
	return n;
}

static void set_old(void)
{
	char command[200];
	snprintf(command, sizeof command, "touch -d '-1 hour' '%s'/in/*", place);
	assert_int_equal(backend_shell("book", command), 0);
}

static void messages_are_written_with_entries_and_answered(void **state)
{
	(void)state;
	enter_first(1, 1);
	enter_first(2, 2);
	enter_sale(1, 1, 3);
	day_is(0, "3 0 0 0, log none, 0 differences");
	look();
	day_is(0, "0 3 0 0, log none, 0 differences");
	platform("hold", 0, 0, 0, 0, 0);
	look();
	day_is(0, "0 3 0 0, log none, 0 differences"); /* no answer: nothing is assumed */
	platform("answer", 3, 0, 3, 0, 0);
	look();
	day_is(0, "0 0 3 0, log none, 0 differences");
}

static void wrong_answers_change_nothing(void **state)
{
	(void)state;
	platform("stranger", 0, 0, 1, 0, 0);
	look();
	assert_int_equal(quarantined(), 1);
	platform("twice", 0, 0, 3, 0, 0);
	look();
	assert_int_equal(quarantined(), 1); /* the same again is the same */
	platform("contradict", 0, 0, 0, 3, 0);
	look();
	assert_int_equal(quarantined(), 4);
	platform("garbage", 0, 0, 0, 0, 0);
	look();
	assert_int_equal(quarantined(), 4); /* it may be half written */
	set_old();
	look();
	assert_int_equal(quarantined(), 7);
	day_is(0, "0 0 3 0, log none, 0 differences");
}

/* Offices share the folder: an answer about another one's message is left to it, also when it is nonsense. */
static void answers_of_another_office_are_left_to_it(void **state)
{
	static const char *const offices[] = {"110101", "110102", NULL};
	char command[300];
	size_t bad = quarantined();
	(void)state;
	snprintf(command, sizeof command,
		"echo x > '%s'/in/Rep110102261127000001.xml; echo x > '%s'/in/Rep110101261127000001.xml",
		place, place);
	assert_int_equal(backend_shell("book", command), 0);
	set_old();
	desk.others = offices;
	look();
	desk.others = NULL;
	assert_int_equal(quarantined(), bad + 1);
	snprintf(command, sizeof command, "rm '%s'/in/Rep110102261127000001.xml", place);
	assert_int_equal(backend_shell("book", command), 0);
}

static void the_day_is_logged_when_it_is_over(void **state)
{
	(void)state;
	book_next_day();
	enter_sale(2, 2, 4);
	look();
	day_is(1, "0 0 3 0, log handed, 0 differences");
	day_is(0, "0 1 0 0, log none, 0 differences");
	platform("true", 1, 1, 2, 0, 0); /* the log's counts agree with what came */
	look();
	day_is(1, "0 0 3 0, log accepted, 0 differences");
	book_next_day();
	book_next_day(); /* a day without entries has its log too */
	look();
	platform("true", 0, 2, 2, 0, 0);
	look();
	day_is(2, "0 0 1 0, log accepted, 0 differences");
	day_is(1, "0 0 0 0, log accepted, 0 differences");
}

static void a_refused_message_goes_again(void **state)
{
	char id[ACCESS_ID], day[DAY_TEXT];
	(void)state;
	enter_sale(1, 3, 5);
	day_text(book_today(), day);
	snprintf(id, sizeof id, "110101%.2s%.2s%.2s000001", day + 2, day + 5, day + 8);
	look();
	platform("refuse", 1, 0, 0, 1, 0);
	assert_int_equal(again(id), ERR_STATE); /* its answer was not taken yet */
	look();
	day_is(0, "0 0 0 1, log none, 0 differences");
	assert_int_equal(again(id), 0);
	assert_int_equal(again(id), ERR_STATE);
	assert_int_equal(again("110101000101000001"), ERR_NOTFOUND);
	look();
	platform("true", 1, 0, 1, 0, 0);
	look();
	day_is(0, "0 0 1 0, log none, 0 differences");
}

static int due_run(struct db_tx *tx, void *arg)
{
	struct asked *a = arg;
	return access_day_due(tx, book_now_ms(), a->day);
}

/* A log whose day has a message that was not handed over would not agree. */
static void a_day_waits_for_its_messages(void **state)
{
	struct asked a = {.said = NULL};
	(void)state;
	enter_sale(2, 4, 6);
	book_next_day();
	assert_int_equal(db_read(desk.db, desk.tenant, due_run, &a), ERR_NOTFOUND);
	look();
	day_is(1, "0 1 1 0, log handed, 0 differences");
	assert_int_equal(db_read(desk.db, desk.tenant, due_run, &a), ERR_NOTFOUND);
	book_next_day();
	assert_int_equal(db_read(desk.db, desk.tenant, due_run, &a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_written_with_entries_and_answered),
		cmocka_unit_test(wrong_answers_change_nothing),
		cmocka_unit_test(answers_of_another_office_are_left_to_it),
		cmocka_unit_test(the_day_is_logged_when_it_is_over),
		cmocka_unit_test(a_refused_message_goes_again),
		cmocka_unit_test(a_day_waits_for_its_messages),
		cmocka_unit_test(book_is_sound),
	};
	return backend_run(tests, open_all, close_all);
}
