/* The line to the server: connecting, sending commands without waiting, collecting their answers. */
#include "common/db/db_pg_impl.h"
#include "common/log/log.h"
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVER_MIN 130000

static const char *const utilities[PG_UTILITIES] = {
	[PG_BEGIN_WRITE] = "BEGIN ISOLATION LEVEL SERIALIZABLE",
	/* What is decided on a snapshot is checked again by its writer. */
	[PG_BEGIN_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	[PG_COMMIT] = "COMMIT",
	[PG_ROLLBACK] = "ROLLBACK",
	[PG_MARK_JOB] = "SAVEPOINT job",
	[PG_BACK_JOB] = "ROLLBACK TO job",
	[PG_KEEP_JOB] = "RELEASE job",
	[PG_MARK_INNER] = "SAVEPOINT inner_",
	[PG_BACK_INNER] = "ROLLBACK TO inner_",
	[PG_KEEP_INNER] = "RELEASE inner_",
	[PG_MARK_GUARD] = "SAVEPOINT guard",
	[PG_BACK_GUARD] = "ROLLBACK TO guard",
	[PG_KEEP_GUARD] = "RELEASE guard",
	[PG_XID] = "SELECT pg_current_xact_id_if_assigned()",
};

static void quiet(void *arg, const char *text)
{
	(void)arg;
	log_debug("database", "%.200s", text);
}

/* The same everywhere: every look-up is by an index, whatever the statistics say of a young table. */
static const char settings[] = "SET client_encoding = 'UTF8'; SET enable_seqscan = off; SET jit = off; "
			       "SET lock_timeout = '20s'; SET client_min_messages = warning";

int pg_line_open(struct pg_conn *c, struct err_note *note)
{
	static const char *const keys[] = {"connect_timeout", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "fallback_application_name", "dbname", NULL};
	const char *const values[] = {"5", "10", "5", "3", "20000", "sanwang", c->head.db->place, NULL};
	c->h = PQconnectdbParams(keys, values, 1);
	if (!c->h)
		return ERR_NOMEM;
	int rc = PQstatus(c->h) == CONNECTION_OK ? 0 : ERR_BUSY;
	if (rc < 0)
		err_set(note, rc, "database: %.200s", PQerrorMessage(c->h));
	if (rc == 0 && PQserverVersion(c->h) < SERVER_MIN)
		rc = err_set(note, ERR_CONFIG, "database: the server is older than PostgreSQL 13");
	if (rc == 0) {
		PQsetNoticeProcessor(c->h, quiet, NULL);
		PGresult *r = PQexec(c->h, settings);
		if (PQresultStatus(r) != PGRES_COMMAND_OK || !PQenterPipelineMode(c->h))
			rc = err_set(note, ERR_DB, "database: %.200s", PQerrorMessage(c->h));
		PQclear(r);
	}
	if (rc < 0) {
		log_warn("database", "no connection: %.200s", PQerrorMessage(c->h));
		pg_line_close(c);
		c->refused_at = time_mono_ms();
	}
	return rc;
}

void pg_line_close(struct pg_conn *c)
{
	PQfinish(c->h);
	c->h = NULL;
	c->nsent = 0;
	if (c->prepared)
		memset(c->prepared, 0, (c->head.db->ntexts + PG_UTILITIES) * sizeof *c->prepared);
}

/* Nothing more comes from this line. */
int pg_line_gone(struct pg_conn *c)
{
	if (!c->lost)
		log_warn("database", "the connection is lost: %.200s", PQerrorMessage(c->h));
	c->lost = c->gone = c->head.retry = true;
	c->nsent = 0;
	return ERR_BUSY;
}

static int owe(struct pg_conn *c, enum pg_kind kind, size_t i)
{
	REQUIRE(c->nsent < PG_PENDING_MAX);
	c->sent[c->nsent++] = (struct pg_command){kind, i, NULL};
	return 0;
}

int pg_line_send(struct pg_conn *c, size_t i, const struct pg_values *v)
{
	char name[16];
	size_t ntexts = c->head.db->ntexts;
	if (c->gone)
		return ERR_BUSY;
	if (c->nsent + 4 > PG_PENDING_MAX && pg_line_wait(c) < 0)
		return ERR_BUSY;
	snprintf(name, sizeof name, "s%zu", i);
	if (!c->prepared[i]) {
		bool known = i < ntexts;
		const char *sql = known ? c->head.db->texts[i].sql : utilities[i - ntexts];
		int n = known ? (int)c->head.db->texts[i].nparams : 0;
		if (!PQsendPrepare(c->h, name, sql, n, known ? pg_text(c, i)->types : NULL))
			return pg_line_gone(c);
		owe(c, PG_PARSE, i);
		c->prepared[i] = true;
	}
	if (!PQsendQueryPrepared(c->h, name, v ? v->n : 0, v ? v->v : NULL, v ? v->lengths : NULL,
		    v ? v->formats : NULL, 1))
		return pg_line_gone(c);
	return owe(c, PG_RUN, i);
}

int pg_line_utility(struct pg_conn *c, enum pg_utility u)
{
	return pg_line_send(c, c->head.db->ntexts + u, NULL);
}

int pg_line_sync(struct pg_conn *c)
{
	if (c->gone)
		return ERR_BUSY;
	return PQpipelineSync(c->h) ? owe(c, PG_SYNC, 0) : pg_line_gone(c);
}

/* ---- what the server says */

static int state_error(const char *state)
{
	if (strcmp(state, "23505") == 0)
		return ERR_EXISTS;
	/* Constraints, raised by triggers, values a column cannot hold. */
	if (strncmp(state, "23", 2) == 0 || strncmp(state, "P0", 2) == 0 || strncmp(state, "22", 2) == 0)
		return ERR_CONFLICT;
	if (strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0 || strncmp(state, "57", 2) == 0 ||
		strncmp(state, "08", 2) == 0)
		return ERR_BUSY;
	return strcmp(state, "53100") == 0 ? ERR_NOSPACE : strcmp(state, "53200") == 0 ? ERR_NOMEM : ERR_DB;
}

int pg_line_error(struct pg_conn *c, const PGresult *r, size_t i)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	if (!state || PQstatus(c->h) == CONNECTION_BAD)
		return pg_line_gone(c);
	int rc = state_error(state);
	if (rc == ERR_BUSY)
		c->lost = c->head.retry = true;
	/* Constraints are the rules at work; the caller says what they mean. Values are never logged. */
	else if (rc != ERR_EXISTS && rc != ERR_CONFLICT)
		log_error("database", "statement=%s %s %.200s",
			i < c->head.db->ntexts ? c->head.db->texts[i].stmt->name : "transaction", state,
			text ? text : "");
	return rc;
}

static void xid_take(struct pg_conn *c, const PGresult *r)
{
	uint64_t n;
	if (PQntuples(r) != 1 || PQgetisnull(r, 0, 0) || PQgetlength(r, 0, 0) != sizeof n)
		return;
	memcpy(&n, PQgetvalue(r, 0, 0), sizeof n);
	snprintf(c->xid, sizeof c->xid, "%llu", (unsigned long long)be64toh(n));
}

static void done_take(struct pg_conn *c, PGresult *r, size_t i)
{
	if (i == c->head.db->ntexts + PG_XID)
		xid_take(c, r);
	else if (i < c->head.db->ntexts && !pg_text(c, i)->reads)
		c->changes = strtoll(PQcmdTuples(r), NULL, 10);
}

int pg_line_answer(struct pg_conn *c, const struct pg_command *cmd)
{
	int rc = 0;
	PGresult *r = PQgetResult(c->h);
	if (!r)
		return pg_line_gone(c);
	if (cmd->kind == PG_SYNC) {
		bool ok = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
		PQclear(r);
		return ok ? 0 : pg_line_gone(c);
	}
	for (; r; r = PQgetResult(c->h)) {
		ExecStatusType s = PQresultStatus(r);
		if (s == PGRES_TUPLES_OK && cmd->q) {
			pg_query_keep(cmd->q, r);
			continue;
		}
		if (s == PGRES_FATAL_ERROR)
			rc = pg_line_error(c, r, cmd->i);
		else if (s == PGRES_PIPELINE_ABORTED)
			rc = ERR_BUSY; /* the one before is to blame */
		else if (cmd->kind == PG_RUN)
			done_take(c, r, cmd->i);
		PQclear(r);
	}
	if (rc < 0 && cmd->kind == PG_PARSE)
		c->prepared[cmd->i] = false;
	return rc;
}

int pg_line_collect(struct pg_conn *c, size_t keep)
{
	int last = 0;
	while (c->nsent > keep) {
		struct pg_command cmd = c->sent[0];
		int rc = pg_line_answer(c, &cmd);
		if (c->gone)
			return ERR_BUSY;
		memmove(c->sent, c->sent + 1, --c->nsent * sizeof c->sent[0]);
		if (rc < 0) {
			c->failed = true;
			last = rc;
		}
	}
	return last;
}

int pg_line_wait(struct pg_conn *c)
{
	int rc = c->nsent ? pg_line_sync(c) : 0;
	return rc < 0 ? rc : pg_line_collect(c, 0);
}
