/* From records to a bundle of this half in the zone's in/. */
#include "common/audit/audit_anchor_form.h"
#include "common/bundle/bundle_origin.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "gapd/half/half_impl.h"
#include "gapd/link/record.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct delivery {
	struct half *h;
	struct record_reader in;
	struct record_bundle head;
	struct view manifest, sig, pem; /* of the origin */
	struct bundle_writer *w;
	struct digest identity;
	char file[128];
	size_t refused;
	int64_t anchored; /* entries of the newest checkpoint that has travelled with it or before */
};

/* ---- the origin's bundle: signed by the other zone's daemon, whatever the other half says */

static int expect(struct delivery *d, enum record_type t, struct view *v, struct err_note *note)
{
	struct record r;
	int rc = record_next(&d->in, &r);
	if (rc < 0 || r.type != t)
		return err_set(note, rc < 0 ? rc : ERR_FORMAT, "records: broken before byte %zu", d->in.at);
	*v = r.v;
	return 0;
}

static int origin_check(struct delivery *d, struct err_note *note)
{
	struct half *h = d->h;
	struct manifest m;
	struct view head;
	manifest_init(&m);
	int rc = expect(d, RECORD_HEAD, &head, note);
	if (rc == 0 && record_head(head, &d->head) < 0)
		rc = err_set(note, ERR_FORMAT, "records: head");
	if (rc == 0)
		rc = expect(d, RECORD_MANIFEST, &d->manifest, note);
	if (rc == 0)
		rc = expect(d, RECORD_SIG, &d->sig, note);
	if (rc == 0)
		rc = expect(d, RECORD_CERT, &d->pem, note);
	if (rc == 0)
		rc = manifest_decode(d->manifest, &m, note);
	if (rc == 0 && (strcmp(m.link, "gap") != 0 || strcmp(m.from, h->d->other_zone) != 0))
		rc = err_set(note, ERR_LINK, "origin: %s of %s", m.link, m.from);
	if (rc == 0 && (m.kind != d->head.kind || (m.kind != MANIFEST_MESSAGES && d->head.messages)))
		rc = err_set(note, ERR_FORMAT, "records: kind");
	if (rc == 0)
		rc = bundle_origin_verify(&m, d->manifest, d->sig, d->pem, h->origin_trust, "origin", note);
	manifest_fini(&m);
	return rc;
}

/* ---- messages */

struct memory {
	struct view v;
	size_t at;
};

static int64_t memory_read(void *cookie, void *buf, size_t n)
{
	struct memory *m = cookie;
	size_t left = m->v.n - m->at, take = left < n ? left : n;
	memcpy(buf, m->v.p + m->at, take);
	m->at += take;
	return (int64_t)take;
}

struct piece { /* one message with what belongs to it */
	struct view bytes;
	struct bundle_origin_path path;
	struct view attachments[MESSAGE_ATTACHMENTS_MAX];
	size_t n;
};

static int piece_add(struct delivery *d, const struct piece *p)
{
	struct memory memory[MESSAGE_ATTACHMENTS_MAX];
	struct bundle_attachment a[MESSAGE_ATTACHMENTS_MAX];
	for (size_t i = 0; i < p->n; i++) {
		memory[i] = (struct memory){p->attachments[i], 0};
		a[i] = (struct bundle_attachment){(int64_t)p->attachments[i].n, memory_read, &memory[i]};
	}
	return bundle_add(d->w, p->bytes, a, p->n, &p->path);
}

static int piece_refuse(
	struct delivery *d, struct piece *p, const struct message *m, const struct err_note *why)
{
	struct message r;
	struct buf text;
	buf_init(&text, MESSAGE_BYTES_MAX);
	log_warn("message-refused", "message=%s type=%s reason=%s", m->id.s, m->type, err_name(why->err));
	int rc = half_record(d->h, "message.refuse", m->id.s,
		json_pack("{s:s,s:s}", "type", m->type, "reason", err_name(why->err)));
	if (rc == 0)
		rc = message_make_refusal(m, why->err, why->text, d->h->d->station, &r);
	if (rc == 0) {
		rc = message_encode(&r, &text);
		json_decref(r.body);
	}
	if (rc == 0) {
		p->bytes = buf_view(&text);
		p->n = 0;
		rc = piece_add(d, p);
	}
	buf_fini(&text);
	d->refused++;
	return rc;
}

static int piece_judge(struct delivery *d, struct piece *p, struct err_note *note)
{
	const struct inspect_rule rule = {d->h->catalogue, d->h->d->other_zone, d->h->d->zone};
	struct message m;
	struct err_note why = {0};
	message_init(&m);
	/* What is not a message at all the other half should never have passed: the whole bundle is refused.
	 */
	int rc = message_decode(p->bytes, &m, note);
	if (rc == 0) {
		int verdict = inspect_message(&rule, &m, p->attachments, p->n, &why);
		if (verdict == 0)
			verdict = half_learn(d->h, &m, &why);
		if (verdict < 0 && err_fault(verdict) != ERR_FAULT_PEER)
			rc = verdict;
		else
			rc = verdict < 0 ? piece_refuse(d, p, &m, &why) : piece_add(d, p);
	}
	message_fini(&m);
	return rc;
}

static int messages_add(struct delivery *d, struct err_note *note)
{
	struct piece *p = calloc(1, sizeof *p);
	struct record r;
	size_t n = 0;
	bool open = false;
	int rc = p ? 0 : ERR_NOMEM;
	while (rc == 0 && (rc = record_next(&d->in, &r)) == 1) {
		rc = 0;
		if ((r.type == RECORD_MESSAGE || r.type == RECORD_END) && open)
			rc = piece_judge(d, p, note);
		if (rc < 0)
			break;
		switch (r.type) {
		case RECORD_MESSAGE:
			memset(p, 0, sizeof *p);
			p->bytes = r.v;
			open = true;
			n++;
			break;
		case RECORD_PATH:
			rc = record_path(r.v, &p->path);
			break;
		case RECORD_ATTACHMENT:
			if (p->n < MESSAGE_ATTACHMENTS_MAX)
				p->attachments[p->n++] = r.v;
			else
				rc = ERR_LIMIT;
			break;
		default:
			break;
		}
	}
	free(p);
	if (rc == 0 && n != d->head.messages)
		rc = ERR_FORMAT;
	return rc < 0 && !note->err ? err_set(note, rc, "records: %s", err_text(rc)) : rc;
}

/* ---- the bundle */

/* The newest checkpoint of this half's own log, when it is newer than what the bundle before carried. */
static int anchor_put(struct delivery *d, struct manifest *m)
{
	struct half *h = d->h;
	struct audit_anchor a;
	d->anchored = h->state.anchored;
	if (m->kind == MANIFEST_TICK)
		return 0;
	audit_anchor_init(&a);
	int rc = audit_anchor_of_log(h->audit, h->state.anchored, &a);
	if (rc == 0 && a.size != h->state.anchored) {
		m->checkpoint.size = d->anchored = a.size;
		m->checkpoint.root = a.root;
		m->checkpoint.note = strndup((const char *)a.note.p, a.note.n);
		m->checkpoint.proof = strndup(a.proof.n ? (const char *)a.proof.p : "", a.proof.n);
		rc = m->checkpoint.note && m->checkpoint.proof ? 0 : ERR_NOMEM;
	}
	audit_anchor_fini(&a);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int bundle_build(struct delivery *d, struct file_new **out, struct err_note *note)
{
	struct half *h = d->h;
	const struct cert *to[] = {h->recipient};
	const struct bundle_sender sender = {h->signer, to, 1, h->pool};
	struct manifest m, back;
	struct buf bytes;
	struct file_new *f = NULL;
	bool tick = d->head.kind == MANIFEST_TICK;
	manifest_init(&m);
	manifest_init(&back);
	buf_init(&bytes, MANIFEST_BYTES_MAX);
	m.kind = tick ? MANIFEST_TICK : MANIFEST_MESSAGES;
	snprintf(m.link, sizeof m.link, "gap");
	snprintf(m.from, sizeof m.from, "%s", h->d->station);
	snprintf(m.to, sizeof m.to, "%s", h->d->zone);
	m.epoch = h->state.epoch;
	m.seq = h->state.seq + (tick ? 0 : 1);
	m.prev = h->state.prev;
	int rc = anchor_put(d, &m);
	if (rc == 0)
		rc = file_new_open(h->work, 0640, &f);
	if (rc == 0)
		rc = bundle_writer_new(&sender, &m, file_new_fd(f), &d->w);
	if (rc == 0 && (rc = bundle_set_origin(d->w, d->manifest, d->sig, d->pem)) < 0)
		err_set(note, rc, "origin: %s", err_text(rc));
	if (rc == 0)
		rc = messages_add(d, note);
	if (rc == 0)
		rc = bundle_finish(d->w, &d->identity, &bytes);
	if (rc == 0)
		rc = manifest_decode(buf_view(&bytes), &back, note);
	if (rc == 0) {
		manifest_file_name(&back, &d->identity, d->file);
		*out = f;
		f = NULL;
	}
	file_new_free(f);
	bundle_writer_free(d->w);
	manifest_fini(&m);
	manifest_fini(&back);
	buf_fini(&bytes);
	return rc;
}

/* Copies a bundle of the work folder into in/ under its name; already there is as good. */
static int publish(struct half *h, const char *name)
{
	struct file_new *f = NULL;
	uint8_t part[65536];
	ssize_t n;
	int from = openat(h->work, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int rc = from < 0 ? err_from_errno(errno) : spool_new(h->spool, SPOOL_IN, &f);
	while (rc == 0 && (n = read(from, part, sizeof part)) != 0)
		rc = n < 0 ? err_from_errno(errno) : file_write_all(file_new_fd(f), part, (size_t)n);
	if (rc == 0)
		rc = spool_publish(h->spool, SPOOL_IN, f, name);
	if (rc == ERR_EXISTS)
		rc = 0;
	if (rc == 0)
		rc = spool_sync(h->spool, SPOOL_IN);
	file_new_free(f);
	if (from >= 0)
		close(from);
	return rc;
}

/* A tick takes no number: nothing to remember. */
static int tick_publish(struct delivery *d, struct file_new *f)
{
	int rc = file_new_publish(f, d->file, "tick");
	if (rc == 0)
		rc = publish(d->h, d->file);
	return rc == 0 ? file_unlink(d->h->work, d->file, "tick.done") : rc;
}

static int numbered_publish(struct delivery *d, struct file_new *f)
{
	struct half *h = d->h;
	char hex[DIGEST_HEX];
	struct half_state next = {.epoch = h->state.epoch,
		.seq = h->state.seq + 1,
		.prev = d->identity,
		.anchored = d->anchored};
	snprintf(next.file, sizeof next.file, "%s", d->file);
	digest_hex(&d->identity, hex);
	int rc = half_record(h, "bundle.publish", hex,
		json_pack("{s:I,s:i,s:i}", "seq", (json_int_t)next.seq, "messages", (int)d->head.messages,
			"refused", (int)d->refused));
	if (rc == 0)
		rc = file_new_publish(f, d->file, "built");
	if (rc == 0)
		rc = file_fsync_dir(h->work, "built.dir");
	if (rc == 0)
		rc = half_state_save(h->work, &next);
	if (rc < 0)
		return rc;
	h->state = next;
	return half_deliver_rest(h);
}

int half_deliver_rest(struct half *h)
{
	char hex[DIGEST_HEX];
	struct stat st;
	if (!h->state.file[0] || fstatat(h->work, h->state.file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	int rc = publish(h, h->state.file);
	digest_hex(&h->state.prev, hex);
	if (rc == 0)
		rc = half_record(h, "bundle.published", hex, NULL);
	return rc == 0 ? file_unlink(h->work, h->state.file, "published") : rc;
}

int half_deliver(struct half *h, int records, struct err_note *note)
{
	struct delivery d = {.h = h};
	struct file_new *f = NULL;
	struct view all;
	int rc = record_map(records, h->s.bundle_max + (1 << 20), &all);
	if (rc < 0)
		return err_set(note, rc, "records: %s", err_text(rc));
	record_reader_init(&d.in, all);
	rc = origin_check(&d, note);
	if (rc == 0)
		rc = bundle_build(&d, &f, note);
	if (rc == 0)
		rc = d.head.kind == MANIFEST_TICK ? tick_publish(&d, f) : numbered_publish(&d, f);
	file_new_free(f);
	record_unmap(all);
	if (rc < 0 && !note->err)
		err_set(note, rc, "%s", err_text(rc));
	return rc;
}
