#include "zones/extranet/domain/mailing.h"

#include "common/message/format.h"
#include <stdio.h>
#include <string.h>

static const char *const codes[MAILING_STATES] = {"ordered", "ready", "posted", "moving", "delivered",
	"returned", "lost", "kept", "spoiled", "cancelled"};

const char *mailing_code(enum mailing_state s)
{
	return codes[s];
}

int mailing_of(const char *code, enum mailing_state *out)
{
	for (int i = 0; i < MAILING_STATES; i++)
		if (strcmp(codes[i], code) == 0) {
			*out = (enum mailing_state)i;
			return 0;
		}
	return ERR_SCHEMA;
}

int mailing_next(enum mailing_state s, enum mailing_act act, enum mailing_state *to, struct err_note *note)
{
	static const struct {
		enum mailing_act act;
		enum mailing_state from, to;
	} moves[] = {{MAILING_DO_POST, MAILING_READY, MAILING_POSTED},
		{MAILING_DO_CANCEL, MAILING_ORDERED, MAILING_CANCELLED},
		{MAILING_DO_CANCEL, MAILING_READY, MAILING_CANCELLED},
		{MAILING_DO_KEEP, MAILING_RETURNED, MAILING_KEPT},
		{MAILING_DO_SPOIL, MAILING_RETURNED, MAILING_SPOILED},
		{MAILING_DO_SPOIL, MAILING_LOST, MAILING_SPOILED}};
	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
		if (moves[i].act == act && moves[i].from == s) {
			*to = moves[i].to;
			return 0;
		}
	return err_set(note, ERR_STATE, "not possible while the parcel is %s", codes[s]);
}

/* 1 to size - 1 bytes without control characters. */
static int words(const json_t *o, const char *key, char *out, size_t size, struct err_note *note)
{
	int rc = json_get_text(o, key, out, size, note);
	if (rc == 0 && !out[0])
		rc = err_set(note, ERR_SCHEMA, "%s: empty", key);
	return rc == 0 && !format_plain(out) ? err_set(note, ERR_SCHEMA, "%s: control characters", key) : rc;
}

int mailing_waybill_read(const json_t *reply, char waybill[static MAILING_WAYBILL],
	char carrier[static MAILING_CARRIER], struct err_note *note)
{
	int rc = json_get_text(reply, "waybill", waybill, MAILING_WAYBILL, note);
	if (rc == 0 &&
		(strlen(waybill) < 6 || waybill[strspn(waybill, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")]))
		rc = err_set(note, ERR_SCHEMA, "waybill: not 6 to %d capital letters and digits",
			MAILING_WAYBILL - 1);
	return rc == 0 ? words(reply, "carrier", carrier, MAILING_CARRIER, note) : rc;
}

static int code_state(const char *code, enum mailing_state *out)
{
	static const char *const moving[] = {"collected", "moving", "delivering", "returning"};
	*out = MAILING_MOVING;
	for (size_t i = 0; i < sizeof moving / sizeof moving[0]; i++)
		if (strcmp(code, moving[i]) == 0)
			return 0;
	int rc = mailing_of(code, out);
	return rc == 0 && (*out == MAILING_DELIVERED || *out == MAILING_RETURNED || *out == MAILING_LOST)
		       ? 0
		       : ERR_SCHEMA;
}

static int event_read(const json_t *row, int64_t n, struct mailing_event *e, struct err_note *note)
{
	int64_t ms;
	int rc = json_get_int(row, "n", n, n, &e->n, note);
	if (rc == 0)
		rc = json_get_text(row, "code", e->code, sizeof e->code, note);
	if (rc == 0 && code_state(e->code, &e->state) < 0)
		rc = err_set(note, ERR_SCHEMA, "code: %s is none", e->code);
	if (rc == 0)
		rc = words(row, "station", e->station, sizeof e->station, note);
	if (rc == 0)
		rc = json_get_text(row, "at", e->at, sizeof e->at, note);
	if (rc == 0 && time_parse(e->at, &ms) < 0)
		rc = err_set(note, ERR_SCHEMA, "at: not a time");
	return rc;
}

int mailing_events_read(const json_t *reply, const char *waybill, int64_t after,
	struct mailing_event out[static MAILING_EVENTS_MAX], size_t *n, struct err_note *note)
{
	const char *of = NULL;
	json_t *rows = NULL;
	int rc = json_get_str(reply, "waybill", MAILING_WAYBILL, &of, note);
	if (rc == 0 && strcmp(of, waybill) != 0)
		rc = err_set(note, ERR_SCHEMA, "waybill: the answer is about another");
	if (rc == 0)
		rc = json_get_arr(reply, "rows", MAILING_EVENTS_MAX, &rows, note);
	size_t count = rc == 0 ? json_array_size(rows) : 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = event_read(json_array_get(rows, i), after + 1 + (int64_t)i, &out[i], note);
		if (rc == 0 && out[i].state != MAILING_MOVING && i + 1 < count)
			rc = err_set(note, ERR_SCHEMA, "code: a station behind %s", out[i].code);
	}
	if (rc == 0)
		*n = count;
	return rc;
}
