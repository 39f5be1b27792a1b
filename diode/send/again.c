#include "diode/send/again.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdlib.h>

struct again {
	struct missing *list;
	bool *found; /* by place in the list */
};

int again_open(const char *file, struct again **out, struct err_note *note)
{
	struct again *a = calloc(1, sizeof *a);
	struct buf b;
	buf_init(&b, MISSING_MAX);
	int err = a == NULL ? ERR_NOMEM : file_read(AT_FDCWD, file, MISSING_MAX, &b);
	if (err != 0)
		err_set(note, err, "%s: %s", file, err_text(err));
	if (err == 0)
		err = missing_decode(buf_view(&b), &a->list, note);
	if (err == 0 && (a->found = calloc(missing_count(a->list) + 1, sizeof *a->found)) == NULL)
		err = err_set(note, ERR_NOMEM, "%s", file);
	buf_fini(&b);
	if (err == 0)
		*out = a;
	else
		again_free(a);
	return err;
}

void again_free(struct again *a)
{
	if (a == NULL)
		return;
	missing_free(a->list);
	free(a->found);
	free(a);
}

bool again_wants(struct again *a, const struct frame_object *id)
{
	const struct missing_entry *e = missing_find(a->list, id);
	if (e != NULL)
		a->found[e - missing_at(a->list, 0)] = true;
	return e != NULL;
}

bool again_measures(const struct again *a, struct outgoing_options *o)
{
	const struct missing_entry *e = missing_find(a->list, &o->id);
	if (e == NULL || e->k == 0 || e->n == 0 || e->k > o->k || e->symbol > o->symbol_max)
		return false;
	o->k = e->k;
	o->symbol_max = e->symbol;
	o->measured = true;
	return true;
}

int again_narrow(const struct again *a, struct outgoing *o)
{
	const struct missing_entry *e = missing_find(a->list, outgoing_id(o));
	REQUIRE(e != NULL);
	return e->size == outgoing_size(o) ? outgoing_only(o, (const uint64_t(*)[2])e->range, e->n)
					   : ERR_CONFLICT;
}

size_t again_absent(const struct again *a)
{
	size_t n = 0;
	for (size_t i = 0; i < missing_count(a->list); i++) {
		if (a->found[i])
			continue;
		n++;
		log_error("not-sent", "reason=%s what=\"%s: it is listed and not among the paths\"",
			err_name(ERR_NOTFOUND), missing_at(a->list, i)->name);
	}
	return n;
}
