#include "common/workflow/holder.h"

#include "common/workflow/agent.h"
#include <stdio.h>
#include <string.h>

bool holder_chooses(const struct business *b, const json_t *party)
{
	return strcmp(b->certificate, "none") != 0 && strcmp(json_str(party, "role"), b->holder_role) == 0 &&
	       !agent_is(party, AGENT_POWER);
}

bool holder_signs(const struct business *b, const json_t *parties)
{
	const struct business_role *role = business_role_find(b, b->holder_role);
	const json_t *p;
	size_t i;
	json_array_foreach(parties, i, p) if (role && role->signs && holder_chooses(b, p)) return true;
	return false;
}

void holder_words(const json_t *form, char out[static HOLDER_WORDS])
{
	const json_t *d = json_object_get(form, "delivery");
	const char *way = json_str(d, "way");
	out[0] = '\0';
	if (strcmp(way, "electronic") == 0)
		snprintf(out, HOLDER_WORDS, "只要电子证照");
	else if (strcmp(way, "window") == 0)
		snprintf(out, HOLDER_WORDS, "到窗口领取纸质证书");
	else if (strcmp(way, "post") == 0)
		snprintf(out, HOLDER_WORDS, "邮寄：%s，%s，%s", json_str(d, "name"), json_str(d, "phone"),
			json_str(d, "address"));
}
