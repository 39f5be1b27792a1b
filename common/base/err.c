#include "common/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *text;
	int http;
	enum err_fault fault;
} errors[] = {
#define X(n, f, h, t) {#n, t, h, ERR_FAULT_##f},
	ERR_LIST(X)
#undef X
};

static int index_of(int err)
{
	int i = err - ERR_BASE_ - 1;
	return i >= 0 && i < (int)(sizeof errors / sizeof errors[0]) ? i : -1;
}

const char *err_name(int err)
{
	int i = index_of(err);
	return err == 0 ? "OK" : i < 0 ? "UNKNOWN" : errors[i].name;
}

const char *err_text(int err)
{
	int i = index_of(err);
	return err == 0 ? "done" : i < 0 ? "unknown error" : errors[i].text;
}

int err_http(int err)
{
	int i = index_of(err);
	return err == 0 ? 200 : i < 0 ? 500 : errors[i].http;
}

enum err_fault err_fault(int err)
{
	int i = index_of(err);
	return i < 0 ? ERR_FAULT_US : errors[i].fault;
}

int(err_from_errno)(int eno)
{
	switch (eno) {
	case ENOMEM:
		return ERR_NOMEM;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_NOSPACE;
	case ENOENT:
		return ERR_NOTFOUND;
	case EEXIST:
		return ERR_EXISTS;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case EAGAIN:
		return ERR_BUSY;
	case ETIMEDOUT:
		return ERR_TIMEOUT;
	default:
		return ERR_IO;
	}
}

/* Bytes of the UTF-8 character that begins here; 0 when none does, or only a part of one. */
static size_t char_size(const unsigned char *s)
{
	size_t n = s[0] < 0x80   ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
		   : s[0] < 0xf5 ? 4
				 : 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
	bool surrogate = s[0] == 0xed && s[1] > 0x9f, beyond = s[0] == 0xf4 && s[1] > 0x8f;
	return overlong || surrogate || beyond ? 0 : n;
}

/* The text goes into JSON. It or pieces of it may have been cut in the middle of a character. */
static void drop_broken_characters(char *text)
{
	unsigned char *to = (unsigned char *)text, *s = to;
	while (*s) {
		size_t n = char_size(s);
		memmove(to, s, n);
		to += n;
		s += n ? n : 1;
	}
	*to = '\0';
}

int(err_set)(struct err_note *note, int err, const char *fmt, ...)
{
	if (note) {
		/* Aside first: an argument may be the note's own text. */
		char text[sizeof note->text] = "";
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(text, sizeof text, fmt, ap);
		va_end(ap);
		drop_broken_characters(text);
		note->err = err;
		memcpy(note->text, text, sizeof text);
	}
	return err;
}

_Noreturn void err_require_failed(const char *expr, const char *file, int line)
{
	fprintf(stderr, "BUG: %s:%d: %s\n", file, line, expr);
	abort();
}
