#include "common/service/ask.h"

#include "common/os/proc.h"
#include <stdio.h>
#include <string.h>

#define TIMEOUT_MS 600000
#define ANSWER_MAX (8 << 20)

/* The last line on standard error is the refusal. */
static int refusal(const char *program, struct buf *err, struct err_note *note)
{
	char *text = (char *)err->p;
	while (err->n && text[err->n - 1] == '\n')
		text[--err->n] = '\0';
	char *line = err->n ? strrchr(text, '\n') : NULL;
	line = line ? line + 1 : text;
	char *what = err->n ? strstr(line, ": ") : NULL;
	for (int e = ERR_BASE_ + 1; what && e < ERR_END_; e++)
		if (strlen(err_name(e)) == (size_t)(what - line) &&
			strncmp(err_name(e), line, (size_t)(what - line)) == 0)
			return err_set(note, e, "%.220s", what + 2);
	return err_set(note, ERR_IO, "%.100s ended with an error", program);
}

int ask_program(const char *const *argv, struct view in, json_t **out, struct err_note *note)
{
	return ask_program_for(argv, in, TIMEOUT_MS, out, note);
}

int ask_program_for(
	const char *const *argv, struct view in, int timeout_ms, json_t **out, struct err_note *note)
{
	struct buf text, err;
	int status = 0;
	buf_init(&text, ANSWER_MAX);
	buf_init(&err, 65536);
	int rc = proc_run(argv, in, timeout_ms, &text, &err, &status);
	if (rc < 0)
		rc = err_set(note, rc == ERR_TIMEOUT ? rc : ERR_IO, "%.100s cannot be run", argv[0]);
	else if (status != 0)
		rc = status == 1 ? refusal(argv[0], &err, note)
				 : err_set(note, ERR_IO, "%.100s ended with %d", argv[0], status);
	else
		rc = json_parse(buf_view(&text), ANSWER_MAX, out, note);
	buf_fini(&text);
	buf_fini(&err);
	return rc;
}
