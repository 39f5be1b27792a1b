/* bpmn_read: what is taken has a walked space, and a refusal says where. */
#include "common/workflow/bpmn.h"

#include "common/workflow/bpmn_space.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note = {0};
	struct bpmn *b = NULL;
	int rc = bpmn_read(view_of(data, size), &b, &note);
	if (rc < 0) {
		REQUIRE(!b && (rc == ERR_NOMEM || (note.err == rc && note.text[0])));
		return 0;
	}
	static const struct bpmn_marking ended;
	REQUIRE(b->markings && bpmn_space_count(b->markings) > 1 && bpmn_space_has(b->markings, &ended));
	for (size_t i = 0; i < b->nnodes; i++)
		REQUIRE(bpmn_node_find(b, b->nodes[i].id) == (int)i);
	bpmn_free(b);
	return 0;
}
