#include "common/message/media.h"

#include "common/crypto/envelope.h"
#include "common/message/media_inner.h"
#include "common/message/media_spatial.h"
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define DEPTH_MAX 4
#define ENTRIES_MAX 10000
#define UNPACKED_MAX (256 << 20)

/* What opening archives may cost in all, over every depth. */
struct budget {
	int entries;
	int64_t bytes;
	const char *refused; /* set when a limit was met or an archive could not be read: treated as unknown
				content */
	bool too_much;       /* that is why */
	bool ofd;
};

static bool begins(struct view v, const char *magic, size_t n)
{
	return v.n >= n && memcmp(v.p, magic, n) == 0;
}

static bool is_archive(struct view v)
{
	return begins(v, "PK\3\4", 4) || begins(v, "PK\5\6", 4) || begins(v, "7z\xbc\xaf\x27\x1c", 6) ||
	       begins(v, "Rar!", 4) || begins(v, "\x1f\x8b", 2) || begins(v, "BZh", 3) ||
	       begins(v,
		       "\xfd"
		       "7zXZ",
		       5) ||
	       begins(v, "\x28\xb5\x2f\xfd", 4) || (v.n > 262 && memcmp(v.p + 257, "ustar", 5) == 0);
}

static const char *archive_spatial(struct view v, struct budget *b, int depth);

static const char *content_spatial(struct view v, struct budget *b, int depth)
{
	const char *s = media_spatial(v);
	return s ? s : is_archive(v) ? archive_spatial(v, b, depth + 1) : NULL;
}

/* A PDF within a document acts and hides as one that is handed in by itself. */
static const char *pdf_inside(struct view v, struct budget *b)
{
	struct err_note note = {0};
	int rc = media_inner_check(v, "application/pdf", &note);
	if (rc == ERR_SPATIAL)
		return "spatial data in a PDF";
	if (rc < 0) {
		b->refused = "archive with a PDF that acts, is locked or damaged";
		b->too_much = rc == ERR_BOMB;
	}
	return NULL;
}

static const char *entry_spatial(struct archive *a, struct budget *b, int depth)
{
	struct buf content;
	uint8_t part[16384];
	la_ssize_t n = 0;
	const char *s = NULL;
	buf_init(&content, UNPACKED_MAX);
	while ((n = archive_read_data(a, part, sizeof part)) > 0) {
		b->bytes += n;
		if (b->bytes > UNPACKED_MAX || buf_add(&content, part, (size_t)n) < 0) {
			b->refused = "archive that unpacks to too much";
			b->too_much = true;
			break;
		}
	}
	if (memmem(content.p ? content.p : part, content.n, "EICAR-STANDARD-ANTIVIRUS-TEST-FILE", 34))
		b->refused = "archive with the test file of virus scanners (EICAR)";
	if (n < 0)
		b->refused = "damaged or encrypted archive";
	s = content_spatial(buf_view(&content), b, depth);
	if (!s && begins(buf_view(&content), "%PDF-", 5))
		s = pdf_inside(buf_view(&content), b);
	buf_fini(&content);
	return s;
}

/* "Zip slip": who unpacks it would write somewhere else. */
static bool leads_out(const char *name)
{
	for (const char *p = name; (p = strstr(p, "..")); p += 2)
		if ((p == name || p[-1] == '/') && (p[2] == '/' || p[2] == 0))
			return true;
	return name[0] == '/' || strpbrk(name, "\\:");
}

static const char *archive_spatial(struct view v, struct budget *b, int depth)
{
	const char *s = NULL;
	struct archive_entry *e;
	if (depth > DEPTH_MAX) {
		b->refused = "archive nested too deep";
		return NULL;
	}
	struct archive *a = archive_read_new();
	archive_read_support_filter_all(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_7zip(a);
	archive_read_support_format_rar(a);
	archive_read_support_format_rar5(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_raw(a);
	int rc = archive_read_open_memory(a, v.p, v.n);
	while (rc == ARCHIVE_OK && !s && !b->refused) {
		rc = archive_read_next_header(a, &e);
		if (rc == ARCHIVE_EOF)
			break;
		if (rc < ARCHIVE_WARN || ++b->entries > ENTRIES_MAX) {
			b->refused = "archive that cannot be read or has too many entries";
			break;
		}
		rc = ARCHIVE_OK;
		const char *name = archive_entry_pathname(e);
		if (depth == 1 && name && strcmp(name, "OFD.xml") == 0)
			b->ofd = true;
		if (name && leads_out(name))
			b->refused = "archive with a path that leads out of it";
		s = name ? media_spatial_name(name) : NULL;
		if (!s)
			s = entry_spatial(a, b, depth);
	}
	if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF && !s)
		b->refused = "archive that cannot be read";
	archive_read_free(a);
	return s;
}

static bool is_jpeg(struct view v)
{
	return begins(v, "\xff\xd8\xff", 3) && v.n > 20 && memmem(v.p + v.n - 16, 16, "\xff\xd9", 2);
}

/* Chunks from the header to IEND, nothing behind it. */
static bool is_png(struct view v)
{
	size_t at = 8;
	if (!begins(v, "\x89PNG\r\n\x1a\n", 8))
		return false;
	while (v.n - at >= 12) {
		size_t n = (size_t)v.p[at] << 24 | (size_t)v.p[at + 1] << 16 | (size_t)v.p[at + 2] << 8 |
			   v.p[at + 3];
		if (n > v.n - at - 12)
			return false;
		if (memcmp(v.p + at + 4, "IEND", 4) == 0)
			return n == 0 && at + 12 == v.n;
		at += n + 12;
	}
	return false;
}

static bool is_pdf(struct view v)
{
	size_t tail = v.n < 1024 ? v.n : 1024;
	return begins(v, "%PDF-", 5) && memmem(v.p + v.n - tail, tail, "%%EOF", 5) &&
	       memmem(v.p + v.n - tail, tail, "startxref", 9);
}

static bool is_text(struct view v)
{
	size_t n = v.n < 65536 ? v.n : 65536;
	for (size_t i = 0; i < n; i++)
		if (v.p[i] < 0x20 && v.p[i] != '\n' && v.p[i] != '\r' && v.p[i] != '\t')
			return false;
	return v.n > 0;
}

static bool in_front(struct view v, const char *text)
{
	size_t n = strlen(text), most = v.n < 4096 ? v.n : 4096;
	for (size_t i = 0; i + n <= most; i++)
		if (strncasecmp((const char *)v.p + i, text, n) == 0)
			return true;
	return false;
}

static const char *plain_type(struct view v)
{
	static const struct {
		const char *magic;
		size_t n;
		const char *type;
	} known[] = {{"II*\0", 4, "image/tiff"}, {"MM\0*", 4, "image/tiff"}, {"GIF8", 4, "image/gif"},
		{"MZ", 2, "application/x-msdownload"},
		{"\x7f"
		 "ELF",
			4, "application/x-executable"},
		{"\xd0\xcf\x11\xe0", 4, "application/msword"}};
	if (is_pdf(v))
		return "application/pdf";
	if (is_jpeg(v))
		return "image/jpeg";
	if (is_png(v))
		return "image/png";
	if (envelope_is(v))
		return "application/x-sanwang-envelope";
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (begins(v, known[i].magic, known[i].n))
			return known[i].type;
	if (v.n && (v.p[0] == '{' || v.p[0] == '['))
		return "application/json";
	if (v.n && v.p[0] == '<' && in_front(v, "<svg"))
		return "image/svg+xml";
	if (v.n && v.p[0] == '<' &&
		(in_front(v, "<html") || in_front(v, "<script") || in_front(v, "<!doctype html")))
		return "text/html";
	return is_text(v) ? "text/plain" : "application/octet-stream";
}

static const char *type_of(struct view v, struct budget *b, const char **spatial)
{
	*spatial = content_spatial(v, b, 0);
	if (!is_archive(v))
		return plain_type(v);
	if (b->refused)
		return "application/octet-stream";
	return begins(v, "PK", 2) ? (b->ofd ? "application/ofd" : "application/zip")
				  : "application/octet-stream";
}

const char *media_type(struct view v, const char **spatial)
{
	struct budget b = {0};
	const char *s = NULL, *type = type_of(v, &b, &s);
	if (spatial)
		*spatial = s;
	return type;
}

int media_check_material(struct view content, const char **type, struct err_note *note)
{
	static const char *const taken[] = {"application/pdf", "image/jpeg", "image/png", "application/ofd"};
	struct budget b = {0};
	const char *spatial = NULL, *t = type_of(content, &b, &spatial);
	if (spatial)
		return err_set(note, ERR_SPATIAL, "%s", spatial);
	if (is_archive(content) && b.refused)
		return err_set(note, b.too_much ? ERR_BOMB : ERR_MEDIA, "%s: %s", t, b.refused);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strcmp(t, taken[i]) == 0) {
			int rc = media_inner_check(content, t, note);
			if (rc == 0)
				*type = taken[i];
			return rc;
		}
	return err_set(note, ERR_MEDIA, "%s: only PDF, JPEG, PNG and OFD are taken", t);
}

int media_name_check(const char *name, struct err_note *note)
{
	if (!name || !*name || strlen(name) > 150)
		return err_set(note, ERR_SCHEMA, "name: 1 to 150 bytes");
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == '/' || *p == '\\' || *p == 0x7f)
			return err_set(note, ERR_SCHEMA, "name: no slashes or control characters");
	return 0;
}
