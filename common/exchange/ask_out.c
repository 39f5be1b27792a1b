#include "common/exchange/ask_out.h"

#include <stdio.h>
#include <stdlib.h>

int ask_out_make(struct exchange *x, const struct link_state *l, const char *type, const char *tenant,
	const json_t *body, const char *answers, int64_t deadline_ms, struct ask_out *out,
	struct err_note *note)
{
	struct message *m = calloc(1, sizeof *m);
	if (!m)
		return ERR_NOMEM;
	m->id = out->id = uuid_new();
	m->version = 1;
	m->epoch = 1;
	m->body = json_incref((json_t *)(uintptr_t)body);
	snprintf(m->type, sizeof m->type, "%s", type);
	snprintf(m->tenant, sizeof m->tenant, "%s", tenant);
	snprintf(m->origin, sizeof m->origin, "%s", x->o.zone);
	snprintf(m->dest, sizeof m->dest, "%s", l->c.peer);
	snprintf(m->suite, sizeof m->suite, "%s", suite_name(x->o.suite));
	snprintf(m->answers.s, sizeof m->answers.s, "%s", answers);
	time_text(time_now_ms(), m->created);
	time_text(deadline_ms, m->deadline);
	out->deadline_ms = deadline_ms;
	buf_init(&out->bytes, MESSAGE_BYTES_MAX);
	int rc = catalogue_check(x->o.catalogue, m, l->c.link, x->o.zone, note);
	if (rc == 0)
		rc = message_encode(m, &out->bytes);
	if (rc < 0)
		buf_fini(&out->bytes);
	message_fini(m);
	free(m);
	return rc;
}
