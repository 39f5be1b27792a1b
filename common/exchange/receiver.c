/* The thread of the incoming end of a link: opens each file in in/, has it applied, removes it after the
 * commit. */
#include "common/exchange/arrival_load.h"
#include "common/exchange/ask_in.h"
#include "common/exchange/in_file.h"
#include "common/exchange/inbox_wait.h"
#include "common/exchange/stream_record.h"
#include "common/exchange/stream_store.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCAN_MS 500
#define SCAN_MAX 100000
#define WAKE_MAX 256
/* Copies that fail in the same way: so many times, then no other one would do better. Damage on the way is
 * given more chances than a payload that does not open. */
#define FAILS_MAX 64
#define FAILS_UNREADABLE 2
#define FAILS_DAMAGED 5

struct failed {
	struct digest identity;
	int err, times;
};
struct receiving {
	struct link_state *l;
	struct spool_watch *watch;
	struct failed fails[FAILS_MAX];
	size_t nfails;
};

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

static void after_commit(struct arrival *a)
{
	struct exchange *x = a->l->x;
	if (a->taken || a->holes)
		exchange_owe_ack(a->l);
	ask_in_commit(a->l);
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
	ask_in_begin(l);
	a->careful = false;
	int rc = db_write(l->x->o.db, "", arrival_apply, a);
	if (rc < 0 && a->refuses) {
		ask_in_begin(l);
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

/* Handles one file; a failure that is not the file's leaves it for a later try. */
static int file_take(struct receiving *v, const char *name)
{
	struct link_state *l = v->l;
	struct arrival a = {.l = l};
	struct taken_file is = {0};
	int fd = -1;
	bool applied = false;
	if (in_file_is_parked(l, name))
		return 0;
	int rc = spool_read(l->spool, SPOOL_IN, name, &fd, &is);
	if (rc == ERR_NOTFOUND)
		return 0;
	if (rc == ERR_MEMBER)
		err_set(&a.note, ERR_MEMBER, "not a regular file");
	if (rc == 0)
		rc = arrival_load(&a, fd, is.size);
	if (rc < 0 && err_fault(rc) == ERR_FAULT_PEER) {
		if (!a.note.err)
			err_set(&a.note, rc, "%s", err_text(rc));
		rc = in_file_is_young(l, name) ? 0 : refuse(&a, name, &is);
		goto out;
	}
	/* What was copied in and is not whole yet is looked at again. */
	if (rc == 0 && a.unreadable && in_file_is_young(l, name))
		goto out;
	if (rc == 0 && a.unreadable)
		a.for_good = fails_for_good(v, a.identity, a.unreadable);
	if (rc == 0)
		rc = apply(&a);
	applied = rc == 0 && !a.leave;
	if (rc == 0 && a.leave)
		in_file_park(l, name);
	else if (rc == 0 && a.note.err)
		rc = refuse(&a, name, &is);
	else if (rc == 0)
		rc = spool_take(l->spool, SPOOL_IN, name, &is);
	if (applied)
		in_file_unpark(l, name);
	/* Gone, or another one under its name: the next look is for that. */
	rc = rc == ERR_NOTFOUND || rc == ERR_CONFLICT ? 0 : rc;
out:
	if (fd >= 0)
		close(fd);
	arrival_load_drop(&a, !applied);
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
	ask_in_begin(w->l);
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
