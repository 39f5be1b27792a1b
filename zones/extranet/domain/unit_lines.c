#include "zones/extranet/domain/unit_lines.h"

#include "common/message/format.h"
#include <stdlib.h>
#include <string.h>

static bool line_read(const char *line, size_t n, struct unit_line *out)
{
	char text[128], *rest = text;
	if (n >= sizeof text)
		return false;
	memcpy(text, line, n);
	text[n] = '\0';
	const char *code = strsep(&rest, "|"), *room = rest ? strsep(&rest, "|") : "",
		   *area = rest ? rest : "0";
	char *end;
	memset(out, 0, sizeof *out);
	if (!format_unit_code(code) || strlen(room) >= sizeof out->room)
		return false;
	strcpy(out->code, code);
	strcpy(out->room, room);
	out->area = strtoll(area, &end, 10);
	return *end == '\0' && out->area >= 0;
}

bool unit_lines_read(const char *text, struct unit_line out[static UNIT_LINES_MAX], size_t *n)
{
	*n = 0;
	while (*text) {
		size_t line = strcspn(text, "\n;");
		if (line > 0) {
			if (*n == UNIT_LINES_MAX || !line_read(text, line, &out[*n]))
				return false;
			++*n;
		}
		text += line + (text[line] != '\0');
	}
	return true;
}
