#include "burner/paper/paper_text.h"

#include "burner/disc/disc.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *state, *text;
} STATES[] = {{"staged", "已编目 staged"}, {"approved", "已批准 approved"}, {"burnt", "已刻录 burnt"},
	{"verified", "已核验 verified"}, {"handed-over", "已移交 handed over"}, {"void", "已作废 void"},
	{"received", "已接收 received"}, {"importing", "导入中 importing"}, {"imported", "已导入 imported"},
	{"archived", "已归档 archived"}, {"destroyed", "已销毁 destroyed"}};

static const struct {
	const char *state, *text;
} BLANK_STATES[] = {
	{"blank", "可用 free"}, {"used", "已用 used"}, {"scrap", "报废 scrap"}, {"void", "注销 void"}};

const char *paper_or_dash(const char *s)
{
	return *s ? s : "—";
}

const char *paper_mark(const json_t *record)
{
	static const char *const texts[DISC_MARKS] = {
		"公开 public", "内部 internal", "工作秘密 work secret", "秘密 secret", "机密 confidential"};
	enum disc_mark m;
	return disc_mark_parse(json_str(record, "mark"), &m) == 0 ? texts[m] : "—";
}

const char *paper_state(const json_t *record)
{
	for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++)
		if (strcmp(STATES[i].state, json_str(record, "state")) == 0)
			return STATES[i].text;
	return "—";
}

const char *paper_blank_state(const json_t *record)
{
	for (size_t i = 0; i < sizeof BLANK_STATES / sizeof *BLANK_STATES; i++)
		if (strcmp(BLANK_STATES[i].state, json_str(record, "state")) == 0)
			return BLANK_STATES[i].text;
	return "—";
}

/* ---- steps */
const json_t *paper_step(const json_t *record, int n)
{
	const json_t *steps = json_object_get(record, "steps");
	return json_array_get(steps, n < 0 ? json_array_size(steps) + (size_t)n : (size_t)n);
}

void paper_step_day(const json_t *step, char out[static 24])
{
	char day[11];
	int64_t ms;
	(void)snprintf(out, 24, "—");
	if (time_parse(json_str(step, "at"), &ms) == 0) {
		time_date_cst(ms, day);
		(void)snprintf(out, 24, "%s", day);
	}
}

int paper_step_month(const json_t *step, const char *month)
{
	char day[24];
	paper_step_day(step, day);
	return strncmp(day, month, 7);
}

bool paper_step_in(const json_t *step, const char *month)
{
	return paper_step_month(step, month) == 0;
}

bool paper_changed(const json_t *record, const char *month)
{
	size_t i;
	const json_t *step;
	json_array_foreach(json_object_get(record, "steps"), i, step)
	{
		if (paper_step_in(step, month))
			return true;
	}
	return false;
}

void paper_when(const json_t *record, const char *state, char out[static 24])
{
	size_t i;
	json_t *step;
	(void)snprintf(out, 24, "—");
	json_array_foreach(json_object_get(record, "steps"), i, step)
	{
		int64_t ms;
		if (strcmp(json_str(step, "state"), state) == 0 &&
			time_parse(json_str(step, "at"), &ms) == 0) {
			char day[11], at[TIME_TEXT];
			time_date_cst(ms, day);
			/* Chinese time is eight hours ahead. */
			time_text(ms + INT64_C(8) * 3600 * 1000, at);
			(void)snprintf(out, 24, "%s %.5s", day, at + 11);
			return;
		}
	}
}

void paper_day(const json_t *record, const char *state, char out[static 24])
{
	paper_when(record, state, out);
	if (strlen(out) > 10)
		out[10] = '\0';
}

void paper_code(const json_t *record, char out[static 256])
{
	const char *seal = json_str(record, "seal"), *blank = json_str(record, "blank");
	(void)snprintf(out, 256, "SWDISC1 %s %s %.12s %.40s %.100s", json_str(record, "disc"),
		json_str(record, "digest"), json_str(record, "mark"), *blank ? blank : "-",
		*seal ? seal : "-");
}

void paper_names(const json_t *list, char out[static 256])
{
	size_t i, at = 0;
	const json_t *v;
	(void)snprintf(out, 256, "—");
	json_array_foreach(list, i, v)
	{
		if (at < 200)
			at += (size_t)snprintf(
				out + at, 256 - at, "%s%.60s", i ? "、" : "", json_str(v, "who"));
	}
}

int64_t paper_time(const json_t *record)
{
	int64_t ms = 0;
	return time_parse(json_str(paper_step(record, -1), "at"), &ms) == 0 ? ms : 0;
}
