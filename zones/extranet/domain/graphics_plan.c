#include "zones/extranet/domain/graphics_plan.h"

#include "zones/extranet/domain/unit_lines.h"
#include <string.h>

#define PARCEL 19 /* characters of a unit code that name the parcel */

/* A unit that is land itself: nothing stands on it as a unit. */
static bool is_land(const char *unit)
{
	return strcmp(unit + PARCEL, "W00000000") == 0;
}

static int parcel_add(json_t *list, const char *unit, int64_t area)
{
	return json_array_append_new(
		       list, json_pack("{s:s#,s:I}", "code", unit, PARCEL, "area_cm2", (json_int_t)area))
		       ? ERR_NOMEM
		       : 0;
}

static int code_add(json_t *list, const char *unit)
{
	return json_array_append_new(list, json_stringn(unit, PARCEL)) ? ERR_NOMEM : 0;
}

/* Divided: the lines are the new parcels. Joined: they are those that end. */
static int replace_put(
	const char *entry, const json_t *form, const char *unit, json_t *plan, struct err_note *note)
{
	struct unit_line lines[UNIT_LINES_MAX];
	const json_t *fields = json_object_get(form, "fields");
	json_t *parcels = json_object_get(plan, "parcels"), *ends = json_object_get(plan, "ends");
	bool divided = strcmp(entry, "split") == 0;
	size_t n = 0;
	if (!unit_lines_read(json_str(fields, "units"), lines, &n) || n < 2)
		return err_set(note, ERR_SCHEMA, "fields.units: parcels are expected, one a line");
	int rc = divided ? code_add(ends, unit) : parcel_add(parcels, unit, json_int(fields, "area_cm2"));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!is_land(lines[i].code))
			rc = err_set(note, ERR_SCHEMA, "fields.units: %s is no parcel", lines[i].code);
		else
			rc = divided ? parcel_add(parcels, lines[i].code, lines[i].area)
				     : code_add(ends, lines[i].code);
	}
	return rc;
}

int graphics_plan(const char *entry, const json_t *form, const char *unit, bool booked, int64_t area_cm2,
	json_t **out, struct err_note *note)
{
	bool first = strcmp(entry, "first") == 0 && !booked,
	     replace = is_land(unit) && (strcmp(entry, "split") == 0 || strcmp(entry, "merge") == 0);
	json_t *plan = json_pack("{s:s,s:[],s:[]}", "change",
		first     ? "new"
		: replace ? "replace"
			  : "keep",
		"parcels", "ends");
	if (!plan)
		return ERR_NOMEM;
	int rc = replace ? replace_put(entry, form, unit, plan, note)
			 : parcel_add(json_object_get(plan, "parcels"), unit, area_cm2);
	if (rc < 0)
		json_decref(plan);
	else
		*out = plan;
	return rc;
}
