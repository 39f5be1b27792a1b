#include "zones/extranet/transfer/access.h"

#include "common/audit/audit.h"
#include "common/log/log.h"
#include "zones/extranet/store/access.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUND 64
#define ANSWER_MAX 65536
#define HALF_WRITTEN_MS 2000

struct step {
	const struct access_desk *d;
	int64_t now_ms;
	json_t *waiting;
	char day[DAY_TEXT];
	struct access_answer answer;
	struct err_note note;
};

/* ---- answers */
static int answered(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	int rc = access_answered(tx, &s->answer, s->now_ms, &s->note);
	if (rc < 0 || s->answer.accepted)
		return rc;
	json_t *detail = json_pack("{s:s}", "code", s->answer.code);
	rc = detail ? audit_record(tx, "system", "access.refused", s->answer.id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static int answer_file(struct step *s, const char *name, struct buf *text, struct taken_file *is, bool *fresh)
{
	int fd = -1;
	int rc = spool_read(s->d->spool, SPOOL_IN, name, &fd, is);
	if (rc < 0)
		return err_set(&s->note, rc, "%s: %s", name, err_text(rc));
	int64_t size = is->size;
	*fresh = time_now_ms() - (int64_t)is->mtime.tv_sec * 1000 < HALF_WRITTEN_MS;
	if (size > ANSWER_MAX)
		rc = err_set(&s->note, ERR_LIMIT, "%lld bytes", (long long)size);
	if (rc == 0)
		rc = buf_reserve(text, (size_t)size + 1);
	if (rc == 0 && (rc = file_read_full(fd, text->p, (size_t)size)) == 0) {
		text->n = (size_t)size;
		text->p[size] = '\0';
	}
	close(fd);
	return rc;
}

/* Said of the message its name is of? */
static int answer_read(struct step *s, const char *name, struct view text)
{
	char wanted[ACCESS_ANSWER + 8];
	int rc = access_answer_read(text, &s->answer, &s->note);
	if (rc < 0)
		return rc;
	snprintf(wanted, sizeof wanted, "Rep%s.xml", s->answer.id);
	return strcmp(wanted, name) == 0
		       ? 0
		       : err_set(&s->note, ERR_SCHEMA, "an answer for %s under another name", s->answer.id);
}

/* Another file that has the name by now is for the next round. */
static int answer_done(int rc)
{
	return rc == ERR_NOTFOUND || rc == ERR_CONFLICT ? 0 : rc;
}

static int answer_take(struct step *s, const char *name)
{
	struct buf text;
	struct taken_file is = {0};
	bool fresh = false;
	s->note = (struct err_note){0};
	buf_init(&text, ANSWER_MAX + 2);
	int rc = answer_file(s, name, &text, &is, &fresh);
	if (rc == 0)
		rc = answer_read(s, name, buf_view(&text));
	bool unread = rc < 0;
	if (rc == 0)
		rc = db_write(s->d->db, s->d->tenant, answered, s);
	buf_fini(&text);
	if (unread && fresh)
		return 0; /* it may be half written: the next look tells */
	if (rc == 0 || rc == ERR_DUPLICATE)
		return answer_done(spool_take(s->d->spool, SPOOL_IN, name, &is));
	if (!unread && rc != ERR_NOTFOUND && rc != ERR_STATE && rc != ERR_FORK)
		return rc;
	log_warn("access-answer", "file=\"%s\" reason=%s %s", name, err_name(rc), s->note.text);
	s->note.err = s->note.err ? s->note.err : rc;
	return answer_done(spool_quarantine(s->d->spool, SPOOL_IN, name, &is, &s->note));
}

/* Files of several offices lie in one folder: Rep, then the id, which begins with the division. A name that
 * is of nobody is looked at by all. */
static bool of_another(const struct access_desk *d, const char *name)
{
	for (const char *const *t = d->others; t && *t; t++)
		if (strncmp(name, "Rep", 3) == 0 && strncmp(name + 3, *t, 6) == 0)
			return strcmp(*t, d->tenant) != 0;
	return false;
}

static int answers_take(struct step *s)
{
	struct spool_names names = {0};
	int rc = spool_scan(s->d->spool, SPOOL_IN, 4 * ROUND, &names);
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		if (!of_another(s->d, names.v[i]))
			rc = answer_take(s, names.v[i]);
	spool_names_free(&names);
	return rc;
}

/* ---- handing over */
static int file_make(struct step *s, const json_t *one, struct buf *file)
{
	struct view text = view_str(json_str(one, "text"));
	struct buf signature;
	if (*json_str(one, "day"))
		return buf_add_view(file, text);
	buf_init(&signature, 512);
	int rc = sign_make(s->d->seal, text, &signature);
	if (rc == 0)
		rc = access_sign(text, buf_view(&signature), file);
	buf_fini(&signature);
	return rc;
}

static int file_put(struct step *s, const char *name, struct view content)
{
	struct file_new *f = NULL;
	int rc = spool_new(s->d->spool, SPOOL_OUT, &f);
	if (rc == 0)
		rc = file_write_all(file_new_fd(f), content.p, content.n);
	if (rc == 0)
		rc = spool_publish(s->d->spool, SPOOL_OUT, f, name);
	file_new_free(f);
	return rc;
}

static int hand_over(struct step *s, const json_t *one)
{
	struct buf file;
	char name[64];
	snprintf(name, sizeof name, "%s%s.xml", *json_str(one, "day") ? "Log" : "Biz", json_str(one, "id"));
	buf_init(&file, ACCESS_DAILY_MAX);
	int rc = file_make(s, one, &file);
	if (rc == 0)
		rc = file_put(s, name, buf_view(&file));
	if (rc == ERR_EXISTS) { /* from before a crash, or refused and not fetched: the newest stands */
		rc = spool_remove(s->d->spool, SPOOL_OUT, name);
		if (rc == 0)
			rc = file_put(s, name, buf_view(&file));
	}
	buf_fini(&file);
	return rc;
}

static int waiting(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	json_decref(s->waiting);
	s->waiting = NULL;
	return access_waiting(tx, s->d->vault, ROUND, &s->waiting);
}

static int handed(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	return access_handed(tx, s->waiting, s->now_ms);
}

/* *more: as many waited as one look takes. */
static int waiting_hand(struct step *s, bool *more)
{
	size_t i;
	const json_t *one;
	int rc = db_read(s->d->db, s->d->tenant, waiting, s);
	*more = rc == 0 && json_array_size(s->waiting) >= ROUND;
	if (rc == 0 && json_array_size(s->waiting) == 0)
		return 0;
	json_array_foreach(s->waiting, i, one)
	{
		if (rc == 0)
			rc = hand_over(s, one);
	}
	if (rc == 0)
		rc = spool_sync(s->d->spool, SPOOL_OUT);
	return rc == 0 ? db_write(s->d->db, s->d->tenant, handed, s) : rc;
}

/* ---- the daily log */
static int day_make(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	int rc = access_day_due(tx, s->now_ms, s->day);
	return rc == 0 ? access_day_make(tx, s->d->office, s->day, s->now_ms) : rc;
}

static int day_due(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	return access_day_due(tx, s->now_ms, s->day);
}

int access_round(const struct access_desk *d, int64_t now_ms)
{
	struct step s = {.d = d, .now_ms = now_ms};
	bool more = true;
	int rc = 0;
	/* First what waits: after a crash the answer to a file may be there before it counts as handed over.
	 */
	while (rc == 0 && more)
		rc = waiting_hand(&s, &more);
	if (rc == 0)
		rc = answers_take(&s);
	while (rc == 0 && (rc = db_read(d->db, d->tenant, day_due, &s)) == 0) {
		rc = db_write(d->db, d->tenant, day_make, &s);
		if (rc == 0)
			rc = waiting_hand(&s, &more);
	}
	json_decref(s.waiting);
	return rc == ERR_NOTFOUND ? 0 : rc;
}
