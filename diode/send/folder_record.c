/* The records of a watched folder's files. */
#include "diode/send/folder_impl.h"

static bool recorded(const struct folder *f, const struct item *i)
{
	return trail_wants(f->opt.trail, i->name, (uint64_t)i->is.size);
}

int folder_intend(struct folder *f, struct item *i, size_t most, int64_t due)
{
	struct item *x = i;
	size_t n = 0;
	int err = 0;
	if (!recorded(f, i))
		return 0;
	for (; err == 0 && x != NULL && n < most && x->due <= due; x = TAILQ_NEXT(x, link)) {
		if (x->intended || !recorded(f, x))
			continue;
		err = trail_note(f->opt.trail, TRAIL_BEFORE, "object.send", x->name, "{\"bytes\":%lld}",
			(long long)x->is.size);
		x->intended = err == 0;
		n++;
	}
	if (err == 0)
		err = trail_write(f->opt.trail);
	for (struct item *y = i; err != 0 && y != x; y = TAILQ_NEXT(y, link))
		y->intended = false;
	return err == 0 ? 0 : ERR_AUDIT;
}

void folder_told(struct folder *f, struct item *i, int err)
{
	if (!i->intended)
		return;
	i->intended = false;
	err = err == 0 ? trail_note(f->opt.trail, TRAIL_AFTER, "object.sent", i->name,
				 "{\"bytes\":%lld,\"passes\":%u}", (long long)i->is.size, (unsigned)i->passes)
		       : trail_note(f->opt.trail, TRAIL_AFTER, "object.unsent", i->name,
				 "{\"reason\":\"%s\"}", err_name(err));
	f->untold |= err != 0;
}
