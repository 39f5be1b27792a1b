/* Each row of the log has one message to the national platform, which says what the row says. */
#include "zones/extranet/audit/audit_state.h"

#include "zones/extranet/store/access.h"
#include <stdlib.h>
#include <string.h>

DB_STMT(audit_messages, "SELECT bwid, xh, day, ywh, bdcdyh, djlx, qllx, zss, zms, bw, zy FROM jrbw WHERE "
			"tenant = :tenant ORDER BY xh, bwid");
DB_STMT(audit_access_from, "SELECT next FROM reg_series WHERE tenant = :tenant AND kind = 'access-from'");

static bool says(const json_t *said, const char *element, const char *wanted)
{
	return strcmp(json_str(said, element), wanted) == 0;
}

static bool says_number(const json_t *said, const char *element, int64_t wanted)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)wanted);
	return says(said, element, text);
}

static const char *text_wrong(struct audit_state *s, struct db_query *q, const struct audit_entry *e)
{
	struct buf text;
	json_t *said = NULL;
	char hex[DIGEST_HEX];
	const char *what = NULL;
	buf_init(&text, ACCESS_MESSAGE_MAX);
	if (vault_unseal(s->a->vault, "jrbw", "bw", db_text(q, 0), db_text(q, 9), &text) < 0)
		what = "its text does not open";
	if (!what) {
		access_digest(s->a->suite, e->salt, buf_view(&text), hex);
		what = strcmp(hex, db_text(q, 10)) != 0 ? "not the message that was written with the entry"
							: NULL;
	}
	if (!what && access_message_read(buf_view(&text), &said, NULL) < 0)
		what = "its text is no message";
	if (!what && !(says(said, "BizMsgID", db_text(q, 0)) && says(said, "RecFlowID", e->ywh) &&
			     says(said, "EstateNum", e->unit) && says(said, "RegType", e->djlx) &&
			     says(said, "RightType", e->qllx) && says_number(said, "CertCount", e->titles) &&
			     says_number(said, "ProofCount", e->proofs)))
		what = "its text says otherwise than the log";
	json_decref(said);
	buf_fini(&text);
	return what;
}

static const char *message_wrong(struct audit_state *s, struct db_query *q, const struct audit_entry *e)
{
	char day[DAY_TEXT];
	day_of_instant(e->djsj, day);
	if (strcmp(db_text(q, 2), day) != 0 || strcmp(db_text(q, 3), e->ywh) != 0 ||
		strcmp(db_text(q, 4), e->unit) != 0 || strcmp(db_text(q, 5), e->djlx) != 0 ||
		strcmp(db_text(q, 6), e->qllx) != 0 || db_int(q, 7) != e->titles || db_int(q, 8) != e->proofs)
		return "says otherwise than the log";
	return text_wrong(s, q, e);
}

int audit_access(struct audit_state *s)
{
	int64_t from = 1;
	uint8_t *seen = calloc(s->nlog + 1, 1);
	struct db_query *q = db_query(s->tx, &audit_access_from);
	int rc = db_one_int(q, &from);
	rc = rc == ERR_NOTFOUND ? 0 : rc;
	if (!seen || rc < 0) {
		free(seen);
		return seen ? rc : ERR_NOMEM;
	}
	q = db_query(s->tx, &audit_messages);
	while ((rc = db_step(q)) == 1) {
		int64_t xh = db_int(q, 1);
		const struct audit_entry *e = xh >= 1 && xh <= (int64_t)s->nlog ? &s->log[xh - 1] : NULL;
		const char *what = NULL;
		s->a->rows++;
		if (!e)
			what = "of an entry that the log does not have";
		else if (seen[xh - 1]++)
			what = "a second message of one entry";
		else if (!e->damaged)
			what = message_wrong(s, q, e);
		if (what)
			audit_find(s, "MESSAGE", "jrbw", db_text(q, 0), what);
	}
	db_done(q);
	for (size_t i = 0; rc == 0 && i < s->nlog; i++)
		if (!seen[i] && !s->log[i].damaged && (int64_t)i + 1 >= from &&
			strcmp(s->log[i].djlx, "000") != 0)
			audit_find_row(
				s, "MISSING", "jrbw", (int64_t)i + 1, "no message of this entry of the log");
	free(seen);
	return rc;
}
