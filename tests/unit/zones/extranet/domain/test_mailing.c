/* 邮寄: which acts a parcel allows in which state, and what a carrier may say: nothing of an answer counts
 * that has a gap, an unknown code, a station behind the end, or is about another parcel. */
#include "zones/extranet/domain/mailing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void acts(void **state)
{
	static const struct {
		enum mailing_state from;
		enum mailing_act act;
		enum mailing_state to;
	} good[] = {{MAILING_READY, MAILING_DO_POST, MAILING_POSTED},
		{MAILING_ORDERED, MAILING_DO_CANCEL, MAILING_CANCELLED},
		{MAILING_READY, MAILING_DO_CANCEL, MAILING_CANCELLED},
		{MAILING_RETURNED, MAILING_DO_KEEP, MAILING_KEPT},
		{MAILING_RETURNED, MAILING_DO_SPOIL, MAILING_SPOILED},
		{MAILING_LOST, MAILING_DO_SPOIL, MAILING_SPOILED}};
	int allowed = 0;
	(void)state;
	for (int s = 0; s < MAILING_STATES; s++)
		for (int a = MAILING_DO_POST; a <= MAILING_DO_SPOIL; a++) {
			enum mailing_state to;
			struct err_note note = {0};
			int rc = mailing_next((enum mailing_state)s, (enum mailing_act)a, &to, &note);
			bool wanted = false;
			for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
				if (good[i].from == (enum mailing_state)s &&
					good[i].act == (enum mailing_act)a) {
					wanted = true;
					assert_int_equal(rc, 0);
					assert_int_equal(to, good[i].to);
				}
			allowed += rc == 0;
			if (!wanted)
				assert_int_equal(rc, ERR_STATE);
		}
	assert_int_equal(allowed, 6);
}

static void codes(void **state)
{
	enum mailing_state s;
	(void)state;
	for (int i = 0; i < MAILING_STATES; i++) {
		assert_int_equal(mailing_of(mailing_code((enum mailing_state)i), &s), 0);
		assert_int_equal(s, i);
	}
	assert_int_equal(mailing_of("", &s), ERR_SCHEMA);
}

static int waybill(const char *text)
{
	char bill[MAILING_WAYBILL], carrier[MAILING_CARRIER];
	struct err_note note = {0};
	json_t *o = NULL;
	assert_int_equal(json_parse(view_str(text), 4096, &o, NULL), 0);
	int rc = mailing_waybill_read(o, bill, carrier, &note);
	json_decref(o);
	return rc;
}

static void waybills(void **state)
{
	(void)state;
	assert_int_equal(waybill("{\"waybill\":\"SW000001\",\"carrier\":\"示例速递\"}"), 0);
	assert_int_equal(waybill("{\"waybill\":\"SW001\",\"carrier\":\"x\"}"), ERR_SCHEMA);
	assert_int_equal(waybill("{\"waybill\":\"sw000001\",\"carrier\":\"x\"}"), ERR_SCHEMA);
	assert_int_equal(waybill("{\"waybill\":\"../../../etc\",\"carrier\":\"x\"}"), ERR_SCHEMA);
	assert_int_equal(waybill("{\"waybill\":\"SW00000100000000000000000000000000\",\"carrier\":\"x\"}"),
		ERR_SCHEMA);
	assert_int_equal(waybill("{\"waybill\":\"SW000001\",\"carrier\":\"\"}"), ERR_SCHEMA);
	assert_int_equal(waybill("{\"waybill\":\"SW000001\",\"carrier\":\"a\\nb\"}"), ERR_SCHEMA);
	assert_int_equal(waybill("{\"waybill\":1,\"carrier\":\"x\"}"), ERR_SCHEMA);
	assert_int_equal(waybill("[]"), ERR_SCHEMA);
}

#define ROW(n, code)                                                                                         \
	"{\"n\":" #n ",\"code\":\"" code "\",\"station\":\"东城\",\"at\":\"2026-11-24T03:42:00.123Z\"}"
#define SAYS(rows) "{\"waybill\":\"SW000001\",\"rows\":[" rows "]}"

static int events(const char *text, int64_t after, struct mailing_event *out, size_t *n)
{
	struct err_note note = {0};
	json_t *o = NULL;
	assert_int_equal(json_parse(view_str(text), 65536, &o, NULL), 0);
	int rc = mailing_events_read(o, "SW000001", after, out, n, &note);
	json_decref(o);
	return rc;
}

static void stations(void **state)
{
	static struct mailing_event e[MAILING_EVENTS_MAX];
	size_t n = 7;
	(void)state;
	assert_int_equal(events(SAYS(""), 3, e, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(events(SAYS(ROW(4, "collected") "," ROW(5, "delivered")), 3, e, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(e[0].state, MAILING_MOVING);
	assert_int_equal(e[1].state, MAILING_DELIVERED);
	assert_string_equal(e[1].station, "东城");
	assert_int_equal(e[1].n, 5);
	n = 7;
	assert_int_equal(events(SAYS(ROW(5, "moving")), 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events(SAYS(ROW(3, "moving")), 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events(SAYS(ROW(4, "moving") "," ROW(4, "moving")), 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events(SAYS(ROW(4, "returned") "," ROW(5, "moving")), 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events(SAYS(ROW(4, "posted")), 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events(SAYS(ROW(4, "kept")), 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events("{\"waybill\":\"SW000002\",\"rows\":[]}", 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events("{\"rows\":[]}", 3, e, &n), ERR_SCHEMA);
	assert_int_equal(events("{\"waybill\":\"SW000001\",\"rows\":[{\"n\":4,\"code\":\"moving\","
				"\"station\":\"x\",\"at\":\"now\"}]}",
				 3, e, &n),
		ERR_SCHEMA);
	assert_int_equal(n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(acts), cmocka_unit_test(codes),
		cmocka_unit_test(waybills), cmocka_unit_test(stations)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
