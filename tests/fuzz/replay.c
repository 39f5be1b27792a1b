/* Runs a fuzz target over the files it is given: the corpus is a test of every build. */
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

int main(int argc, char **argv)
{
	if (LLVMFuzzerInitialize)
		REQUIRE(LLVMFuzzerInitialize(&argc, &argv) == 0);
	for (int i = 1; i < argc; i++) {
		struct buf b;
		buf_init(&b, 64 << 20);
		if (file_read(AT_FDCWD, argv[i], 64 << 20, &b) < 0) {
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
			return 1;
		}
		/* A copy of exactly that size: a read behind the end is seen. */
		uint8_t *exact = malloc(b.n ? b.n : 1);
		REQUIRE(exact);
		if (b.n)
			memcpy(exact, b.p, b.n);
		(void)LLVMFuzzerTestOneInput(exact, b.n);
		free(exact);
		buf_fini(&b);
	}
	printf("%d inputs\n", argc - 1);
	return 0;
}
