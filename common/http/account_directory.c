/* People kept by the directory of the unified platform 一体化平台 (directory_list.h). It gives roles and
 * takes them, and who left is out at once: disabled, every session ended, in one transaction. It gives no
 * passwords and touches nobody who administers: that stays with people here. */
#include "common/http/account_impl.h"
#include "common/http/directory_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACTOR "directory"
#define FEW 3 /* so many may leave with one list whatever their share */

DB_STMT(directory_last, "SELECT serial, digest FROM directory_taken WHERE tenant = :tenant");
DB_STMT(directory_put,
	"INSERT INTO directory_taken (tenant, serial, digest, issued, at) VALUES (:tenant, :serial, :digest, "
	":issued, :at) ON CONFLICT (tenant) DO UPDATE SET serial = :serial, digest = :digest, issued = "
	":issued, at = :at");
DB_STMT(directory_person,
	"UPDATE account SET directory = :directory, roles = :roles, organisation = :organisation, name = "
	":name, disabled = :disabled, departed = :departed WHERE tenant = :tenant AND id = :id");
DB_STMT(directory_present,
	"SELECT id, directory, login FROM account WHERE tenant = :tenant AND directory <> '' AND departed = "
	"0");
DB_STMT(directory_depart,
	"UPDATE account SET disabled = 1, departed = 1 WHERE tenant = :tenant AND id = :id");

struct taking {
	struct account_service *s;
	const struct directory_list *l;
	const char *digest;
	struct db_tx *tx;
	struct account_directory_counts n;
	struct err_note *note;
};

/* ---- which statement */

/* *again: the one that was taken last. */
static int serial_check(struct taking *t, bool *again)
{
	struct db_query *q = db_query(t->tx, &directory_last);
	int rc = db_step(q);
	*again = false;
	if (rc == 1 && t->l->serial < db_int(q, 0))
		rc = err_set(t->note, ERR_ROLLBACK, "serial %lld: %lld was taken before",
			(long long)t->l->serial, (long long)db_int(q, 0));
	else if (rc == 1 && t->l->serial == db_int(q, 0) && strcmp(t->digest, db_text(q, 1)) != 0)
		rc = err_set(t->note, ERR_FORK, "serial %lld: another statement had this number",
			(long long)t->l->serial);
	else
		*again = rc == 1 && t->l->serial == db_int(q, 0);
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int serial_put(struct taking *t)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(t->tx, &directory_put);
	db_bind_int(q, "serial", t->l->serial);
	db_bind_text(q, "digest", t->digest);
	db_bind_text(q, "issued", t->l->issued);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

/* ---- one person */

struct granting {
	struct taking *t;
	struct http_account *a;
};

static int grant(void *arg, const char *role)
{
	struct granting *g = arg;
	int rc = account_role_grant(g->t->s->rights, g->t->tx, role, g->a);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Who may make accounts is made and unmade by people here. */
static int no_administrator(struct taking *t, const char *roles)
{
	struct granting g = {t, calloc(1, sizeof *g.a)};
	int rc = g.a ? account_words(roles, grant, &g) : ERR_NOMEM;
	if (rc == 0 && account_may(g.a, "account.write"))
		rc = err_set(t->note, ERR_DENIED, "roles: the directory makes and unmakes no administrators");
	free(g.a);
	return rc;
}

static int rights_check(struct taking *t, const struct directory_person *p)
{
	int rc = account_roles_check(t->s->rights, t->tx, p->roles, t->note);
	if (rc == 0)
		rc = no_administrator(t, p->roles);
	return rc == 0 ? account_organisation_check(t->tx, p->organisation, t->note) : rc;
}

/* By the directory's number; else by the user name of an account that was not the directory's yet. */
static int row_find(struct taking *t, const struct directory_person *p, struct account_row *row)
{
	int rc = account_row_by_directory(t->tx, p->id, row);
	if (rc == 0 && strcmp(row->user, p->user) != 0)
		return err_set(t->note, ERR_CONFLICT, "user: this person is %s here", row->user);
	if (rc != ERR_NOTFOUND)
		return rc;
	rc = account_row_by_user(t->tx, p->user, row);
	if (rc < 0)
		return rc;
	if (strcmp(row->tenant, db_tx_tenant(t->tx)) != 0 || row->directory[0])
		return err_set(t->note, ERR_EXISTS, "user: %s is another person", p->user);
	return no_administrator(t, row->roles);
}

static int record(struct taking *t, const char *act, const char *user, json_t *detail)
{
	int rc = detail ? audit_record(t->tx, ACTOR, act, user, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static int person_put(struct taking *t, const char *id, const struct directory_person *p, bool disabled)
{
	struct buf name;
	buf_init(&name, 4096);
	int rc = vault_seal(t->s->vault, "account", "name", id, view_str(p->name), &name);
	if (rc == 0) {
		struct db_query *q = db_query(t->tx, &directory_person);
		db_bind_text(q, "directory", p->id);
		db_bind_text(q, "roles", p->roles);
		db_bind_text(q, "organisation", p->organisation);
		db_bind_textn(q, "name", buf_view(&name));
		db_bind_int(q, "disabled", disabled);
		db_bind_int(q, "departed", 0);
		db_bind_text(q, "id", id);
		rc = db_exec(q);
	}
	buf_fini(&name);
	return rc;
}

/* "!" is the hash of no password: an administrator gives the first one. */
static int person_add(struct taking *t, const struct directory_person *p)
{
	const struct account_new new = {
		p->user, p->roles, db_tx_tenant(t->tx), p->organisation, p->name, "", ""};
	struct uuid id;
	int rc = account_insert(t->s, t->tx, &new, "!", &id);
	if (rc == 0)
		rc = person_put(t, id.s, p, false);
	t->n.added++;
	return rc == 0 ? record(t, "account.add", p->user,
				 json_pack("{s:s,s:s}", "roles", p->roles, "tenant", db_tx_tenant(t->tx)))
		       : rc;
}

static int person_depart(struct taking *t, const char *id, const char *user)
{
	struct db_query *q = db_query(t->tx, &directory_depart);
	db_bind_text(q, "id", id);
	int rc = db_exec(q);
	if (rc == 0)
		rc = account_session_drop_all(t->tx, id, NULL);
	t->n.departed++;
	return rc == 0 ? record(t, "account.depart", user, json_object()) : rc;
}

static int name_same(struct taking *t, const struct account_row *row, const char *name, bool *same)
{
	struct buf plain;
	buf_init(&plain, 1024);
	int rc = vault_unseal(t->s->vault, "account", "name", row->id, row->name, &plain);
	*same = rc == 0 && plain.n == strlen(name) && memcmp(plain.p, name, plain.n) == 0;
	buf_fini(&plain);
	return rc;
}

/* Who was locked here stays so; who had left is let in again. */
static int person_change(struct taking *t, const struct account_row *row, const struct directory_person *p)
{
	bool same = false, rights = strcmp(row->roles, p->roles) != 0 ||
				    strcmp(row->organisation, p->organisation) != 0 || row->departed;
	int rc = name_same(t, row, p->name, &same);
	if (rc < 0 || (same && !rights && row->directory[0]))
		return rc;
	rc = person_put(t, row->id, p, row->disabled && !row->departed);
	if (rc == 0 && rights)
		rc = account_session_drop_all(t->tx, row->id, NULL);
	t->n.changed++;
	return rc == 0 ? record(t, "account.change", row->user,
				 json_pack("{s:s,s:s,s:b}", "from", row->roles, "to", p->roles, "returned",
					 row->departed))
		       : rc;
}

static int person_take(struct taking *t, const struct directory_person *p)
{
	struct account_row row = {.departed = false};
	int rc = p->active ? rights_check(t, p) : 0;
	if (rc == 0)
		rc = row_find(t, p, &row);
	buf_wipe(row.password, sizeof row.password);
	if (rc == ERR_NOTFOUND)
		return p->active ? person_add(t, p) : 0;
	if (rc == 0 && p->active)
		return person_change(t, &row, p);
	/* Only whom the directory kept can leave by its word. */
	return rc == 0 && row.directory[0] && !row.departed ? person_depart(t, row.id, row.user) : rc;
}

static int people_take(struct taking *t)
{
	for (size_t i = 0; i < t->l->n; i++) {
		struct err_note *note = t->note, one = {0};
		t->note = &one;
		int rc = person_take(t, &t->l->people[i]);
		t->note = note;
		if (rc < 0)
			return one.err ? err_set(note, rc, "people[%zu].%.180s", i, one.text) : rc;
	}
	return 0;
}

/* ---- those a complete list does not name */

static int absent_read(struct taking *t, json_t *absent, size_t *present)
{
	json_t *named = json_object();
	int rc = named ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < t->l->n; i++)
		if (json_object_set_new(named, t->l->people[i].id, json_true()))
			rc = ERR_NOMEM;
	struct db_query *q = db_query(t->tx, &directory_present);
	*present = 0;
	while (rc == 0 && (rc = db_step(q)) == 1) {
		++*present;
		rc = json_object_get(named, db_text(q, 1)) ||
				     json_array_append_new(
					     absent, json_pack("[s,s]", db_text(q, 0), db_text(q, 2))) == 0
			     ? 0
			     : ERR_NOMEM;
	}
	db_done(q);
	json_decref(named);
	return rc;
}

static int absent_depart(struct taking *t)
{
	json_t *absent = json_array(), *one;
	size_t i, present = 0;
	int rc = absent ? absent_read(t, absent, &present) : ERR_NOMEM;
	size_t n = json_array_size(absent);
	if (rc == 0 && n > FEW && 2 * n > present)
		rc = err_set(t->note, ERR_REFUSED,
			"people: a list that lacks %zu of %zu people; who left is told one by one", n,
			present);
	json_array_foreach(absent, i, one) if (rc == 0) rc = person_depart(
		t, json_string_value(json_array_get(one, 0)), json_string_value(json_array_get(one, 1)));
	json_decref(absent);
	return rc;
}

static int take_tx(struct db_tx *tx, void *arg)
{
	struct taking *t = arg;
	bool again = false;
	t->tx = tx;
	t->n = (struct account_directory_counts){0};
	int rc = serial_check(t, &again);
	if (rc < 0 || again)
		return rc;
	/* Who left first: the place of a person is free for the next. */
	if (t->l->complete)
		rc = absent_depart(t);
	if (rc == 0)
		rc = people_take(t);
	if (rc == 0)
		rc = serial_put(t);
	return rc == 0 ? record(t, "directory.taken", t->l->division,
				 json_pack("{s:I,s:s,s:b,s:I,s:I,s:I}", "serial", (json_int_t)t->l->serial,
					 "digest", t->digest, "complete", t->l->complete, "added",
					 (json_int_t)t->n.added, "changed", (json_int_t)t->n.changed,
					 "departed", (json_int_t)t->n.departed))
		       : rc;
}

int account_directory_take(struct account_service *s, const struct directory_list *l, const char *digest,
	struct account_directory_counts *out, struct err_note *note)
{
	struct taking t = {.s = s, .l = l, .digest = digest, .note = note};
	if (strcmp(l->division, ACCOUNT_PLATFORM) == 0 || !account_tenant_served(s->rights, l->division))
		return err_set(note, ERR_SCHEMA, "division: %s is not served here", l->division);
	int rc = db_write(s->db, l->division, take_tx, &t);
	if (rc == 0)
		*out = t.n;
	return rc;
}
