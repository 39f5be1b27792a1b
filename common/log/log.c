#include "common/log/log.h"

#include "common/base/id.h"
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 1024
/* One byte becomes six at most. */
#define CLEAN_MAX (6 * TEXT_MAX + 1)

/* The log sink: set once at start (the level also on reload), read by every thread. */
static const char *program = "sanwang";
static _Atomic int threshold = LOG_INFO_;
static bool terminal;
static const char *const names[] = {"debug", "info", "warn", "error"};

void log_init(const char *name)
{
	program = name;
	terminal = isatty(STDERR_FILENO);
	const char *level = getenv("SW_LOG");
	for (int i = 0; level && i < 4; i++)
		if (strcmp(level, names[i]) == 0)
			threshold = i;
}

void log_set_level(enum log_level level)
{
	threshold = (int)level;
}

/* Bytes of the valid UTF-8 character at s, 0 when there is none. */
static size_t utf8_length(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	size_t n = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* too long a form, a surrogate, beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
		(s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* What could act on a terminal or break a line is escaped; with `json` also quotes and backslashes. Stops
 * when `to` is full. */
static void clean(char *to, size_t size, const char *text, bool json)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0;
	while (*s && n + 7 < size) {
		size_t len = utf8_length(s);
		unsigned control = *s < 0x20 || *s == 0x7f                   ? *s
				   : len == 2 && s[0] == 0xc2 && s[1] < 0xa0 ? s[1]
									     : 0;
		if (len == 0)
			n += (size_t)snprintf(to + n, size - n, "\\ufffd");
		else if (control)
			n += (size_t)snprintf(to + n, size - n, "\\u%04x", control);
		else if (json && (*s == '"' || *s == '\\'))
			n += (size_t)snprintf(to + n, size - n, "\\%c", *s);
		else
			for (size_t i = 0; i < len; i++)
				to[n++] = (char)s[i];
		s += len ? len : 1;
	}
	to[n] = '\0';
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	char text[TEXT_MAX], safe[CLEAN_MAX], line[CLEAN_MAX + 256], at[TIME_TEXT];
	va_list ap;
	if ((int)level < threshold)
		return;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof text)
		memcpy(text + sizeof text - 4, "...", 4);
	clean(safe, sizeof safe, text, !terminal);
	time_text(time_now_ms(), at);
	n = terminal ? snprintf(line, sizeof line, "%s %-5s %s: %s %s\n", at, names[level], program, event,
			       safe)
		     : snprintf(line, sizeof line,
			       "{\"at\":\"%s\",\"level\":\"%s\",\"program\":\"%s\",\"event\":\"%s\",\"text\":"
			       "\"%s\"}\n",
			       at, names[level], program, event, safe);
	/* One write: lines of several threads and processes do not mix. A log that cannot be written is no
	 * reason to stop. */
	if (n > 0 && write(STDERR_FILENO, line, strlen(line)) < 0)
		return;
}

int log_errno(const char *event, const char *what)
{
	int eno = errno;
	char text[128];
	log_error(event, "%s: %s", what, strerror_r(eno, text, sizeof text));
	return err_from_errno(eno);
}

int log_refusal(const struct err_note *note)
{
	char safe[6 * sizeof note->text + 1];
	clean(safe, sizeof safe, note->text[0] ? note->text : err_text(note->err), false);
	fprintf(stderr, "%s: %s\n", err_name(note->err), safe);
	return 1;
}
