#include "diode/recv/opening.h"
#include "common/log/log.h"
#include "diode/recv/keep.h"
#include <string.h>

int opening_run(const struct opening *p, struct object *o, const struct frame *f)
{
	const struct hole *hole = holes_find(p->holes, &f->object);
	struct frame_meta meta;
	bool has_meta = false, kept = hole != NULL && hole->kept;
	if (kept) {
		store_settle(p->store); /* it may have been put away a moment ago */
		int err = keep_load(p->home, p->shared, &f->object, &o->in, &meta, &has_meta);
		kept = err == 0;
		if (err != 0)
			log_warn("kept", "name=\"%s\" reason=%s", hole->name, err_name(err));
	}
	/* A whole transfer with other measures starts anew; a part of it could never complete it. */
	if (kept && !incoming_agrees(o->in, f) && (f->flags & FRAME_PART) == 0) {
		struct store_file *old = store_begin(p->store, &f->object, f->meta, true);
		if (old == NULL)
			return ERR_NOSPACE;
		store_drop(p->store, old);
		incoming_free(o->in);
		o->in = NULL;
		kept = false;
	}
	if (kept && has_meta) {
		o->meta = pool_take(p->pool, sizeof *o->meta, 0);
		if (o->meta == NULL)
			return ERR_NOSPACE;
		*o->meta = meta;
	}
	if (!kept)
		o->in = incoming_new(p->shared, f);
	if (o->in != NULL)
		o->file = store_begin(p->store, &f->object, f->meta, kept);
	if (o->file == NULL)
		return ERR_NOSPACE;
	if (hole != NULL)
		memcpy(o->hint, hole->name, sizeof o->hint);
	if (o->meta != NULL && o->meta->digest)
		store_expect_digest(o->file);
	return 0;
}
