/* Keeps a few jqbox processes and asks them to run jq programs: conditions, scripts and rules. A program that
 * takes too long or too much memory costs its process, which is started again; the answer is then an error,
 * never a guess. Safe to use from several threads; each question holds one process. */
#ifndef SW_WORKFLOW_JQBOX_H
#define SW_WORKFLOW_JQBOX_H
#include "common/base/json.h"

struct jqbox;
struct jqbox_options {
	const char *program; /* path of jqbox; NULL: beside the running program */
	int workers;         /* 1 … 16; 0: 2 */
	int time_ms;         /* of one run; a compilation may take 15 times as long; 0: 2000 */
	int memory_mib;      /* of one process beyond what it starts with; 0: 64 */
	size_t result_max;   /* bytes of JSON; 0: 64 KiB */
	const char *tried;   /* file of jqbox_tried.h; NULL: none, every text is compiled once in a life */
};
struct jqbox_state {
	int64_t runs, restarts;
};
SW_MUST_USE int jqbox_start(const struct jqbox_options *o, struct jqbox **out, struct err_note *note);
void jqbox_stop(struct jqbox *b);
/* Checks the words (jq_words.h), compiles, and gives the number to run it by; the same text has one number as
 * long as the keeper lives. ERR_SCHEMA (a word), ERR_SYNTAX with jq's reason, ERR_LIMIT, ERR_TIMEOUT. */
SW_MUST_USE int jqbox_compile(struct jqbox *b, const char *text, size_t *number, struct err_note *note);
/* Keeps what compiled in this life for the next one; what is not kept is logged and compiled again then. */
void jqbox_keep(struct jqbox *b);
/* Runs it on a value (JSON text). *out is a new reference to the one value that came of it. ERR_REFUSED: jq
 * gave up, or there was none or more than one value; ERR_TIMEOUT; ERR_LIMIT: too much memory or too large;
 * ERR_RANGE: numbers that are no integers. Notes hold no part of the value. */
SW_MUST_USE int jqbox_run(
	struct jqbox *b, size_t number, struct view value, json_t **out, struct err_note *note);
void jqbox_state(struct jqbox *b, struct jqbox_state *out);
#endif
