#include "diode/frame/progress.h"
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR 20
#define LINE_MAX_ 400

void progress_init(struct progress *p)
{
	struct winsize w = {0};
	*p = (struct progress){.on = isatty(STDERR_FILENO) == 1, .width = 80};
	if (p->on && ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 40)
		p->width = w.ws_col < LINE_MAX_ / 2 ? w.ws_col : LINE_MAX_ / 2;
}

void progress_amount(double bytes, char out[static 16])
{
	static const char *const UNITS[] = {"B", "kB", "MB", "GB", "TB"};
	size_t u = 0;
	for (; bytes >= 999.5 && u < sizeof UNITS / sizeof *UNITS - 1; u++)
		bytes /= 1000;
	snprintf(out, 16,
		u == 0 || bytes >= 99.95 ? "%.0f %s"
		: bytes >= 9.995         ? "%.1f %s"
					 : "%.2f %s",
		bytes, UNITS[u]);
}

/* Characters, not bytes: what stands in the terminal. */
static size_t cut(char *line, size_t columns)
{
	size_t n = 0;
	char *p = line;
	for (; *p != 0; p++)
		if (((unsigned char)*p & 0xc0) != 0x80 && n++ == columns)
			break;
	*p = 0;
	return n > columns ? columns : n;
}

static void bar(uint64_t done, uint64_t size, char out[static BAR + 16])
{
	if (size == 0) {
		out[0] = 0;
		return;
	}
	unsigned full = (unsigned)((double)done / (double)size * BAR);
	full = full > BAR ? BAR : full;
	char marks[BAR + 1];
	memset(marks, '#', full);
	memset(marks + full, '.', BAR - full);
	marks[BAR] = 0;
	snprintf(out, BAR + 16, "[%s] %3.0f %% ", marks, 100.0 * (double)done / (double)size);
}

void progress_draw(struct progress *p, const char *name, uint64_t done, uint64_t size, uint64_t bytes,
	const char *more, int64_t now)
{
	char line[LINE_MAX_ + 64], b[BAR + 16], amount[16], rate[16];
	if (!p->on || (p->at != 0 && now - p->at < PROGRESS_EVERY))
		return;
	double seconds = p->at != 0 ? (double)(now - p->at) / 1000 : 0;
	double fresh = seconds > 0 ? (double)(bytes - p->bytes) / seconds : 0;
	p->rate = p->rate == 0 ? fresh : 0.7 * p->rate + 0.3 * fresh;
	p->at = now;
	p->bytes = bytes;
	bar(done, size, b);
	progress_amount((double)bytes, amount);
	progress_amount(p->rate, rate);
	snprintf(line, sizeof line, "%s%s  %s/s  %s  %.100s", b, amount, rate, more, name);
	size_t n = cut(line, p->width - 1);
	fprintf(stderr, "\r%s%*s", line, (int)(p->width - 1 - n), "");
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->on && p->at != 0)
		fputc('\n', stderr);
	p->at = 0;
}
