#include "burner/ledger/policy.h"

#include "common/os/file.h"
#include <stdio.h>
#include <string.h>

#define POLICY_MAX 8192

struct flag {
	const char *name;
	bool *at;
};
#define DEMANDS 6
#define ALLOWS 2

static void flags(struct policy *p, struct flag demands[static DEMANDS], struct flag allows[static ALLOWS])
{
	const struct flag d[DEMANDS] = {{"blank", &p->blank}, {"drive", &p->drive}, {"receive", &p->receive},
		{"seal", &p->seal}, {"sign", &p->sign}, {"verify", &p->verify}};
	const struct flag a[ALLOWS] = {{"erase", &p->erase}, {"sticks", &p->sticks}};
	memcpy(demands, d, sizeof d);
	memcpy(allows, a, sizeof a);
}

static json_t *names_of(const struct flag *f, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		if (*f[i].at)
			json_array_append_new(list, json_string(f[i].name));
	return list;
}

static json_t *drives_json(const struct policy_drives *d)
{
	json_t *list = json_array();
	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(list, json_string(d->v[i]));
	return list;
}

json_t *policy_json(const struct policy *p)
{
	struct policy copy = *p;
	struct flag demands[DEMANDS], allows[ALLOWS];
	flags(&copy, demands, allows);
	return json_pack("{s:o,s:o,s:{s:o,s:o},s:I}", "allows", names_of(allows, ALLOWS), "demands",
		names_of(demands, DEMANDS), "drives", "read", drives_json(&p->read), "write",
		drives_json(&p->write), "version", (json_int_t)p->version);
}

/* ---- reading */
static int names_read(const json_t *o, const char *key, const struct flag *f, size_t n, struct err_note *note)
{
	json_t *list = NULL, *name;
	size_t i, k;
	int rc = json_get_arr(o, key, n, &list, note);
	json_array_foreach(list, i, name)
	{
		for (k = 0; rc == 0 && k < n; k++)
			if (json_is_string(name) && strcmp(json_string_value(name), f[k].name) == 0)
				break;
		if (rc == 0 && k == n)
			rc = ERR_SCHEMA;
		if (rc == 0)
			*f[k].at = true;
	}
	return rc;
}

static int drives_read(const json_t *o, const char *key, struct policy_drives *out, struct err_note *note)
{
	json_t *list = NULL, *name;
	size_t i;
	int rc = json_get_arr(o, key, POLICY_DRIVES, &list, note);
	json_array_foreach(list, i, name)
	{
		if (rc == 0 && (!json_is_string(name) || json_string_length(name) >= POLICY_DRIVE))
			rc = ERR_SCHEMA;
		if (rc == 0)
			(void)snprintf(out->v[out->n++], POLICY_DRIVE, "%s", json_string_value(name));
	}
	return rc;
}

static int policy_decode(const json_t *o, struct policy *p, struct err_note *note)
{
	static const char *const keys[] = {"allows", "demands", "drives", "version", NULL};
	struct flag demands[DEMANDS], allows[ALLOWS];
	flags(p, demands, allows);
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_int(o, "version", 1, INT64_C(1) << 31, &p->version, note);
	if (rc == 0)
		rc = names_read(o, "demands", demands, DEMANDS, note);
	if (rc == 0)
		rc = names_read(o, "allows", allows, ALLOWS, note);
	if (rc == 0)
		rc = drives_read(json_object_get(o, "drives"), "read", &p->read, note);
	return rc < 0 ? rc : drives_read(json_object_get(o, "drives"), "write", &p->write, note);
}

int policy_read(const struct ledger *l, struct policy *out, struct err_note *note)
{
	struct policy p = {.version = 0};
	struct buf b;
	json_t *o = NULL;
	buf_init(&b, POLICY_MAX);
	int rc = file_read(ledger_root(l), "policy.json", POLICY_MAX, &b);
	if (rc == ERR_NOTFOUND) {
		buf_fini(&b);
		*out = p;
		return 0;
	}
	if (rc == 0)
		rc = json_parse(buf_view(&b), POLICY_MAX, &o, note);
	if (rc == 0)
		rc = policy_decode(o, &p, note);
	json_decref(o);
	buf_fini(&b);
	if (rc == 0)
		*out = p;
	return rc < 0 ? err_set(note, rc, "policy.json of the ledger cannot be used") : 0;
}

/* ---- writing */
static bool named(const struct policy_drives *d, const char *drive)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->v[i], drive) == 0)
			return true;
	return false;
}

int policy_set(struct ledger *l, const struct policy *p, const char *by, json_t **out, struct err_note *note)
{
	struct policy next = *p, was;
	struct buf b;
	int rc = policy_read(l, &was, note);
	for (size_t i = 0; rc == 0 && i < p->write.n; i++)
		if (named(&p->read, p->write.v[i]))
			rc = err_set(note, ERR_SCHEMA, "drive %.100s: one that writes does not read",
				p->write.v[i]);
	if (rc < 0)
		return rc;
	next.version = was.version + 1;
	json_t *o = policy_json(&next);
	buf_init(&b, POLICY_MAX);
	rc = json_canon(o, &b);
	if (rc == 0)
		rc = ledger_audit(
			l, "policy.set", "policy", json_pack("{s:s,s:O}", "by", by, "policy", o), note);
	if (rc == 0 &&
		(rc = file_write(ledger_root(l), "policy.json", 0640, buf_view(&b), "ledger.policy")) < 0)
		rc = err_set(note, rc, "policy.json of the ledger cannot be written");
	buf_fini(&b);
	if (rc < 0)
		json_decref(o);
	else
		*out = o;
	return rc;
}

/* ---- asking */
int policy_drive(const struct policy *p, const char *drive, bool write, struct err_note *note)
{
	const struct policy_drives *d = write ? &p->write : &p->read;
	if (!drive)
		return p->drive ? err_set(note, ERR_REFUSED, "a drive is demanded: no image in a file") : 0;
	if ((p->read.n || p->write.n) && !named(d, drive))
		return err_set(note, ERR_REFUSED, "drive %.100s: not one of those that may %s", drive,
			write ? "write" : "read");
	return 0;
}
