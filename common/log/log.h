/* Structured log: one line of JSON per event to stderr (or a text line on a terminal). Never personal data,
 * never secrets. Log once, where the error is first seen. */
#ifndef SW_LOG_LOG_H
#define SW_LOG_LOG_H
#include "common/base/err.h"

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };
/* program: static text. Reads SW_LOG=debug|info|warn|error. */
void log_init(const char *program);
void log_set_level(enum log_level level);
/* event: short static name such as "bundle-refused"; fmt: `key=value` pairs, values quoted with \"…\" where
 * they hold spaces. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) SW_PRINTF(3, 4);
#define log_debug(...) log_event(LOG_DEBUG_, __VA_ARGS__)
#define log_info(...) log_event(LOG_INFO_, __VA_ARGS__)
#define log_warn(...) log_event(LOG_WARN_, __VA_ARGS__)
#define log_error(...) log_event(LOG_ERROR_, __VA_ARGS__)
/* Same with errno's text and, returned, its ERR_*. */
int log_errno(const char *event, const char *what);
/* Prints "REASON-CODE: what, where" on stderr for command-line tools and returns exit code 1. */
int log_refusal(const struct err_note *note);
#endif
