/* The thread of the incoming end of a link: opens each file in in/, has it applied, removes it after the
 * commit. */
#include "common/exchange/arrival.h"
#include "common/exchange/asks.h"
#include "common/exchange/exchange_impl.h"
#include "common/exchange/inbox_wait.h"
#include "common/exchange/stream_record.h"
#include "common/exchange/stream_store.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTLE_MS 2000 /* a half-written file of somebody else is given this long */
#define SCAN_MS 500
#define PAYLOAD_MAX (INT64_C(1) << 40)
#define SCAN_MAX 100000
#define PARKED_MAX 4096
#define WAKE_MAX 256
#define CLOCK_MS 60000 /* what was seen of the peer's clock holds so long */
/* Copies that fail in the same way: so many times, then no other one would do better. Damage on the way is
 * given more chances than a payload that does not open. */
#define FAILS_MAX 64
#define FAILS_UNREADABLE 2
#define FAILS_DAMAGED 5

/* A file that waits for something else to arrive: not looked at again before the stream changed. */
struct parked {
	char name[201];
	uint64_t hash;
	int64_t mtime, size;
	uint64_t version;
};
struct failed {
	struct digest identity;
	int err, times;
};
struct receiving {
	struct link_state *l;
	struct spool_watch *watch;
	struct failed fails[FAILS_MAX];
	size_t nfails;
	int64_t clock_at;
};

/* ---- attachments become blobs before the transaction */

static int blob_store_one(struct arrival *a, size_t i, size_t j, bool opaque, struct blob_ref *ref)
{
	struct blob_writer *w = NULL;
	uint8_t part[65536];
	int64_t at = 0, n = 1;
	int rc = blob_writer_new(a->l->x->o.blobs, opaque, &w);
	while (rc == 0 && (n = bundle_attachment_read(a->r, i, j, at, part, sizeof part)) > 0) {
		rc = blob_write(w, view_of(part, (size_t)n));
		at += n;
	}
	if (rc == 0 && n < 0)
		rc = (int)n;
	if (rc == 0)
		rc = blob_finish(w, ref);
	blob_writer_free(w);
	return rc;
}

static int message_load(struct arrival *a, size_t i)
{
	struct inbox_message *in = &a->messages[i];
	const struct message *m;
	struct view bytes;
	int64_t size;
	if (bundle_attachment(a->r, i, 0, &size) < 0)
		return 0;
	int rc = bundle_message(a->r, i, &bytes, &m);
	if (rc == 0 && !(in->refs = calloc(m->nattachments, sizeof *in->refs)))
		rc = ERR_NOMEM;
	for (size_t j = 0; rc == 0 && j < m->nattachments; j++, in->nrefs = j)
		rc = blob_store_one(a, i, j,
			strcmp(m->attachments[j].media, "application/x-sanwang-envelope") == 0, &in->refs[j]);
	return rc;
}

static int messages_load(struct arrival *a)
{
	int rc = 0;
	a->loaded = true;
	a->n = bundle_count(a->r);
	a->messages = calloc(a->n + 1, sizeof *a->messages);
	if (!a->messages)
		return ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < a->n; i++)
		rc = message_load(a, i);
	return rc;
}

/* What belongs to nothing after all goes again: of repeats, of refused messages, of a transaction that fell.
 */
static void blobs_drop(struct arrival *a, bool all)
{
	for (size_t i = 0; a->messages && i < a->n; i++) {
		struct inbox_message *in = &a->messages[i];
		for (size_t j = 0; j < in->nrefs && (all || !in->used); j++)
			if (in->refs[j].size || in->refs[j].wrapped_key[0])
				(void)!blob_remove(a->l->x->o.blobs, &in->refs[j].name);
		free(in->refs);
	}
	free(a->messages);
	a->messages = NULL;
}

/* ---- refusing */

struct refusal {
	struct arrival *a;
	const char *name;
};

static int quarantine_count(struct db_tx *tx, void *arg)
{
	struct refusal *r = arg;
	const char *link = r->a->l->c.link;
	int rc = stream_count_quarantine(tx, link, err_name(r->a->note.err));
	json_t *detail = json_pack("{s:s,s:s}", "link", link, "reason", err_name(r->a->note.err));
	if (rc == 0)
		rc = audit_record(tx, "system", "bundle.quarantined", link, detail);
	json_decref(detail);
	return rc;
}

/* No record, no action: the audit record comes before the file is moved. */
static int refuse(struct arrival *a, const char *name, const struct taken_file *is)
{
	struct refusal r = {a, name};
	log_warn("bundle-refused", "link=%s reason=%s text=\"%s\"", a->l->c.link, err_name(a->note.err),
		a->note.text);
	int rc = db_write(a->l->x->o.db, "", quarantine_count, &r);
	if (rc == 0)
		rc = spool_quarantine(a->l->spool, SPOOL_IN, name, is, &a->note);
	return rc == ERR_NOTFOUND || rc == ERR_CONFLICT ? 0 : rc;
}

static int file_stat(struct link_state *l, const char *name, struct stat *st)
{
	return fstatat(spool_fd(l->spool, SPOOL_IN), name, st, AT_SYMLINK_NOFOLLOW);
}

static int64_t mtime_ms(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

static bool is_young(struct link_state *l, const char *name)
{
	struct stat st;
	int64_t settle = l->c.settle_ms > 0 ? l->c.settle_ms : SETTLE_MS;
	return file_stat(l, name, &st) == 0 && time_now_ms() - mtime_ms(&st) < settle;
}

/* How often a bundle failed in this way. */
static int fails_count(struct receiving *v, const struct digest *identity, int err)
{
	size_t i = 0;
	while (i < v->nfails && !(digest_eq(&v->fails[i].identity, identity) && v->fails[i].err == err))
		i++;
	if (i == FAILS_MAX) {
		memmove(v->fails, v->fails + 1, (FAILS_MAX - 1) * sizeof v->fails[0]);
		v->nfails = i = FAILS_MAX - 1;
	}
	if (i == v->nfails) {
		v->fails[i] = (struct failed){*identity, err, 0};
		v->nfails++;
	}
	return ++v->fails[i].times;
}

static bool fails_for_good(struct receiving *v, const struct digest *identity, int err)
{
	bool damaged = err == ERR_DIGEST || err == ERR_TRUNCATED || err == ERR_TRAILING;
	return fails_count(v, identity, err) >= (damaged ? FAILS_DAMAGED : FAILS_UNREADABLE);
}

/* ---- one file */

static void clock_note(struct receiving *v, const struct manifest *m)
{
	int64_t created, now = time_now_ms();
	if (time_parse(m->created, &created) < 0)
		return;
	int64_t ahead = created - now;
	if (v->clock_at && ahead < atomic_load(&v->l->clock_ahead) && now - v->clock_at < CLOCK_MS)
		return;
	atomic_store(&v->l->clock_ahead, ahead);
	v->clock_at = now;
}

static int front_open(struct arrival *a, int fd, int64_t size)
{
	struct link_state *l = a->l;
	const struct exchange *x = l->x;
	const struct bundle_policy p = {.trust = l->c.in_trust,
		.link = l->c.link,
		.from = l->c.in_from,
		.to = x->o.station,
		.keys = x->o.keys,
		.nkeys = x->o.nkeys,
		.origin_trust = l->c.origin_trust,
		.origin_from = l->c.origin_from,
		.payload_max = PAYLOAD_MAX,
		.tmp_dir = x->o.tmp_dir,
		.pool = x->pool};
	int rc = bundle_open(fd, size, &p, &a->r, &a->note);
	if (rc == 0 && bundle_ahead(a->r, time_now_ms()) > LIMIT_SKEW)
		log_warn("clock-skew", "link=%s reason=SKEW ahead=%llds", l->c.link,
			(long long)bundle_ahead(a->r, time_now_ms()));
	return rc;
}

/* The end-to-end manifest of a direct link is known before its payload; a guard's only after it. */
static int file_open(struct receiving *v, struct arrival *a, int fd, int64_t size)
{
	bool guarded = a->l->c.origin_from != NULL, wanted = true;
	int rc = front_open(a, fd, size);
	if (rc < 0)
		return rc;
	if (!guarded) {
		a->m = bundle_manifest(a->r);
		a->identity = bundle_identity(a->r);
		clock_note(v, a->m);
		if (a->m->kind != MANIFEST_TICK && (rc = arrival_wanted(a, &wanted)) < 0)
			return rc;
		if (!wanted)
			return 0;
	}
	rc = bundle_read_payload(a->r, &a->note);
	if (rc < 0 && !guarded && a->m->kind != MANIFEST_TICK && err_fault(rc) == ERR_FAULT_PEER) {
		a->unreadable = rc;
		return 0;
	}
	if (rc < 0)
		return rc;
	if (guarded) {
		a->m = bundle_origin_manifest(a->r);
		a->identity = bundle_origin_identity(a->r);
		if (!a->m)
			return err_set(&a->note, ERR_LINK, "the guard's bundle names no origin");
		clock_note(v, a->m);
		if (a->m->kind != MANIFEST_TICK && (rc = arrival_wanted(a, &wanted)) < 0)
			return rc;
		if (!wanted)
			return 0;
	}
	return messages_load(a);
}

static void after_commit(struct arrival *a)
{
	struct exchange *x = a->l->x;
	if (a->taken || a->holes)
		exchange_owe_ack(a->l);
	asks_commit(a->l);
	if (a->taken)
		a->l->version++;
	if (!a->ack_taken)
		return;
	for (size_t i = 0; i < x->nlinks; i++)
		if (x->links[i].c.out_to && strcmp(x->links[i].c.peer, a->l->c.peer) == 0)
			sender_acked(&x->links[i], &a->m->ack, a->acked, a->m->epoch);
}

static int apply(struct arrival *a)
{
	struct link_state *l = a->l;
	int unreadable = a->unreadable;
	struct err_note why = a->note;
	fault_point("exchange.receive.before");
	asks_begin(l);
	a->careful = false;
	int rc = db_write(l->x->o.db, "", arrival_apply, a);
	if (rc < 0 && a->refuses) {
		asks_begin(l);
		a->careful = true;
		rc = db_write(l->x->o.db, "", arrival_apply, a);
	}
	fault_point("exchange.receive.after");
	if (rc < 0)
		return rc;
	if (unreadable && !a->leave && !a->note.err)
		a->note = why;
	if (!a->leave)
		after_commit(a);
	return 0;
}

static uint64_t name_hash(const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return h;
}

static struct parked *parked_find(struct link_state *l, const char *name)
{
	uint64_t h = name_hash(name);
	for (size_t i = 0; i < l->nparked; i++)
		if (l->parked[i].hash == h && strcmp(l->parked[i].name, name) == 0)
			return &l->parked[i];
	return NULL;
}

static void park(struct link_state *l, const char *name)
{
	struct stat st;
	struct parked *p = parked_find(l, name);
	if (!p && l->nparked < PARKED_MAX) {
		if (!l->parked)
			l->parked = calloc(PARKED_MAX, sizeof *l->parked);
		p = l->parked ? &l->parked[l->nparked++] : NULL;
	}
	if (!p || file_stat(l, name, &st) < 0)
		return;
	snprintf(p->name, sizeof p->name, "%s", name);
	p->hash = name_hash(name);
	p->mtime = mtime_ms(&st);
	p->size = st.st_size;
	p->version = l->version;
}

static bool is_parked(struct link_state *l, const char *name)
{
	const struct parked *p = parked_find(l, name);
	struct stat st;
	return p && p->version == l->version && file_stat(l, name, &st) == 0 && p->mtime == mtime_ms(&st) &&
	       p->size == st.st_size;
}

static void unpark(struct link_state *l, const char *name)
{
	struct parked *p = parked_find(l, name);
	if (p)
		*p = l->parked[--l->nparked];
}

/* Handles one file; a failure that is not the file's leaves it for a later try. */
static int file_take(struct receiving *v, const char *name)
{
	struct link_state *l = v->l;
	struct arrival a = {.l = l};
	struct taken_file is = {0};
	int fd = -1;
	bool applied = false;
	if (is_parked(l, name))
		return 0;
	int rc = spool_read(l->spool, SPOOL_IN, name, &fd, &is);
	if (rc == ERR_NOTFOUND)
		return 0;
	if (rc == ERR_MEMBER)
		err_set(&a.note, ERR_MEMBER, "not a regular file");
	if (rc == 0)
		rc = file_open(v, &a, fd, is.size);
	if (rc < 0 && err_fault(rc) == ERR_FAULT_PEER) {
		if (!a.note.err)
			err_set(&a.note, rc, "%s", err_text(rc));
		rc = is_young(l, name) ? 0 : refuse(&a, name, &is);
		goto out;
	}
	/* What was copied in and is not whole yet is looked at again. */
	if (rc == 0 && a.unreadable && is_young(l, name))
		goto out;
	if (rc == 0 && a.unreadable)
		a.for_good = fails_for_good(v, a.identity, a.unreadable);
	if (rc == 0)
		rc = apply(&a);
	applied = rc == 0 && !a.leave;
	if (rc == 0 && a.leave)
		park(l, name);
	else if (rc == 0 && a.note.err)
		rc = refuse(&a, name, &is);
	else if (rc == 0)
		rc = spool_take(l->spool, SPOOL_IN, name, &is);
	if (applied)
		unpark(l, name);
	/* Gone, or another one under its name: the next look is for that. */
	rc = rc == ERR_NOTFOUND || rc == ERR_CONFLICT ? 0 : rc;
out:
	if (fd >= 0)
		close(fd);
	blobs_drop(&a, !applied);
	bundle_reader_free(a.r);
	return rc;
}

/* ---- the thread */

struct waking {
	struct link_state *l;
	bool more;
};

static int wake_run(struct db_tx *tx, void *arg)
{
	struct waking *w = arg;
	struct inbox_turn t;
	asks_begin(w->l);
	int rc = inbox_turn_begin(w->l, tx, true, &t);
	if (rc == 0)
		rc = inbox_wake(&t, WAKE_MAX, &w->more);
	return rc == 0 ? inbox_turn_end(&t) : rc;
}

static int look_ready(struct db_tx *tx, void *arg)
{
	struct waking *w = arg;
	return inbox_any_ready(w->l, tx, &w->more);
}

static int wake_all(struct db_tx *tx, void *arg)
{
	return inbox_wait_wake_all(arg, tx);
}

/* What was woken by more than one transaction could take. */
static int woken_all(struct link_state *l)
{
	struct waking w = {l, false};
	int rc = db_read(l->x->o.db, "", look_ready, &w);
	while (rc == 0 && w.more && !atomic_load(&l->x->stop))
		rc = db_write(l->x->o.db, "", wake_run, &w);
	return rc;
}

static int scan(struct receiving *v)
{
	struct link_state *l = v->l;
	struct spool_names names = {0};
	int rc = spool_scan(l->spool, SPOOL_IN, SCAN_MAX, &names), worst = 0;
	for (size_t i = 0; rc == 0 && i < names.n && !atomic_load(&l->x->stop); i++) {
		int one = file_take(v, names.v[i]);
		if (one == 0)
			one = woken_all(l);
		if (one < 0)
			log_error("receiver", "link=%s file=\"%s\" error=%s", l->c.link, names.v[i],
				err_name(one));
		worst = one < 0 && worst != ERR_NOSPACE ? one : worst;
	}
	spool_names_free(&names);
	return rc < 0 ? rc : worst;
}

/* An officer's decision: what waits is looked at again. */
static void decided(struct link_state *l)
{
	uint64_t n;
	if (read(l->receive_wake, &n, sizeof n) > 0)
		l->version++;
}

void *receiver_run(void *arg)
{
	struct link_state *l = arg;
	struct receiving *v = calloc(1, sizeof *v);
	int failures = 0, rest = l->c.scan_ms > 0 ? (int)l->c.scan_ms : SCAN_MS;
	REQUIRE(v);
	v->l = l;
	int rc = l->c.quiet ? spool_watch_none(&v->watch) : spool_watch_new(l->spool, SPOOL_IN, &v->watch);
	REQUIRE(rc == 0);
	if ((rc = db_write(l->x->o.db, "", wake_all, l)) < 0 || (rc = woken_all(l)) < 0)
		log_error("receiver", "link=%s error=%s", l->c.link, err_name(rc));
	while (!atomic_load(&l->x->stop)) {
		rc = scan(v);
		exchange_in_full(l, rc == ERR_NOSPACE);
		failures = rc < 0 ? failures + 1 : 0;
		if (!atomic_load(&l->x->stop))
			spool_watch_wait(v->watch, l->receive_wake,
				failures ? 100 << (failures < 6 ? failures : 6) : rest);
		decided(l);
	}
	spool_watch_free(v->watch);
	free(l->parked);
	l->parked = NULL;
	free(v);
	return NULL;
}
