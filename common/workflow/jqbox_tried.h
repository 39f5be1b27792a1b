/* Texts that compiled in an earlier life of the keeper, in a file: a JSON array of strings. jq takes about
 * 30 ms to compile one, and a daemon has dozens at each start. Nothing is lost with the file, and nothing is
 * allowed by it: a text that does not compile gives no answer when it is run. */
#ifndef SW_WORKFLOW_JQBOX_TRIED_H
#define SW_WORKFLOW_JQBOX_TRIED_H
#include "common/base/json.h"

/* The texts as keys of a new object; none when the file is absent or no such array. NULL: out of memory. */
json_t *jqbox_tried_read(const char *path);
/* Replaces the file. */
SW_MUST_USE int jqbox_tried_write(const char *path, char *const *texts, size_t n);
#endif
