#include "common/workflow/jq_words.h"

#include <ctype.h>
#include <string.h>

static const char *const words[] = {"input", "inputs", "input_filename", "input_line_number", "env", "import",
	"include", "modulemeta", "get_search_list", "get_prog_origin", "get_jq_origin", "now", "localtime",
	"strflocaltime", "debug", "stderr", "halt", "halt_error", "builtins", "$ENV", "$__prog_args",
	"$__loc__", NULL};

static bool part(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

int jq_words_check(const char *text, struct err_note *note)
{
	size_t n = strlen(text);
	if (n > JQ_TEXT_MAX)
		return err_set(note, ERR_LIMIT, "%zu bytes, at most %d", n, JQ_TEXT_MAX);
	for (size_t i = 0; i < n;) {
		size_t len = 0;
		while (part(text[i + len]))
			len++;
		/* A name behind a dot is a field; two dots are the recursion. */
		bool field = i > 0 && text[i - 1] == '.' && !(i > 1 && text[i - 2] == '.');
		for (size_t w = 0; len && !field && words[w]; w++)
			if (strlen(words[w]) == len && strncmp(text + i, words[w], len) == 0)
				return err_set(note, ERR_SCHEMA, "\"%s\" is not allowed here", words[w]);
		i += len ? len : 1;
	}
	return 0;
}
