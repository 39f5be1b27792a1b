/* What the directory of the unified platform says: what is taken has its form, each person once. */
#include "common/http/directory_list.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct directory_list l;
	struct err_note note = {0};
	if (directory_list_read(view_of(data, size), &l, &note) < 0)
		return 0;
	REQUIRE(strlen(l.division) == 6 && l.serial > 0 && l.n > 0 && l.n <= DIRECTORY_LIST_PEOPLE);
	for (size_t i = 0; i < l.n; i++) {
		REQUIRE(*l.people[i].id && strlen(l.people[i].id) <= DIRECTORY_LIST_ID);
		REQUIRE(directory_list_user(l.people[i].user));
		REQUIRE(!l.people[i].active || *l.people[i].name);
		if (i)
			REQUIRE(strcmp(l.people[i].id, l.people[i - 1].id) != 0);
	}
	directory_list_fini(&l);
	return 0;
}
