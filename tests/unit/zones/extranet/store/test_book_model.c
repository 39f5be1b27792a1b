/* The book against a small model of its own: random legal and illegal entries on a few units, days going by;
 * the same verdict with the same reasons every time, the same state after it, and any past day of the book
 * equal to what the model said on that day. A unit that lived through many steps makes room for another, so
 * that the model stays small whatever the number of steps; after SW_BOOK steps another book is begun. At the
 * end of each the auditor finds nothing. SW_STEPS: how many (short without), SW_SECONDS: at most so long;
 * SW_BACKEND: sqlite or pg alone; SW_SEED: that of a book, which is printed, goes through the same again.
 * */
#include "tests/unit/common/db/backend.h"
#include "tests/unit/zones/extranet/store/book_office.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define UNITS 6
#define PEOPLE 6
#define LIFE 400
#define STEPS_A_DAY 6
#define DAYS_KEPT 4000
#define BOOK_STEPS 20000

/* ---- the model, written from the legal table */

struct seizure {
	int doc;
	bool active;
	int64_t from, to;
};
struct model {
	char unit[29];
	long steps; /* on it; after LIFE / 2 another unit takes its place */
	bool there;
	int owner;
	struct {
		int bank;
		bool noted;
		char proof[NUMBER_CERTIFICATE];
	} mortgages[8];
	int nmortgages;
	struct seizure queue[LIFE];
	int nqueue;
	int promised[LIFE], npromised;
	int64_t objections[LIFE];
	int nobjections;
};
static struct model models[UNITS];
static int documents;
static long units_ever, refused;
static uint64_t begun; /* the seed of this book */

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

static void say(char codes[static 200], const char *code)
{
	if (!strstr(codes, code))
		strcat(strcat(codes, " "), code);
}

static void say_disposal(
	const struct model *m, char codes[static 200], int a, int b, int consenter, bool turns)
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
	refused += rc < 0;
	if (strcmp(o->codes, want) != 0 || (rc == 0) != (want[0] == '\0'))
		fail_msg("%s: \"%s\" (%s %s), the model says \"%s\" (SW_SEED=%llu)", o->kind, o->codes,
			err_name(rc), o->what, want, (unsigned long long)begun);
}

static void step_transfer(struct model *m)
{
	char codes[200] = "";
	int s = book_any(3) ? m->owner : (int)book_any(PEOPLE), b = (int)book_any(PEOPLE),
	    c = (int)book_any(PEOPLE * 2);
	struct order o = order_new("transfer", m->unit);
	order_party(&o, "obligor", s);
	order_party(&o, "holder", b);
	if (c < PEOPLE)
		order_party(&o, "consenter", c);
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

static void step_mortgage(struct model *m)
{
	char codes[200] = "";
	int s = book_any(4) ? m->owner : (int)book_any(PEOPLE), b = (int)book_any(PEOPLE);
	bool noted = book_any(2);
	struct order o = order_new("mortgage", m->unit);
	order_party(&o, "obligor", s);
	order_party(&o, "holder", b);
	order_int(&o, "secured_cents", 100);
	order_text(&o, "term_from", "2024-01-01");
	order_text(&o, "term_to", "2044-01-01");
	order_text(&o, "transfer_restricted", noted ? "yes" : "no");
	say_disposal(m, codes, s, b, -1, false);
	if (s != m->owner)
		say(codes, "NOT-HOLDER");
	if (m->nmortgages > 3) { /* few enough to look through */
		order_drop(&o);
		return;
	}
	agree(&o, codes);
	if (codes[0])
		return;
	m->mortgages[m->nmortgages].bank = b;
	m->mortgages[m->nmortgages].noted = noted;
	strcpy(m->mortgages[m->nmortgages++].proof, o.number);
}

static void step_mortgage_cancel(struct model *m)
{
	char codes[200] = "";
	int k = (int)book_any((unsigned)m->nmortgages + 1),
	    who = k < m->nmortgages && book_any(3) ? m->mortgages[k].bank : (int)book_any(PEOPLE);
	struct order o = order_new("mortgage-cancel", m->unit);
	order_party(&o, "holder", who);
	order_text(&o, "proof_no", k < m->nmortgages ? m->mortgages[k].proof : "none");
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

static void step_seizure(struct model *m)
{
	char codes[200] = "", text[32], from[DAY_TEXT], to[DAY_TEXT];
	bool again = m->nqueue && !book_any(4);
	int doc = again ? m->queue[book_any((unsigned)m->nqueue)].doc : ++documents;
	int64_t term = book_any(5) ? book_any(60) : 1097 + book_any(10);
	struct order o = order_new("seizure", m->unit);
	day_text(book_today(), from);
	day_text(book_today() + term, to);
	snprintf(text, sizeof text, "doc%d", doc);
	order_text(&o, "court", "法院");
	order_text(&o, "document_no", text);
	order_text(&o, "term_from", from);
	order_text(&o, "term_to", to);
	if (again)
		say(codes, "DUPLICATE");
	else if (term > 1096)
		say(codes, "TERM");
	agree(&o, codes);
	if (!codes[0]) {
		m->queue[m->nqueue] =
			(struct seizure){doc, m->nqueue == 0, book_today(), book_today() + term};
		m->nqueue++;
	}
}

static void step_release(struct model *m)
{
	char codes[200] = "", text[32];
	int k = (int)book_any((unsigned)m->nqueue + 1);
	bool other = !book_any(4);
	struct order o = order_new("seizure-release", m->unit);
	snprintf(text, sizeof text, "doc%d", k < m->nqueue ? m->queue[k].doc : 0);
	order_text(&o, "court", other ? "别的法院" : "法院");
	order_text(&o, "document_no", "解");
	order_text(&o, "seizure_no", text);
	if (k == m->nqueue)
		say(codes, "SEIZURE");
	else if (other)
		say(codes, "COURT");
	agree(&o, codes);
	if (!codes[0])
		queue_drop(m, k, book_today());
}

static void step_prenotice(struct model *m)
{
	char codes[200] = "";
	int s = book_any(4) ? m->owner : (int)book_any(PEOPLE), b = (int)book_any(PEOPLE);
	struct order o = order_new("prenotice-transfer", m->unit);
	order_party(&o, "obligor", s);
	order_party(&o, "holder", b);
	say_disposal(m, codes, s, b, -1, false);
	if (s != m->owner)
		say(codes, "NOT-HOLDER");
	agree(&o, codes);
	if (!codes[0])
		m->promised[m->npromised++] = b;
}

static void step_objection(struct model *m)
{
	char codes[200] = "";
	int who = (int)book_any(PEOPLE);
	struct order o = order_new("objection", m->unit);
	order_party(&o, "holder", who);
	order_text(&o, "matter", "面积");
	if (who == m->owner)
		say(codes, "OWN");
	agree(&o, codes);
	if (!codes[0])
		m->objections[m->nobjections++] = book_today();
}

static void step_first(struct model *m)
{
	char codes[200] = "";
	int who = (int)book_any(PEOPLE);
	struct order o = order_first(m->unit, who);
	if (m->there)
		say(codes, "RIGHT-EXISTS");
	agree(&o, codes);
	if (!codes[0]) {
		m->there = true;
		m->owner = who;
	}
}

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

static void same_state(const char *unit, const char *at, int64_t day, const char *want)
{
	char text[DAY_TEXT], says[BOOK_TEXT];
	day_text(day, text);
	book_says(unit, at, day, says);
	if (strcmp(says, want) != 0)
		fail_msg("unit %s on %s: %s; the model: %s (SW_SEED=%llu)", unit, text, says, want,
			(unsigned long long)begun);
}

/* What the model said at the end of a day that is kept. */
struct past {
	int64_t day;
	char unit[UNITS][29], text[UNITS][BOOK_TEXT];
};
static struct past *history;
static size_t npast;

static void unit_fresh(struct model *m)
{
	memset(m, 0, sizeof *m);
	book_unit_code(units_ever++, m->unit);
	step_first(m);
}

static void day_end(int64_t stride)
{
	int64_t day = book_today();
	bool keep = (day - BOOK_BASE_DAY) % stride == 0 && npast < DAYS_KEPT;
	for (int u = 0; u < UNITS; u++) {
		model_settle(&models[u], day);
		if (keep) {
			struct past *p = &history[npast];
			p->day = day;
			memcpy(p->unit[u], models[u].unit, sizeof p->unit[u]);
			model_text(&models[u], p->text[u], BOOK_TEXT);
		}
	}
	npast += keep;
	book_next_day();
	for (int u = 0; u < UNITS; u++)
		if (models[u].steps > LIFE / 2)
			unit_fresh(&models[u]);
}

static long past_days_agree(long n)
{
	long asked = 0;
	for (long i = 0; i < n && npast > 0; i++) {
		const struct past *p = &history[book_any((unsigned)npast)];
		char name[DAY_TEXT], at[DAY_INSTANT];
		day_text(p->day, name);
		assert_int_equal(day_end_instant(name, at), 0);
		for (int u = 0; u < UNITS; u++, asked++)
			same_state(p->unit[u], at, p->day, p->text[u]);
	}
	return asked;
}

/* One book, as many steps as the time allows: how many. */
static long book_lived(long n, time_t until)
{
	static void (*const steps[])(struct model *) = {step_transfer, step_transfer, step_mortgage,
		step_mortgage_cancel, step_seizure, step_release, step_prenotice, step_objection, step_first};
	char text[BOOK_TEXT];
	documents = 0;
	units_ever = refused = npast = 0;
	begun = book_seed();
	for (int u = 0; u < UNITS; u++)
		unit_fresh(&models[u]);
	long i = 0;
	for (; i < n && (!until || time(NULL) < until); i++) {
		struct model *m = &models[book_any(UNITS)];
		model_settle(m, book_today());
		steps[book_any(sizeof steps / sizeof *steps)](m);
		assert_true(++m->steps < LIFE);
		model_text(m, text, sizeof text);
		same_state(m->unit, NULL, book_today(), text);
		if (!book_any(STEPS_A_DAY))
			day_end(n / STEPS_A_DAY / DAYS_KEPT + 1);
	}
	long asked = past_days_agree(200 + i / 100);
	print_message("SW_SEED=%llu: %ld steps (%ld refused), %ld units, %lld days, %ld looks at past days\n",
		(unsigned long long)begun, i, refused, units_ever, (long long)(book_today() - BOOK_BASE_DAY),
		asked);
	return i;
}

static long of_environment(const char *name, long otherwise)
{
	return getenv(name) ? atol(getenv(name)) : otherwise;
}

static void test_random_steps(void **state)
{
	long n = of_environment("SW_STEPS", 1000), each = of_environment("SW_BOOK", BOOK_STEPS), done = 0;
	time_t until = getenv("SW_SECONDS") ? time(NULL) + atol(getenv("SW_SECONDS")) : 0;
	history = calloc(DAYS_KEPT, sizeof *history);
	assert_non_null(history);
	assert_true(each > 0);
	while (done < n && (!until || time(NULL) < until)) {
		if (done)
			book_office_renew();
		done += book_lived(n - done < each ? n - done : each, until);
		book_is_sound(state);
	}
	print_message("%ld steps in all\n", done);
	free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_steps)};
	return backend_run(tests, book_office_open, book_office_close);
}
