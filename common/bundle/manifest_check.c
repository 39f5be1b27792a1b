#include "common/bundle/manifest_check.h"
#include "common/bundle/bundle_limits.h"
#include <string.h>

static bool only(const char *s, size_t max, const char *set)
{
	size_t n = strlen(s);
	return n >= 1 && n <= max && strspn(s, set) == n;
}

/* Link or station: gap, diode, gap-outer … */
static bool name_ok(const char *s)
{
	return only(s, 15, "abcdefghijklmnopqrstuvwxyz0123456789-") && s[0] >= 'a' && s[0] <= 'z';
}

static bool number_ok(int64_t v, int64_t min)
{
	return v >= min && v <= MANIFEST_NUMBER_MAX;
}

static int check_names(const struct manifest *m, struct err_note *note)
{
	const struct {
		const char *key, *v;
	} names[] = {{"link", m->link}, {"from", m->from}, {"to", m->to}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!name_ok(names[i].v))
			return err_set(note, ERR_SCHEMA, "manifest.json: %s is not a name", names[i].key);
	int64_t ms;
	if (time_parse(m->created, &ms))
		return err_set(note, ERR_SCHEMA, "manifest.json: created is not a time");
	if (!suite_by_name(m->suite))
		return err_set(note, ERR_SUITE, "manifest.json: suite \"%s\" is not known", m->suite);
	if (strlen(m->key) != 16 || !only(m->key, 16, "0123456789abcdef"))
		return err_set(note, ERR_SCHEMA, "manifest.json: key is not a key id");
	return 0;
}

static int check_counts(const struct manifest *m, struct err_note *note)
{
	int64_t sum = 0;
	if (m->ncounts > MANIFEST_TYPES_MAX)
		return err_set(
			note, ERR_LIMIT, "manifest.json: more than %d message types", MANIFEST_TYPES_MAX);
	for (size_t i = 0; i < m->ncounts; i++) {
		if (!only(m->counts[i].type, 47, "abcdefghijklmnopqrstuvwxyz0123456789._-"))
			return err_set(note, ERR_SCHEMA, "manifest.json: counts: not a message type");
		for (size_t j = 0; j < i; j++)
			if (strcmp(m->counts[i].type, m->counts[j].type) == 0)
				return err_set(note, ERR_SCHEMA, "manifest.json: counts: %s twice",
					m->counts[i].type);
		if (m->counts[i].n < 1 || m->counts[i].n > MANIFEST_MESSAGES_MAX)
			return err_set(
				note, ERR_LIMIT, "manifest.json: counts: %s out of range", m->counts[i].type);
		sum += m->counts[i].n;
	}
	if (sum > MANIFEST_MESSAGES_MAX)
		return err_set(
			note, ERR_LIMIT, "manifest.json: more than %d messages", MANIFEST_MESSAGES_MAX);
	/* An empty bundle of kind messages carries an origin's void or statement over a further hop. */
	if (sum > 0 && m->kind != MANIFEST_MESSAGES)
		return err_set(note, ERR_SCHEMA, "manifest.json: counts do not fit the kind");
	if (digest_is_zero(&m->root) != (sum == 0))
		return err_set(note, ERR_SCHEMA, "manifest.json: root does not fit the counts");
	return 0;
}

static int check_ack(const struct manifest_ack *a, struct err_note *note)
{
	if (!a->peer[0])
		return 0;
	if (!name_ok(a->peer))
		return err_set(note, ERR_SCHEMA, "manifest.json: ack.peer is not a name");
	if (!number_ok(a->epoch, 0) || !number_ok(a->contiguous, 0) || !number_ok(a->known, a->contiguous) ||
		!number_ok(a->safe, 0))
		return err_set(note, ERR_RANGE, "manifest.json: ack: number out of range");
	if (a->contiguous == 0 && !digest_is_zero(&a->head))
		return err_set(note, ERR_SCHEMA, "manifest.json: ack.head names nothing");
	if (a->nranges > MANIFEST_RANGES_MAX || a->nrefused > sizeof a->refused / sizeof *a->refused)
		return err_set(note, ERR_LIMIT, "manifest.json: ack: too many entries");
	int64_t next = a->contiguous + 2;
	for (size_t i = 0; i < a->nranges; i++) {
		const struct manifest_range *r = &a->ranges[i];
		if (r->first < next || r->last < r->first || r->last > a->known)
			return err_set(note, ERR_RANGE, "manifest.json: ack.ranges[%zu] out of order", i);
		next = r->last + 2;
	}
	for (size_t i = 0; i < a->nrefused; i++) {
		if (!number_ok(a->refused[i].seq, 1) ||
			!only(a->refused[i].reason, 15, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			return err_set(note, ERR_SCHEMA, "manifest.json: ack.refused[%zu]", i);
	}
	return 0;
}

static int check_voids(const struct manifest *m, struct err_note *note)
{
	if (m->nvoids > MANIFEST_VOIDS_MAX)
		return err_set(note, ERR_LIMIT, "manifest.json: more than %d voids", MANIFEST_VOIDS_MAX);
	if ((m->nvoids > 0) != (m->kind == MANIFEST_VOID))
		return err_set(note, ERR_SCHEMA, "manifest.json: void does not fit the kind");
	for (size_t i = 0; i < m->nvoids; i++) {
		const struct manifest_void *v = &m->voids[i], *before = i ? &m->voids[i - 1] : NULL;
		if (!number_ok(v->epoch, 1) || !number_ok(v->seq, 1) || v->epoch > m->epoch ||
			(v->epoch == m->epoch && v->seq >= m->seq))
			return err_set(
				note, ERR_RANGE, "manifest.json: void[%zu] is not an earlier number", i);
		if (before &&
			(v->epoch < before->epoch || (v->epoch == before->epoch && v->seq <= before->seq)))
			return err_set(note, ERR_SCHEMA, "manifest.json: void[%zu] out of order", i);
	}
	return 0;
}

static int check_checkpoint(const struct manifest *m, struct err_note *note)
{
	const char *text = m->checkpoint.note ? m->checkpoint.note : "";
	const char *proof = m->checkpoint.proof ? m->checkpoint.proof : "";
	if (!*text)
		return 0;
	if (strlen(text) > MANIFEST_NOTE_MAX || strlen(proof) > MANIFEST_PROOF_MAX)
		return err_set(note, ERR_LIMIT, "manifest.json: checkpoint is too long");
	if (!number_ok(m->checkpoint.size, 0))
		return err_set(note, ERR_RANGE, "manifest.json: checkpoint.size out of range");
	return 0;
}

int manifest_check(const struct manifest *m, struct err_note *note)
{
	if (!number_ok(m->epoch, 1) || !number_ok(m->seq, m->kind == MANIFEST_TICK ? 0 : 1) ||
		!number_ok(m->payload_size, 0))
		return err_set(note, ERR_RANGE, "manifest.json: epoch, seq or payload.size out of range");
	if (!number_ok(m->payload_plain, 1))
		return err_set(note, ERR_RANGE, "manifest.json: payload.plain out of range");
	if (m->payload_plain > m->payload_size * BUNDLE_RATIO_MAX)
		return err_set(note, ERR_BOMB, "manifest.json: %lld bytes that unpack to %lld",
			(long long)m->payload_size, (long long)m->payload_plain);
	if (m->kind == MANIFEST_EPOCH) {
		if (m->seq != 1)
			return err_set(note, ERR_SCHEMA, "manifest.json: an epoch begins with number 1");
		if (!number_ok(m->statement.previous_epoch, 0) || m->statement.previous_epoch >= m->epoch ||
			!number_ok(m->statement.last_seq, 0))
			return err_set(note, ERR_RANGE, "manifest.json: statement out of range");
	}
	int err = check_names(m, note);
	if (!err)
		err = check_counts(m, note);
	if (!err)
		err = check_ack(&m->ack, note);
	if (!err)
		err = check_voids(m, note);
	if (!err)
		err = check_checkpoint(m, note);
	return err;
}
