#include "common/bundle/bundle_tar.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK BUNDLE_TAR_BLOCK
#define USTAR_SIZE_MAX INT64_C(077777777777)
/* Where things stand in a ustar header. */
enum {
	AT_NAME = 0,
	AT_MODE = 100,
	AT_UID = 108,
	AT_GID = 116,
	AT_SIZE = 124,
	AT_MTIME = 136,
	AT_SUM = 148,
	AT_TYPE = 156,
	AT_MAGIC = 257,
	AT_MAJOR = 329,
	AT_MINOR = 337
};
static const char PAX_NAME[] = "PaxHeader";

static void octal(uint8_t *at, int digits, int64_t v)
{
	at[digits] = 0;
	while (digits-- > 0) {
		at[digits] = (uint8_t)('0' + v % 8);
		v /= 8;
	}
	REQUIRE(v == 0);
}

/* Of the places that are ever written; the others are zeros. */
static unsigned sum_of(const uint8_t *b, size_t nname)
{
	unsigned sum = 0;
	for (size_t i = 0; i < nname; i++)
		sum += b[i];
	for (size_t i = AT_MODE; i <= AT_TYPE; i++)
		sum += b[i];
	for (size_t i = AT_MAGIC; i < AT_MAGIC + 8; i++)
		sum += b[i];
	for (size_t i = AT_MAJOR; i < AT_MINOR + 8; i++)
		sum += b[i];
	return sum;
}

static void ustar(const char *name, int64_t size, char type, uint8_t *b)
{
	size_t n = strlen(name);
	REQUIRE(n >= 1 && n <= BUNDLE_TAR_NAME_MAX);
	memset(b, 0, BLOCK);
	memcpy(b + AT_NAME, name, n);
	octal(b + AT_MODE, 7, 0644);
	octal(b + AT_UID, 7, 0);
	octal(b + AT_GID, 7, 0);
	octal(b + AT_SIZE, 11, size);
	octal(b + AT_MTIME, 11, 0);
	b[AT_TYPE] = (uint8_t)type;
	memcpy(b + AT_MAGIC,
		"ustar\0"
		"00",
		8);
	octal(b + AT_MAJOR, 7, 0);
	octal(b + AT_MINOR, 7, 0);
	memset(b + AT_SUM, ' ', 8);
	octal(b + AT_SUM, 6, (int64_t)sum_of(b, n)); /* six digits, NUL, and the space that stays */
}

/* "NN size=V\n", where NN counts its own digits too. */
static int pax_record(int64_t size, char out[static 48])
{
	char text[32];
	int n = snprintf(text, sizeof text, " size=%lld\n", (long long)size);
	return snprintf(out, 48, "%d%s", n + (n > 8 ? 2 : 1), text);
}

/* The payload's header does not grow with its size: it is written where it will stand before its size is
 * known. */
static bool is_wide(const char *name, int64_t size)
{
	return size > USTAR_SIZE_MAX || strcmp(name, "payload") == 0;
}

size_t bundle_tar_header(const char *name, int64_t size, uint8_t out[static BUNDLE_TAR_HEADER_MAX])
{
	REQUIRE(size >= 0);
	if (!is_wide(name, size)) {
		ustar(name, size, '0', out);
		return BLOCK;
	}
	char record[48];
	int n = pax_record(size, record);
	ustar(PAX_NAME, n, 'x', out);
	memset(out + BLOCK, 0, BLOCK);
	memcpy(out + BLOCK, record, (size_t)n);
	ustar(name, size <= USTAR_SIZE_MAX ? size : 0, '0', out + 2 * BLOCK);
	return 3 * BLOCK;
}

size_t bundle_tar_pad(int64_t size)
{
	return (size_t)((BLOCK - size % BLOCK) % BLOCK);
}

int64_t bundle_tar_member(const char *name, int64_t size)
{
	return (is_wide(name, size) ? 3 * BLOCK : BLOCK) + size + (int64_t)bundle_tar_pad(size);
}

int bundle_tar_pread(int fd, int64_t offset, void *p, size_t n)
{
	uint8_t *at = p;
	while (n > 0) {
		ssize_t k = pread(fd, at, n, offset);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return ERR_IO;
		if (k == 0)
			return ERR_TRUNCATED;
		at += k;
		n -= (size_t)k;
		offset += k;
	}
	return 0;
}

static int fetch(const struct bundle_tar *t, int64_t offset, void *p, size_t n)
{
	return t->read ? t->read(t->cookie, offset, p, n) : bundle_tar_pread(t->fd, offset, p, n);
}

/* n bytes at the place where the reading stands; says which member is cut off. */
static int take(struct bundle_tar *t, const char *name, void *p, size_t n, struct err_note *note)
{
	if (t->end - t->offset < (int64_t)n)
		return err_set(note, ERR_TRUNCATED, "ends inside %s, at byte %lld", name, (long long)t->end);
	int err = fetch(t, t->offset, p, n);
	if (err)
		return err_set(note, err, "%s: at byte %lld: %s", name, (long long)t->offset, err_text(err));
	t->offset += (int64_t)n;
	return 0;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	static const uint8_t zeros[BUNDLE_TAR_END];
	REQUIRE(n <= sizeof zeros);
	return memcmp(p, zeros, n) == 0;
}

/* Digits of a number up to `stop`, which must follow. -1: not that. */
static int64_t digits(const uint8_t *p, size_t max, int base, uint8_t stop)
{
	int64_t v = 0;
	for (size_t i = 0; i < max; i++) {
		if (p[i] == stop && i > 0)
			return v;
		if (p[i] < '0' || p[i] >= '0' + base || v > INT64_MAX / 16)
			return -1;
		v = v * base + (p[i] - '0');
	}
	return -1;
}

/* What is wrong with a header that is not the expected bytes, for the person who has to find out. */
static int explain(const uint8_t *got, size_t ngot, const uint8_t *want, size_t nwant, const char *name,
	struct err_note *note)
{
	const uint8_t *h = got + ngot - BLOCK, *w = want + nwant - BLOCK; /* the member's own */
	if (is_zero(got, BLOCK))
		return err_set(note, ERR_MEMBER, "%s is missing: the archive ends before it", name);
	if (memcmp(got + AT_MAGIC, "ustar", 5) != 0)
		return err_set(note, ERR_MEMBER, "%s: not a tar header", name);
	if (h[AT_TYPE] != '0')
		return err_set(note, ERR_MEMBER, "%s: member of tar type %#x instead of a plain file", name,
			h[AT_TYPE]);
	if (memcmp(h + AT_NAME, w + AT_NAME, 100) != 0) {
		char seen[33];
		size_t k = 0;
		for (; k < sizeof seen - 1 && h[k]; k++)
			seen[k] = h[k] > ' ' && h[k] < 0x7f ? (char)h[k] : '?';
		seen[k] = '\0';
		return err_set(note, ERR_MEMBER, "\"%s\" stands where %s must stand", seen, name);
	}
	if (ngot != nwant)
		return err_set(note, ERR_MEMBER, "%s: %s pax header", name,
			ngot < nwant ? "without its" : "a needless");
	size_t i = 0;
	while (i < ngot && got[i] == want[i])
		i++;
	return err_set(note, ERR_MEMBER, "%s: header byte %zu is not as this format writes it", name, i);
}

int bundle_tar_begins(const struct bundle_tar *t, const char *name, bool *yes)
{
	uint8_t seen[BLOCK];
	size_t n = strlen(name) + 1;
	*yes = false;
	if (t->end - t->offset < BLOCK)
		return 0;
	int err = fetch(t, t->offset, seen, BLOCK);
	*yes = !err && (memcmp(seen, name, n) == 0 || memcmp(seen, PAX_NAME, sizeof PAX_NAME) == 0);
	return err;
}

int bundle_tar_next(struct bundle_tar *t, const char *name, int64_t max, int64_t *content, int64_t *size,
	struct err_note *note)
{
	uint8_t got[BUNDLE_TAR_HEADER_MAX], want[BUNDLE_TAR_HEADER_MAX];
	size_t n = BLOCK;
	int err = take(t, name, got, BLOCK, note);
	if (err)
		return err;
	int64_t v;
	if (got[AT_TYPE] == 'x') {
		n = 3 * BLOCK;
		err = take(t, name, got + BLOCK, 2 * BLOCK, note);
		if (err)
			return err;
		/* "9 size=0\n" to "28 size=…\n" */
		size_t before = got[BLOCK] == '9' ? sizeof "N size=" - 1 : sizeof "NN size=" - 1;
		v = digits(got + BLOCK + before, 20, 10, '\n');
	} else {
		v = digits(got + AT_SIZE, 12, 8, '\0');
	}
	/* A size that is no number: compare with 0, which it is not either, to name what is wrong. */
	size_t nwant = bundle_tar_header(name, v < 0 ? 0 : v, want);
	if (nwant != n || memcmp(got, want, n) != 0)
		return explain(got, n, want, nwant, name, note);
	if (v > max)
		return err_set(note, ERR_LIMIT, "%s: %lld bytes, at most %lld are taken", name, (long long)v,
			(long long)max);
	size_t pad = bundle_tar_pad(v);
	int64_t at = t->offset;
	if (v > t->end - at || (int64_t)pad > t->end - at - v)
		return err_set(note, ERR_TRUNCATED, "ends inside %s, at byte %lld", name, (long long)t->end);
	t->offset = at + v;
	err = take(t, name, got, pad, note);
	if (!err && !is_zero(got, pad))
		err = err_set(note, ERR_MEMBER, "%s: data in the padding behind it", name);
	if (err)
		return err;
	*content = at;
	*size = v;
	return 0;
}

int bundle_tar_read(
	struct bundle_tar *t, const char *name, int64_t max, struct buf *out, struct err_note *note)
{
	int64_t at = 0, size = 0;
	int err = bundle_tar_next(t, name, max, &at, &size, note);
	if (err)
		return err;
	err = buf_reserve(out, (size_t)size);
	if (!err && size)
		err = fetch(t, at, out->p + out->n, (size_t)size);
	if (err)
		return err_set(note, err, "%s: %lld bytes at byte %lld: %s", name, (long long)size,
			(long long)at, err_text(err));
	out->n += (size_t)size;
	if (out->p)
		out->p[out->n] = 0;
	return 0;
}

int bundle_tar_end(struct bundle_tar *t, struct err_note *note)
{
	uint8_t b[BUNDLE_TAR_END];
	int err = take(t, "the end blocks", b, sizeof b, note);
	if (err)
		return err;
	if (!is_zero(b, sizeof b))
		return err_set(note, ERR_MEMBER,
			"another member or data at byte %lld, where the archive must end",
			(long long)(t->offset - (int64_t)sizeof b));
	if (t->offset != t->end)
		return err_set(
			note, ERR_TRAILING, "%lld bytes behind the end", (long long)(t->end - t->offset));
	return 0;
}
