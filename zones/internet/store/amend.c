#include "zones/internet/store/amend.h"

#include "common/workflow/correction.h"
#include "zones/internet/store/progress.h"
#include <stdio.h>
#include <string.h>

static int load(struct db_tx *tx, struct vault *v, const struct application *a, json_t **before,
	json_t **items, char text[static 601])
{
	struct buf form;
	buf_init(&form, 1 << 20);
	int rc = progress_correction(tx, a->id, items, text);
	if (rc == 0)
		rc = application_before(tx, v, a->id, &form);
	if (rc == 0)
		rc = json_parse(buf_view(&form), 1 << 20, before, NULL);
	buf_fini(&form);
	return rc;
}

/* Where a page looks for it, as business_check_form names places. */
static void place(const json_t *item, char out[static 80])
{
	const char *kind = json_str(item, "kind"), *code = json_str(item, "code");
	if (strcmp(kind, "unit") == 0)
		snprintf(out, 80, "unit_code");
	else
		snprintf(out, 80, "%s.%s",
			strcmp(kind, "field") == 0   ? "fields"
			: strcmp(kind, "party") == 0 ? "roles"
						     : "materials",
			code);
}

int amend_confirm(const struct application *a, json_t *draft, const json_t *items)
{
	return json_object_set_new(draft, "confirmed",
		       json_pack("{s:I,s:O}", "round", (json_int_t)a->round, "items", items)) < 0
		       ? ERR_NOMEM
		       : 0;
}

static bool confirmed(const struct application *a, const json_t *draft, const json_t *item)
{
	const json_t *o = json_object_get(draft, "confirmed"), *one;
	char key[80];
	size_t i;
	place(item, key);
	if (json_int(o, "round") != a->round || strcmp(json_str(item, "kind"), "material") == 0)
		return false;
	json_array_foreach(json_object_get(o, "items"), i,
		one) if (strcmp(json_string_value(one), key) == 0) return true;
	return false;
}

struct amending {
	const struct application *a;
	const json_t *draft, *form;
	json_t *before, *items;
};

static int open_items(const struct amending *m, json_t *findings, struct err_note *note)
{
	const json_t *item;
	size_t i;
	json_array_foreach(m->items, i, item)
	{
		char key[80], en[300];
		if (correction_done(m->before, m->form, item) || confirmed(m->a, m->draft, item))
			continue;
		place(item, key);
		snprintf(en, sizeof en, "Still to be put right: %s", json_str(item, "text"));
		json_array_append_new(findings, json_pack("{s:s,s:s+,s:s}", "key", key, "zh", "尚未补正：",
							json_str(item, "text"), "en", en));
	}
	return json_array_size(findings) ? err_set(note, ERR_SCHEMA, "items are still to be put right") : 0;
}

int amend_check(struct db_tx *tx, struct vault *v, const struct application *a, const json_t *draft,
	const json_t *form, json_t *findings, struct err_note *note)
{
	struct amending m = {a, draft, form, NULL, NULL};
	char text[601];
	int rc = load(tx, v, a, &m.before, &m.items, text);
	if (rc == 0)
		rc = correction_fits(m.before, form, m.items, note);
	if (rc == 0 && findings)
		rc = open_items(&m, findings, note);
	json_decref(m.before);
	json_decref(m.items);
	return rc;
}

int amend_tasks(struct db_tx *tx, struct vault *v, const struct application *a, const json_t *draft,
	const json_t *form, json_t **out, char text[static 601])
{
	json_t *before = NULL, *items = NULL, *item;
	size_t i;
	int rc = load(tx, v, a, &before, &items, text);
	json_array_foreach(items, i, item)
	{
		if (rc < 0)
			break;
		bool changed = correction_done(before, form, item),
		     stands = !changed && confirmed(a, draft, item);
		json_object_set_new(item, "done", json_boolean(changed || stands));
		json_object_set_new(item, "confirmed", json_boolean(stands));
	}
	json_decref(before);
	if (rc == 0)
		*out = items;
	else
		json_decref(items);
	return rc;
}
