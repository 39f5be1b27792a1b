#include "common/base/err.h"

#include <errno.h>
#include <stdarg.h>
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

int err_from_errno(int eno)
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

/* A text cut at its limit must not end in half a UTF-8 character. */
static void cut_whole(char *s, size_t n)
{
	size_t i = n;
	while (i > 0 && n - i < 3 && ((unsigned char)s[i - 1] & 0xc0) == 0x80)
		i--;
	if (i == 0)
		return;
	unsigned char c = (unsigned char)s[i - 1];
	size_t want = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (n - (i - 1) < want)
		s[i - 1] = '\0';
}

int err_set(struct err_note *note, int err, const char *fmt, ...)
{
	if (note) {
		/* Aside first: an argument may be the note's own text. */
		char text[sizeof note->text] = "";
		va_list ap;
		va_start(ap, fmt);
		int n = vsnprintf(text, sizeof text, fmt, ap);
		va_end(ap);
		if (n >= (int)sizeof text)
			cut_whole(text, sizeof text - 1);
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
