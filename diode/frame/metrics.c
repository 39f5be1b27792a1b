#include "diode/frame/metrics.h"
#include <string.h>

void metrics_name(struct metrics *m, const char *name, const char *help)
{
	size_t n = strlen(name);
	bool total = n > 6 && strcmp(name + n - 6, "_total") == 0;
	if (m->err == 0)
		m->err = buf_addf(m->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
			total ? "counter" : "gauge");
}

void metrics_value(struct metrics *m, const char *name, const char *label, double value)
{
	bool bare = label[0] == 0;
	if (m->err == 0)
		m->err = buf_addf(
			m->out, "%s%s%s%s %.17g\n", name, bare ? "" : "{", label, bare ? "" : "}", value);
}

void metrics_one(struct metrics *m, const char *name, const char *help, double value)
{
	metrics_name(m, name, help);
	metrics_value(m, name, "", value);
}
