#include "gapd/half/half_inspect.h"

#include "gapd/half/half_impl.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_bundle(int fd)
{
	char head[14] = {0};
	return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
	       memcmp(head, "manifest.json", sizeof head) == 0;
}

/* No effect: messages are judged by the same code, nothing is handed over. */
static int bundle_judge(struct half *h, const char *file, int fd, struct err_note *note)
{
	struct half_taken taken;
	struct stat st;
	int records = -1;
	if (!h->signer)
		return err_set(note, ERR_CONFIG, "a bundle: -c FILE is needed to open it");
	int rc = fstat(fd, &st) < 0 ? ERR_IO : half_take(h, fd, st.st_size, &records, &taken, note);
	if (rc < 0)
		return rc;
	close(records);
	if (taken.refused)
		return err_set(note, ERR_REFUSED, "%zu of %zu messages", taken.refused, taken.messages);
	printf("%s: passes, bundle of %zu messages\n", file, taken.messages);
	return 0;
}

static int file_judge(struct half *h, const char *file, struct err_note *note)
{
	const char *type = NULL;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(note, ERR_NOTFOUND, "cannot be opened");
	int rc;
	if (is_bundle(fd)) {
		rc = bundle_judge(h, file, fd, note);
	} else {
		rc = inspect_file(file, &type, note);
		if (rc == 0)
			printf("%s: passes, %s\n", file, type);
	}
	close(fd);
	return rc;
}

int half_inspect_files(struct half *h, char **files, size_t n)
{
	int code = 0;
	for (size_t i = 0; i < n; i++) {
		struct err_note note = {0};
		int rc = file_judge(h, files[i], &note);
		if (rc < 0) {
			printf("%s: %s: %s\n", files[i], err_name(rc), note.text);
			code = 1;
		}
	}
	return code;
}
