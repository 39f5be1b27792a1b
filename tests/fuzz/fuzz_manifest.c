/* Any bytes as a manifest: what is accepted is written back as the same bytes. */
#include "common/bundle/manifest.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note;
	struct view v = view_of(data, size);
	struct manifest *m = malloc(sizeof *m);
	if (!m)
		return 0;
	manifest_init(m);
	if (manifest_decode(v, m, &note) == 0) {
		struct buf b;
		struct digest id;
		char name[128];
		buf_init(&b, MANIFEST_BYTES_MAX);
		REQUIRE(manifest_encode(m, &b) == 0 && view_eq(v, buf_view(&b)));
		manifest_identity(suite_by_name(m->suite), v, &id);
		manifest_file_name(m, &id, name);
		buf_fini(&b);
	}
	manifest_fini(m);
	free(m);
	return 0;
}
