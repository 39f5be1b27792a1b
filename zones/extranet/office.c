#include "zones/extranet/office.h"

#include "common/config/config.h"
#include "common/message/format.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct office_file {
	char *name, *province, *place, *review, *court, *seal, *seal_cert;
};
#define F(member) offsetof(struct office_file, member)
static const struct config_field fields[] = {
	{"name", CONFIG_STR, F(name), true, NULL, 0, 0, "name of the office on notices and certificates"},
	{"province", CONFIG_STR, F(province), true, NULL, 0, 0,
		"short name of the province in certificate numbers"},
	{"place", CONFIG_STR, F(place), true, NULL, 0, 0,
		"full name of city and county in certificate numbers"},
	{"review", CONFIG_STR, F(review), true, NULL, 0, 0, "行政复议机关: where a refusal may be contested"},
	{"court", CONFIG_STR, F(court), true, NULL, 0, 0, "人民法院 that hears suits against it"},
	{"seal.key", CONFIG_PATH, F(seal), true, NULL, 0, 0,
		"key of the office's e-seal 电子印章 (mode 0600)"},
	{"seal.cert", CONFIG_PATH, F(seal_cert), true, NULL, 0, 0, "its certificate"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};
#undef F

struct one {
	struct office office;
	struct office_file file;
};
struct offices {
	struct one *v;
	size_t n;
};

static int one_load(struct one *x, const struct suite *suite, const char *folder, const char *division,
	struct err_note *note)
{
	char path[4200];
	struct office *o = &x->office;
	snprintf(path, sizeof path, "%s/%s.yaml", folder, division);
	int rc = config_load(path, fields, &x->file, note);
	if (rc == 0)
		rc = sign_key_load(x->file.seal, x->file.seal_cert, NULL, &o->seal, note);
	/* Files are kept, and looked at by the auditor, by the digest that the seal's statements name. */
	if (rc == 0 && sign_key_suite(o->seal) != suite)
		rc = err_set(note, ERR_CONFIG, "%s: seal.key is of suite %s, this zone's is %s", path,
			suite_name(sign_key_suite(o->seal)), suite_name(suite));
	if (rc < 0)
		return rc;
	snprintf(o->division, sizeof o->division, "%s", division);
	o->paper = (struct paper_office){x->file.province, x->file.place};
	o->name = x->file.name;
	o->review = x->file.review;
	o->court = x->file.court;
	o->seal_cert = x->file.seal_cert;
	return 0;
}

/* Numbers of two offices are told apart by what stands before them alone. */
static int apart(const struct offices *o, size_t n, struct err_note *note)
{
	const struct office *x = &o->v[n].office;
	for (size_t i = 0; i < n; i++) {
		const struct office *y = &o->v[i].office;
		if (strcmp(x->paper.province, y->paper.province) == 0 &&
			strcmp(x->paper.place, y->paper.place) == 0)
			return err_set(note, ERR_CONFIG,
				"offices: %s and %s have the same province and place: their certificates "
				"would have "
				"the same numbers",
				y->division, x->division);
	}
	return 0;
}

int offices_load(const struct service *s, const char *folder, struct offices **out, struct err_note *note)
{
	size_t n = 0;
	struct offices *o = calloc(1, sizeof *o);
	int rc = o ? 0 : ERR_NOMEM;
	while (s->tenants[n])
		n++;
	if (rc == 0 && !(o->v = calloc(n, sizeof *o->v)))
		rc = ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		o->n++;
		rc = one_load(&o->v[i], s->suite, folder, s->tenants[i], note);
		if (rc == 0)
			rc = apart(o, i, note);
	}
	if (rc < 0)
		offices_free(o);
	else
		*out = o;
	return rc;
}

void offices_free(struct offices *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n; i++) {
		sign_key_free(o->v[i].office.seal);
		config_free_fields(fields, &o->v[i].file);
	}
	free(o->v);
	free(o);
}

const struct office *offices_at(const struct offices *o, size_t n)
{
	return n < o->n ? &o->v[n].office : NULL;
}

const struct office *offices_find(const struct offices *o, const char *division)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->v[i].office.division, division) == 0)
			return &o->v[i].office;
	return NULL;
}

int office_owns_unit(const struct offices *o, const char *division, const char *unit, struct err_note *note)
{
	char of[7];
	if (strncmp(unit, division, 6) == 0 || !format_unit_code(unit))
		return 0;
	snprintf(of, sizeof of, "%.6s", unit);
	const struct office *other = offices_find(o, of);
	const char *name = format_division_name(of);
	return err_set(note, ERR_REFUSED,
		"unit_code: not of this office 不属本登记机构辖区; responsible 应向其申请: %s %s", of,
		other  ? other->name
		: name ? name
		       : "");
}
