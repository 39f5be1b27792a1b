/* PDF: names that make a document act or place it on the earth, wherever they stand, and spatial data in its
 * streams. Offsets of the cross-reference table are not believed: everything is looked at. */
#include "common/message/media_pdf.h"

#include "common/message/media_spatial.h"
#include <ctype.h>
#include <string.h>
#include <zlib.h>

#define NAME_MAX_LEN 32
#define DICT_MAX 4096                  /* looked at before a stream */
#define GROWN_MAX (INT64_C(512) << 20) /* all streams unpacked */
#define HEAD 65536                     /* of a stream, judged for spatial data */

static const struct {
	const char *name, *what;
	int err;
} tellings[] = {{"JavaScript", "JavaScript", ERR_MEDIA}, {"Launch", "a program to start", ERR_MEDIA},
	{"EmbeddedFile", "a file within", ERR_MEDIA}, {"EmbeddedFiles", "files within", ERR_MEDIA},
	{"RichMedia", "rich media", ERR_MEDIA}, {"XFA", "an XFA form", ERR_MEDIA},
	{"SubmitForm", "a form that sends itself", ERR_MEDIA}, {"ImportData", "data to import", ERR_MEDIA},
	{"Encrypt", "encryption", ERR_MEDIA}, {"GPTS", "places on the earth (GeoPDF)", ERR_SPATIAL},
	{"LGIDict", "places on the earth (GeoPDF)", ERR_SPATIAL}};

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

/* The first name that makes it refused; 0 none. */
static int names_check(struct view v, struct err_note *note)
{
	const uint8_t *at = v.n ? memchr(v.p, '/', v.n) : NULL;
	while (at) {
		char name[NAME_MAX_LEN];
		size_t p = (size_t)(at - v.p) + 1;
		name_read(v, p, name);
		for (size_t i = 0; i < sizeof tellings / sizeof tellings[0]; i++)
			if (strcmp(name, tellings[i].name) == 0)
				return err_set(note, tellings[i].err, "PDF with %s", tellings[i].what);
		at = p < v.n ? memchr(v.p + p, '/', v.n - p) : NULL;
	}
	return 0;
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

/* The first `keep` bytes go to `out`, the rest is unpacked and counted; *grown counts over the whole file. */
static int unpack(struct view packed, struct buf *out, size_t keep, int64_t *grown)
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
		size_t n = sizeof part - z.avail_out, kept = n < keep - out->n ? n : keep - out->n;
		*grown += (int64_t)n;
		rc = *grown > GROWN_MAX ? ERR_BOMB : buf_add(out, part, kept);
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
	int rc = unpack(packed, &plain, SIZE_MAX, grown);
	if (rc == 0)
		rc = names_check(buf_view(&plain), note);
	buf_fini(&plain);
	return rc;
}

static int data_check(struct view head, struct err_note *note)
{
	const char *format = media_spatial(head);
	return format ? err_set(note, ERR_SPATIAL, "PDF with %s", format) : 0;
}

static int packed_check(struct view packed, int64_t *grown, struct err_note *note)
{
	struct buf head;
	buf_init(&head, HEAD);
	int rc = unpack(packed, &head, HEAD, grown);
	if (rc == 0)
		rc = data_check(buf_view(&head), note);
	buf_fini(&head);
	return rc;
}

static int plain_check(struct view data, struct err_note *note)
{
	struct view head = view_of(data.p, data.n < HEAD ? data.n : HEAD);
	const uint8_t *end = memmem(head.p, head.n, "endstream", 9);
	return data_check(end ? view_of(head.p, (size_t)(end - head.p)) : head, note);
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
			       : plain_check(packed, note);
	bool objects = has_name(dict, "ObjStm");
	if (!has_name(dict, "FlateDecode") && !has_name(dict, "Fl"))
		return objects && has_name(dict, "Filter")
			       ? err_set(note, ERR_MEDIA, "PDF with objects packed in an unusual way")
			       : plain_check(packed, note);
	int rc = objects ? objects_check(dict, packed, grown, note) : packed_check(packed, grown, note);
	return rc == ERR_BOMB ? err_set(note, ERR_BOMB, "PDF that unpacks to too much") : rc;
}

int media_pdf_check(struct view v, struct err_note *note)
{
	int64_t grown = 0;
	size_t p = 0;
	int rc = names_check(v, note);
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
