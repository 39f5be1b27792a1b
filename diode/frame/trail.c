#include "diode/frame/trail.h"

#include "common/audit/audit_log.h"
#include "common/audit/audit_prune_log.h"
#include "common/base/room.h"
#include "common/log/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUNDLE_MAX 200   /* bytes of a bundle's name */
#define TRAIL_DETAIL 128 /* bytes of what is told of a file, with its NUL */

struct noted {
	bool intent;
	const char *action;
	char subject[BUNDLE_MAX + 1], detail[TRAIL_DETAIL];
};

struct trail {
	struct audit_log *log;
	struct sign_key *signer;
	const struct suite *suite;
	bool spool;
	struct noted *v;
	size_t n, cap;
};

int trail_open(const struct trail_options *o, struct trail **out, struct err_note *note)
{
	char origin[64];
	*out = NULL;
	if (o->folder == NULL)
		return 0;
	if ((o->key == NULL) != (o->cert == NULL))
		return err_set(note, ERR_CONFIG, "audit_key, audit_cert: one without the other");
	struct trail *t = calloc(1, sizeof *t);
	if (t == NULL)
		return err_set(note, ERR_NOMEM, "audit");
	t->suite = o->suite;
	t->spool = o->spool;
	int err = o->key != NULL ? sign_key_load(o->key, o->cert, NULL, &t->signer, note) : 0;
	if (err == 0 && t->signer != NULL && sign_key_suite(t->signer) != o->suite)
		err = err_set(note, ERR_CONFIG, "audit_key: of another suite than this end");
	if (err == 0 && snprintf(origin, sizeof origin, "%s/%s", o->zone, o->station) >= (int)sizeof origin)
		err = err_set(note, ERR_CONFIG, "zone: too long");
	if (err == 0)
		err = audit_log_open(o->folder, origin, o->suite, t->signer, &t->log, note);
	if (err != 0) {
		trail_close(t);
		return err;
	}
	*out = t;
	return 0;
}

void trail_close(struct trail *t)
{
	if (t == NULL)
		return;
	free(t->v);
	audit_log_close(t->log);
	sign_key_free(t->signer);
	free(t);
}

static bool bundle_name(const char *name)
{
	size_t n = strlen(name);
	return n > 4 && n <= BUNDLE_MAX && name[0] != '.' && strcmp(name + n - 4, ".swb") == 0 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool trail_wants(const struct trail *t, const char *name, uint64_t size)
{
	return t != NULL && !(t->spool && size <= TRAIL_TICK_MAX && strstr(name, "-tick-") != NULL);
}

int trail_note(
	struct trail *t, enum trail_when when, const char *action, const char *name, const char *detail, ...)
{
	va_list ap;
	if (t == NULL)
		return 0;
	if (ROOM(t->v, t->n, t->cap) < 0)
		return ERR_NOMEM;
	struct noted *x = &t->v[t->n++];
	x->intent = when == TRAIL_BEFORE;
	x->action = action;
	if (t->spool && bundle_name(name))
		memcpy(x->subject, name, strlen(name) + 1);
	else
		digest_hex_of(t->suite, view_of(name, strlen(name)), x->subject);
	va_start(ap, detail);
	int n = vsnprintf(x->detail, sizeof x->detail, detail, ap);
	va_end(ap);
	REQUIRE(n > 0 && n < (int)sizeof x->detail);
	return 0;
}

/* The first `done` are in the log; of the rest what was only intended goes. */
static void forget(struct trail *t, size_t done)
{
	size_t kept = 0;
	for (size_t i = done; i < t->n; i++)
		if (!t->v[i].intent)
			t->v[kept++] = t->v[i];
	t->n = kept;
}

int trail_write(struct trail *t)
{
	size_t done = 0;
	if (t == NULL || t->n == 0)
		return 0;
	struct audit_record *v = calloc(t->n, sizeof *v);
	for (size_t i = 0; v != NULL && i < t->n; i++)
		v[i] = (struct audit_record){t->v[i].action, t->v[i].subject, view_str(t->v[i].detail)};
	int err = v != NULL ? audit_log_append_records(t->log, v, t->n, &done) : ERR_AUDIT;
	free(v);
	forget(t, done);
	return err;
}

int trail_sign(struct trail *t)
{
	return t == NULL || t->signer == NULL || audit_log_checkpoint(t->log, NULL, NULL) == 0 ? 0
											       : ERR_AUDIT;
}

int trail_prune(const struct trail_options *o, const char *day)
{
	struct err_note note = {0};
	struct trail *t = NULL;
	int err = trail_open(o, &t, &note);
	if (err == 0)
		err = audit_prune_command(t->log, o->station, day, &note);
	if (err != 0)
		(void)log_refusal(&note);
	trail_close(t);
	return err == ERR_USAGE ? 2 : err != 0;
}
