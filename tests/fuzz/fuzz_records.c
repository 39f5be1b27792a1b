/* Records as the switch and the far half read them. */
#include "gapd/link/record.h"
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record_reader r;
	struct record rec;
	struct record_bundle head;
	struct bundle_origin_path path;
	record_reader_init(&r, view_of(data, size));
	while (record_next(&r, &rec) == 1) {
		if (rec.type == RECORD_HEAD)
			(void)!record_head(rec.v, &head);
		if (rec.type == RECORD_PATH)
			(void)!record_path(rec.v, &path);
		if (rec.v.n && rec.v.p + rec.v.n > data + size)
			__builtin_trap();
	}
	return 0;
}
