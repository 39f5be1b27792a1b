/* Materials as they are uploaded: PDF, JPEG, PNG, archives. What was taken out of a photograph is gone, and
 * what is taken behind it is taken again. */
#include "common/message/media.h"
#include "common/message/media_inner.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *type = NULL;
	struct err_note note = {0};
	size_t n = size;
	uint8_t *copy = malloc(size ? size : 1);
	REQUIRE(copy);
	if (size)
		memcpy(copy, data, size);
	media_inner_clean(copy, &n);
	REQUIRE(n <= size);
	bool taken = media_check_material(view_of(copy, n), &type, &note) == 0;
	REQUIRE(media_inner_clean(copy, &n) == 0);
	REQUIRE(taken == (media_check_material(view_of(copy, n), &type, &note) == 0));
	free(copy);
	return 0;
}
