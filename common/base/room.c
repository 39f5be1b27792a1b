#include "common/base/room.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 64

int room_make(void *array, size_t n, size_t *cap, size_t size)
{
	void *v;
	if (n < *cap)
		return 0;
	if (*cap > SIZE_MAX / 2 / size)
		return ERR_NOMEM;
	size_t more = *cap ? 2 * *cap : FIRST;
	memcpy(&v, array, sizeof v);
	v = realloc(v, more * size);
	if (!v)
		return ERR_NOMEM;
	memcpy(array, &v, sizeof v);
	*cap = more;
	return 0;
}
