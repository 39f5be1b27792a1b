#include "common/exchange/exchange_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A random mark in the database and one outside it. Two phases, so that a crash between the two writes is no
 * restore: database.next = new; file = new; database.current = new. Beside the mark outside stands the
 * highest epoch that was ever used: a database that was restored or lost begins a higher one. */
DB_STMT_CROSS(boot_mark_select, "SELECT current, next FROM boot_mark WHERE one = 1");
DB_STMT_CROSS(boot_mark_insert, "INSERT INTO boot_mark (one, current, next) VALUES (1, :mark, :mark)");
DB_STMT_CROSS(boot_mark_next, "UPDATE boot_mark SET next = :mark WHERE one = 1");
DB_STMT_CROSS(boot_mark_current, "UPDATE boot_mark SET current = next WHERE one = 1");

struct marks {
	bool fresh;
	char current[37], next[37];
	struct uuid mark;
};

static int marks_begin(struct db_tx *tx, void *arg)
{
	struct marks *m = arg;
	struct db_query *q = db_query(tx, &boot_mark_select);
	int rc = db_step(q);
	m->fresh = rc == 0;
	if (rc == 1) {
		snprintf(m->current, sizeof m->current, "%s", db_text(q, 0));
		snprintf(m->next, sizeof m->next, "%s", db_text(q, 1));
	}
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, m->fresh ? &boot_mark_insert : &boot_mark_next);
	db_bind_text(q, "mark", m->mark.s);
	return db_exec(q);
}

static int marks_end(struct db_tx *tx, void *arg)
{
	(void)arg;
	return db_exec(db_query(tx, &boot_mark_current));
}

/* "MARK EPOCH"; absent: mark "", epoch 0. */
static int outside_read(struct exchange *x, char mark[static 37], int64_t *epoch)
{
	struct buf text;
	buf_init(&text, 128);
	*epoch = 0;
	mark[0] = '\0';
	int rc = file_read(AT_FDCWD, x->o.boot_mark_file, 127, &text);
	if (rc == 0 && text.n >= 36) {
		snprintf(mark, 37, "%.36s", (const char *)text.p);
		*epoch = strtoll((const char *)text.p + 36, NULL, 10);
	}
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int outside_write(struct exchange *x, const char *mark, int64_t epoch)
{
	char text[64];
	snprintf(text, sizeof text, "%s %lld\n", mark, (long long)epoch);
	return file_write(AT_FDCWD, x->o.boot_mark_file, 0600, view_str(text), "boot.mark");
}

int boot_mark_check(struct exchange *x, bool *same)
{
	struct marks m = {.mark = uuid_new()};
	char mark[37];
	int64_t epoch;
	int rc = outside_read(x, mark, &epoch);
	if (rc == 0)
		rc = db_write(x->o.db, "", marks_begin, &m);
	if (rc == 0)
		rc = outside_write(x, m.mark.s, epoch);
	if (rc == 0)
		rc = db_write(x->o.db, "", marks_end, NULL);
	if (rc < 0)
		return rc;
	/* A new database beside an old mark is a lost database; an old database without its mark was moved or
	 * restored. */
	*same = m.fresh ? !mark[0] : strcmp(mark, m.current) == 0 || strcmp(mark, m.next) == 0;
	atomic_store(&x->mark_epoch, epoch);
	return 0;
}

int boot_mark_epoch(struct exchange *x, int64_t epoch)
{
	char mark[37];
	int64_t had;
	if (atomic_load(&x->mark_epoch) >= epoch)
		return 0;
	pthread_mutex_lock(&x->mark_lock);
	int rc = outside_read(x, mark, &had);
	if (rc == 0 && epoch > had)
		rc = outside_write(x, mark, epoch);
	if (rc == 0)
		atomic_store(&x->mark_epoch, epoch > had ? epoch : had);
	pthread_mutex_unlock(&x->mark_lock);
	return rc;
}
