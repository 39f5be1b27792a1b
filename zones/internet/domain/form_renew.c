/* A draft that goes on with another version of its business. */
#include "zones/internet/domain/form.h"
#include <string.h>

static int drop(json_t *dropped, const char *kind, const char *code)
{
	return json_array_append_new(dropped, json_pack("{s:s,s:s}", "kind", kind, "code", code)) ? ERR_NOMEM
												  : 0;
}

/* The parties whose role there is; the person stays, as the first role when the own one is gone. */
static int parties_renew(const struct business *to, json_t *draft, json_t *dropped)
{
	json_t *list = json_array(), *p;
	size_t i;
	int rc = list ? 0 : ERR_NOMEM;
	json_array_foreach(json_object_get(draft, "parties"), i, p)
	{
		bool there = business_role_find(to, json_str(p, "role")) != NULL;
		if (rc == 0 && !there)
			rc = drop(dropped, "party", json_str(p, "role"));
		if (i == 0 && !there)
			json_object_set_new(p, "role", json_string(to->roles[0].code));
		if (rc == 0 && (there || i == 0) && json_array_append(list, p))
			rc = ERR_NOMEM;
	}
	if (rc == 0 && json_object_set(draft, "parties", list))
		rc = ERR_NOMEM;
	json_decref(list);
	return rc;
}

/* Papers that there are, with the answers that are still asked for. */
static int papers_renew(const struct business *to, json_t *draft, json_t *dropped)
{
	json_t *papers = json_object_get(draft, "papers"), *answers, *value;
	const char *code;
	void *next;
	int rc = 0;
	for (size_t i = json_array_size(papers); rc == 0 && i-- > 0;) {
		answers = json_object_get(json_array_get(papers, i), "answers");
		const struct business_paper *p =
			business_paper_find(to, json_str(json_array_get(papers, i), "code"));
		bool there = p && !p->each;
		if (!there)
			rc = drop(dropped, "material", json_str(json_array_get(papers, i), "code"));
		json_object_foreach_safe(answers, next, code, value)
		{
			const struct business_question *q = business_question_find(to, code);
			if (rc == 0 && there && (!q || &to->papers[q->paper] != p)) {
				rc = drop(dropped, "field", code);
				json_object_del(answers, code);
			}
		}
		if (!there)
			json_array_remove(papers, i);
	}
	return rc;
}

int form_renew(const struct business *to, const json_t *draft, const json_t *materials, json_t **out,
	json_t **dropped)
{
	json_t *d = json_deep_copy(draft), *gone = json_array(), *fields = json_object_get(d, "fields"),
	       *value;
	const json_t *one;
	const char *code;
	void *next;
	size_t i;
	int rc = d && gone ? parties_renew(to, d, gone) : ERR_NOMEM;
	if (rc == 0)
		rc = papers_renew(to, d, gone);
	json_object_foreach_safe(fields, next, code, value) if (rc == 0 && !business_field_find(to, code))
	{
		rc = drop(gone, "field", code);
		json_object_del(fields, code);
	}
	json_array_foreach(
		materials, i, one) if (rc == 0 && !business_material_find(to, json_string_value(one))) rc =
		drop(gone, "material", json_string_value(one));
	if (rc < 0) {
		json_decref(d);
		json_decref(gone);
		return rc;
	}
	*out = d;
	*dropped = gone;
	return 0;
}
