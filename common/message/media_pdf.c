/* PDF: names that make a document act, wherever they stand. Offsets of the cross-reference table are not
 * believed: everything is looked at. */
#include "common/message/media_pdf.h"

#include <ctype.h>
#include <string.h>
#include <zlib.h>

#define NAME_MAX_LEN 32
#define DICT_MAX 4096                  /* looked at before a stream */
#define GROWN_MAX (INT64_C(512) << 20) /* all streams unpacked */

static const struct {
	const char *name, *what;
} acting[] = {{"JavaScript", "JavaScript"}, {"Launch", "a program to start"},
	{"EmbeddedFile", "a file within"}, {"EmbeddedFiles", "files within"}, {"RichMedia", "rich media"},
	{"XFA", "an XFA form"}, {"SubmitForm", "a form that sends itself"}, {"ImportData", "data to import"},
	{"Encrypt", "encryption"}};

static int hex(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

static bool ends_name(uint8_t c)
{
	return c <= ' ' || strchr("/()<>[]{}%", c) != NULL;
}

/* The name behind a slash at p; longer ones are cut. */
static void name_read(struct view v, size_t p, char out[static NAME_MAX_LEN])
{
	size_t n = 0;
	for (; p < v.n && !ends_name(v.p[p]) && n + 1 < NAME_MAX_LEN; p++) {
		int high = v.p[p] == '#' && p + 2 < v.n ? hex(v.p[p + 1]) : -1,
		    low = high >= 0 ? hex(v.p[p + 2]) : -1;
		out[n++] = (char)(low >= 0 ? high << 4 | low : v.p[p]);
		p += low >= 0 ? 2 : 0;
	}
	out[n] = 0;
}

/* What makes it act; NULL nothing. */
static const char *acts(struct view v)
{
	const uint8_t *at = v.n ? memchr(v.p, '/', v.n) : NULL;
	while (at) {
		char name[NAME_MAX_LEN];
		size_t p = (size_t)(at - v.p) + 1;
		name_read(v, p, name);
		for (size_t i = 0; i < sizeof acting / sizeof acting[0]; i++)
			if (strcmp(name, acting[i].name) == 0)
				return acting[i].what;
		at = p < v.n ? memchr(v.p + p, '/', v.n - p) : NULL;
	}
	return NULL;
}

static bool has_name(struct view v, const char *name)
{
	for (size_t i = 0; i < v.n; i++) {
		char found[NAME_MAX_LEN];
		if (v.p[i] != '/')
			continue;
		name_read(v, i + 1, found);
		if (strcmp(found, name) == 0)
			return true;
	}
	return false;
}

/* The dictionary before the word "stream" at p, from its object's beginning; false when that is not near. */
static bool dictionary(struct view v, size_t p, struct view *out)
{
	size_t from = p > DICT_MAX ? p - DICT_MAX : 0;
	struct view d = view_of(v.p + from, p - from);
	for (size_t i = d.n; i >= 3; i--)
		if (memcmp(d.p + i - 3, "obj", 3) == 0) {
			*out = view_of(d.p + i, d.n - i);
			return true;
		}
	return false;
}

/* RFC 1950, 2.2 */
static bool is_packed(struct view v)
{
	return v.n > 2 && (v.p[0] & 15) == 8 && (v.p[0] << 8 | v.p[1]) % 31 == 0;
}

/* Unpacks to nowhere, or into `out`; *grown counts over the whole file. */
static int unpack(struct view packed, struct buf *out, int64_t *grown)
{
	uint8_t part[65536];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n};
	int rc = 0, state = inflateInit(&z) == Z_OK ? Z_OK : Z_MEM_ERROR;
	if (state != Z_OK)
		return ERR_NOMEM;
	while (rc == 0 && state == Z_OK) {
		z.next_out = part;
		z.avail_out = sizeof part;
		state = inflate(&z, Z_NO_FLUSH);
		size_t n = sizeof part - z.avail_out;
		*grown += (int64_t)n;
		if (*grown > GROWN_MAX)
			rc = ERR_BOMB;
		else if (out)
			rc = buf_add(out, part, n);
		if (n == 0 && z.avail_in == 0)
			break;
	}
	inflateEnd(&z);
	return rc == ERR_LIMIT ? ERR_BOMB : rc;
}

static int objects_check(struct view dict, struct view packed, int64_t *grown, struct err_note *note)
{
	static const char *const other[] = {"ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "LZWDecode",
		"LZW", "RunLengthDecode", "RL", "Crypt", "Predictor"};
	struct buf plain;
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
		if (has_name(dict, other[i]))
			return err_set(note, ERR_MEDIA, "PDF with objects packed in an unusual way");
	buf_init(&plain, 64 << 20);
	int rc = unpack(packed, &plain, grown);
	const char *what = rc == 0 ? acts(buf_view(&plain)) : NULL;
	buf_fini(&plain);
	return what ? err_set(note, ERR_MEDIA, "PDF with %s", what) : rc;
}

static int stream_check(struct view v, size_t p, int64_t *grown, struct err_note *note)
{
	struct view dict;
	bool near = dictionary(v, p, &dict);
	p += 6;
	p += p < v.n && v.p[p] == '\r';
	p += p < v.n && v.p[p] == '\n';
	struct view packed = view_of(v.p + p, v.n - p);
	if (!near)
		return is_packed(packed)
			       ? err_set(note, ERR_MEDIA, "PDF with an object that does not show what it is")
			       : 0;
	bool objects = has_name(dict, "ObjStm");
	if (!has_name(dict, "FlateDecode") && !has_name(dict, "Fl"))
		return objects && has_name(dict, "Filter")
			       ? err_set(note, ERR_MEDIA, "PDF with objects packed in an unusual way")
			       : 0;
	int rc = objects ? objects_check(dict, packed, grown, note) : unpack(packed, NULL, grown);
	return rc == ERR_BOMB ? err_set(note, ERR_BOMB, "PDF that unpacks to too much") : rc;
}

int media_pdf_check(struct view v, struct err_note *note)
{
	const char *what = acts(v);
	int64_t grown = 0;
	size_t p = 0;
	int rc = 0;
	if (what)
		return err_set(note, ERR_MEDIA, "PDF with %s", what);
	while (rc == 0 && p < v.n) {
		const uint8_t *at = memmem(v.p + p, v.n - p, "stream", 6);
		if (!at)
			break;
		p = (size_t)(at - v.p);
		if (p < 3 || memcmp(at - 3, "end", 3) != 0)
			rc = stream_check(v, p, &grown, note);
		p += 6;
	}
	return rc;
}
