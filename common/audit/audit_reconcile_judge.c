/* What is said of the events: those of one number beside each other, then the streams' counts. */
#include "common/audit/audit_reconcile_impl.h"

#include <string.h>

/* Events of one number, in their order by kind. */
struct number {
	const struct reconcile_event *v;
	size_t n;
	const struct reconcile_event *first[RECONCILE_KINDS]; /* of each kind; NULL none */
};

static bool same_stream(const struct reconcile_event *a, const struct reconcile_event *b)
{
	return strcmp(a->link, b->link) == 0 && strcmp(a->from, b->from) == 0;
}

static bool same_number(const struct reconcile_event *a, const struct reconcile_event *b)
{
	return same_stream(a, b) && a->epoch == b->epoch && a->seq == b->seq;
}

/* The log of a zone's daemon, NULL when it is not among those given. Of several copies the longest. */
static const struct reconcile_log *zone_log(const struct reconcile_run *run, const char *zone)
{
	const struct reconcile_log *found = NULL;
	for (size_t i = 0; i < run->r->nlogs; i++) {
		const struct reconcile_log *l = &run->r->logs[i];
		if (l->role == RECONCILE_ZONE && strcmp(l->zone, zone) == 0 &&
			(!found || l->end > found->end))
			found = l;
	}
	return found;
}

static struct audit_reconcile_finding about(const struct reconcile_run *run, const struct reconcile_event *e)
{
	struct audit_reconcile_finding f = {
		.what = "bundle", .link = e->link, .from = e->from, .epoch = e->epoch, .seq = e->seq};
	digest_hex(&e->identity, f.subject);
	reconcile_place(run, &f, e->log, e->index);
	return f;
}

static void pair_say(struct reconcile_run *run, const char *reason, const struct reconcile_event *a,
	const struct reconcile_event *b, const char *text)
{
	struct audit_reconcile_finding f = about(run, a);
	char hex[DIGEST_HEX];
	digest_hex(&b->identity, hex);
	reconcile_place(run, &f, b->log, b->index);
	if (digest_eq(&a->identity, &b->identity))
		reconcile_say(run, &f, reason, "%s", text);
	else
		reconcile_say(run, &f, reason, "%s: %.16s and %.16s", text, f.subject, hex);
}

/* One number names one content, and each side takes it once. A repeat passes a guard as often as it is sent.
 */
static void doubles_judge(struct reconcile_run *run, const struct number *x)
{
	for (size_t i = 1; i < x->n; i++) {
		const struct reconcile_event *a = &x->v[i - 1], *b = &x->v[i];
		bool same = digest_eq(&a->identity, &b->identity);
		if (a->kind != b->kind || a->kind == RECONCILE_VOIDED)
			continue;
		if (!same)
			pair_say(run, "FORK", a, b, "two contents under one number");
		else if (a->kind == RECONCILE_SENT)
			pair_say(run, "DUPLICATE", a, b, "sent twice under one number");
		else if (a->kind == RECONCILE_RECEIVED)
			pair_say(run, "DUPLICATE", a, b, "received twice");
	}
}

static void missing_judge(struct reconcile_run *run, const struct number *x, struct audit_reconcile_count *c)
{
	const struct reconcile_event *sent = x->first[RECONCILE_SENT], *carried = x->first[RECONCILE_CARRIED],
				     *left = x->first[RECONCILE_LEFT], *came = x->first[RECONCILE_CAME];
	const struct reconcile_log *there = zone_log(run, sent->peer);
	char at[TIME_TEXT], end[TIME_TEXT];
	if (!there) {
		c->unknown++;
		return;
	}
	if (run->at - sent->at <= run->late) {
		c->under_way++;
		return;
	}
	struct audit_reconcile_finding f = about(run, sent);
	time_text(sent->at, at);
	time_text(there->end, end);
	if (carried)
		reconcile_place(run, &f, carried->log, carried->index);
	if (left)
		reconcile_place(run, &f, left->log, left->index);
	if (came)
		reconcile_place(run, &f, came->log, came->index);
	reconcile_say(run, &f, "MISSING", "sent %s%s%s%s, not received by %s (whose log ends %s)", at,
		carried ? ", carried by the guard" : "", left ? ", left on the diode" : "",
		came ? ", arrived at its end" : "", sent->peer, end);
}

/* Nobody sent it. A copy of the sender's log that ends before may be too old to tell. */
static void unsent_judge(
	struct reconcile_run *run, const struct number *x, int64_t newest, struct audit_reconcile_count *c)
{
	const struct reconcile_event *e = x->first[RECONCILE_RECEIVED]  ? x->first[RECONCILE_RECEIVED]
					  : x->first[RECONCILE_CARRIED] ? x->first[RECONCILE_CARRIED]
					  : x->first[RECONCILE_CAME]    ? x->first[RECONCILE_CAME]
									: x->first[RECONCILE_LEFT];
	const struct reconcile_log *there = zone_log(run, e->from);
	if (!there || (e->at > there->end && e->seq > newest)) {
		c->unknown++;
		return;
	}
	struct audit_reconcile_finding f = about(run, e);
	reconcile_say(run, &f, "FORGED", "%s, but %s never recorded sending it",
		e->kind == RECONCILE_RECEIVED  ? "received"
		: e->kind == RECONCILE_CARRIED ? "carried by the guard"
		: e->kind == RECONCILE_CAME    ? "arrived over the diode"
					       : "left on the diode",
		e->from);
}

/* Up to when the guard of this stream tells what it carried; 0: no guard's log knows the stream. */
static int64_t guard_end(const struct reconcile_run *run, const struct reconcile_event *e)
{
	int64_t end = 0;
	for (size_t i = 0; i < run->r->nevents; i++) {
		const struct reconcile_event *c = &run->r->events[i];
		if (c->kind == RECONCILE_CARRIED && same_stream(c, e) && run->r->logs[c->log].end > end)
			end = run->r->logs[c->log].end;
	}
	return end;
}

static void both_judge(struct reconcile_run *run, const struct number *x, int64_t guarded)
{
	const struct reconcile_event *sent = x->first[RECONCILE_SENT], *carried = x->first[RECONCILE_CARRIED],
				     *received = x->first[RECONCILE_RECEIVED];
	char at[TIME_TEXT], came[TIME_TEXT];
	if (!digest_eq(&sent->identity, &received->identity)) {
		pair_say(run, "FORK", sent, received, "received with another content than was sent");
		return;
	}
	if (sent->messages != received->messages) {
		struct audit_reconcile_finding f = about(run, sent);
		reconcile_place(run, &f, received->log, received->index);
		reconcile_say(run, &f, "MISSING", "%lld of its %lld messages were received",
			(long long)received->messages, (long long)sent->messages);
	}
	if (received->at <= guarded && !carried) {
		struct audit_reconcile_finding f = about(run, received);
		reconcile_say(run, &f, "BYPASS", "received, but no guard recorded carrying it");
	}
	if (received->at - sent->at > run->late) {
		struct audit_reconcile_finding f = about(run, sent);
		time_text(sent->at, at);
		time_text(received->at, came);
		reconcile_place(run, &f, received->log, received->index);
		reconcile_say(run, &f, "LATE", "sent %s, received %s", at, came);
	}
}

/* newest: greatest number of this epoch before this one that was recorded as sent, 0 none. */
static void hole_judge(struct reconcile_run *run, const struct reconcile_event *sent, int64_t newest)
{
	if (newest == 0 || sent->seq <= newest + 1)
		return;
	struct audit_reconcile_finding f = about(run, sent);
	f.seq = newest + 1;
	f.subject[0] = '\0';
	reconcile_say(run, &f, "HOLE", "numbers %lld to %lld were never recorded as sent",
		(long long)newest + 1, (long long)sent->seq - 1);
}

/* Of the identity an end of the diode knows what stands in the file's name. */
static void ends_judge(struct reconcile_run *run, const struct number *x)
{
	const struct reconcile_event *sent = x->first[RECONCILE_SENT];
	for (int k = RECONCILE_LEFT; sent && k <= RECONCILE_CAME; k++)
		if (x->first[k] && memcmp(sent->identity.b, x->first[k]->identity.b, RECONCILE_PREFIX) != 0)
			pair_say(run, "FORK", sent, x->first[k],
				k == RECONCILE_LEFT
					? "left on the diode with another content than was sent"
					: "arrived over the diode with another content than was sent");
}

static void number_judge(struct reconcile_run *run, const struct number *x, int64_t guarded, int64_t *newest,
	struct audit_reconcile_count *c)
{
	const struct reconcile_event *sent = x->first[RECONCILE_SENT], *carried = x->first[RECONCILE_CARRIED],
				     *received = x->first[RECONCILE_RECEIVED],
				     *voided = x->first[RECONCILE_VOIDED];
	c->sent += sent != NULL;
	c->carried += carried != NULL;
	c->received += received != NULL;
	doubles_judge(run, x);
	if (sent) {
		hole_judge(run, sent, *newest);
		*newest = sent->seq;
	}
	if (sent && carried && !digest_eq(&sent->identity, &carried->identity))
		pair_say(run, "FORK", sent, carried, "carried with another content than was sent");
	ends_judge(run, x);
	if (sent && received)
		both_judge(run, x, guarded);
	else if (sent && voided)
		c->voided++;
	else if (sent)
		missing_judge(run, x, c);
	else if (received || carried || x->first[RECONCILE_CAME] || x->first[RECONCILE_LEFT])
		unsent_judge(run, x, *newest, c);
}

void reconcile_bundles(struct reconcile_run *run)
{
	const struct audit_reconcile *r = run->r;
	struct audit_reconcile_count c = {.link = NULL};
	int64_t newest = 0;
	int64_t guarded = 0; /* up to when the guard tells */
	for (size_t i = 0; i < r->nevents;) {
		struct number x = {.v = &r->events[i]};
		if (!c.link || !same_stream(x.v, x.v - 1)) {
			if (c.link)
				run->to->count(run->to->arg, &c);
			c = (struct audit_reconcile_count){.link = x.v->link, .from = x.v->from};
			guarded = guard_end(run, x.v);
		}
		if (i == 0 || !same_stream(x.v, x.v - 1) || x.v->epoch != x.v[-1].epoch)
			newest = 0;
		for (; i < r->nevents && same_number(&r->events[i], x.v); i++, x.n++)
			if (!x.first[r->events[i].kind])
				x.first[r->events[i].kind] = &r->events[i];
		number_judge(run, &x, guarded, &newest, &c);
	}
	if (c.link)
		run->to->count(run->to->arg, &c);
}

/* ---- discs */

static struct audit_reconcile_finding about_disc(
	const struct reconcile_run *run, const struct reconcile_disc_event *e)
{
	struct audit_reconcile_finding f = {.what = "disc", .link = "", .from = ""};
	REQUIRE(e);
	memcpy(f.subject, e->disc, sizeof e->disc);
	reconcile_place(run, &f, e->log, e->index);
	return f;
}

/* One of each kind; a second import is a finding of its own. */
static void disc_judge(struct reconcile_run *run, const struct reconcile_disc_event *const first[3],
	bool has_burner, bool has_importer, struct audit_reconcile_count *c)
{
	const struct reconcile_disc_event *burnt = first[RECONCILE_BURNT], *in = first[RECONCILE_IMPORTED];
	char at[TIME_TEXT], came[TIME_TEXT];
	c->sent += burnt != NULL;
	c->received += in != NULL;
	c->voided += first[RECONCILE_DISC_VOIDED] != NULL;
	if (burnt && in && in->at - burnt->at > run->late) {
		struct audit_reconcile_finding f = about_disc(run, burnt);
		time_text(burnt->at, at);
		time_text(in->at, came);
		reconcile_place(run, &f, in->log, in->index);
		reconcile_say(run, &f, "LATE", "burnt %s, imported %s", at, came);
	} else if (burnt && !in && !first[RECONCILE_DISC_VOIDED]) {
		if (!has_importer) {
			c->unknown++;
		} else if (run->at - burnt->at <= run->late) {
			c->under_way++;
		} else {
			struct audit_reconcile_finding f = about_disc(run, burnt);
			time_text(burnt->at, at);
			reconcile_say(run, &f, "MISSING", "burnt %s, never imported nor declared void", at);
		}
	} else if (in && !burnt && has_burner) {
		struct audit_reconcile_finding f = about_disc(run, in);
		reconcile_say(run, &f, "FORGED", "imported, but never burnt here");
	} else if (in && !burnt) {
		c->unknown++;
	}
	if (burnt && in && *burnt->identity && *in->identity && strcmp(burnt->identity, in->identity) != 0) {
		struct audit_reconcile_finding f = about_disc(run, burnt);
		reconcile_place(run, &f, in->log, in->index);
		reconcile_say(run, &f, "FORK", "imported with another manifest than was burnt: %s, not %s",
			in->identity, burnt->identity);
	}
	if (in && first[RECONCILE_DISC_VOIDED] && in->at > first[RECONCILE_DISC_VOIDED]->at) {
		struct audit_reconcile_finding f = about_disc(run, in);
		reconcile_place(
			run, &f, first[RECONCILE_DISC_VOIDED]->log, first[RECONCILE_DISC_VOIDED]->index);
		reconcile_say(run, &f, "FORGED", "imported after it was declared void");
	}
}

void reconcile_discs(struct reconcile_run *run)
{
	const struct audit_reconcile *r = run->r;
	struct audit_reconcile_count c = {.link = "discs", .from = ""};
	bool has_burner = false, has_importer = false;
	for (size_t i = 0; i < r->nlogs; i++)
		if (r->logs[i].role == RECONCILE_LEDGER) {
			has_burner = has_burner || r->logs[i].burns;
			has_importer = has_importer || !r->logs[i].burns;
		}
	for (size_t i = 0; i < r->ndiscs;) {
		const struct reconcile_disc_event *first[3] = {NULL}, *e = &r->discs[i];
		for (; i < r->ndiscs && strcmp(r->discs[i].disc, e->disc) == 0; i++) {
			const struct reconcile_disc_event *d = &r->discs[i];
			if (first[d->kind] && d->kind == RECONCILE_IMPORTED) {
				struct audit_reconcile_finding f = about_disc(run, first[d->kind]);
				reconcile_place(run, &f, d->log, d->index);
				reconcile_say(run, &f, "DUPLICATE", "imported twice");
			}
			if (!first[d->kind])
				first[d->kind] = d;
		}
		disc_judge(run, first, has_burner, has_importer, &c);
	}
	if (r->ndiscs)
		run->to->count(run->to->arg, &c);
}
