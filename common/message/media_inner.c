#include "common/message/media_inner.h"

#include "common/message/media_pdf.h"
#include <string.h>
#include <zlib.h>

#define SIDE_MAX 30000u
#define POINTS_MAX 150000000u

static uint32_t be(const uint8_t *p, int n)
{
	uint32_t x = 0;
	for (int i = 0; i < n; i++)
		x = x << 8 | p[i];
	return x;
}

static bool holds(struct view v, const char *text, size_t n)
{
	return v.n >= n && memmem(v.p, v.n, text, n) != NULL;
}

/* ---- any type */

/* A central directory of a ZIP that ends where its end says. */
static bool zip_behind(struct view v)
{
	size_t from = v.n > 65557 ? v.n - 65557 : 0;
	for (size_t i = from; i + 22 <= v.n; i++) {
		if (memcmp(v.p + i, "PK\5\6", 4) != 0)
			continue;
		size_t size = v.p[i + 12] | (size_t)v.p[i + 13] << 8 | (size_t)v.p[i + 14] << 16 |
			      (size_t)v.p[i + 15] << 24;
		if (size <= i && (size == 0 || (size >= 4 && memcmp(v.p + i - size, "PK\1\2", 4) == 0)))
			return true;
	}
	return false;
}

static int twofold_check(struct view v, struct err_note *note)
{
	static const char eicar[] = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE";
	if (holds(v, eicar, sizeof eicar - 1))
		return err_set(note, ERR_MEDIA, "the test file of virus scanners (EICAR)");
	if (zip_behind(v) || holds(v, "Rar!\x1a\7", 6) || holds(v, "7z\xbc\xaf\x27\x1c", 6))
		return err_set(note, ERR_MEDIA, "an archive behind the document");
	if (holds(v, "__HALT_COMPILER", 15))
		return err_set(note, ERR_MEDIA, "a program behind the document");
	return 0;
}

static int size_check(uint32_t w, uint32_t h, const char *type, struct err_note *note)
{
	if (w == 0 || h == 0)
		return err_set(note, ERR_MEDIA, "%s: without a size", type);
	if (w > SIDE_MAX || h > SIDE_MAX || w > POINTS_MAX / h)
		return err_set(note, ERR_BOMB, "%s of %u x %u points", type, w, h);
	return 0;
}

static int remarks_check(struct view v, const char *type, struct err_note *note)
{
	for (size_t i = 0; i + 7 <= v.n; i++)
		if (v.p[i] == '<' && (strncasecmp((const char *)v.p + i, "<script", 7) == 0 ||
					     memcmp(v.p + i, "<?php", 5) == 0))
			return err_set(note, ERR_MEDIA, "%s with a script in its remarks", type);
	return 0;
}

/* ---- JPEG (ITU-T T.81, B.1) */

struct segment {
	uint8_t marker;
	size_t at, n; /* the payload behind the length */
};

/* The next marker segment from *p; false at damage. Entropy-coded data is passed over. */
static bool segment_next(struct view v, size_t *p, struct segment *s)
{
	while (*p < v.n && v.p[*p] != 0xff)
		(*p)++;
	while (*p < v.n && v.p[*p] == 0xff)
		(*p)++;
	if (*p >= v.n)
		return false;
	s->marker = v.p[(*p)++];
	s->at = *p;
	s->n = 0;
	if (s->marker == 0 || s->marker == 1 || (s->marker >= 0xd0 && s->marker <= 0xd9))
		return true;
	if (v.n - *p < 2)
		return false;
	size_t n = be(v.p + *p, 2);
	if (n < 2 || n > v.n - *p)
		return false;
	s->at = *p + 2;
	s->n = n - 2;
	*p += n;
	return true;
}

static bool is_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* *end: behind the picture's EOI; 0: it has none. */
static int jpeg_walk(struct view v, size_t *end, struct err_note *note)
{
	struct segment s;
	bool framed = false, scanned = false;
	size_t p = 2;
	*end = 0;
	while (segment_next(v, &p, &s)) {
		int rc = 0;
		if (is_frame(s.marker) && s.n >= 6) {
			rc = size_check(be(v.p + s.at + 3, 2), be(v.p + s.at + 1, 2), "JPEG", note);
			framed = true;
		} else if (s.marker == 0xda)
			scanned = true;
		else if ((s.marker >= 0xe0 && s.marker <= 0xef) || s.marker == 0xfe)
			rc = remarks_check(view_of(v.p + s.at, s.n), "JPEG", note);
		else if (s.marker == 0xd9 && framed && scanned)
			*end = p;
		if (rc < 0 || *end)
			return rc;
	}
	return err_set(note, ERR_MEDIA, "damaged JPEG");
}

static int jpeg_check(struct view v, struct err_note *note)
{
	size_t end = 0;
	int rc = jpeg_walk(v, &end, note);
	return rc == 0 && end < v.n ? err_set(note, ERR_MEDIA, "JPEG with something behind the picture") : rc;
}

/* ---- PNG: media_type has followed the chunks to the end */

static int png_check(struct view v, struct err_note *note)
{
	for (size_t at = 8; at + 12 <= v.n;) {
		size_t n = be(v.p + at, 4);
		const uint8_t *type = v.p + at + 4;
		int rc = 0;
		if (crc32(0, type, (uInt)n + 4) != be(type + 4 + n, 4))
			return err_set(note, ERR_MEDIA, "damaged PNG");
		if (memcmp(type, "IHDR", 4) == 0 && n >= 8)
			rc = size_check(be(type + 4, 4), be(type + 8, 4), "PNG", note);
		else if (memcmp(type, "tEXt", 4) == 0 || memcmp(type, "iTXt", 4) == 0)
			rc = remarks_check(view_of(type + 4, n), "PNG", note);
		if (rc < 0)
			return rc;
		at += n + 12;
	}
	return 0;
}

int media_inner_check(struct view v, const char *type, struct err_note *note)
{
	bool pdf = strcmp(type, "application/pdf") == 0, jpeg = strcmp(type, "image/jpeg") == 0,
	     png = strcmp(type, "image/png") == 0;
	if (!pdf && !jpeg && !png)
		return 0;
	int rc = twofold_check(v, note);
	if (rc < 0)
		return rc;
	return pdf ? media_pdf_check(v, note) : jpeg ? jpeg_check(v, note) : png_check(v, note);
}

/* ---- where a photograph was taken */

struct tiff {
	uint8_t *p;
	size_t n;
	bool little;
};

static uint32_t number(const struct tiff *t, size_t at, int n)
{
	uint32_t x = 0;
	for (int i = 0; i < n; i++)
		x |= (uint32_t)t->p[at + (size_t)i] << 8 * (t->little ? i : n - 1 - i);
	return x;
}

/* The entries of a directory that lie within; 0 none. */
static size_t entries(const struct tiff *t, size_t at)
{
	if (at > t->n || t->n - at < 2)
		return 0;
	size_t n = number(t, at, 2);
	return n > (t->n - at - 2) / 12 ? (t->n - at - 2) / 12 : n;
}

static bool places_wipe(const struct tiff *t, size_t at)
{
	static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
	size_t n = entries(t, at);
	for (size_t i = 0; i < n; i++) {
		size_t e = at + 2 + i * 12, type = number(t, e + 2, 2), count = number(t, e + 4, 4),
		       from = number(t, e + 8, 4);
		size_t bytes = type < sizeof sizes && count <= t->n ? sizes[type] * count : 0;
		if (bytes > 4 && from < t->n && bytes <= t->n - from)
			memset(t->p + from, 0, bytes);
		memset(t->p + e, 0, 12);
	}
	if (n)
		memset(t->p + at, 0, 2);
	return n > 0;
}

static bool exif_clean(uint8_t *p, size_t n)
{
	struct tiff t = {p, n, n > 8 && p[0] == 'I'};
	bool found = false;
	if (n < 14 || (memcmp(p, "II*\0", 4) != 0 && memcmp(p, "MM\0*", 4) != 0))
		return false;
	size_t first = number(&t, 4, 4), count = entries(&t, first);
	for (size_t i = 0; i < count; i++) {
		size_t e = first + 2 + i * 12;
		if (number(&t, e, 2) == 0x8825)
			found |= places_wipe(&t, number(&t, e + 8, 4));
	}
	return found;
}

static bool xmp_clean(uint8_t *p, size_t n)
{
	if (!holds(view_of(p, n), "GPS", 3))
		return false;
	memset(p, ' ', n);
	return true;
}

static bool jpeg_clean(uint8_t *p, size_t n)
{
	static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
	struct segment s;
	bool found = false;
	size_t at = 2;
	while (segment_next(view_of(p, n), &at, &s) && s.marker != 0xda) {
		uint8_t *q = p + s.at;
		if (s.marker == 0xe1 && s.n > 6 && memcmp(q, "Exif\0", 6) == 0)
			found |= exif_clean(q + 6, s.n - 6);
		else if (s.marker == 0xe1 && s.n > sizeof xmp && memcmp(q, xmp, sizeof xmp) == 0)
			found |= xmp_clean(q + sizeof xmp, s.n - sizeof xmp);
	}
	return found;
}

static bool png_clean(uint8_t *p, size_t n)
{
	static const char xmp[] = "XML:com.adobe.xmp\0\0\0\0";
	bool found = false;
	for (size_t at = 8; at + 12 <= n;) {
		size_t len = be(p + at, 4);
		uint8_t *type = p + at + 4, *data = type + 4;
		bool one = false;
		if (memcmp(type, "eXIf", 4) == 0)
			one = exif_clean(data, len);
		else if (memcmp(type, "iTXt", 4) == 0 && len > sizeof xmp && memcmp(data, xmp, 18) == 0)
			one = xmp_clean(data + sizeof xmp, len - sizeof xmp);
		if (one) {
			uint32_t sum = (uint32_t)crc32(0, type, (uInt)len + 4);
			for (int i = 0; i < 4; i++)
				data[len + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
		}
		found |= one;
		at += len + 12;
	}
	return found;
}

int media_inner_clean(uint8_t *p, size_t *n)
{
	int out = 0;
	if (*n > 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
		return png_clean(p, *n) ? MEDIA_PLACE : 0;
	if (*n < 3 || memcmp(p, "\xff\xd8\xff", 3) != 0)
		return 0;
	size_t end = 0;
	/* What is wrong with it the check tells. */
	bool whole = jpeg_walk(view_of(p, *n), &end, NULL) == 0;
	if (jpeg_clean(p, *n))
		out |= MEDIA_PLACE;
	if (whole && end < *n) {
		*n = end;
		out |= MEDIA_BEHIND;
	}
	return out;
}
