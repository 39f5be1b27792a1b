#include "common/audit/audit_reconcile_impl.h"
#include "common/base/room.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int audit_reconcile_new(struct audit_reconcile **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : ERR_NOMEM;
}

void audit_reconcile_free(struct audit_reconcile *r)
{
	if (!r)
		return;
	free(r->events);
	free(r->discs);
	free(r->refusals);
	free(r);
}

int audit_reconcile_log(struct audit_reconcile *r, const char *origin, const char *place, size_t *log)
{
	const char *slash = strchr(origin, '/');
	const char *station = slash ? slash + 1 : origin;
	if (r->nlogs == AUDIT_RECONCILE_LOGS)
		return ERR_LIMIT;
	struct reconcile_log *l = &r->logs[r->nlogs];
	l->place = place;
	l->role = strncmp(station, "gap-", 4) == 0     ? RECONCILE_GUARD
		  : strncmp(station, "diode-", 6) == 0 ? RECONCILE_DIODE
		  : strncmp(station, "burner", 6) == 0 ? RECONCILE_LEDGER
						       : RECONCILE_ZONE;
	snprintf(l->zone, sizeof l->zone, "%.*s", slash ? (int)(slash - origin) : 15, origin);
	*log = r->nlogs++;
	return 0;
}

/* ---- entries */

static int event_add(struct audit_reconcile *r, const struct reconcile_event *e)
{
	int rc = ROOM(r->events, r->nevents, r->cap_events);
	if (rc == 0)
		r->events[r->nevents++] = *e;
	return rc;
}

static int name_take(const json_t *d, const char *key, char out[static RECONCILE_NAME], struct err_note *note)
{
	const char *s = NULL;
	int rc = json_get_str(d, key, RECONCILE_NAME - 1, &s, note);
	if (rc == 0)
		snprintf(out, RECONCILE_NAME, "%s", s);
	return rc;
}

/* Numbers that a record closed, one event each. */
static int voids_add(struct audit_reconcile *r, const struct reconcile_event *by, const json_t *d)
{
	const json_t *v;
	size_t i;
	int rc = 0;
	json_array_foreach(json_object_get(d, "voids"), i, v)
	{
		struct reconcile_event e = *by;
		e.kind = RECONCILE_VOIDED;
		e.epoch = json_int(v, "epoch");
		e.seq = json_int(v, "seq");
		if (rc == 0)
			rc = event_add(r, &e);
	}
	return rc;
}

static int bundle_take(
	struct audit_reconcile *r, struct reconcile_event *e, const json_t *entry, struct err_note *note)
{
	const char *zone = r->logs[e->log].zone;
	json_t *d = NULL;
	int rc = json_get_obj(entry, "detail", &d, note);
	if (rc == 0 && digest_parse(json_str(entry, "subject"), &e->identity) < 0)
		rc = err_set(note, ERR_SCHEMA, "subject: no identity of a bundle");
	if (rc == 0)
		rc = name_take(d, "link", e->link, note);
	if (rc == 0)
		rc = json_get_int(d, "epoch", 1, INT64_MAX, &e->epoch, note);
	if (rc == 0)
		rc = json_get_int(d, "seq", 1, INT64_MAX, &e->seq, note);
	if (rc == 0)
		rc = e->kind == RECONCILE_CARRIED ? name_take(d, "from", e->from, note)
						  : name_take(d, "peer", e->peer, note);
	if (rc < 0)
		return rc;
	e->messages = json_int(d, "messages");
	if (e->kind == RECONCILE_SENT)
		memcpy(e->from, zone, sizeof e->from);
	else if (e->kind == RECONCILE_RECEIVED)
		memcpy(e->from, e->peer, sizeof e->from);
	rc = event_add(r, e);
	return rc == 0 && e->kind == RECONCILE_SENT ? voids_add(r, e, d) : rc;
}

/* What an end of the diode did with a file: of which bundle, its name tells
 * (LINK-FROM-EPOCH-SEQ-IDENTITY.swb). Other files are nothing to compare. */
static int object_take(struct audit_reconcile *r, struct reconcile_event *e, const json_t *entry)
{
	const char *name = json_str(entry, "subject");
	unsigned prefix = 0;
	int end = 0;
	if (sscanf(name, "%15[^-]-%15[^-]-%6" SCNd64 "-%12" SCNd64 "-%8x.swb%n", e->link, e->from, &e->epoch,
		    &e->seq, &prefix, &end) != 5 ||
		end == 0 || name[end] != '\0' || e->epoch < 1 || e->seq < 1)
		return 0;
	for (size_t i = 0; i < RECONCILE_PREFIX; i++)
		e->identity.b[i] = (uint8_t)(prefix >> (8 * (RECONCILE_PREFIX - 1 - i)));
	return event_add(r, e);
}

static int disc_take(struct audit_reconcile *r, const struct reconcile_disc_event *e)
{
	int rc = ROOM(r->discs, r->ndiscs, r->cap_discs);
	if (rc == 0)
		r->discs[r->ndiscs++] = *e;
	return rc;
}

static int refusal_take(struct audit_reconcile *r, size_t log, int64_t index, bool disc, const json_t *entry)
{
	const json_t *d = json_object_get(entry, "detail");
	struct digest identity;
	if (ROOM(r->refusals, r->nrefusals, r->cap_refusals) < 0)
		return ERR_NOMEM;
	struct reconcile_refusal *x = &r->refusals[r->nrefusals++];
	*x = (struct reconcile_refusal){.disc = disc, .log = log, .index = index};
	snprintf(x->link, sizeof x->link, "%s", json_str(d, "link"));
	snprintf(x->reason, sizeof x->reason, "%s", json_str(d, "reason"));
	x->epoch = json_int(d, "epoch");
	x->seq = json_int(d, "seq");
	/* The subject may be a file's name, which is the enemy's to choose: only what has a form is said
	 * again. */
	const char *subject = json_str(entry, "subject");
	if (digest_parse(subject, &identity) == 0 ||
		(disc && subject[strspn(subject, "DMED-0123456789")] == '\0'))
		snprintf(x->subject, sizeof x->subject, "%s", subject);
	return 0;
}

int audit_reconcile_entry(
	struct audit_reconcile *r, size_t log, int64_t index, const json_t *entry, struct err_note *note)
{
	static const struct {
		const char *action;
		enum { BUNDLE, OBJECT, DISC, REFUSAL, DISC_REFUSAL } what;
		int kind;
	} actions[] = {{"bundle.sent", BUNDLE, RECONCILE_SENT},
		{"bundle.received", BUNDLE, RECONCILE_RECEIVED},
		{"bundle.hand-over", BUNDLE, RECONCILE_CARRIED}, {"disc.burnt", DISC, RECONCILE_BURNT},
		{"object.sent", OBJECT, RECONCILE_LEFT}, {"object.published", OBJECT, RECONCILE_CAME},
		{"object.refused", REFUSAL, 0}, {"disc.voided", DISC, RECONCILE_DISC_VOIDED},
		{"disc.imported", DISC, RECONCILE_IMPORTED}, {"bundle.quarantined", REFUSAL, 0},
		{"bundle.refuse", REFUSAL, 0}, {"disc.refused", DISC_REFUSAL, 0}};
	const char *action = json_str(entry, "action");
	struct reconcile_log *l = &r->logs[log];
	int64_t at = 0;
	REQUIRE(log < r->nlogs);
	if (time_parse(json_str(entry, "at"), &at) < 0)
		return err_set(note, ERR_SCHEMA, "at: no time");
	l->end = at > l->end ? at : l->end;
	size_t i = 0;
	while (i < sizeof actions / sizeof *actions && strcmp(actions[i].action, action) != 0)
		i++;
	if (i == sizeof actions / sizeof *actions)
		return 0;
	if (actions[i].what == REFUSAL || actions[i].what == DISC_REFUSAL)
		return refusal_take(r, log, index, actions[i].what == DISC_REFUSAL, entry);
	if (actions[i].what == DISC) {
		struct reconcile_disc_event e = {
			.kind = actions[i].kind, .at = at, .index = index, .log = log};
		snprintf(e.disc, sizeof e.disc, "%s", json_str(entry, "subject"));
		snprintf(e.identity, sizeof e.identity, "%s",
			json_str(json_object_get(entry, "detail"), "identity"));
		l->burns = l->burns || e.kind == RECONCILE_BURNT;
		return disc_take(r, &e);
	}
	struct reconcile_event e = {.kind = actions[i].kind, .at = at, .index = index, .log = log};
	return actions[i].what == OBJECT ? object_take(r, &e, entry) : bundle_take(r, &e, entry, note);
}

/* ---- the run */

static int order(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_number(const void *x, const void *y)
{
	const struct reconcile_event *a = x, *b = y;
	int c = strcmp(a->link, b->link);
	c = c ? c : strcmp(a->from, b->from);
	c = c ? c : order(a->epoch, b->epoch);
	c = c ? c : order(a->seq, b->seq);
	c = c ? c : order(a->kind, b->kind);
	c = c ? c : order((int64_t)a->log, (int64_t)b->log);
	return c ? c : order(a->index, b->index);
}

static int by_disc(const void *x, const void *y)
{
	const struct reconcile_disc_event *a = x, *b = y;
	int c = strcmp(a->disc, b->disc);
	c = c ? c : order(a->kind, b->kind);
	return c ? c : order(a->at, b->at);
}

void reconcile_place(
	const struct reconcile_run *run, struct audit_reconcile_finding *f, size_t log, int64_t index)
{
	if (f->nplaces == sizeof f->places / sizeof *f->places)
		return;
	f->places[f->nplaces].log = run->r->logs[log].place;
	f->places[f->nplaces++].index = index;
}

void reconcile_say(struct reconcile_run *run, struct audit_reconcile_finding *f, const char *reason,
	const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof f->text, fmt, ap);
	va_end(ap);
	f->reason = reason;
	run->findings++;
	run->to->finding(run->to->arg, f);
}

static void refusals_say(struct reconcile_run *run)
{
	for (size_t i = 0; i < run->r->nrefusals; i++) {
		const struct reconcile_refusal *x = &run->r->refusals[i];
		struct audit_reconcile_finding f = {.what = x->disc ? "disc" : "file",
			.link = x->link,
			.from = "",
			.epoch = x->epoch,
			.seq = x->seq};
		memcpy(f.subject, x->subject, sizeof f.subject);
		reconcile_place(run, &f, x->log, x->index);
		reconcile_say(run, &f, "REFUSED", "%s refused with %s", f.what, x->reason);
	}
}

int audit_reconcile_run(struct audit_reconcile *r, const struct audit_reconcile_options *o,
	const struct audit_reconcile_report *to, int64_t *findings)
{
	struct reconcile_run run = {.r = r, .to = to, .at = o->at_ms, .late = o->late_ms};
	for (size_t i = 0; i < r->nlogs && !o->at_ms; i++)
		run.at = r->logs[i].end > run.at ? r->logs[i].end : run.at;
	if (r->nevents)
		qsort(r->events, r->nevents, sizeof *r->events, by_number);
	if (r->ndiscs)
		qsort(r->discs, r->ndiscs, sizeof *r->discs, by_disc);
	reconcile_bundles(&run);
	reconcile_discs(&run);
	refusals_say(&run);
	*findings = run.findings;
	return 0;
}
