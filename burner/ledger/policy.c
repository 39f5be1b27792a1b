#include "burner/ledger/policy.h"

#include "common/os/file.h"
#include <string.h>

#define POLICY_MAX 4096

static const char *const NAMES[] = {"blank", "seal", "receive"};
#define NAMES_N (sizeof NAMES / sizeof *NAMES)

static bool *member(struct policy *p, size_t i)
{
	bool *const v[NAMES_N] = {&p->blank, &p->seal, &p->receive};
	return v[i];
}

static int name_set(struct policy *p, const char *name, size_t n)
{
	for (size_t i = 0; i < NAMES_N; i++)
		if (strlen(NAMES[i]) == n && strncmp(NAMES[i], name, n) == 0) {
			*member(p, i) = true;
			return 0;
		}
	return ERR_SCHEMA;
}

json_t *policy_json(const struct policy *p)
{
	struct policy copy = *p;
	json_t *demands = json_array();
	for (size_t i = 0; i < NAMES_N; i++)
		if (*member(&copy, i))
			json_array_append_new(demands, json_string(NAMES[i]));
	return json_pack("{s:o,s:I}", "demands", demands, "version", (json_int_t)p->version);
}

int policy_read(const struct ledger *l, struct policy *out, struct err_note *note)
{
	struct policy p = {.version = 0};
	struct buf b;
	json_t *o = NULL, *demands = NULL, *name;
	size_t i;
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
		rc = json_get_int(o, "version", 1, INT64_C(1) << 31, &p.version, note);
	if (rc == 0)
		rc = json_get_arr(o, "demands", NAMES_N, &demands, note);
	json_array_foreach(demands, i, name)
	{
		if (rc == 0)
			rc = json_is_string(name)
				     ? name_set(&p, json_string_value(name), json_string_length(name))
				     : ERR_SCHEMA;
	}
	json_decref(o);
	buf_fini(&b);
	if (rc == 0)
		*out = p;
	return rc < 0 ? err_set(note, rc, "policy.json of the ledger cannot be used") : 0;
}

static int parse(const char *demands, struct policy *p)
{
	int rc = 0;
	if (strcmp(demands, "none") == 0)
		return 0;
	for (const char *at = demands; rc == 0;) {
		size_t n = strcspn(at, ",");
		rc = name_set(p, at, n);
		if (!at[n])
			break;
		at += n + 1;
	}
	return rc;
}

int policy_set(struct ledger *l, const char *demands, const char *by, json_t **out, struct err_note *note)
{
	struct policy was, p = {.version = 0};
	struct buf b;
	int rc = policy_read(l, &was, note);
	if (rc < 0)
		return rc;
	p.version = was.version + 1;
	if ((rc = parse(demands, &p)) < 0)
		return err_set(
			note, rc, "demands are a list of blank, seal and receive, or none: %.80s", demands);
	json_t *o = policy_json(&p);
	buf_init(&b, POLICY_MAX);
	rc = json_canon(o, &b);
	if (rc == 0)
		rc = ledger_audit(l, "policy.set", "policy",
			json_pack("{s:s,s:O,s:I}", "by", by, "demands", json_object_get(o, "demands"),
				"version", (json_int_t)p.version),
			note);
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
