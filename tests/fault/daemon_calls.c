/* Preloaded into a daemon: with calls.c, every n-th call of one kind fails, as the file named by
 * SW_FAULT_CALLS says when the program starts: "KIND EVERY". Nothing fails when there is no such file. */
#include "tests/fault/calls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const spared[] = {"env", "sh", "dept-identity", "curl"};

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("SW_FAULT_CALLS");
	char kind[16];
	unsigned every;
	for (size_t i = 0; i < sizeof spared / sizeof *spared; i++)
		if (strcmp(program_invocation_short_name, spared[i]) == 0)
			return;
	FILE *f = path ? fopen(path, "re") : NULL;
	if (!f)
		return;
	int n = fscanf(f, "%15s %u", kind, &every);
	(void)fclose(f);
	for (int k = 0; n == 2 && k < CALLS_KINDS; k++)
		if (strcmp(kind, calls_names[k]) == 0)
			calls_fail((enum calls_kind)k, every);
}
