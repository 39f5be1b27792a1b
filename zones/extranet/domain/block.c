#include "zones/extranet/domain/block.h"

#include <stdbool.h>
#include <string.h>

/* Disposals: transfer, change of the right, mortgage and pre-notice; first registration, correction,
 * objection, seizure are not. */
static bool is_disposal(int registration_type)
{
	return registration_type == BLOCK_TRANSFER || registration_type == 300 || registration_type == 700;
}

int block_check(int registration_type, const struct block_seizure *seizures, size_t n, const char *today,
	struct err_note *note)
{
	if (!is_disposal(registration_type))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(seizures[i].from, today) <= 0 && strcmp(today, seizures[i].to) <= 0)
			return err_set(note, ERR_BLOCKED, "查封 seizure in force until %s (%s)",
				seizures[i].to, seizures[i].court);
	return 0;
}
