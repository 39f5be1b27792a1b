/* A paper made of answers 询问笔录, 承诺书, 合同 by the layout that its business names. */
#ifndef SW_DOCUMENT_LAYOUT_PAPER_H
#define SW_DOCUMENT_LAYOUT_PAPER_H
#include "common/document/layout.h"
#include "common/workflow/paper_facts.h"

/* The layout (borrowed of the set) and its data (new reference); layout may be NULL. ERR_CONFIG: there is no
 * such layout, or it wants a text that the paper has not. */
SW_MUST_USE int layout_paper_facts(const struct layout_set *layouts, const struct paper_source *s,
	const struct layout **layout, json_t **facts, struct err_note *note);
#endif
