/* From the zone's bundle to records. */
#include "common/log/log.h"
#include "gapd/half/half_impl.h"
#include "gapd/link/record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct content {
	struct buf v[MESSAGE_ATTACHMENTS_MAX];
	struct view view[MESSAGE_ATTACHMENTS_MAX];
	size_t n;
};

static void content_free(struct content *c)
{
	for (size_t i = 0; c && i < c->n; i++)
		buf_fini(&c->v[i]);
	free(c);
}

static int content_read(struct bundle_reader *r, size_t i, size_t n, struct content *c)
{
	for (size_t j = 0; j < n; j++) {
		struct buf *b = &c->v[j];
		int64_t size = 0;
		int rc = bundle_attachment(r, i, j, &size);
		if (rc < 0)
			return rc;
		buf_init(b, (size_t)size + 1);
		c->n = j + 1;
		rc = buf_reserve(b, (size_t)size);
		if (rc == 0 && bundle_attachment_read(r, i, j, 0, b->p, (size_t)size) != size)
			rc = ERR_IO;
		if (rc < 0)
			return rc;
		b->n = (size_t)size;
		c->view[j] = buf_view(b);
	}
	return 0;
}

/* The record that stands for a refused message: same id, same order numbers. */
static int refusal_put(struct half *h, int records, const struct message *m, const struct err_note *why)
{
	struct message r;
	struct buf text;
	buf_init(&text, MESSAGE_BYTES_MAX);
	int rc = message_make_refusal(m, why->err, why->text, h->d->station, &r);
	if (rc < 0)
		return rc;
	rc = message_encode(&r, &text);
	json_decref(r.body);
	if (rc == 0)
		rc = record_put(records, RECORD_MESSAGE, buf_view(&text));
	buf_fini(&text);
	return rc;
}

static int message_take(
	struct half *h, struct bundle_reader *r, size_t i, int records, struct half_taken *out)
{
	const struct inspect_rule rule = {h->catalogue, h->d->zone, h->d->other_zone};
	struct err_note why = {0};
	const struct message *m = NULL;
	struct view bytes;
	struct bundle_origin_path path;
	struct content *c = calloc(1, sizeof *c);
	int rc = c ? bundle_message(r, i, &bytes, &m) : ERR_NOMEM;
	if (rc == 0)
		rc = content_read(r, i, m->nattachments, c);
	if (rc == 0)
		rc = bundle_path(r, i, &path);
	if (rc < 0)
		goto out;
	int verdict = inspect_message(&rule, m, c->view, c->n, &why);
	if (verdict == 0)
		verdict = half_learn(h, m, &why);
	if (verdict < 0 && err_fault(verdict) != ERR_FAULT_PEER) {
		rc = verdict;
	} else if (verdict < 0) {
		log_warn("message-refused", "message=%s type=%s reason=%s", m->id.s, m->type,
			err_name(verdict));
		rc = half_record(h, "message.refuse", m->id.s,
			json_pack("{s:s,s:s}", "type", m->type, "reason", err_name(verdict)));
		if (rc == 0)
			rc = refusal_put(h, records, m, &why);
		out->refused++;
	} else {
		rc = record_put(records, RECORD_MESSAGE, bytes);
	}
	if (rc == 0)
		rc = record_put_path(records, &path);
	for (size_t j = 0; rc == 0 && verdict == 0 && j < c->n; j++)
		rc = record_put(records, RECORD_ATTACHMENT, c->view[j]);
out:
	content_free(c);
	return rc;
}

static int records_write(struct half *h, struct bundle_reader *r, int records, struct half_taken *out)
{
	const struct manifest *m = bundle_manifest(r);
	size_t n = bundle_count(r);
	struct record_bundle head = {m->kind, (uint32_t)n};
	int rc = record_put_head(records, &head);
	if (rc == 0)
		rc = record_put(records, RECORD_MANIFEST, bundle_manifest_bytes(r));
	if (rc == 0)
		rc = record_put(records, RECORD_SIG, bundle_sig(r));
	if (rc == 0)
		rc = record_put(records, RECORD_CERT, bundle_signer_pem(r));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = message_take(h, r, i, records, out);
	if (rc == 0)
		rc = record_put(records, RECORD_END, view_of(NULL, 0));
	return rc == 0 ? record_seal(records) : rc;
}

int half_take(
	struct half *h, int fd, int64_t size, int *records, struct half_taken *out, struct err_note *note)
{
	const struct open_key *keys[] = {h->opener};
	const struct bundle_policy policy = {.trust = h->take_trust,
		.link = "gap",
		.from = h->d->zone,
		.to = h->d->station,
		.keys = keys,
		.nkeys = 1,
		.payload_max = h->s.bundle_max,
		.tmp_dir = h->s.work,
		.pool = h->pool};
	struct bundle_reader *r = NULL;
	int memfd = -1;
	*out = (struct half_taken){.tick = false};
	int rc = bundle_open(fd, size, &policy, &r, note);
	if (rc == 0 && bundle_ahead(r, time_now_ms()) > LIMIT_SKEW)
		log_warn("clock-skew", "link=gap reason=SKEW ahead=%llds",
			(long long)bundle_ahead(r, time_now_ms()));
	if (rc == 0)
		rc = bundle_read_payload(r, note);
	if (rc == 0) {
		out->identity = *bundle_identity(r);
		snprintf(out->from, sizeof out->from, "%s", bundle_manifest(r)->from);
		out->epoch = bundle_manifest(r)->epoch;
		out->seq = bundle_manifest(r)->seq;
		out->tick = bundle_manifest(r)->kind == MANIFEST_TICK;
		out->messages = bundle_count(r);
		rc = record_create(&memfd);
	}
	if (rc == 0)
		rc = records_write(h, r, memfd, out);
	bundle_reader_free(r);
	if (rc < 0 && memfd >= 0)
		close(memfd);
	if (rc == 0)
		*records = memfd;
	else if (!note->err)
		err_set(note, rc, "%s", err_text(rc));
	return rc;
}
