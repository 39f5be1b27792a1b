/* 代理人、监护人 at the window: what the operator enters is judged; each thing that is wrong is named. */
#include "zones/extranet/domain/window_agent.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY "2026-11-24"
#define ADULT "110101199001010031"
#define ADULT2 "110101199001010015"
#define CHILD "110101201805120033"

static int judged(
	const char *agent, const char *kind, const char *number, json_t **out, struct err_note *note)
{
	json_t *a = NULL, *party = json_pack("{s:s,s:s}", "id_kind", kind, "id_number", number);
	assert_int_equal(json_parse(view_str(agent), 4096, &a, NULL), 0);
	int rc = window_agent_check(a, party, DAY, out, note);
	json_decref(a);
	json_decref(party);
	return rc;
}

#define AGENT(kind, name, number, paper, until)                                                              \
	"{\"kind\":\"" kind "\",\"name\":\"" name "\",\"id_number\":\"" number "\",\"paper\":\"" paper       \
	"\",\"until\":\"" until "\"}"

static void taken(void **state)
{
	static const struct {
		const char *agent, *kind, *number;
	} good[] = {{AGENT("power", "王五", ADULT, "（2026）京证字第1号", "2026-11-24"), "1", ADULT2},
		{AGENT("power", "王五", ADULT, "授权委托书1号", ""), "7", "91110101MA00000018"},
		{AGENT("guardian", "王五", ADULT, "出生证明1号", ""), "1", CHILD},
		{AGENT("guardian", "王五", ADULT, "（2026）京民特1号", ""), "1", ADULT2}};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		json_t *out = NULL;
		struct err_note note = {0};
		assert_int_equal(judged(good[i].agent, good[i].kind, good[i].number, &out, &note), 0);
		assert_string_equal(json_str(out, "id_kind"), "1");
		assert_string_equal(json_str(out, "name"), "王五");
		assert_int_equal(json_object_size(out), 6);
		json_decref(out);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *agent, *kind, *number, *where;
	} bad[] = {{AGENT("friend", "王五", ADULT, "x", ""), "1", ADULT2, "agent.kind"},
		{AGENT("power", "", ADULT, "x", ""), "1", ADULT2, "agent.name"},
		{AGENT("power", "王五", "110101199001010030", "x", ""), "1", ADULT2, "agent.id_number"},
		{AGENT("power", "王五", ADULT, "x", ""), "1", ADULT, "himself"},
		{AGENT("power", "王小", CHILD, "x", ""), "1", ADULT2, "of age"},
		{AGENT("guardian", "王小", CHILD, "x", ""), "1", ADULT2, "of age"},
		{AGENT("power", "王五", ADULT, "", ""), "1", ADULT2, "agent.paper"},
		{AGENT("power", "王五", ADULT, "x", "2026-11-23"), "1", ADULT2, "has ended"},
		{AGENT("power", "王五", ADULT, "x", "2026-13-01"), "1", ADULT2, "agent.until"},
		{AGENT("guardian", "王五", ADULT, "x", "2030-01-01"), "1", CHILD, "agent.until"},
		{AGENT("guardian", "王五", ADULT, "x", ""), "7", "91110101MA00000018", "a person"},
		{"{\"kind\":\"power\",\"name\":\"王五\",\"id_number\":\"" ADULT "\",\"paper\":\"x\"}", "1",
			ADULT2, "until"},
		{"{\"kind\":\"power\",\"name\":\"王五\",\"id_number\":\"" ADULT
		 "\",\"paper\":\"x\",\"until\":\"\",\"more\":1}",
			"1", ADULT2, "more"},
		{"[]", "1", ADULT2, ""}};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		json_t *out = NULL;
		struct err_note note = {0};
		assert_int_equal(judged(bad[i].agent, bad[i].kind, bad[i].number, &out, &note), ERR_SCHEMA);
		assert_non_null(strstr(note.text, bad[i].where));
		assert_null(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(taken), cmocka_unit_test(refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
