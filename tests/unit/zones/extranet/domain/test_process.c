/* Every shipped business and its drawing agree; a drawing that skips what the law demands is refused by
 * element and line. */
#include "zones/extranet/domain/process.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct bpmn *read_text(const char *xml)
{
	struct bpmn *p = NULL;
	struct err_note note = {0};
	if (bpmn_read(view_str(xml), &p, &note) != 0)
		fail_msg("%s", note.text);
	return p;
}

static void test_shipped(void **state)
{
	struct business_set *s = NULL;
	struct err_note note = {0};
	(void)state;
	assert_int_equal(business_load("conf/businesses", &s, &note), 0);
	for (size_t i = 0; business_at(s, i); i++) {
		struct business b = *business_at(s, i);
		struct bpmn *p = read_text(json_str(b.texts, "process.bpmn"));
		if (process_fits(&b, p, &note) != 0)
			fail_msg("%s: %s", b.code, note.text);
		b.needs_tax = !b.needs_tax;
		assert_int_equal(process_fits(&b, p, &note), ERR_CONFIG);
		b.needs_tax = !b.needs_tax;
		b.needs_cadastral = !b.needs_cadastral;
		assert_int_equal(process_fits(&b, p, &note), ERR_CONFIG);
		b.needs_cadastral = !b.needs_cadastral;
		b.notice_days = b.notice_days ? 0 : 15;
		assert_int_equal(process_fits(&b, p, &note), ERR_CONFIG);
		b.notice_days = b.notice_days ? 0 : 15;
		snprintf(b.certificate, sizeof b.certificate,
			strcmp(b.certificate, "none") ? "none" : "proof");
		assert_int_equal(process_fits(&b, p, &note), ERR_CONFIG);
		bpmn_free(p);
	}
	business_free(s);
}

#define HEAD                                                                                                 \
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                                \
	"xmlns:sw=\"urn:sanwang:bpmn\"><process "                                                            \
	"id=\"p\"><startEvent id=\"s\"/><endEvent id=\"e\"/>"
#define TASK(id) "<userTask id=\"" id "\"/>"
#define FLOW(a, b) "<sequenceFlow id=\"" a "-" b "\" sourceRef=\"" a "\" targetRef=\"" b "\"/>"
#define TAIL "</process></definitions>"

static void test_what_the_law_demands(void **state)
{
	static const struct {
		const char *xml, *says;
	} cases[] = {
		{HEAD TASK("review") TASK("enter") FLOW("s", "review") FLOW("review", "enter")
				FLOW("enter", "e") TAIL,
			"begins with the acceptance"},
		{HEAD TASK("accept") TASK("review") FLOW("s", "accept") FLOW("accept", "review")
				FLOW("review", "e") TAIL,
			"no entry"},
		{HEAD TASK("accept") TASK("enter") FLOW("s", "accept") FLOW("accept", "enter")
				FLOW("enter", "e") TAIL,
			"without review"},
		{HEAD TASK("accept") TASK("review") TASK(
			 "enter") "<exclusiveGateway id=\"g\" default=\"g-enter\"/>"
				  "<sequenceFlow id=\"g-e\" sourceRef=\"g\" targetRef=\"e\">"
				  "<conditionExpression>.case.x</conditionExpression></sequenceFlow>" FLOW(
					  "s", "accept") FLOW("accept", "review") FLOW("review", "g")
					  FLOW("g", "enter") FLOW("enter", "e") TAIL,
			"an end without an entry"},
		{HEAD TASK("accept") TASK("review") TASK("enter") TASK("dance") FLOW("s", "accept")
				FLOW("accept", "review") FLOW("review", "dance") FLOW("dance", "enter")
					FLOW("enter", "e") TAIL,
			"an act that is unknown here"},
	};
	struct business b = {.certificate = "none"};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err_note note = {0};
		struct bpmn *p = read_text(cases[i].xml);
		assert_int_equal(process_fits(&b, p, &note), ERR_CONFIG);
		if (!strstr(note.text, cases[i].says) || !strstr(note.text, "line 1"))
			fail_msg("%s", note.text);
		bpmn_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped), cmocka_unit_test(test_what_the_law_demands)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
