#include "common/exchange/exchange_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* A random mark in the database and one outside it. Two phases, so that a crash between the two writes is no
 * restore: database.next = new; file = new; database.current = new. */
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

int boot_mark_check(struct exchange *x, bool *same)
{
	struct marks m = {.mark = uuid_new()};
	struct buf text;
	buf_init(&text, 64);
	int rc = file_read(AT_FDCWD, x->o.boot_mark_file, 64, &text);
	bool file = rc == 0;
	if (rc == ERR_NOTFOUND)
		rc = 0;
	if (rc == 0)
		rc = db_write(x->o.db, "", marks_begin, &m);
	if (rc == 0)
		rc = file_write(AT_FDCWD, x->o.boot_mark_file, 0600, view_str(m.mark.s), "boot.mark");
	if (rc == 0)
		rc = db_write(x->o.db, "", marks_end, NULL);
	/* A new database beside an old mark is a lost database; an old database without its mark was moved or
	 * restored. */
	if (rc == 0)
		*same = m.fresh ? !file
				: file && (strcmp((const char *)text.p, m.current) == 0 ||
						  strcmp((const char *)text.p, m.next) == 0);
	buf_fini(&text);
	return rc;
}
