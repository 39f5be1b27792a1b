/* What a jq text may not say: words that reach out of the value it is given (input, environment, files,
 * modules, the clock, the process). jq 1.6 knows no way to leave them out. Pure. */
#ifndef SW_WORKFLOW_JQ_WORDS_H
#define SW_WORKFLOW_JQ_WORDS_H
#include "common/base/buf.h"

#define JQ_TEXT_MAX 16384
/* ERR_LIMIT too long, ERR_SCHEMA with the word in note. A field of that name (".input") is no such word. */
SW_MUST_USE int jq_words_check(const char *text, struct err_note *note);
#endif
