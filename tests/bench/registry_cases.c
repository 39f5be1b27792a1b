/* Cases of sale as they stand when the parties' application has come in: the registrars' steps are done over
 * HTTP, by the programs that are measured. */
#include "tests/bench/registry_make.h"

#include "common/workflow/business.h"
#include "common/workflow/flow_store.h"
#include "zones/extranet/domain/number.h"
#include "zones/extranet/store/book.h"
#include "zones/extranet/store/case.h"
#include <stdlib.h>
#include <string.h>

#define BATCH 500

struct making {
	struct vault *v;
	const struct business *b;
	struct bpmn *drawing;
	long first, n, i;
	const struct make_sale *sale; /* NULL: of units first … */
};

static int eval(void *arg, size_t program, const json_t *value, json_t **out, struct err_note *note)
{
	(void)arg, (void)program, (void)value, (void)out;
	return err_set(note, ERR_BUG, "nothing is decided before the acceptance");
}

static int flow_begin(struct making *m, struct db_tx *tx, const struct case_row *c)
{
	struct flow_case f = {.version = c->business_version, .b = m->drawing};
	struct flow_state after;
	struct flow_effects fx;
	struct err_note note = {0};
	const struct flow_env env = {.now_ms = time_now_ms(), .eval = eval};
	snprintf(f.id, sizeof f.id, "%s", c->id);
	snprintf(f.business, sizeof f.business, "%s", c->business);
	int rc = flow_state_init(&f.state);
	if (rc == 0)
		rc = flow_step(m->drawing, &f.state, &(struct flow_event){.kind = FLOW_START}, &env, &after,
			&fx, &note);
	if (rc < 0)
		fprintf(stderr, "%s\n", note.text);
	else {
		flow_state_fini(&f.state);
		f.state = after;
		rc = flow_store_new(tx, &f,
			&(struct flow_entry){.event = "start",
				.node = fx.node < 0 ? "" : m->drawing->nodes[fx.node].id,
				.who = "portal",
				.at_ms = env.now_ms,
				.fx = &fx});
	}
	flow_case_fini(&f);
	return rc;
}

static struct case_party party_of(const char *role, const struct make_person *person)
{
	struct case_party p = {.id_kind = "1", .share_num = 1, .share_den = 1};
	snprintf(p.role, sizeof p.role, "%s", role);
	snprintf(p.name, sizeof p.name, "%s", person->name);
	snprintf(p.id_number, sizeof p.id_number, "%s", person->id);
	time_text(time_now_ms(), p.signed_at);
	return p;
}

static json_t *form_of(const struct making *m, const struct case_row *c, const struct make_unit *u,
	const struct case_party p[2])
{
	json_t *parties = json_array();
	for (int k = 0; k < 2; k++)
		json_array_append_new(parties,
			json_pack("{s:s,s:s,s:s,s:s,s:i,s:i}", "role", p[k].role, "name", p[k].name,
				"id_kind", "1", "id_number", p[k].id_number, "share_num", 1, "share_den", 1));
	return json_pack("{s:s,s:s,s:I,s:s,s:s,s:{s:s,s:s,s:I},s:o,s:[{s:s,s:s,s:s}]}", "application", c->id,
		"business", m->b->code, "business_version", (json_int_t)m->b->version, "division",
		MAKE_TENANT, "unit_code", u->unit, "fields", "location", u->location, "certificate_no",
		u->certificate, "price_cents", (json_int_t)500000000, "parties", parties, "materials", "code",
		"contract", "name", "contract.pdf", "digest",
		"0000000000000000000000000000000000000000000000000000000000000000");
}

static int case_make(struct making *m, struct db_tx *tx, const struct make_sale *sale)
{
	struct case_row c = {.state = CASE_SUBMITTED, .version = 1, .business_version = m->b->version};
	struct case_party p[2] = {
		party_of("transferor", &sale->seller), party_of("transferee", &sale->buyer)};
	struct uuid id = uuid_new();
	char today[11];
	int64_t n;
	struct buf form;
	time_date_cst(time_now_ms(), today);
	int rc = book_series(tx, "case", today, 1, &n);
	if (rc < 0)
		return rc;
	number_case(MAKE_TENANT, today, n, c.number);
	snprintf(c.id, sizeof c.id, "%s", id.s);
	snprintf(c.business, sizeof c.business, "%s", m->b->code);
	snprintf(c.unit_code, sizeof c.unit_code, "%s", sale->unit.unit);
	snprintf(c.location, sizeof c.location, "%s", sale->unit.location);
	snprintf(c.applicant_mask, sizeof c.applicant_mask, "某*");
	snprintf(c.channel, sizeof c.channel, "portal");
	snprintf(c.portal, sizeof c.portal, "internet");
	time_text(time_now_ms(), c.received_at);
	buf_init(&form, 1 << 20);
	json_t *o = form_of(m, &c, &sale->unit, p);
	rc = o ? json_canon(o, &form) : ERR_NOMEM;
	json_decref(o);
	if (rc == 0)
		rc = case_insert(tx, m->v, &c, (const char *)form.p);
	if (rc == 0)
		rc = flow_begin(m, tx, &c);
	if (rc == 0)
		rc = case_move(tx, &c, -1, CASE_SUBMITTED, "portal", "");
	for (int k = 0; k < 2 && rc == 0; k++)
		rc = case_add_party(tx, m->v, c.id, k, &p[k]);
	if (rc == 0)
		printf("%s\n", c.id);
	buf_fini(&form);
	return rc;
}

static int batch(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	int rc = 0;
	if (m->sale)
		return m->i++ == 0 ? case_make(m, tx, m->sale) : 0;
	for (long k = 0; rc == 0 && m->i < m->n && k < BATCH; m->i++, k++) {
		long i = m->first + m->i;
		struct make_sale sale;
		if (make_mortgaged(i))
			continue;
		make_unit(i, &sale.unit);
		make_person(make_owner(i), &sale.seller);
		make_person(i + 3000000, &sale.buyer);
		rc = case_make(m, tx, &sale);
	}
	return rc;
}

static int make(const char *data, struct making *m, const char *businesses)
{
	static const struct db_schema *const schemas[] = {&registry_schema, &flow_schema};
	struct business_set *set = NULL;
	struct db *db = NULL;
	struct err_note note = {0};
	char path[4200];
	snprintf(path, sizeof path, "%s/main.db", data);
	struct db_options o = {.path = path, .schemas = schemas, .nschemas = 2, .readers = 1};
	int rc = business_load(businesses, &set, &note);
	if (rc == 0 && !(m->b = business_find(set, "transfer-existing-flat")))
		rc = ERR_NOTFOUND;
	if (rc == 0)
		rc = bpmn_read(view_str(json_str(m->b->texts, "process.bpmn")), &m->drawing, &note);
	if (rc == 0)
		rc = db_open(&o, &db, &note);
	while (rc == 0 && m->i < m->n)
		rc = db_write(db, MAKE_TENANT, batch, m);
	if (rc < 0)
		fprintf(stderr, "%s: %s\n", err_name(rc), note.text);
	db_close(db);
	bpmn_free(m->drawing);
	business_free(set);
	return rc;
}

int make_cases(const char *data, struct vault *v, const char *businesses, long first, long n)
{
	return make(data, &(struct making){.v = v, .first = first, .n = n}, businesses);
}

int make_sale(const char *data, struct vault *v, const char *businesses, const struct make_sale *sale)
{
	return make(data, &(struct making){.v = v, .n = 1, .sale = sale}, businesses);
}
