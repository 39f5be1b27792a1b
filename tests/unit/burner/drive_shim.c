/* Stands for xorriso(1) with a drive that does badly what $SW_SHIM says: good, full (no room), written (not
 * blank), spoil (fails half way), lie (one byte is another one), short (the end is missing), silent (nothing
 * arrives), escape (tries to leave its confinement and tells on the medium how far it came). The drive is the
 * file of "stdio:/path" or "dev=stdio:/path". */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *mode = "good";

static bool is(const char *m)
{
	return strcmp(mode, m) == 0;
}

static int look(const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return 5;
	fprintf(stderr, "Media status : is %s\n",
		is("written") || st.st_size ? "written , is closed" : "blank");
	printf("Media space  : %ds\n", is("full") ? 10 : 2295104);
	return 0;
}

/* What a program that was taken over would try. */
static void escape(FILE *out)
{
	const char *home = getenv("SW_SHIM_SECRET"), *made = getenv("SW_SHIM_OUTSIDE");
	if (!home || !made)
		exit(9);
	int fd = open(home, O_RDONLY | O_CLOEXEC);
	fprintf(out, "read %s\n", fd < 0 ? "denied" : "done");
	fd = open(made, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	fprintf(out, "write %s\n", fd < 0 ? "denied" : "done");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	fprintf(out, "socket %s\n", fd < 0 ? "denied" : "done");
	fprintf(out, "exec %s\n", execl("/bin/true", "true", (char *)NULL) < 0 ? "denied" : "done");
	fprintf(out, "end\n");
}

static int burn(const char *image, const char *path)
{
	char block[65536];
	struct stat st;
	FILE *in = fopen(image, "re"), *out = fopen(path, "r+e");
	if (!in || !out || fstat(fileno(in), &st) < 0)
		return 5;
	if (is("escape")) {
		escape(out);
		return fclose(out) != 0;
	}
	long left = is("silent")  ? 0
		    : is("spoil") ? st.st_size / 2
		    : is("short") ? st.st_size - 4096
				  : st.st_size;
	for (size_t n; left > 0 && (n = fread(block, 1, sizeof block, in)) > 0; left -= (long)n) {
		if (is("lie") && left <= (long)sizeof block)
			block[n / 2] ^= 1;
		fwrite(block, 1, (long)n < left ? n : (size_t)left, out);
	}
	fclose(in);
	if (fclose(out) != 0)
		return 5;
	if (!is("spoil"))
		return 0;
	fprintf(stderr, "shim : FATAL : SCSI error on write: See MMC/SPC sense code 3 73 03\n");
	fprintf(stderr, "shim : FAILURE : Cannot write to the drive: power calibration area error\n");
	return 32;
}

int main(int argc, char **argv)
{
	const char *m = getenv("SW_SHIM"), *path = NULL, *image = NULL;
	mode = m ? m : mode;
	for (int i = 1; i < argc; i++) {
		const char *stdio = strstr(argv[i], "stdio:");
		if (stdio)
			path = stdio + 6;
		image = argv[i];
	}
	if (!path)
		return 5;
	return strstr(argv[argc - 1], "space") ? look(path) : burn(image, path);
}
