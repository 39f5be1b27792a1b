/* Materials as they are uploaded: PDF, JPEG, PNG, archives. What is taken is still taken when the place of a
 * photograph is wiped. */
#include "common/message/media.h"
#include "common/message/media_inner.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *type = NULL, *again = NULL;
	struct err_note note = {0};
	uint8_t *copy = malloc(size ? size : 1);
	REQUIRE(copy);
	if (size)
		memcpy(copy, data, size);
	if (media_check_material(view_of(copy, size), &type, &note) == 0) {
		media_inner_clean(copy, size, type);
		REQUIRE(media_check_material(view_of(copy, size), &again, &note) == 0 && again == type);
	}
	free(copy);
	return 0;
}
