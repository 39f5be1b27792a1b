/* bpmn-check FILE…: one line per file — "runs FILE NODES STATES", or "ERROR FILE: ID, line N: what". */
#include "common/os/file.h"
#include "common/workflow/bpmn_space.h"
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct err_note note = {0};
		struct bpmn *b = NULL;
		struct buf text;
		buf_init(&text, 4 << 20);
		int rc = file_read(AT_FDCWD, argv[i], 4 << 20, &text);
		if (rc == 0)
			rc = bpmn_read(buf_view(&text), &b, &note);
		if (rc == 0)
			printf("runs %s %zu %zu\n", argv[i], b->nnodes, bpmn_space_count(b->markings));
		else
			printf("%s %s: %s\n", err_name(rc), argv[i], note.err ? note.text : err_text(rc));
		bpmn_free(b);
		buf_fini(&text);
	}
	return 0;
}
