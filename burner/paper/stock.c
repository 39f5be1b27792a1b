#include "burner/paper/stock.h"
#include "burner/paper/paper_text.h"

#include <stdio.h>
#include <string.h>

static void leave(struct stock *s, const char *to)
{
	if (strcmp(to, "used") == 0)
		s->used++;
	else if (strcmp(to, "scrap") == 0)
		s->scrap++;
	else
		s->voided++;
}

static void blank_count(const json_t *record, const char *month, struct stock *s)
{
	const char *state = "";
	bool before = false;
	size_t i;
	const json_t *step;
	json_array_foreach(json_object_get(record, "steps"), i, step)
	{
		const char *to = json_str(step, "state");
		bool was = strcmp(state, "blank") == 0, is = strcmp(to, "blank") == 0;
		int when = paper_step_month(step, month);
		if (when < 0)
			before = is;
		if (when == 0 && is && !was && !*state)
			s->registered++;
		else if (when == 0 && is && !was)
			s->erased++;
		else if (when == 0 && was && !is)
			leave(s, to);
		if (when <= 0)
			state = to;
	}
	s->before += before;
	s->left += strcmp(state, "blank") == 0;
}

void stock_count(const json_t *blanks, const char *month, struct stock *out)
{
	size_t i;
	const json_t *record;
	*out = (struct stock){.before = 0};
	json_array_foreach(blanks, i, record)
	{
		blank_count(record, month, out);
	}
}

void stock_text(const json_t *blanks, const char *month, char out[static 256])
{
	struct stock s;
	stock_count(blanks, month, &s);
	(void)snprintf(out, 256,
		"上月结存 before %lld ＋ 登记 registered %lld ＋ 擦除 erased %lld － 使用 used %lld － 报废 "
		"scrap %lld "
		"－ 注销 void %lld ＝ 月末结存 left %lld",
		(long long)s.before, (long long)s.registered, (long long)s.erased, (long long)s.used,
		(long long)s.scrap, (long long)s.voided, (long long)s.left);
}
