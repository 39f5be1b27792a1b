#include "common/base/id.h"
#include "common/workflow/bpmn_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define LONGEST_MS (DAY_MS * 36600)

/* ISO 8601: P[nW][nD][T[nH][nM][nS]]; years and months have no fixed length. -1: not one. */
static int64_t duration_ms(const char *s)
{
	static const struct {
		char unit;
		bool time;
		int64_t ms;
	} units[] = {{'W', false, 7 * DAY_MS}, {'D', false, DAY_MS}, {'H', true, 3600000}, {'M', true, 60000},
		{'S', true, 1000}};
	int64_t sum = 0;
	bool time = false, any = false;
	size_t next = 0;
	if (*s++ != 'P')
		return -1;
	while (*s) {
		int64_t n = 0;
		if (*s == 'T' && !time) {
			time = true;
			any = false;
			s++;
			continue;
		}
		size_t digits = strspn(s, "0123456789");
		if (digits == 0 || digits > 9)
			return -1;
		for (size_t i = 0; i < digits; i++)
			n = n * 10 + (s[i] - '0');
		s += digits;
		while (next < 5 && (units[next].unit != *s || units[next].time != time))
			next++;
		if (next == 5)
			return -1;
		sum += n * units[next++].ms;
		any = true;
		s++;
		if (sum > LONGEST_MS)
			return -1;
	}
	return any ? sum : -1;
}

/* 2026-11-24T03:42:00Z or +08:00 at its end. */
static int64_t date_ms(const char *s)
{
	char utc[TIME_TEXT];
	int64_t at;
	size_t n = strlen(s);
	int sign = 0, h = 0, m = 0;
	if (n == 25 && (s[19] == '+' || s[19] == '-') && s[22] == ':' &&
		sscanf(s + 20, "%2d:%2d", &h, &m) == 2)
		sign = s[19] == '+' ? 1 : -1;
	else if (n != 20 || s[19] != 'Z')
		return -1;
	snprintf(utc, sizeof utc, "%.19s.000Z", s);
	if (time_parse(utc, &at) < 0 || h > 14 || m > 59)
		return -1;
	return at - sign * (h * INT64_C(3600000) + m * INT64_C(60000));
}

static int timer_read(struct bpmn_reading *r, const xmlNode *e, const xmlNode *def, struct bpmn_node *n)
{
	const xmlNode *found = NULL;
	for (const xmlNode *c = def->children; c; c = c->next) {
		if (c->type != XML_ELEMENT_NODE || bpmn_xml_is(c, BPMN_MODEL, "extensionElements") ||
			bpmn_xml_is(c, BPMN_MODEL, "documentation"))
			continue;
		if (found || !(bpmn_xml_is(c, BPMN_MODEL, "timeDuration") ||
				     bpmn_xml_is(c, BPMN_MODEL, "timeDate")))
			return bpmn_refuse(
				r, ERR_SCHEMA, e, "the timer's %.40s is not run", (const char *)c->name);
		found = c;
	}
	if (!found)
		return bpmn_refuse(r, ERR_SCHEMA, e, "the timer has neither a duration nor a date");
	char *text = bpmn_xml_text(found), *calendar = bpmn_xml_attr(def, BPMN_SPACE, "calendar");
	bool working = calendar && strcmp(calendar, "working") == 0;
	int rc = 0;
	n->timer = bpmn_xml_is(found, BPMN_MODEL, "timeDate") ? BPMN_DATE
		   : working                                  ? BPMN_WORKING_DAYS
							      : BPMN_DURATION;
	n->timer_value = n->timer == BPMN_DATE ? date_ms(text) : duration_ms(text);
	if (calendar && (!working || n->timer == BPMN_DATE))
		rc = bpmn_refuse(r, ERR_SCHEMA, e, "the calendar is \"working\", and for durations");
	else if (n->timer_value < 0)
		rc = bpmn_refuse(r, ERR_SCHEMA, e,
			"\"%.60s\" is not a time: PnDTnHnMnS, or a date with its zone", text);
	else if (working && n->timer_value % DAY_MS)
		rc = bpmn_refuse(r, ERR_SCHEMA, e, "working days are whole days");
	if (rc == 0 && working)
		n->timer_value /= DAY_MS;
	if (rc == 0)
		n->ref = bpmn_xml_attr(def, BPMN_SPACE, "term");
	free(text);
	free(calendar);
	return rc;
}

static int message_read(struct bpmn_reading *r, const xmlNode *e, const xmlNode *def, struct bpmn_node *n)
{
	char *id = bpmn_xml_attr(def, NULL, "messageRef");
	const xmlNode *m = id ? bpmn_root_find(r, "message", id) : NULL;
	free(id);
	if (!m)
		return bpmn_refuse(r, ERR_SCHEMA, e, "the message it refers to does not exist");
	n->ref = bpmn_xml_attr(m, NULL, "name");
	return n->ref && *n->ref ? 0 : bpmn_refuse(r, ERR_SCHEMA, e, "the message has no name");
}

static int error_read(struct bpmn_reading *r, const xmlNode *e, const xmlNode *def, struct bpmn_node *n)
{
	char *id = bpmn_xml_attr(def, NULL, "errorRef");
	const xmlNode *m = id ? bpmn_root_find(r, "error", id) : NULL;
	bool lost = id && !m;
	free(id);
	if (lost)
		return bpmn_refuse(r, ERR_SCHEMA, e, "the error it refers to does not exist");
	n->ref = m ? bpmn_xml_attr(m, NULL, "errorCode") : strdup("");
	if (!n->ref)
		n->ref = strdup("");
	return n->ref ? 0 : ERR_NOMEM;
}

static const struct {
	const char *name;
	enum bpmn_event event;
	unsigned kinds; /* where it may stand */
	int (*read)(struct bpmn_reading *r, const xmlNode *e, const xmlNode *def, struct bpmn_node *n);
} definitions[] = {
	{"timerEventDefinition", BPMN_TIMER, 1u << BPMN_CATCH | 1u << BPMN_BOUNDARY, timer_read},
	{"messageEventDefinition", BPMN_MESSAGE,
		1u << BPMN_CATCH | 1u << BPMN_BOUNDARY | 1u << BPMN_THROW | 1u << BPMN_END, message_read},
	{"errorEventDefinition", BPMN_ERROR, 1u << BPMN_BOUNDARY, error_read},
	{"compensateEventDefinition", BPMN_COMPENSATE, 1u << BPMN_BOUNDARY, NULL},
	{"terminateEventDefinition", BPMN_TERMINATE, 1u << BPMN_END, NULL},
};
#define NDEFINITIONS (sizeof definitions / sizeof definitions[0])

/* The table row of an element; -1 when it is no event definition at all, -2 when it is one that is not run.
 */
static int definition_of(const xmlNode *c, enum bpmn_kind kind)
{
	size_t n = strlen((const char *)c->name);
	for (size_t i = 0; i < NDEFINITIONS; i++)
		if (bpmn_xml_is(c, BPMN_MODEL, definitions[i].name))
			return definitions[i].kinds & 1u << kind ? (int)i : -2;
	bool event = n > 15 && strcmp((const char *)c->name + n - 15, "EventDefinition") == 0;
	return event || bpmn_xml_is(c, BPMN_MODEL, "eventDefinitionRef") ? -2 : -1;
}

int bpmn_event_read(struct bpmn_reading *r, const xmlNode *e, struct bpmn_node *n)
{
	const xmlNode *def = NULL;
	int found = -1;
	for (const xmlNode *c = e->children; c; c = c->next) {
		int i = c->type == XML_ELEMENT_NODE ? definition_of(c, n->kind) : -1;
		if (i == -1)
			continue;
		if (i == -2)
			return bpmn_refuse(r, ERR_SCHEMA, e, "%s with %.40s is not run",
				bpmn_kind_name(n->kind), (const char *)c->name);
		if (def)
			return bpmn_refuse(r, ERR_SCHEMA, e, "more than one event definition");
		def = c;
		found = i;
	}
	bool needed = n->kind == BPMN_CATCH || n->kind == BPMN_BOUNDARY;
	if (!def)
		return needed ? bpmn_refuse(r, ERR_SCHEMA, e, "%s without event definition is not run",
					bpmn_kind_name(n->kind))
			      : 0;
	n->event = definitions[found].event;
	return definitions[found].read ? definitions[found].read(r, e, def, n) : 0;
}
