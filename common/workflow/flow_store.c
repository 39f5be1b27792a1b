#include "common/workflow/flow_store.h"

#include "common/base/embed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EMBED(flow_sql_0001, "common/workflow/sql/0001-workflow.sqlite.sql");
EMBED(flow_pg_0001, "common/workflow/sql/0001-workflow.pg.sql");
EMBED(flow_sql_0002, "common/workflow/sql/0002-rules.sqlite.sql");
EMBED(flow_pg_0002, "common/workflow/sql/0002-rules.pg.sql");
EMBED(flow_sql_0003, "common/workflow/sql/0003-terms.sqlite.sql");
EMBED(flow_pg_0003, "common/workflow/sql/0003-terms.pg.sql");

static const struct db_migration migrations[] = {{1, "workflow", flow_sql_0001, flow_pg_0001},
	{2, "rules", flow_sql_0002, flow_pg_0002}, {3, "terms", flow_sql_0003, flow_pg_0003}};
const struct db_schema flow_schema = {"workflow", migrations, sizeof migrations / sizeof migrations[0]};

DB_STMT(flow_instance_get,
	"SELECT business, version, status, rev, next_token, vars, done_by, mail, undo FROM "
	"flow_instance WHERE tenant = :tenant AND id = :id");
DB_STMT(flow_instance_new, "INSERT INTO flow_instance (tenant, id, business, version, status, rev, "
			   "next_token, vars, done_by, mail, undo)"
			   " VALUES (:tenant, :id, :business, :version, :status, 1, :next_token, :vars, "
			   ":done_by, :mail, :undo)");
DB_STMT(flow_instance_put, "UPDATE flow_instance SET version = :version, status = :status, rev = rev + 1, "
			   "next_token = :next_token, "
			   "vars = :vars, done_by = :done_by, mail = :mail, undo = :undo"
			   " WHERE tenant = :tenant AND id = :id AND rev = :rev");
DB_STMT(flow_tokens, "SELECT token, node, flow, since, undoing FROM flow_token WHERE tenant = :tenant AND "
		     "instance = :id ORDER BY token");
DB_STMT(flow_waits,
	"SELECT token, node, due, rest, since FROM flow_wait WHERE tenant = :tenant AND instance = "
	":id ORDER BY token, node");
DB_STMT(flow_token_put,
	"INSERT INTO flow_token (tenant, instance, token, node, flow, kind, ref, since, undoing) VALUES "
	"(:tenant, "
	":id, :token, :node, :flow, :kind, :ref, :since, :undoing) ON CONFLICT (tenant, instance, token) DO "
	"UPDATE"
	" SET node = excluded.node, flow = excluded.flow, kind = excluded.kind, ref = excluded.ref, since = "
	"excluded.since, undoing = excluded.undoing");
DB_STMT(flow_token_gone,
	"DELETE FROM flow_token WHERE tenant = :tenant AND instance = :id AND token = :token");
DB_STMT(flow_wait_put, "INSERT INTO flow_wait (tenant, instance, token, node, due, rest, since) VALUES "
		       "(:tenant, :id, :token, "
		       ":node, :due, :rest, :since) ON CONFLICT (tenant, instance, token, node) DO UPDATE "
		       "SET due = excluded.due,"
		       " rest = excluded.rest, since = excluded.since");
DB_STMT(flow_wait_gone,
	"DELETE FROM flow_wait WHERE tenant = :tenant AND instance = :id AND token = :token AND "
	"node = :node");
DB_STMT(flow_log_add,
	"INSERT INTO flow_log (tenant, instance, n, at, event, node, who, version, marking, done, back_to, "
	"detail)"
	" VALUES (:tenant, :id, :n, :at, :event, :node, :who, :version, :marking, :done, :back_to, :detail)");

static const char *const statuses[] = {"running", "suspended", "done", "cancelled"};

void flow_case_fini(struct flow_case *c)
{
	flow_state_fini(&c->state);
}

/* ---- reading */
static int parse(const char *text, json_t **out)
{
	return json_parse(view_str(text), 1 << 20, out, NULL);
}

static int instance_read(struct db_query *q, struct flow_case *c)
{
	struct flow_state *s = &c->state;
	snprintf(c->business, sizeof c->business, "%s", db_text(q, 0));
	c->version = db_int(q, 1);
	c->rev = db_int(q, 3);
	s->next_token = db_int(q, 4);
	while (s->status <= FLOW_CANCELLED && strcmp(statuses[s->status], db_text(q, 2)) != 0)
		s->status++;
	int rc = s->status > FLOW_CANCELLED ? ERR_DB : parse(db_text(q, 5), &s->vars);
	if (rc == 0)
		rc = parse(db_text(q, 6), &s->by);
	if (rc == 0)
		rc = parse(db_text(q, 7), &s->mail);
	return rc == 0 ? parse(db_text(q, 8), &s->undo) : rc;
}

static int flow_of(const struct bpmn *b, const char *id)
{
	for (size_t i = 0; *id && i < b->nflows; i++)
		if (strcmp(b->flows[i].id, id) == 0)
			return (int)i;
	return -1;
}

static int tokens_read(struct db_tx *tx, struct flow_case *c)
{
	struct flow_state *s = &c->state;
	struct db_query *q = db_query(tx, &flow_tokens);
	int rc;
	db_bind_text(q, "id", c->id);
	while ((rc = db_step(q)) == 1) {
		struct flow_token t = {db_int(q, 0), db_int(q, 3), bpmn_node_find(c->b, db_text(q, 1)),
			flow_of(c->b, db_text(q, 2)), db_int(q, 4) != 0};
		if (s->ntokens == FLOW_TOKENS_MAX || (t.node < 0 && t.flow < 0)) {
			rc = ERR_DB;
			break;
		}
		s->tokens[s->ntokens++] = t;
	}
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(tx, &flow_waits);
	db_bind_text(q, "id", c->id);
	while ((rc = db_step(q)) == 1) {
		struct flow_wait w = {db_int(q, 0), db_int(q, 2), db_int(q, 3), db_int(q, 4),
			bpmn_node_find(c->b, db_text(q, 1))};
		if (s->nwaits == FLOW_WAITS_MAX || w.node < 0) {
			rc = ERR_DB;
			break;
		}
		s->waits[s->nwaits++] = w;
	}
	db_done(q);
	return rc;
}

int flow_store_get(struct db_tx *tx, const char *id, flow_drawing *find, void *arg, struct flow_case *out,
	struct err_note *note)
{
	struct flow_case c = {0};
	struct db_query *q = db_query(tx, &flow_instance_get);
	snprintf(c.id, sizeof c.id, "%s", id);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	rc = rc == 1 ? instance_read(q, &c) : rc == 0 ? ERR_NOTFOUND : rc;
	db_done(q);
	if (rc == 0 && !(c.b = find(arg, c.business, c.version)))
		rc = err_set(note, ERR_STATE, "%s: version %lld is not known here", c.business,
			(long long)c.version);
	if (rc == 0)
		rc = tokens_read(tx, &c);
	if (rc == 0 && c.state.status != FLOW_CANCELLED && !flow_legal(c.b, &c.state))
		rc = err_set(note, ERR_DB, "%s: what is stored is no state of its process", c.id);
	if (rc < 0)
		flow_case_fini(&c);
	else
		*out = c;
	return rc;
}

/* ---- writing */
struct writing {
	struct db_tx *tx;
	const char *id;
	const struct bpmn *b;
};

static int token_put(const struct writing *w, const struct flow_token *t)
{
	const struct bpmn_node *n = t->node < 0 ? NULL : &w->b->nodes[t->node];
	bool named = n && (n->kind == BPMN_USER || n->kind == BPMN_SERVICE || n->event == BPMN_MESSAGE);
	struct db_query *q = db_query(w->tx, &flow_token_put);
	db_bind_text(q, "id", w->id);
	db_bind_int(q, "token", t->id);
	db_bind_text(q, "node", n ? n->id : "");
	db_bind_text(q, "flow", n ? "" : w->b->flows[t->flow].id);
	db_bind_text(q, "kind", n ? bpmn_kind_name(n->kind) : "join");
	db_bind_text(q, "ref", named ? n->ref : "");
	db_bind_int(q, "since", t->since_ms);
	db_bind_int(q, "undoing", t->undoing);
	return db_exec(q);
}

static int wait_put(const struct writing *w, const struct flow_wait *x)
{
	struct db_query *q = db_query(w->tx, &flow_wait_put);
	db_bind_text(q, "id", w->id);
	db_bind_int(q, "token", x->token);
	db_bind_text(q, "node", w->b->nodes[x->node].id);
	if (x->due_ms)
		db_bind_int(q, "due", x->due_ms);
	db_bind_int(q, "rest", x->left);
	db_bind_int(q, "since", x->from_ms);
	return db_exec(q);
}

static int gone(const struct writing *w, const struct db_stmt *s, int64_t token, const char *node)
{
	struct db_query *q = db_query(w->tx, s);
	db_bind_text(q, "id", w->id);
	db_bind_int(q, "token", token);
	if (node)
		db_bind_text(q, "node", node);
	return db_exec(q);
}

static const struct flow_token *token_in(const struct flow_state *s, int64_t id)
{
	for (size_t i = 0; s && i < s->ntokens; i++)
		if (s->tokens[i].id == id)
			return &s->tokens[i];
	return NULL;
}

static const struct flow_wait *wait_in(
	const struct bpmn *b, const struct flow_state *s, int64_t token, const char *node)
{
	for (size_t i = 0; s && i < s->nwaits; i++)
		if (s->waits[i].token == token && strcmp(b->nodes[s->waits[i].node].id, node) == 0)
			return &s->waits[i];
	return NULL;
}

/* Only what differs. Rows are compared by their ids: a migration may change the drawing between the two. */
static int rows_put(const struct writing *w, const struct bpmn *was, const struct flow_state *before,
	const struct flow_state *after)
{
	int rc = 0;
	bool same = was == w->b;
	for (size_t i = 0; rc == 0 && before && i < before->nwaits; i++)
		if (!wait_in(w->b, after, before->waits[i].token, was->nodes[before->waits[i].node].id))
			rc = gone(w, &flow_wait_gone, before->waits[i].token,
				was->nodes[before->waits[i].node].id);
	for (size_t i = 0; rc == 0 && before && i < before->ntokens; i++)
		if (!token_in(after, before->tokens[i].id))
			rc = gone(w, &flow_token_gone, before->tokens[i].id, NULL);
	for (size_t i = 0; rc == 0 && i < after->ntokens; i++) {
		const struct flow_token *old = token_in(before, after->tokens[i].id);
		if (!same || !old || old->node != after->tokens[i].node || old->flow != after->tokens[i].flow)
			rc = token_put(w, &after->tokens[i]);
	}
	for (size_t i = 0; rc == 0 && i < after->nwaits; i++) {
		const struct flow_wait *x = &after->waits[i],
				       *old = wait_in(was, before, x->token, w->b->nodes[x->node].id);
		if (!old || old->due_ms != x->due_ms || old->left != x->left || old->from_ms != x->from_ms)
			rc = wait_put(w, x);
	}
	return rc;
}

static int bind_json(struct db_query *q, const char *name, const json_t *v)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = json_canon(v, &text);
	if (rc == 0)
		db_bind_textn(q, name, buf_view(&text));
	buf_fini(&text);
	return rc;
}

static int instance_put(struct db_query *q, const char *id, int64_t version, const struct flow_state *s)
{
	db_bind_text(q, "id", id);
	db_bind_int(q, "version", version);
	db_bind_text(q, "status", statuses[s->status]);
	db_bind_int(q, "next_token", s->next_token);
	int rc = bind_json(q, "vars", s->vars);
	if (rc == 0)
		rc = bind_json(q, "done_by", s->by);
	if (rc == 0)
		rc = bind_json(q, "mail", s->mail);
	if (rc == 0)
		rc = bind_json(q, "undo", s->undo);
	if (rc == 0)
		return db_exec(q);
	db_done(q);
	return rc;
}

static int log_add(
	const struct writing *w, int64_t n, int64_t version, json_t *marking, const struct flow_entry *e)
{
	json_t *done = json_array();
	for (size_t i = 0; e->fx && i < e->fx->ndone; i++)
		json_array_append_new(done, json_string(w->b->nodes[e->fx->done[i]].id));
	struct db_query *q = db_query(w->tx, &flow_log_add);
	db_bind_text(q, "id", w->id);
	db_bind_int(q, "n", n);
	db_bind_int(q, "at", e->at_ms);
	db_bind_text(q, "event", e->event);
	db_bind_text(q, "node", e->node ? e->node : "");
	db_bind_text(q, "who", e->who);
	db_bind_int(q, "version", version);
	if (e->back_to)
		db_bind_int(q, "back_to", e->back_to);
	if (e->detail)
		db_bind_text(q, "detail", e->detail);
	int rc = marking && done ? bind_json(q, "marking", marking) : ERR_NOMEM;
	if (rc == 0)
		rc = bind_json(q, "done", done);
	json_decref(done);
	if (rc == 0)
		return db_exec(q);
	db_done(q);
	return rc;
}

int flow_store_new(struct db_tx *tx, struct flow_case *c, const struct flow_entry *e)
{
	const struct writing w = {tx, c->id, c->b};
	json_t *marking = json_array();
	struct db_query *q = db_query(tx, &flow_instance_new);
	db_bind_text(q, "business", c->business);
	int rc = instance_put(q, c->id, c->version, &c->state);
	if (rc == 0)
		rc = rows_put(&w, c->b, NULL, &c->state);
	if (rc == 0)
		rc = log_add(&w, 1, c->version, marking, e);
	json_decref(marking);
	if (rc == 0)
		c->rev = 1;
	return rc;
}

int flow_store_put(struct db_tx *tx, const struct flow_case *before, const struct bpmn *b, int64_t version,
	const struct flow_state *after, const struct flow_entry *e)
{
	const struct writing w = {tx, before->id, b};
	struct db_query *q = db_query(tx, &flow_instance_put);
	db_bind_int(q, "rev", before->rev);
	int rc = instance_put(q, before->id, version, after);
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_CONFLICT;
	if (rc == 0)
		rc = rows_put(&w, before->b, &before->state, after);
	json_t *marking = flow_marking(before->b, &before->state);
	if (rc == 0)
		rc = log_add(&w, before->rev + 1, version, marking, e);
	json_decref(marking);
	return rc;
}
