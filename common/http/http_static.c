/* The built pages: only regular files beneath the folder, no links. */
#include "common/http/http_gzip.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *type_of(const char *name)
{
	static const struct {
		const char *end, *type;
	} types[] = {{".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
		{".mjs", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
		{".json", "application/json"}, {".svg", "image/svg+xml"}, {".png", "image/png"},
		{".jpg", "image/jpeg"}, {".webp", "image/webp"}, {".ico", "image/x-icon"},
		{".woff2", "font/woff2"}, {".txt", "text/plain; charset=utf-8"}};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++)
		if (strcmp(dot, types[i].end) == 0)
			return types[i].type;
	return "application/octet-stream";
}

int http_static_open(const char *dir, int *fd)
{
	return file_open_dir(dir, fd);
}

/* A regular file and its size, or -1. */
static int page_open(int dir, const char *name, uint64_t *size)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	struct stat st;
	int fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -1;
	}
	*size = (uint64_t)st.st_size;
	return fd;
}

/* "assets/index-Bx1_9aQz.js": the builder puts the content's hash into the name. */
static bool name_hashed(const char *name)
{
	const char *dash = strrchr(name, '-'), *dot = strrchr(name, '.');
	return strncmp(name, "assets/", 7) == 0 && dash && dot && dot - dash >= 9;
}

/* Whether the builder left the page compressed as well; then that one is taken if the client takes it. */
static bool smaller(const struct http_request *r, const char *name, int *fd, uint64_t *size)
{
	char packed[HTTP_PATH_MAX + 4];
	uint64_t n = 0;
	snprintf(packed, sizeof packed, "%s.gz", name);
	int other = page_open(r->s->web_fd, packed, &n);
	if (other < 0)
		return false;
	bool take = http_gzip_accepted(http_header(r, "Accept-Encoding"));
	close(take ? *fd : other);
	if (take) {
		*fd = other;
		*size = n;
	}
	return true;
}

struct MHD_Response *http_static_response(struct http_request *r)
{
	char name[HTTP_PATH_MAX + 1] = "";
	size_t n = 0;
	uint64_t size = 0;
	for (size_t i = 0; i < r->path.n; i++) {
		if (r->path.segment[i][0] == '.')
			n = sizeof name; /* hidden: there is none */
		if (n < sizeof name)
			n += (size_t)snprintf(
				name + n, sizeof name - n, "%s%s", i ? "/" : "", r->path.segment[i]);
	}
	int fd = n > 0 && n < sizeof name && !r->path.slash ? page_open(r->s->web_fd, name, &size) : -1;
	/* An address of the page's own router; a missing file is missing. */
	bool file =
		n >= sizeof name || (r->path.n > 0 && (strcmp(r->path.segment[0], "assets") == 0 ||
							      strchr(r->path.segment[r->path.n - 1], '.')));
	if (fd < 0 && !file) {
		strcpy(name, "index.html");
		fd = page_open(r->s->web_fd, name, &size);
	}
	if (fd < 0) {
		r->err = http_fail(r, ERR_NOTFOUND, "no such page");
		return NULL;
	}
	bool small = smaller(r, name, &fd, &size);
	struct MHD_Response *m = MHD_create_response_from_fd64(size, fd);
	if (!m) {
		close(fd);
		r->err = ERR_NOMEM;
		return NULL;
	}
	r->status = 200;
	snprintf(r->type, sizeof r->type, "%s", type_of(name));
	r->gzip = small && http_gzip_accepted(http_header(r, "Accept-Encoding"));
	if (small)
		MHD_add_response_header(m, "Vary", "Accept-Encoding");
	MHD_add_response_header(
		m, "Cache-Control", name_hashed(name) ? "public, max-age=31536000, immutable" : "no-cache");
	return m;
}
