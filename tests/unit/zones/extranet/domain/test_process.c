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

#define TIMER(time)                                                                                          \
	"<timerEventDefinition><timeDuration>" time "</timeDuration></timerEventDefinition></boundaryEvent>"
#define ANOTHER(id, act) "<userTask id=\"" id "\" sw:action=\"" act "\"/>"
/* By default on to `to`, else to `other`. */
#define CHOICE(id, other, to)                                                                                \
	"<exclusiveGateway id=\"" id "\" default=\"" id "-" to "\"/><sequenceFlow id=\"" id "-" other        \
	"\" sourceRef=\"" id "\" targetRef=\"" other                                                         \
	"\"><conditionExpression>.has_tax</conditionExpression></sequenceFlow>"
#define LAWFUL                                                                                               \
	HEAD TASK("accept") TASK("review") TASK("enter") FLOW("s", "accept") FLOW("accept", "review")        \
		FLOW("review", "enter") FLOW("enter", "e")

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
		{LAWFUL "<boundaryEvent id=\"b\" attachedToRef=\"review\">" TIMER("P1D") FLOW("b", "enter")
				TAIL,
			"enter, line 1: an entry without review"},
		{LAWFUL "<boundaryEvent id=\"b\" attachedToRef=\"enter\">" TIMER("P1D") FLOW("b", "e") TAIL,
			"e, line 1: an end without an entry"},
		{LAWFUL "<boundaryEvent id=\"b\" attachedToRef=\"accept\">" TIMER("P1D") FLOW("b", "review")
				TAIL,
			"review, line 1: a review without acceptance"},
		{HEAD TASK("accept") TASK("review") TASK("enter") ANOTHER("early", "enter") ANOTHER(
			 "again", "review") CHOICE("g", "early", "review") FLOW("s", "accept")
				FLOW("accept", "g") FLOW("g", "review") FLOW("review", "enter")
					FLOW("enter", "e") FLOW("early", "again") FLOW("again", "enter") TAIL,
			"early, line 1: an entry without review"},
		{LAWFUL "<boundaryEvent id=\"b\" attachedToRef=\"review\"><compensateEventDefinition/>"
			"</boundaryEvent><userTask id=\"h\" isForCompensation=\"true\" sw:action=\"enter\"/>"
			"<association sourceRef=\"b\" targetRef=\"h\"/>" TAIL,
			"h, line 1: what a step back undoes is no act"},
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

/* 公告: its own term or an objection ends it, nothing quicker. */
static void test_what_ends_a_notice(void **state)
{
	static const struct {
		const char *boundary;
		bool good;
	} cases[] = {
		{"<boundaryEvent id=\"b\" attachedToRef=\"n\"><timerEventDefinition sw:calendar=\"working\" "
		 "sw:term=\"notice\"><timeDuration>P15D</timeDuration></timerEventDefinition></"
		 "boundaryEvent>",
			true},
		{"<boundaryEvent id=\"b\" attachedToRef=\"n\"><messageEventDefinition messageRef=\"m\"/>"
		 "</boundaryEvent>",
			true},
		{"<boundaryEvent id=\"b\" attachedToRef=\"n\">" TIMER("P1D"), false},
	};
	struct business b = {.certificate = "none", .notice_days = 15};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char xml[4096];
		struct err_note note = {0};
		snprintf(xml, sizeof xml,
			HEAD TASK("accept") TASK("review") TASK("check") TASK(
				"enter") "<serviceTask id=\"n\" sw:topic=\"notice\"/>%s" FLOW("s", "accept")
				FLOW("accept", "review") FLOW("review", "n") FLOW("n", "enter") FLOW(
					"b", "check") FLOW("check", "enter") FLOW("enter",
					"e") "</process><message id=\"m\" name=\"objection\"/></definitions>",
			cases[i].boundary);
		struct bpmn *p = read_text(xml);
		int rc = process_fits(&b, p, &note);
		assert_int_equal(rc, cases[i].good ? 0 : ERR_CONFIG);
		if (!cases[i].good && !strstr(note.text, "enter, line 1: notice_days"))
			fail_msg("%s", note.text);
		bpmn_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_what_the_law_demands), cmocka_unit_test(test_what_ends_a_notice)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
