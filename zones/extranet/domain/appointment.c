#include "zones/extranet/domain/appointment.h"

#include "zones/extranet/domain/day.h"
#include <string.h>

static const struct {
	const char *code, *zh;
} words[] = {
	{"YES", "预约成功"},
	{"PAST", "该时段已经开始或已过"},
	{"FAR", "只能预约30天以内的时段"},
	{"CLOSED", "该时段不开放预约"},
	{"FULL", "该时段已约满，请选择其他时段"},
	{"DOUBLE", "当天已有一个预约"},
	{"LIMIT", "已有两个未到期的预约，请先取消其中一个"},
	{"ABSENT", "180天内三次预约未到，请到窗口预约"},
	{"UNASKED", "该申请不需要到场，或者已有一个到场预约"},
};

enum appointment_answer appointment_decide(const struct appointment_facts *f)
{
	char last[DAY_TEXT];
	int today = strcmp(f->day, f->today);
	day_add(f->today, APPOINTMENT_DAYS_AHEAD, last);
	if (today < 0 || (today == 0 && strcmp(f->start, f->clock) <= 0))
		return APPOINTMENT_PAST;
	if (strcmp(f->day, last) > 0)
		return APPOINTMENT_FAR;
	if (!f->offered)
		return APPOINTMENT_CLOSED;
	if (f->taken >= f->quota)
		return APPOINTMENT_FULL;
	if (f->same_day > 0)
		return APPOINTMENT_DOUBLE;
	if (f->kept >= APPOINTMENT_OPEN_MAX)
		return APPOINTMENT_LIMIT;
	if (f->absences >= APPOINTMENT_ABSENCES && !f->window)
		return APPOINTMENT_ABSENT;
	return f->unasked ? APPOINTMENT_UNASKED : APPOINTMENT_YES;
}

const char *appointment_code(enum appointment_answer a)
{
	return words[a].code;
}

const char *appointment_zh(enum appointment_answer a)
{
	return words[a].zh;
}

static bool digits(const char *s, char most)
{
	return s[0] >= '0' && s[0] <= most && s[1] >= '0' && s[1] <= '9';
}

bool appointment_time(const char *s)
{
	return strlen(s) == 5 && s[2] == ':' && digits(s, '2') && digits(s + 3, '5') &&
	       strncmp(s, "24", 2) < 0;
}
