/* The forger's tool: makes the repair data of an image anew after its sectors were changed, so that it does
 * not bring the old ones back. */
#include "burner/disc/repair.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	uint8_t s[REPAIR_SECTOR];
	char disc[17] = "";
	struct repair_plan p;
	struct err_note note = {0};
	int fd = argc == 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0 || pread(fd, s, sizeof s, (off_t)REPAIR_FRONT * REPAIR_SECTOR) != sizeof s ||
		repair_plan_read(s, REPAIR_FRONT, &p) < 0) {
		fprintf(stderr, "usage: disc-reseal IMAGE\n");
		return 2;
	}
	memcpy(disc, s + 16, 16);
	int rc = repair_write(fd, &p, disc, &note);
	if (rc < 0)
		fprintf(stderr, "%s\n", note.text);
	close(fd);
	return rc < 0;
}
