#include "zones/internet/domain/template.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool template_known(const char *code)
{
	static const char *const known[] = {"sign", "correct", "pay", "window", "delay", "done"};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i], code) == 0)
			return true;
	return false;
}

const char *template_of_state(const char *state)
{
	static const struct {
		const char *state, *code;
	} news[] = {
		{"accepted", "accepted"},
		{"correction", "correct"},
		{"rejected", "closed"},
		{"refused", "closed"},
		{"suspended", "suspended"},
		{"delivered", "delivered"},
	};
	for (size_t i = 0; i < sizeof news / sizeof news[0]; i++)
		if (strcmp(news[i].state, state) == 0)
			return news[i].code;
	return NULL;
}

void template_tail(const char *number, char out[static TEMPLATE_TAIL])
{
	size_t n = strlen(number);
	out[0] = '\0';
	if (n < TEMPLATE_TAIL - 1)
		return;
	const char *tail = number + n - (TEMPLATE_TAIL - 1);
	for (size_t i = 0; tail[i]; i++)
		if (!isdigit((unsigned char)tail[i]))
			return;
	snprintf(out, TEMPLATE_TAIL, "%s", tail);
}
