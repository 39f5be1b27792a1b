#include "zones/extranet/transfer/import_impl.h"

#include "common/crypto/envelope.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct import_file {
	FILE *f;
	iconv_t conv; /* (iconv_t)-1: UTF-8 already */
	char raw[16384];
	size_t n;
};

int import_file_open(const char *path, bool gb18030, struct import_file **out, struct err_note *note)
{
	struct import_file *f = calloc(1, sizeof *f);
	if (!f)
		return ERR_NOMEM;
	f->conv = gb18030 ? iconv_open("UTF-8", "GB18030") : (iconv_t)-1;
	f->f = fopen(path, "re");
	int rc = f->f ? 0 : err_set(note, ERR_NOTFOUND, "%s", path);
	if (rc == 0 && gb18030 && f->conv == (iconv_t)-1)
		rc = err_set(note, ERR_CONFIG, "this system does not know GB18030");
	if (rc < 0)
		import_file_close(f);
	else
		*out = f;
	return rc;
}

/* What is no GB18030 becomes U+FFFD byte by byte: its record is seen to be damaged, the others are not. */
static int64_t converted(struct import_file *f, uint8_t *p, size_t n)
{
	char *in = f->raw, *to = (char *)p;
	size_t left = f->n, room = n;
	while (left && room > 4) {
		if (iconv(f->conv, &in, &left, &to, &room) != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && !feof(f->f))
			break;         /* the rest of the character comes with the next bytes */
		memcpy(to, "\xff", 1); /* no UTF-8: the reader refuses the record */
		to++;
		room--;
		in++;
		left--;
	}
	memmove(f->raw, in, left);
	f->n = left;
	return (int64_t)(n - room);
}

int64_t import_file_more(void *arg, uint8_t *p, size_t n)
{
	struct import_file *f = arg;
	if (f->conv == (iconv_t)-1) {
		size_t got = fread(p, 1, n, f->f);
		return got == 0 && ferror(f->f) ? ERR_IO : (int64_t)got;
	}
	for (;;) {
		f->n += fread(f->raw + f->n, 1, sizeof f->raw - f->n, f->f);
		if (ferror(f->f))
			return ERR_IO;
		if (f->n == 0)
			return 0;
		int64_t got = converted(f, p, n);
		if (got > 0)
			return got;
	}
}

void import_file_close(struct import_file *f)
{
	if (!f)
		return;
	if (f->f)
		fclose(f->f);
	if (f->conv != (iconv_t)-1)
		iconv_close(f->conv);
	buf_wipe(f->raw, sizeof f->raw);
	free(f);
}

/* ---- graphics */
static int collect(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

static int lines_make(const json_t *features, struct envelope_writer *w)
{
	size_t i;
	const json_t *one;
	int rc = 0;
	json_array_foreach(features, i, one)
	{
		struct buf line;
		buf_init(&line, 4 << 20);
		if (rc == 0)
			rc = json_canon(one, &line);
		if (rc == 0)
			rc = buf_add_str(&line, "\n");
		if (rc == 0)
			rc = envelope_write(w, buf_view(&line));
		buf_fini(&line);
	}
	return rc == 0 ? envelope_finish(w) : rc;
}

int import_graphics_write(struct import_run *i, const char *source, int64_t first, const json_t *features)
{
	char folder[4400], name[80];
	struct envelope_writer *w = NULL;
	struct buf sealed;
	int dir = -1;
	if (json_array_size(features) == 0 || i->dry)
		return 0;
	snprintf(folder, sizeof folder, "%s/%s", i->folder, import_map_graphics(i->map));
	/* By its first record: a step that is done again writes the same file anew. */
	snprintf(name, sizeof name, "%s-%010lld.swe", source, (long long)first);
	buf_init(&sealed, 256 << 20);
	int rc = file_mkdirs(folder, 0770);
	if (rc == 0)
		rc = file_open_dir(folder, &dir);
	if (rc == 0)
		rc = envelope_writer_new(
			cert_suite(i->graphics_to), i->graphics_to, NULL, collect, &sealed, &w);
	if (rc == 0)
		rc = lines_make(features, w);
	if (rc == 0)
		rc = file_write(dir, name, 0640, buf_view(&sealed), "import.graphics");
	if (rc == 0)
		i->graphics += (int64_t)json_array_size(features);
	else
		err_set(&i->note, rc, "graphics: %s/%s: %s", folder, name, err_text(rc));
	envelope_writer_free(w);
	if (dir >= 0)
		close(dir);
	buf_fini(&sealed);
	return rc;
}
