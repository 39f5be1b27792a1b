#include "common/exchange/build_file.h"

#include "common/exchange/kept.h"
#include "common/exchange/witness.h"
#include <sys/stat.h>

static int64_t blob_source(void *cookie, void *buf, size_t n)
{
	return blob_read(cookie, buf, n);
}

static int message_add(struct build *b, struct bundle_writer *w, struct outgoing *o)
{
	struct bundle_attachment a[MESSAGE_ATTACHMENTS_MAX];
	struct blob_reader *readers[MESSAGE_ATTACHMENTS_MAX] = {NULL};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < o->nrefs; i++) {
		rc = blob_open(b->l->x->o.blobs, &o->refs[i], &readers[i]);
		a[i] = (struct bundle_attachment){o->refs[i].size, blob_source, readers[i]};
	}
	if (rc == 0)
		rc = bundle_add(w, buf_view(&o->bytes), a, o->nrefs, NULL);
	for (size_t i = 0; i < o->nrefs; i++)
		blob_close(readers[i]);
	return rc;
}

static int messages_add(struct build *b, struct bundle_writer *w)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		rc = message_add(b, w, &b->v[i]);
		/* What lies in the blob store is damaged: that is this message's own. */
		if (rc < 0 && (rc == ERR_NOTFOUND || err_fault(rc) == ERR_FAULT_PEER) && b->v[i].n) {
			b->broken = i;
			b->broken_err = rc;
		}
	}
	return rc;
}

static void manifest_head(struct build *b)
{
	struct manifest *m = &b->m;
	const struct exchange *x = b->l->x;
	snprintf(m->link, sizeof m->link, "%s", b->l->c.link);
	snprintf(m->from, sizeof m->from, "%s", x->o.station);
	snprintf(m->to, sizeof m->to, "%s", b->l->c.out_to);
	m->epoch = b->out.epoch;
	m->seq = m->kind == MANIFEST_TICK ? b->out.seq : b->out.seq + 1;
	m->prev = b->out.prev;
}

static int file_finish(struct build *b, struct bundle_writer *w, struct file_new *f)
{
	struct buf manifest;
	struct manifest back;
	struct stat st;
	buf_init(&manifest, MANIFEST_BYTES_MAX);
	manifest_init(&back);
	int rc = bundle_finish(w, &b->identity, &manifest);
	if (rc == 0)
		rc = manifest_decode(buf_view(&manifest), &back, NULL);
	if (rc == 0)
		rc = fstat(file_new_fd(f), &st) < 0 ? ERR_IO : 0;
	if (rc == 0) {
		rc = kept_digest(file_new_fd(f), &b->digest);
		b->file_bytes = st.st_size;
		manifest_file_name(&back, &b->identity, b->file);
	}
	manifest_fini(&back);
	buf_fini(&manifest);
	return rc;
}

int build_file(struct build *b, enum spool_dir dir, struct file_new **out)
{
	const struct exchange *x = b->l->x;
	struct bundle_writer *w = NULL;
	struct file_new *f = NULL;
	const struct cert *to[] = {b->l->c.out_recipient};
	struct bundle_sender s = {x->o.signer, to, 1, x->pool};
	manifest_head(b);
	/* An epoch counts as used from its first bundle on. */
	int rc = boot_mark_epoch(b->l->x, b->m.epoch);
	if (rc == 0)
		rc = witness_carry(b);
	if (rc == 0)
		rc = spool_new(b->l->spool, dir, &f);
	if (rc == 0)
		rc = bundle_writer_new(&s, &b->m, file_new_fd(f), &w);
	if (rc == 0)
		rc = messages_add(b, w);
	if (rc == 0)
		rc = file_finish(b, w, f);
	if (rc == 0)
		*out = f;
	else
		file_new_free(f);
	bundle_writer_free(w);
	return rc;
}
