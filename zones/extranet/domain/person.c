#include "zones/extranet/domain/person.h"

#include "common/message/format.h"
#include <string.h>

/* The kind that stands for every kind of document which bears this number. */
static const char *bearing(const char *kind, const char *number)
{
	if (strcmp(kind, "4") == 0 && format_resident_id(number))
		return "1";
	if (strcmp(kind, "6") == 0 && format_uscc(number))
		return "7";
	return kind;
}

bool person_same(const char *kind, const char *number, const char *other_kind, const char *other_number)
{
	return number[0] && strcmp(number, other_number) == 0 &&
	       strcmp(bearing(kind, number), bearing(other_kind, other_number)) == 0;
}

bool person_holds(const json_t *party, const json_t *holder)
{
	return person_same(json_str(party, "id_kind"), json_str(party, "id_number"), json_str(holder, "zjzl"),
		json_str(holder, "zjh"));
}

bool person_same_holders(const json_t *a, const json_t *b)
{
	return person_same(json_str(a, "zjzl"), json_str(a, "zjh"), json_str(b, "zjzl"), json_str(b, "zjh"));
}

bool person_same_parties(const json_t *a, const json_t *b)
{
	return person_same(json_str(a, "id_kind"), json_str(a, "id_number"), json_str(b, "id_kind"),
		json_str(b, "id_number"));
}

bool person_among(const json_t *holders, const char *kind, const char *number, const char *name)
{
	size_t i;
	const json_t *h;
	json_array_foreach(
		holders, i, h) if (person_same(json_str(h, "zjzl"), json_str(h, "zjh"), kind, number) &&
				   strcmp(json_str(h, "qlrmc"), name) == 0) return true;
	return false;
}

const json_t *person_by_number(const json_t *holders, const char *number)
{
	const json_t *found = NULL, *h;
	size_t i;
	json_array_foreach(holders, i, h)
	{
		if (!number[0] || strcmp(json_str(h, "zjh"), number) != 0)
			continue;
		if (found && !person_same_holders(found, h))
			return NULL;
		found = found ? found : h;
	}
	return found;
}
