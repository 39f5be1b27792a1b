#include "common/log/log.h"

#include "common/base/id.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The log sink: set once at start, read by every thread. */
static const char *program = "sanwang";
static enum log_level threshold = LOG_INFO_;
static const char *const names[] = {"debug", "info", "warn", "error"};

void log_init(const char *name)
{
	program = name;
	const char *level = getenv("SW_LOG");
	for (int i = 0; level && i < 4; i++)
		if (strcmp(level, names[i]) == 0)
			threshold = (enum log_level)i;
}

void log_set_level(enum log_level level)
{
	threshold = level;
}

/* JSON string body; what is no printable ASCII or UTF-8 byte is escaped. */
static size_t escape(char *to, size_t size, const char *s)
{
	size_t n = 0;
	for (; *s && n + 7 < size; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			n += (size_t)snprintf(to + n, size - n, "\\%c", c);
		else if (c < 0x20)
			n += (size_t)snprintf(to + n, size - n, "\\u%04x", c);
		else
			to[n++] = (char)c;
	}
	to[n] = '\0';
	return n;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	char text[1024], safe[2048], line[2400], at[TIME_TEXT];
	va_list ap;
	if (level < threshold)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	time_text(time_now_ms(), at);
	escape(safe, sizeof safe, text);
	int n = snprintf(line, sizeof line,
		"{\"at\":\"%s\",\"level\":\"%s\",\"program\":\"%s\",\"event\":\"%s\",\"text\":\"%s\"}\n", at,
		names[level], program, event, safe);
	/* One write: lines of several threads and processes do not mix. A log that cannot be written is no
	 * reason to stop. */
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

int log_errno(const char *event, const char *what)
{
	int eno = errno;
	log_error(event, "%s: %s", what, strerror(eno));
	return err_from_errno(eno);
}

int log_refusal(const struct err_note *note)
{
	fprintf(stderr, "%s: %s\n", err_name(note->err), note->text[0] ? note->text : err_text(note->err));
	return 1;
}
