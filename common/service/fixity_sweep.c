/* One sweep: every file that a row names is read and compared. */
#include "common/service/fixity_impl.h"

#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
#define BATCH 200
#define FINDINGS_MAX 10000

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
			rc = fixity_stopping(s->f) ? ERR_STOPPING : file_check(s, &s->rows[i]);
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
