/* Uses of statements on PostgreSQL. A write that answers with no row is sent and believed: its answer is read
 * with the next one that is needed, and if it was refused the function is run again, waiting for each. Rows
 * are read one by one as they arrive. */
#include "common/db/db_pg_impl.h"
#include "common/db/db_pg_value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX (64 << 20)

struct bound {
	struct db_value v;
	size_t at; /* of a text's or blob's bytes in the arena */
	uint8_t scratch[PG_SCRATCH];
};
struct use {
	struct bound *bound; /* one per parameter */
	const char **p;
	int *lengths, *formats;
	struct buf arena;

	bool started, ended, guarded;
	PGresult *row;
	int tuple;        /* of row */
	PGresult **stash; /* rows read ahead */
	size_t nstash, at;
	bool asked;                  /* ahead … */
	PGresult *whole;             /* … and answered */
	char (*numbers)[PG_SCRATCH]; /* columns read as text */
	int nnumbers;
};

static struct use *use_of(struct db_query *q)
{
	return q->own;
}

static struct pg_conn *line(struct db_query *q)
{
	return pg_conn(q->tx->conn);
}

static struct use *use_get(struct db_query *q)
{
	if (q->own)
		return q->own;
	size_t n = q->text->nparams;
	struct use *u = calloc(1, sizeof *u);
	REQUIRE(u);
	u->bound = calloc(n + 1, sizeof *u->bound);
	u->p = calloc(n + 1, sizeof *u->p);
	u->lengths = calloc(n + 1, sizeof *u->lengths);
	u->formats = calloc(n + 1, sizeof *u->formats);
	REQUIRE(u->bound && u->p && u->lengths && u->formats);
	buf_init(&u->arena, ARENA_MAX);
	return q->own = u;
}

void pg_query_free(struct db_query *q)
{
	struct use *u = q->own;
	if (!u)
		return;
	free(u->bound);
	free(u->p);
	free(u->lengths);
	free(u->formats);
	free(u->stash);
	free(u->numbers);
	buf_fini(&u->arena);
	free(u);
	q->own = NULL;
}

void pg_query_bind(struct db_query *q, size_t at, const struct db_value *v)
{
	struct use *u = use_get(q);
	struct bound *b = &u->bound[at - 1];
	b->v = *v;
	b->at = u->arena.n;
	if (v->kind != DB_TEXT && v->kind != DB_BLOB)
		return;
	int rc = buf_add_view(&u->arena, v->v);
	if (rc == 0)
		rc = buf_add(&u->arena, "", 1);
	if (rc < 0 && q->rc == 0)
		q->rc = rc;
}

static int values_encode(struct db_query *q, struct pg_values *out)
{
	struct use *u = use_get(q);
	const Oid *types = pg_text(line(q), q->i)->types;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < q->text->nparams; i++) {
		struct bound *b = &u->bound[i];
		if (b->v.kind == DB_TEXT || b->v.kind == DB_BLOB)
			b->v.v.p = u->arena.p + b->at;
		rc = pg_value_encode(&b->v, types[i], b->scratch, &u->p[i], &u->lengths[i], &u->formats[i]);
	}
	*out = (struct pg_values){(int)q->text->nparams, u->p, u->lengths, u->formats};
	return rc;
}

static bool is_guarded(struct db_query *q)
{
	struct pg_conn *c = line(q);
	struct pg_db *p = c->head.db->own;
	pthread_mutex_lock(&p->lock);
	bool guarded = pg_text(c, q->i)->guarded && c->head.writer;
	pthread_mutex_unlock(&p->lock);
	return guarded;
}

/* Sends the statement, with a savepoint where it is known to be refused while its function goes on. A value
 * that its column cannot hold is refused here as the server would refuse it, but harms nothing. */
static int send(struct db_query *q)
{
	struct pg_conn *c = line(q);
	struct use *u = use_get(q);
	struct pg_values values;
	int rc = pg_may_send(c);
	if (rc == 0)
		rc = values_encode(q, &values);
	if (rc < 0)
		return rc;
	pg_query_stash(c);
	u->guarded = is_guarded(q);
	if (u->guarded)
		rc = pg_line_utility(c, PG_MARK_GUARD);
	c->wrote |= !pg_text(c, q->i)->reads;
	return rc < 0 ? rc : pg_line_send(c, q->i, &values);
}

/* The statement was answered with rc: the guard ends, or what follows has to go back to a savepoint. */
static int finish(struct db_query *q, int rc)
{
	struct pg_conn *c = line(q);
	struct use *u = use_of(q);
	int end = 0;
	if (c->lost || c->failed)
		return ERR_BUSY;
	if (u->guarded && rc < 0)
		end = pg_line_utility(c, PG_BACK_GUARD);
	if (u->guarded && end == 0)
		end = pg_line_utility(c, PG_KEEP_GUARD);
	if (!u->guarded && rc < 0) {
		c->broken = true;
		c->broken_i = q->i;
	}
	return end < 0 ? end : rc;
}

/* Waits for the newest command, a write without rows. */
static int wait_for(struct db_query *q)
{
	struct pg_conn *c = line(q);
	int rc = pg_line_sync(c);
	if (rc < 0)
		return rc;
	pg_line_collect(c, 2);
	if (c->lost && c->gone)
		return ERR_BUSY;
	struct pg_command cmd = c->sent[0];
	rc = pg_line_answer(c, &cmd);
	if (c->gone)
		return ERR_BUSY;
	c->sent[0] = c->sent[1];
	c->nsent = 1;
	pg_line_collect(c, 0);
	return finish(q, rc);
}

int pg_query_exec(struct db_query *q)
{
	struct pg_conn *c = line(q);
	int rc;
	if (pg_text(c, q->i)->rows) {
		while ((rc = pg_query_step(q)) == 1)
			;
		return rc;
	}
	rc = send(q);
	if (rc < 0)
		return rc;
	return c->careful || use_of(q)->guarded ? wait_for(q) : 0;
}

/* ---- rows */

/* The answer to the query that is being read came to its end. */
static int read_end(struct db_query *q, int rc)
{
	struct pg_conn *c = line(q);
	use_of(q)->ended = true;
	c->reading = NULL;
	if (c->gone)
		return ERR_BUSY;
	c->sent[0] = c->sent[1];
	c->nsent = 1;
	pg_line_collect(c, 0);
	return finish(q, rc);
}

/* 1 with *row, 0 the end. */
static int row_next(struct db_query *q, PGresult **row)
{
	struct pg_conn *c = line(q);
	PGresult *r = PQgetResult(c->h);
	ExecStatusType s = r ? PQresultStatus(r) : PGRES_FATAL_ERROR;
	if (r && s == PGRES_SINGLE_TUPLE) {
		*row = r;
		return 1;
	}
	int rc = 0;
	if (!r || s == PGRES_FATAL_ERROR)
		rc = pg_line_error(c, r, q->i);
	else if (s == PGRES_PIPELINE_ABORTED)
		c->failed = true;
	else if (!pg_text(c, q->i)->reads)
		c->changes = strtoll(PQcmdTuples(r), NULL, 10);
	for (; r; r = PQgetResult(c->h))
		PQclear(r);
	return read_end(q, rc);
}

static int read_start(struct db_query *q)
{
	struct pg_conn *c = line(q);
	int rc = send(q);
	if (rc == 0)
		rc = pg_line_sync(c);
	if (rc < 0)
		return rc;
	pg_line_collect(c, 2);
	if (c->gone)
		return ERR_BUSY;
	/* Behind a refused command there is nothing to be read row by row: its answer tells so. */
	if (!PQsetSingleRowMode(c->h) && !c->failed && !c->lost)
		return pg_line_gone(c);
	c->reading = q;
	return 0;
}

void pg_query_stash(struct pg_conn *c)
{
	struct db_query *q = c->reading;
	PGresult *row;
	while (c->reading && row_next(q, &row) == 1) {
		struct use *u = use_of(q);
		PGresult **more = realloc(u->stash, (u->nstash + 1) * sizeof *more);
		REQUIRE(more);
		u->stash = more;
		u->stash[u->nstash++] = row;
	}
}

/* Whoever waits for each command asks for each when it is needed. */
void pg_query_ask(struct db_query *q)
{
	struct pg_conn *c = line(q);
	struct use *u = use_get(q);
	REQUIRE(!u->started && pg_text(c, q->i)->reads);
	if (c->careful || is_guarded(q))
		return;
	int rc = send(q);
	if (rc < 0) {
		q->rc = rc;
		return;
	}
	c->sent[c->nsent - 1].q = q;
	u->started = u->asked = true;
	u->tuple = -1;
}

void pg_query_keep(struct db_query *q, PGresult *rows)
{
	use_of(q)->whole = use_of(q)->row = rows;
}

/* The next row of what was asked ahead. */
static int asked_step(struct db_query *q)
{
	struct pg_conn *c = line(q);
	struct use *u = use_of(q);
	if (!u->whole) {
		pg_query_stash(c);
		if (pg_line_wait(c) < 0 || !u->whole)
			return ERR_BUSY;
	}
	if (u->tuple + 1 >= PQntuples(u->whole))
		return 0;
	u->tuple++;
	return 1;
}

int pg_query_step(struct db_query *q)
{
	struct pg_conn *c = line(q);
	struct use *u = use_get(q);
	int rc = 0;
	if (u->asked)
		return asked_step(q);
	PQclear(u->row);
	u->row = NULL;
	if (!u->started) {
		u->started = true;
		rc = read_start(q);
	}
	if (rc < 0)
		return rc;
	if (u->at < u->nstash) {
		u->row = u->stash[u->at++];
		return 1;
	}
	if (c->lost || c->failed)
		return ERR_BUSY;
	return u->ended ? 0 : row_next(q, &u->row);
}

void pg_query_done(struct db_query *q)
{
	struct pg_conn *c = line(q);
	struct use *u = use_get(q);
	PGresult *row = NULL;
	while (c->reading == q && row_next(q, &row) == 1)
		PQclear(row);
	for (size_t i = 0; u->asked && i < c->nsent; i++)
		if (c->sent[i].q == q)
			c->sent[i].q = NULL;
	PQclear(u->row);
	while (u->at < u->nstash)
		PQclear(u->stash[u->at++]);
	u->row = u->whole = NULL;
	u->nstash = u->at = 0;
	u->tuple = 0;
	u->started = u->ended = u->guarded = u->asked = false;
	buf_reset(&u->arena);
	memset(u->bound, 0, (q->text->nparams + 1) * sizeof *u->bound);
}

/* ---- columns */

bool pg_query_null(struct db_query *q, int col)
{
	PGresult *r = use_of(q)->row;
	return !r || PQgetisnull(r, use_of(q)->tuple, col);
}

int64_t pg_query_integer(struct db_query *q, int col)
{
	PGresult *r = use_of(q)->row;
	return pg_query_null(q, col) ? 0
				     : pg_value_int(PQftype(r, col), PQgetvalue(r, use_of(q)->tuple, col),
					       (size_t)PQgetlength(r, use_of(q)->tuple, col));
}

double pg_query_real(struct db_query *q, int col)
{
	PGresult *r = use_of(q)->row;
	return pg_query_null(q, col) ? 0
				     : pg_value_real(PQftype(r, col), PQgetvalue(r, use_of(q)->tuple, col),
					       (size_t)PQgetlength(r, use_of(q)->tuple, col));
}

/* A number read as a text. */
static struct view number_text(struct db_query *q, int col)
{
	struct use *u = use_of(q);
	if (u->nnumbers < PQnfields(u->row)) {
		free(u->numbers);
		u->nnumbers = PQnfields(u->row);
		u->numbers = calloc((size_t)u->nnumbers, sizeof *u->numbers);
		REQUIRE(u->numbers);
	}
	char *to = u->numbers[col];
	int n = PQftype(u->row, col) == PG_FLOAT8
			? snprintf(to, PG_SCRATCH, "%.15g", pg_query_real(q, col))
			: snprintf(to, PG_SCRATCH, "%lld", (long long)pg_query_integer(q, col));
	return view_of(to, (size_t)n);
}

struct view pg_query_bytes(struct db_query *q, int col)
{
	PGresult *r = use_of(q)->row;
	if (pg_query_null(q, col))
		return view_of(NULL, 0);
	return pg_value_is_bytes(PQftype(r, col)) ? view_of(PQgetvalue(r, use_of(q)->tuple, col),
							    (size_t)PQgetlength(r, use_of(q)->tuple, col))
						  : number_text(q, col);
}
