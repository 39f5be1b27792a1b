#include "common/http/directory_list.h"

#include "common/base/id.h"
#include <stdlib.h>
#include <string.h>

#define USER_MAX 63
#define NAME_MAX_BYTES 95
#define ROLES_MAX 127
#define ORGANISATION_MAX 31

bool directory_list_user(const char *user)
{
	size_t n = strspn(user, "abcdefghijklmnopqrstuvwxyz0123456789._-");
	return n >= 2 && n <= USER_MAX && !user[n];
}

static int person_check(const struct directory_person *p, struct err_note *note)
{
	size_t n = strspn(p->id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
	if (n == 0 || p->id[n])
		return err_set(note, ERR_SCHEMA, "id: letters, digits, dot, dash, underscore");
	if (!directory_list_user(p->user))
		return err_set(
			note, ERR_SCHEMA, "user: 2 to %d of a-z, 0-9, dot, dash, underscore", USER_MAX);
	if (p->active && !*p->name)
		return err_set(note, ERR_SCHEMA, "name: empty");
	return 0;
}

static int person_read(const json_t *o, struct directory_person *p, struct err_note *note)
{
	static const char *const keys[] = {"id", "user", "name", "roles", "organisation", "active", NULL};
	int rc = json_is_object(o) ? json_only_keys(o, keys, note) : err_set(note, ERR_SCHEMA, "no object");
	if (rc == 0)
		rc = json_get_str(o, "id", DIRECTORY_LIST_ID, &p->id, note);
	if (rc == 0)
		rc = json_get_str(o, "user", USER_MAX, &p->user, note);
	if (rc == 0)
		rc = json_get_str(o, "name", NAME_MAX_BYTES, &p->name, note);
	if (rc == 0)
		rc = json_get_str(o, "roles", ROLES_MAX, &p->roles, note);
	if (rc == 0)
		rc = json_get_str(o, "organisation", ORGANISATION_MAX, &p->organisation, note);
	if (rc == 0)
		rc = json_get_bool(o, "active", &p->active, note);
	return rc == 0 ? person_check(p, note) : rc;
}

/* Ids and user names that were there before. */
struct seen {
	json_t *ids, *users;
};

static int once(json_t *of, const char *key, const char *what, struct err_note *note)
{
	if (json_object_get(of, key))
		return err_set(note, ERR_SCHEMA, "%s: stands twice", what);
	return json_object_set_new(of, key, json_true()) ? ERR_NOMEM : 0;
}

static int people_read(const json_t *list, struct directory_list *l, struct seen *s, struct err_note *note)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one)
	{
		struct err_note what = {0};
		int rc = person_read(one, &l->people[i], &what);
		if (rc == 0)
			rc = once(s->ids, l->people[i].id, "id", &what);
		if (rc == 0)
			rc = once(s->users, l->people[i].user, "user", &what);
		if (rc < 0)
			return err_set(
				note, rc, "people[%zu].%.180s", i, what.err ? what.text : err_text(rc));
		l->n++;
	}
	return 0;
}

static int head_read(const json_t *o, struct directory_list *l, struct err_note *note)
{
	static const char *const keys[] = {"iss", "division", "serial", "issued", "complete", "people", NULL};
	const char *iss = NULL, *division = NULL;
	int64_t at;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "iss", 32, &iss, note);
	if (rc == 0 && strcmp(iss, "directory") != 0)
		rc = err_set(note, ERR_SCHEMA, "iss: \"directory\" is expected");
	if (rc == 0)
		rc = json_get_str(o, "division", 6, &division, note);
	if (rc == 0 && (strlen(division) != 6 || strspn(division, "0123456789") != 6))
		rc = err_set(note, ERR_SCHEMA, "division: six digits");
	if (rc == 0)
		rc = json_get_int(o, "serial", 1, INT64_C(1) << 53, &l->serial, note);
	if (rc == 0)
		rc = json_get_str(o, "issued", TIME_TEXT - 1, &l->issued, note);
	if (rc == 0 && time_parse(l->issued, &at) < 0)
		rc = err_set(note, ERR_SCHEMA, "issued: not a time");
	if (rc == 0)
		rc = json_get_bool(o, "complete", &l->complete, note);
	if (rc == 0)
		memcpy(l->division, division, sizeof l->division);
	return rc;
}

int directory_list_read(struct view text, struct directory_list *out, struct err_note *note)
{
	struct directory_list l = {.n = 0};
	struct seen s = {json_object(), json_object()};
	json_t *list = NULL;
	int rc = s.ids && s.users ? json_parse(text, DIRECTORY_LIST_BYTES, &l.json, note) : ERR_NOMEM;
	if (rc == 0 && !json_is_object(l.json))
		rc = err_set(note, ERR_SCHEMA, "no object");
	if (rc == 0)
		rc = head_read(l.json, &l, note);
	if (rc == 0)
		rc = json_get_arr(l.json, "people", DIRECTORY_LIST_PEOPLE, &list, note);
	if (rc == 0 && json_array_size(list) == 0)
		rc = err_set(note, ERR_SCHEMA, "people: a list without people");
	if (rc == 0 && !(l.people = calloc(json_array_size(list), sizeof *l.people)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = people_read(list, &l, &s, note);
	json_decref(s.ids);
	json_decref(s.users);
	if (rc < 0)
		directory_list_fini(&l);
	else
		*out = l;
	return rc;
}

void directory_list_fini(struct directory_list *l)
{
	free(l->people);
	json_decref(l->json);
	*l = (struct directory_list){.n = 0};
}
