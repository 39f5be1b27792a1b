/* What several logs say, compared: a clean exchange has no finding, and each thing planted is named with its
 * places. */
#include "common/audit/audit_reconcile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { INTERNET, EXTRANET, OUTER, BURNS, IMPORTS, SENDS, ARRIVES, LOGS };
static const char *const ORIGIN[LOGS] = {"internet/intaked", "extranet/registryd", "internet/gap-outer",
	"intranet/burner", "extranet/burner", "internet/diode-send", "extranet/diode-recv"};

struct world {
	struct audit_reconcile *r;
	size_t log[LOGS];
	bool has[LOGS];
	int64_t next[LOGS];
	char said[2048]; /* "REASON link from epoch/seq log:entry,… ;" */
	struct audit_reconcile_count count[4];
	char from[16]; /* of the first */
	size_t ncounts;
};

static void begin(struct world *w, const char *logs)
{
	memset(w, 0, sizeof *w);
	assert_int_equal(audit_reconcile_new(&w->r), 0);
	for (size_t i = 0; i < LOGS; i++)
		if (strchr(logs, "ieobpsr"[i])) {
			assert_int_equal(audit_reconcile_log(w->r, ORIGIN[i], ORIGIN[i], &w->log[i]), 0);
			w->has[i] = true;
		}
}

static int entry(
	struct world *w, int log, const char *action, const char *subject, int64_t at, json_t *detail)
{
	char text[TIME_TEXT];
	struct err_note note = {.text = ""};
	int rc = 0;
	time_text(INT64_C(1780000000000) + at * 1000, text);
	json_t *o = json_pack(
		"{s:s,s:s,s:s,s:o?}", "action", action, "at", text, "subject", subject, "detail", detail);
	assert_non_null(o);
	if (w->has[log])
		rc = audit_reconcile_entry(w->r, w->log[log], w->next[log]++, o, &note);
	json_decref(o);
	return rc;
}

static const char *identity(int seq, char content)
{
	static char hex[DIGEST_HEX];
	snprintf(hex, sizeof hex, "%063d%c", seq, content);
	return hex;
}

static void bundle(
	struct world *w, int log, const char *action, int seq, char content, int64_t at, int messages)
{
	bool carried = log == OUTER;
	assert_int_equal(entry(w, log, action, identity(seq, content), at,
				 json_pack("{s:s,s:i,s:i,s:s,s:i}", "link", "gap", "epoch", 1, "seq", seq,
					 carried ? "from" : "peer", log == INTERNET ? "extranet" : "internet",
					 "messages", messages)),
		0);
}

static void sent(struct world *w, int seq, char content, int64_t at)
{
	bundle(w, INTERNET, "bundle.sent", seq, content, at, 2);
}
static void carried(struct world *w, int seq, char content, int64_t at)
{
	bundle(w, OUTER, "bundle.hand-over", seq, content, at, 2);
}
static void received(struct world *w, int seq, char content, int64_t at)
{
	bundle(w, EXTRANET, "bundle.received", seq, content, at, 2);
}
/* The whole way of one bundle, a second each. */
static void passed(struct world *w, int seq)
{
	sent(w, seq, 'a', seq * 10);
	carried(w, seq, 'a', seq * 10 + 1);
	received(w, seq, 'a', seq * 10 + 2);
}

static void finding(void *arg, const struct audit_reconcile_finding *f)
{
	struct world *w = arg;
	size_t n = strlen(w->said);
	n += (size_t)snprintf(w->said + n, sizeof w->said - n, "%s %s", f->reason, f->what);
	if (f->seq)
		n += (size_t)snprintf(w->said + n, sizeof w->said - n, " %s %s %lld/%lld", f->link, f->from,
			(long long)f->epoch, (long long)f->seq);
	for (size_t i = 0; i < f->nplaces; i++)
		n += (size_t)snprintf(w->said + n, sizeof w->said - n, " %s:%lld", f->places[i].log,
			(long long)f->places[i].index);
	snprintf(w->said + n, sizeof w->said - n, ";");
	assert_true(*f->text);
}

static void count(void *arg, const struct audit_reconcile_count *c)
{
	struct world *w = arg;
	assert_true(w->ncounts < 4);
	if (w->ncounts == 0)
		snprintf(w->from, sizeof w->from, "%s", c->from);
	w->count[w->ncounts++] = *c;
}

/* late: seconds; at: 0 the newest entry. */
static void expect(struct world *w, int64_t late, int64_t at, const char *said)
{
	const struct audit_reconcile_options o = {
		.at_ms = at ? INT64_C(1780000000000) + at * 1000 : 0, .late_ms = late * 1000};
	const struct audit_reconcile_report to = {finding, count, w};
	int64_t n = 0;
	size_t told = 0;
	assert_int_equal(audit_reconcile_run(w->r, &o, &to, &n), 0);
	assert_string_equal(w->said, said);
	for (const char *p = w->said; (p = strchr(p, ';')); p++)
		told++;
	assert_int_equal(n, told);
	audit_reconcile_free(w->r);
}

static void test_clean(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ieo");
	for (int i = 1; i <= 5; i++)
		passed(&w, i);
	expect(&w, 60, 100000, "");
	assert_int_equal(w.ncounts, 1);
	assert_int_equal(w.count[0].sent, 5);
	assert_int_equal(w.count[0].carried, 5);
	assert_int_equal(w.count[0].received, 5);
	assert_string_equal(w.from, "internet");
}

static void test_loss(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ieo");
	passed(&w, 1);
	sent(&w, 2, 'a', 20); /* the guard never saw it */
	sent(&w, 3, 'a', 30);
	carried(&w, 3, 'a', 31); /* lost behind the guard */
	passed(&w, 4);
	expect(&w, 60, 1000,
		"MISSING bundle gap internet 1/2 internet/intaked:1;"
		"MISSING bundle gap internet 1/3 internet/intaked:2 internet/gap-outer:1;");

	begin(&w, "ieo");
	passed(&w, 1);
	sent(&w, 2, 'a', 20);
	expect(&w, 60, 79, "");
	assert_int_equal(w.count[0].under_way, 1);

	begin(&w, "i"); /* without the receiver's log nothing can be said */
	sent(&w, 1, 'a', 10);
	expect(&w, 60, 1000, "");
	assert_int_equal(w.count[0].unknown, 1);

	begin(&w, "ie"); /* a hop that drops a message of a bundle */
	sent(&w, 1, 'a', 10);
	bundle(&w, EXTRANET, "bundle.received", 1, 'a', 11, 1);
	expect(&w, 60, 0, "MISSING bundle gap internet 1/1 internet/intaked:0 extranet/registryd:0;");
}

/* What an end of the diode says of number `seq`, whose identity begins with these digits. */
static void object(struct world *w, int log, int seq, const char *digits, int64_t at)
{
	char name[80];
	snprintf(name, sizeof name, "gap-internet-000001-%012d-%s.swb", seq, digits);
	assert_int_equal(entry(w, log, log == SENDS ? "object.sent" : "object.published", name, at, NULL), 0);
}

static void test_diode(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "iesr");
	sent(&w, 1, 'a', 10);
	object(&w, SENDS, 1, "00000000", 11);
	object(&w, SENDS, 1, "00000000", 21); /* its repeat */
	object(&w, ARRIVES, 1, "00000000", 12);
	received(&w, 1, 'a', 13);
	sent(&w, 2, 'a', 20);
	object(&w, SENDS, 2, "00000000", 21); /* lost on the fibre */
	sent(&w, 3, 'a', 30);
	object(&w, SENDS, 3, "00000000", 31);
	object(&w, ARRIVES, 3, "00000000", 32); /* lost behind it */
	sent(&w, 4, 'a', 40);
	object(&w, SENDS, 4, "00000000", 41);
	object(&w, ARRIVES, 4, "0000000b", 42); /* another one in its place */
	received(&w, 4, 'a', 43);
	object(&w, ARRIVES, 5, "00000000", 44); /* never sent */
	/* what no bundle has for a name is nothing to compare */
	assert_int_equal(entry(&w, ARRIVES, "object.published", "notes.swb", 45, NULL), 0);
	assert_int_equal(entry(&w, ARRIVES, "object.published",
				 "gap-internet-000001-000000000006-00000000.swb.1", 45, NULL),
		0);
	assert_int_equal(entry(&w, ARRIVES, "object.published",
				 "gap-internet-000000-000000000006-00000000.swb", 45, NULL),
		0);
	sent(&w, 7, 'a', 999); /* the sender's log goes on */
	expect(&w, 60, 1000,
		"MISSING bundle gap internet 1/2 internet/intaked:1 internet/diode-send:2;"
		"MISSING bundle gap internet 1/3 internet/intaked:2 internet/diode-send:3 "
		"extranet/diode-recv:1;"
		"FORK bundle gap internet 1/4 internet/intaked:3 extranet/diode-recv:2;"
		"FORGED bundle gap internet 1/5 extranet/diode-recv:3;"
		"HOLE bundle gap internet 1/5 internet/intaked:4;");
}

static void test_void(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ie");
	sent(&w, 1, 'a', 10);
	json_t *d = json_pack("{s:s,s:i,s:i,s:s,s:i,s:[{s:i,s:i}]}", "link", "gap", "epoch", 1, "seq", 2,
		"peer", "extranet", "messages", 0, "voids", "epoch", 1, "seq", 1);
	assert_int_equal(entry(&w, INTERNET, "bundle.sent", identity(2, 'e'), 20, d), 0);
	bundle(&w, EXTRANET, "bundle.received", 2, 'e', 21, 0);
	expect(&w, 60, 1000, "");
	assert_int_equal(w.count[0].voided, 1);
}

static void test_forgery(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ieo");
	passed(&w, 1);
	received(&w, 2, 'd', 13);
	passed(&w, 3);
	expect(&w, 60, 0,
		"FORGED bundle gap internet 1/2 extranet/registryd:1;"
		"HOLE bundle gap internet 1/2 internet/intaked:1;");

	begin(&w, "ieo"); /* another content under a number that was sent */
	passed(&w, 1);
	sent(&w, 2, 'a', 20);
	carried(&w, 2, 'b', 21);
	received(&w, 2, 'b', 22);
	expect(&w, 60, 0,
		"FORK bundle gap internet 1/2 internet/intaked:1 internet/gap-outer:1;"
		"FORK bundle gap internet 1/2 internet/intaked:1 extranet/registryd:1;");

	begin(&w, "io"); /* the guard took what nobody sent */
	passed(&w, 1);
	carried(&w, 2, 'd', 2);
	expect(&w, 60, 0, "FORGED bundle gap internet 1/2 internet/gap-outer:1;");

	begin(&w, "ieo"); /* not through the guard */
	passed(&w, 1);
	sent(&w, 2, 'a', 20);
	received(&w, 2, 'a', 21);
	passed(&w, 3);
	expect(&w, 60, 0, "BYPASS bundle gap internet 1/2 extranet/registryd:1;");

	begin(&w, "ie"); /* the copy of the sender's log ends before: it cannot tell */
	passed(&w, 1);
	received(&w, 2, 'a', 500);
	expect(&w, 60, 0, "");
	assert_int_equal(w.count[0].unknown, 1);
}

static void test_double(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ieo");
	passed(&w, 1);
	carried(&w, 1, 'a', 15); /* a repeat passes the guard again: no finding */
	received(&w, 1, 'a', 16);
	expect(&w, 60, 0, "DUPLICATE bundle gap internet 1/1 extranet/registryd:0 extranet/registryd:1;");

	begin(&w, "ie");
	sent(&w, 1, 'a', 10);
	sent(&w, 1, 'b', 11);
	received(&w, 1, 'a', 12);
	expect(&w, 60, 0, "FORK bundle gap internet 1/1 internet/intaked:0 internet/intaked:1;");
}

static void test_delay(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ie");
	sent(&w, 1, 'a', 10);
	received(&w, 1, 'a', 70);
	sent(&w, 2, 'a', 80);
	received(&w, 2, 'a', 141);
	expect(&w, 60, 0, "LATE bundle gap internet 1/2 internet/intaked:1 extranet/registryd:1;");
}

static void test_refused(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "ieo");
	assert_int_equal(entry(&w, EXTRANET, "bundle.quarantined", "gap", 5,
				 json_pack("{s:s,s:s}", "link", "gap", "reason", "SIGNATURE")),
		0);
	/* The name of a refused file is the enemy's: it is not said again. */
	assert_int_equal(
		entry(&w, OUTER, "bundle.refuse", "\x1b[31mevil", 6, json_pack("{s:s}", "reason", "CERT")),
		0);
	expect(&w, 60, 0, "REFUSED file extranet/registryd:0;REFUSED file internet/gap-outer:0;");
}

static void disc(struct world *w, int log, const char *action, const char *id, int64_t at)
{
	assert_int_equal(entry(w, log, action, id, at, NULL), 0);
}

static void test_discs(void **state)
{
	struct world w;
	(void)state;
	begin(&w, "bp");
	for (int i = 0; i < 6; i++)
		disc(&w, BURNS, "disc.burnt", (char[16]){'D', (char)('0' + i), 0}, 10);
	disc(&w, IMPORTS, "disc.imported", "D0", 20);
	disc(&w, IMPORTS, "disc.imported", "D1", 20);
	disc(&w, IMPORTS, "disc.imported", "D1", 30);  /* twice */
	disc(&w, IMPORTS, "disc.imported", "D2", 900); /* late */
	disc(&w, BURNS, "disc.voided", "D3", 40);
	disc(&w, BURNS, "disc.voided", "D5", 40);
	disc(&w, IMPORTS, "disc.imported", "D5", 50); /* after it was void */
	disc(&w, IMPORTS, "disc.imported", "D9", 60); /* D4 is lost, D9 was never burnt */
	expect(&w, 60, 1000,
		"DUPLICATE disc extranet/burner:1 extranet/burner:2;"
		"LATE disc intranet/burner:2 extranet/burner:3;"
		"MISSING disc intranet/burner:4;"
		"FORGED disc extranet/burner:4 intranet/burner:7;"
		"FORGED disc extranet/burner:5;");
	assert_int_equal(w.count[0].sent, 6);
	assert_int_equal(w.count[0].voided, 2);

	/* The number alone is not the disc. */
	begin(&w, "bp");
	for (int i = 0; i < 3; i++) {
		const char id[] = {'D', (char)('0' + i), 0};
		assert_int_equal(
			entry(&w, BURNS, "disc.burnt", id, 10, json_pack("{s:s}", "identity", "aa")), 0);
		assert_int_equal(entry(&w, IMPORTS, "disc.imported", id, 20,
					 i == 2 ? NULL : json_pack("{s:s}", "identity", i ? "bb" : "aa")),
			0);
	}
	expect(&w, 60, 1000, "FORK disc intranet/burner:1 extranet/burner:1;");

	begin(&w, "b");
	disc(&w, BURNS, "disc.burnt", "D0", 10);
	expect(&w, 60, 1000, "");
	assert_int_equal(w.count[0].unknown, 1);
}

static void test_schema(void **state)
{
	struct world w;
	(void)state;
	static const char *const details[] = {"{}",
		"{\"link\":\"gap\",\"peer\":\"extranet\",\"epoch\":1,\"seq\":0}",
		"{\"link\":\"gap\",\"peer\":\"extranet\",\"epoch\":\"1\",\"seq\":1}",
		"{\"link\":\"a name that is much too long\",\"peer\":\"x\",\"epoch\":1,\"seq\":1}"};
	begin(&w, "i");
	for (size_t i = 0; i < sizeof details / sizeof *details; i++)
		assert_int_equal(entry(&w, INTERNET, "bundle.sent", identity(1, 'a'), 1,
					 json_loads(details[i], 0, NULL)),
			ERR_SCHEMA);
	assert_int_equal(entry(&w, INTERNET, "bundle.sent", "no identity", 1, json_object()), ERR_SCHEMA);
	assert_int_equal(entry(&w, INTERNET, "bundle.sent", identity(1, 'a'), 1, NULL), ERR_SCHEMA);
	assert_int_equal(entry(&w, INTERNET, "case.accept", "anything", 1, NULL), 0);
	expect(&w, 60, 0, "");
	begin(&w, "");
	size_t log;
	for (size_t i = 0; i < AUDIT_RECONCILE_LOGS; i++)
		assert_int_equal(audit_reconcile_log(w.r, "extranet/registryd", "x", &log), 0);
	assert_int_equal(audit_reconcile_log(w.r, "extranet/registryd", "x", &log), ERR_LIMIT);
	audit_reconcile_free(w.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_loss),
		cmocka_unit_test(test_diode), cmocka_unit_test(test_void), cmocka_unit_test(test_forgery),
		cmocka_unit_test(test_double), cmocka_unit_test(test_delay), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_discs), cmocka_unit_test(test_schema)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
