/* The form of the catalogue itself, and the text types it may name. */
#ifndef SW_MESSAGE_CATALOGUE_FORM_H
#define SW_MESSAGE_CATALOGUE_FORM_H
#include "common/base/json.h"
#include <stdbool.h>

/* Every type of the mapping `types`: ERR_CONFIG with its place in note. */
SW_MUST_USE int catalogue_form_check(json_t *types, struct err_note *note);
/* A text type (text, date, uuid …) by name; -1: it is none. */
int catalogue_form_find(const char *type);
bool catalogue_form_ok(int form, const char *s);
const char *catalogue_form_what(int form); /* "a date YYYY-MM-DD" */
/* 0 first, 1 normal (also for ""), 2 bulk; -1 unknown. */
int catalogue_form_priority(const char *name);
#endif
