/* Texts of the papers. */
#ifndef SW_BURNER_PAPER_TEXT_H
#define SW_BURNER_PAPER_TEXT_H
#include "common/base/json.h"

const char *paper_mark(const json_t *record);  /* "内部 internal"; "—" where it is unknown */
const char *paper_state(const json_t *record); /* "已移交 handed over" */
/* The day of the first step into that state, China Standard Time; "—": never. */
void paper_when(
	const json_t *record, const char *state, char out[static 24]); /* the same with hour and minute */
void paper_day(const json_t *record, const char *state, char out[static 24]);
/* A step of a record: the n-th, -1 the last; NULL: there is none. */
const json_t *paper_step(const json_t *record, int n);
void paper_step_day(const json_t *step, char out[static 24]);
/* Below 0: before that month ("2026-11"), 0 in it, above 0 later. */
int paper_step_month(const json_t *step, const char *month);
bool paper_step_in(const json_t *step, const char *month);
/* Has it a step in that month? */
bool paper_changed(const json_t *record, const char *month);
const char *paper_blank_state(const json_t *record); /* "报废 scrap" */
void paper_code(const json_t *record, char out[static 256]);
/* Names of those who approved, or signed the destruction. */
void paper_names(const json_t *list, char out[static 256]);
int64_t paper_time(const json_t *record); /* of its last step */
/* The text, or "—". */
const char *paper_or_dash(const char *s);
#endif
