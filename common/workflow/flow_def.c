#include "common/workflow/flow_def.h"

#include <stdlib.h>
#include <string.h>

static int programs_compile(struct flow_def *d, struct err_note *note)
{
	for (size_t i = 0; i < d->b->nprograms; i++) {
		const struct bpmn_program *p = &d->b->programs[i];
		struct err_note why = {0};
		int rc = jqbox_compile(d->box, p->text, &d->numbers[i], &why);
		if (rc == ERR_SYNTAX || rc == ERR_SCHEMA || rc == ERR_LIMIT || rc == ERR_TIMEOUT)
			return err_set(note, ERR_SCHEMA, "%.70s, line %d: its %s: %.120s", p->id, p->line,
				p->condition ? "condition" : "script", why.text);
		if (rc < 0)
			return err_set(note, rc, "%.200s", why.err ? why.text : err_text(rc));
	}
	return 0;
}

int flow_def_load(struct view xml, struct jqbox *box, struct flow_def **out, struct err_note *note)
{
	struct flow_def *d = calloc(1, sizeof *d);
	if (!d)
		return ERR_NOMEM;
	d->box = box;
	int rc = bpmn_read(xml, &d->b, note);
	if (rc == 0 && !(d->numbers = calloc(d->b->nprograms + 1, sizeof *d->numbers)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = programs_compile(d, note);
	if (rc < 0)
		flow_def_free(d);
	else
		*out = d;
	return rc;
}

void flow_def_free(struct flow_def *d)
{
	if (!d)
		return;
	bpmn_free(d->b);
	free(d->numbers);
	free(d);
}

int flow_def_eval(void *arg, size_t program, const json_t *value, json_t **out, struct err_note *note)
{
	const struct flow_def *d = arg;
	char *text = json_dumps(value, JSON_COMPACT);
	if (!text)
		return ERR_NOMEM;
	int rc = jqbox_run(d->box, d->numbers[program], view_str(text), out, note);
	buf_wipe(text, strlen(text));
	free(text);
	return rc;
}
