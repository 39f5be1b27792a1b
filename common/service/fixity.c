#include "common/service/fixity.h"

#include "common/base/embed.h"
#include "common/log/log.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

EMBED(fixity_sql_0001, "common/service/sql/0001-fixity.sqlite.sql");
EMBED(fixity_pg_0001, "common/service/sql/0001-fixity.pg.sql");
static const struct db_migration migrations[] = {{1, "fixity", fixity_sql_0001, fixity_pg_0001}};
const struct db_schema fixity_schema = {"fixity", migrations, 1};

DB_STMT_CROSS(outbox_files,
	"SELECT message, '', i, message, size, digest, blob, blob_key FROM outbox_attachment WHERE "
	"(message, i) > (:a, :c) AND :b = '' ORDER BY message, i LIMIT :max");
DB_STMT_CROSS(inbox_files,
	"SELECT message, '', epoch * 1000 + i, message, size, digest, blob, blob_key FROM inbox_attachment "
	"WHERE message >= :a AND (message > :a OR epoch * 1000 + i > :c) AND :b = '' ORDER BY message, "
	"epoch, i LIMIT :max");
const struct fixity_use fixity_exchange_uses[] = {
	{"outgoing", &outbox_files, true}, {"incoming", &inbox_files, true}, {NULL, NULL, false}};

DB_STMT_CROSS(sweep_insert,
	"INSERT INTO fixity_sweep (id, begun, ended, files, bytes, damaged, orphans) VALUES (:id, :begun,"
	" :ended, :files, :bytes, :damaged, :orphans)");
DB_STMT_CROSS(finding_insert,
	"INSERT INTO fixity_finding (sweep, n, owner, what, subject, file, problem) VALUES (:sweep, :n,"
	" :owner, :what, :subject, :file, :problem)");
DB_STMT_CROSS(sweep_page, "SELECT id, begun, ended, files, bytes, damaged, orphans FROM fixity_sweep ORDER "
			  "BY id DESC LIMIT 30");
DB_STMT_CROSS(finding_page,
	"SELECT owner, what, subject, file, problem FROM fixity_finding WHERE sweep = :sweep ORDER BY n "
	"LIMIT 500");

#define BATCH 200
#define FINDINGS_MAX 10000

struct fixity {
	struct db *db;
	struct blob_store *blobs;
	const struct fixity_use *uses;
	atomic_bool stop;
	_Atomic int64_t damaged;
	pthread_mutex_t lock;
	pthread_cond_t change;
	pthread_t thread;
	bool started;
	int minute;
};

struct found {
	char owner[40], subject[64], file[DIGEST_HEX];
	const char *what, *problem;
};
struct key {
	char a[64], b[160], c[64];
};
struct row {
	struct key key;
	char subject[64];
	struct blob_ref ref;
};
struct sweep {
	struct fixity *f;
	const struct fixity_use *use;
	struct row rows[BATCH];
	size_t n;
	struct key after;
	struct blob_names names; /* every file that a row names */
	struct found *found;
	size_t nfound;
	struct fixity_result r;
	char id[37], begun[TIME_TEXT];
};

int fixity_new(struct db *d, struct blob_store *b, const struct fixity_use *uses, struct fixity **out)
{
	struct fixity *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->db = d;
	f->blobs = b;
	f->uses = uses;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->change, NULL);
	*out = f;
	return 0;
}

int64_t fixity_damaged(struct fixity *f)
{
	return atomic_load(&f->damaged);
}

/* ---- one batch of rows */

static int digest_take(struct view v, struct digest *d)
{
	if (v.n != sizeof d->b)
		return ERR_SCHEMA;
	memcpy(d->b, v.p, v.n);
	return 0;
}

static int row_take(struct db_query *q, struct row *r)
{
	snprintf(r->key.a, sizeof r->key.a, "%s", db_text(q, 0));
	snprintf(r->key.b, sizeof r->key.b, "%s", db_text(q, 1));
	snprintf(r->key.c, sizeof r->key.c, "%s", db_text(q, 2));
	snprintf(r->subject, sizeof r->subject, "%s", db_text(q, 3));
	r->ref.size = db_int(q, 4);
	snprintf(r->ref.wrapped_key, sizeof r->ref.wrapped_key, "%s", db_text(q, 7));
	int rc = digest_take(db_blob(q, 5), &r->ref.digest);
	return rc == 0 ? digest_take(db_blob(q, 6), &r->ref.name) : rc;
}

static struct db_query *batch_query(struct db_tx *tx, const struct sweep *s)
{
	struct db_query *q = db_query(tx, s->use->stmt);
	db_bind_text(q, "a", s->after.a);
	db_bind_text(q, "b", s->after.b);
	if (s->use->int_key)
		db_bind_int(q, "c", s->after.c[0] ? atoll(s->after.c) : -1);
	else
		db_bind_text(q, "c", s->after.c);
	db_bind_int(q, "max", BATCH);
	return q;
}

static int batch_read(struct db_tx *tx, void *arg)
{
	struct sweep *s = arg;
	struct db_query *q = batch_query(tx, s);
	int rc;
	s->n = 0;
	while ((rc = db_step(q)) == 1 && s->n < BATCH) {
		rc = row_take(q, &s->rows[s->n++]);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

/* ---- one file */

/* NULL: whole. A row that went away meanwhile (its file with it) is no finding: the caller reads the row
 * again. */
static const char *problem_of(int rc)
{
	switch (rc) {
	case 0:
		return NULL;
	case ERR_NOTFOUND:
		return "missing";
	case ERR_KEY:
		return "key unknown";
	case ERR_IO:
		return "unreadable";
	default:
		return "changed";
	}
}

struct again {
	struct sweep *s;
	const struct row *row;
	bool there;
};

static int again_read(struct db_tx *tx, void *arg)
{
	struct again *a = arg;
	struct row r;
	struct db_query *q = batch_query(tx, a->s);
	int rc = 0;
	while (!a->there && (rc = db_step(q)) == 1) {
		rc = row_take(q, &r);
		if (rc < 0)
			break;
		a->there = digest_eq(&r.ref.name, &a->row->ref.name);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int file_check(struct sweep *s, const struct row *r)
{
	int rc = blob_names_add(&s->names, &r->ref.name);
	if (rc < 0)
		return rc;
	const char *problem = problem_of(blob_check(s->f->blobs, &r->ref));
	s->r.files++;
	s->r.bytes += r->ref.size;
	if (!problem)
		return 0;
	struct again a = {s, r, false};
	rc = db_read(s->f->db, "", again_read, &a);
	if (rc < 0 || !a.there)
		return rc;
	s->r.damaged++;
	if (s->nfound == FINDINGS_MAX)
		return 0;
	struct found *f = &s->found[s->nfound++];
	snprintf(f->owner, sizeof f->owner, "%.39s", r->key.a);
	snprintf(f->subject, sizeof f->subject, "%s", r->subject);
	digest_hex(&r->ref.name, f->file);
	f->what = s->use->what;
	f->problem = problem;
	log_error("fixity", "what=%s subject=\"%s\" file=%s problem=\"%s\"", f->what, f->subject, f->file,
		problem);
	return 0;
}

static int use_sweep(struct sweep *s, const struct fixity_use *use)
{
	s->use = use;
	s->after = (struct key){.a = ""};
	do {
		int rc = db_read(s->f->db, "", batch_read, s);
		for (size_t i = 0; rc == 0 && i < s->n; i++)
			rc = atomic_load(&s->f->stop) ? ERR_STOPPING : file_check(s, &s->rows[i]);
		if (rc < 0)
			return rc;
		if (s->n)
			s->after = s->rows[s->n - 1].key;
	} while (s->n == BATCH);
	return 0;
}

/* ---- what was found */

static int sweep_store(struct db_tx *tx, void *arg)
{
	struct sweep *s = arg;
	char ended[TIME_TEXT];
	time_text(time_now_ms(), ended);
	struct db_query *q = db_query(tx, &sweep_insert);
	db_bind_text(q, "id", s->id);
	db_bind_text(q, "begun", s->begun);
	db_bind_text(q, "ended", ended);
	db_bind_int(q, "files", s->r.files);
	db_bind_int(q, "bytes", s->r.bytes);
	db_bind_int(q, "damaged", s->r.damaged);
	db_bind_int(q, "orphans", s->r.orphans);
	int rc = db_exec(q);
	for (size_t i = 0; rc == 0 && i < s->nfound; i++) {
		const struct found *f = &s->found[i];
		q = db_query(tx, &finding_insert);
		db_bind_text(q, "sweep", s->id);
		db_bind_int(q, "n", (int64_t)i);
		db_bind_text(q, "owner", f->owner);
		db_bind_text(q, "what", f->what);
		db_bind_text(q, "subject", f->subject);
		db_bind_text(q, "file", f->file);
		db_bind_text(q, "problem", f->problem);
		rc = db_exec(q);
	}
	json_t *detail = json_pack("{s:I,s:I,s:I}", "files", (json_int_t)s->r.files, "damaged",
		(json_int_t)s->r.damaged, "orphans", (json_int_t)s->r.orphans);
	if (rc == 0)
		rc = audit_record(
			tx, "system", s->r.damaged ? "fixity.damaged" : "fixity.whole", s->id, detail);
	json_decref(detail);
	return rc;
}

int fixity_sweep(struct fixity *f, struct fixity_result *out)
{
	struct sweep *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->f = f;
	s->found = calloc(FINDINGS_MAX, sizeof *s->found);
	snprintf(s->id, sizeof s->id, "%s", uuid_new().s);
	time_text(time_now_ms(), s->begun);
	int rc = s->found ? 0 : ERR_NOMEM;
	for (const struct fixity_use *u = f->uses; rc == 0 && u && u->what; u++)
		rc = use_sweep(s, u);
	for (const struct fixity_use *u = fixity_exchange_uses; rc == 0 && u->what; u++)
		rc = use_sweep(s, u);
	if (rc == 0)
		rc = blob_sweep(f->blobs, &s->names, &s->r.orphans);
	if (rc == 0)
		rc = db_write(f->db, "", sweep_store, s);
	if (rc == 0) {
		atomic_store(&f->damaged, s->r.damaged);
		*out = s->r;
	}
	blob_names_free(&s->names);
	free(s->found);
	free(s);
	return rc;
}

/* ---- every night */

static int64_t seconds_until(int minute)
{
	int64_t day = ((time_now_ms() / 1000) + 8 * 3600) % 86400, at = (int64_t)minute * 60;
	return at > day ? at - day : at - day + 86400;
}

static void *nightly(void *arg)
{
	struct fixity *f = arg;
	pthread_mutex_lock(&f->lock);
	while (!atomic_load(&f->stop)) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += seconds_until(f->minute);
		int eno = 0;
		while (!atomic_load(&f->stop) && eno != ETIMEDOUT)
			eno = pthread_cond_timedwait(&f->change, &f->lock, &until);
		if (atomic_load(&f->stop))
			break;
		pthread_mutex_unlock(&f->lock);
		struct fixity_result r = {0};
		int rc = fixity_sweep(f, &r);
		if (rc < 0)
			log_error("fixity", "error=%s text=\"the sweep did not end\"", err_name(rc));
		else
			log_info("fixity", "files=%lld damaged=%lld orphans=%lld", (long long)r.files,
				(long long)r.damaged, (long long)r.orphans);
		pthread_mutex_lock(&f->lock);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

static int newest_read(struct db_tx *tx, void *arg)
{
	struct fixity *f = arg;
	struct db_query *q = db_query(tx, &sweep_page);
	int rc = db_step(q);
	if (rc == 1)
		atomic_store(&f->damaged, db_int(q, 5));
	db_done(q);
	return rc < 0 ? rc : 0;
}

int fixity_start(struct fixity *f, int minute)
{
	f->minute = minute;
	int rc = db_read(f->db, "", newest_read, f);
	if (rc < 0)
		return rc;
	int eno = pthread_create(&f->thread, NULL, nightly, f);
	f->started = eno == 0;
	return eno ? err_from_errno(eno) : 0;
}

void fixity_free(struct fixity *f)
{
	if (!f)
		return;
	pthread_mutex_lock(&f->lock);
	atomic_store(&f->stop, true);
	pthread_cond_broadcast(&f->change);
	pthread_mutex_unlock(&f->lock);
	if (f->started)
		pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->change);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* ---- for the officer's page */

static int findings_read(struct db_tx *tx, const char *sweep, json_t *into)
{
	struct db_query *q = db_query(tx, &finding_page);
	int rc;
	db_bind_text(q, "sweep", sweep);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(into,
			json_pack("{s:s,s:s,s:s,s:s,s:s}", "owner", db_text(q, 0), "what", db_text(q, 1),
				"subject", db_text(q, 2), "file", db_text(q, 3), "problem", db_text(q, 4)));
	db_done(q);
	return rc;
}

static int report_read(struct db_tx *tx, void *arg)
{
	json_t *rows = arg;
	struct db_query *q = db_query(tx, &sweep_page);
	int rc = json_array_clear(rows);
	while (rc == 0 && (rc = db_step(q)) == 1) {
		json_t *findings = json_array();
		rc = db_int(q, 5) ? findings_read(tx, db_text(q, 0), findings) : 0;
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:o}", "begun", db_text(q, 1), "ended",
				      db_text(q, 2), "files", (json_int_t)db_int(q, 3), "bytes",
				      (json_int_t)db_int(q, 4), "damaged", (json_int_t)db_int(q, 5),
				      "orphans", (json_int_t)db_int(q, 6), "findings", findings));
	}
	db_done(q);
	return rc;
}

int fixity_report(struct fixity *f, json_t **out)
{
	json_t *rows = json_array();
	int rc = rows ? db_read(f->db, "", report_read, rows) : ERR_NOMEM;
	if (rc == 0 && !(*out = json_pack("{s:O}", "rows", rows)))
		rc = ERR_NOMEM;
	json_decref(rows);
	return rc;
}
