/* After a start, and after a commit whose outcome is not known: what has a number and is not published yet
 * lies in tmp/, one of SETTLE_MAX at most and the one that was being built. */
#include "common/exchange/build.h"
#include "common/exchange/epoch_out.h"
#include "common/exchange/kept.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEWEST_MAX (SETTLE_MAX + 2)

DB_STMT_CROSS(bundle_out_newest,
	"SELECT epoch, seq, file, state, digest, deadline_ms FROM bundle_out WHERE link = "
	":link ORDER BY epoch DESC, seq DESC LIMIT :max");

struct newest {
	struct link_state *l;
	size_t n;
	struct {
		int64_t epoch, seq;
		char file[128];
		struct digest digest;
		bool has_digest, waits; /* it is to be sent, or was, and not known to be safe or let go */
	} v[NEWEST_MAX];
};

static int newest_read(struct db_tx *tx, void *arg)
{
	struct newest *s = arg;
	int64_t now = time_now_ms();
	int rc = 0;
	struct db_query *q = db_query(tx, &bundle_out_newest);
	db_bind_text(q, "link", s->l->c.link);
	db_bind_int(q, "max", NEWEST_MAX);
	for (s->n = 0; s->n < NEWEST_MAX && (rc = db_step(q)) == 1; s->n++) {
		s->v[s->n].epoch = db_int(q, 0);
		s->v[s->n].seq = db_int(q, 1);
		snprintf(s->v[s->n].file, sizeof s->v[0].file, "%s", db_text(q, 2));
		s->v[s->n].has_digest = !db_null(q, 4);
		if (s->v[s->n].has_digest)
			db_digest(q, 4, &s->v[s->n].digest);
		/* A request or reply that has arrived, or whose time is over, leaves. */
		int64_t deadline = db_int(q, 5);
		s->v[s->n].waits = strcmp(db_text(q, 3), "sent") == 0 && (deadline == 0 || deadline > now);
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static bool holds(struct link_state *l, enum spool_dir d, const char *file)
{
	int fd;
	struct taken_file is;
	if (spool_read(l->spool, d, file, &fd, &is) < 0)
		return false;
	close(fd);
	return true;
}

/* A name of tmp/: published when a number was committed for it and it is whole, gone otherwise. */
static int leftover(struct newest *s, const char *name)
{
	struct link_state *l = s->l;
	size_t i = 0;
	int whole = 0;
	while (i < s->n && strcmp(s->v[i].file, name) != 0)
		i++;
	if (i < s->n && s->v[i].waits)
		whole = s->v[i].has_digest ? kept_whole(l->spool, SPOOL_TMP, name, &s->v[i].digest) : 1;
	if (whole < 0)
		return whole;
	int rc = whole ? build_publish(l, name) : spool_remove(l->spool, SPOOL_TMP, name);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int leftovers(struct newest *s)
{
	struct spool_names names = {0};
	int rc = spool_scan(s->l->spool, SPOOL_TMP, 10000, &names);
	/* Sorted by their numbers. */
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = leftover(s, names.v[i]);
	spool_names_free(&names);
	return rc;
}

static int lost_run(struct db_tx *tx, void *arg)
{
	const struct newest *s = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->n; i++)
		if (s->v[i].waits)
			rc = epoch_out_lose(s->l->x, tx, s->l->c.link, s->v[i].epoch, s->v[i].seq);
	return rc;
}

/* Numbers whose file is nowhere. */
static int lost(struct newest *s)
{
	struct link_state *l = s->l;
	bool any = false;
	for (size_t i = 0; i < s->n; i++) {
		if (!s->v[i].waits)
			continue;
		s->v[i].waits = !holds(l, SPOOL_SENT, s->v[i].file);
		if (!s->v[i].waits)
			continue;
		any = true;
		log_warn("bundle-lost", "link=%s number=%lld/%lld: it will be voided", l->c.link,
			(long long)s->v[i].epoch, (long long)s->v[i].seq);
	}
	return any ? db_write(l->x->o.db, "", lost_run, s) : 0;
}

int build_recover(struct link_state *l)
{
	struct newest *s = calloc(1, sizeof *s);
	int rc = s ? settle_wait(l->settle) : ERR_NOMEM;
	if (rc == 0) {
		s->l = l;
		rc = db_read(l->x->o.db, "", newest_read, s);
	}
	if (rc == 0)
		rc = leftovers(s);
	if (rc == 0)
		rc = lost(s);
	if (rc == 0)
		l->behind = false;
	free(s);
	return rc;
}
