#include "common/document/layout_paper.h"

int layout_paper_facts(const struct layout_set *layouts, const struct paper_source *s,
	const struct layout **layout, json_t **facts, struct err_note *note)
{
	const struct layout *l = layout_find(layouts, s->paper->template);
	int rc = l ? paper_facts(s, layout_def(l), facts, note)
		   : err_set(note, ERR_CONFIG, "no layout %s", s->paper->template);
	if (rc == 0 && layout)
		*layout = l;
	return rc;
}
