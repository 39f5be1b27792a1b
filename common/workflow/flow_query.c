/* What is asked about running processes. */
#include "common/base/room.h"
#include "common/workflow/flow_store.h"

#include "common/db/db_rows.h"
#include <stdlib.h>
#include <string.h>

DB_STMT(flow_log_past,
	"SELECT n, event, node, marking, done, back_to, version FROM flow_log WHERE tenant = :tenant AND "
	"instance = :id ORDER BY n");
DB_STMT(flow_log_list,
	"SELECT n, at, event, node, who, version, done, back_to FROM flow_log WHERE tenant = :tenant "
	"AND instance = :id ORDER BY n");
DB_STMT(flow_log_detail,
	"SELECT detail FROM flow_log WHERE tenant = :tenant AND instance = :id AND n = :n AND "
	"detail IS NOT NULL");
DB_STMT(flow_due,
	"SELECT w.instance, w.token, w.node FROM flow_wait w JOIN flow_instance i ON i.tenant = w.tenant AND "
	"i.id = w.instance WHERE w.tenant = :tenant AND w.due IS NOT NULL AND w.due <= :now AND i.status = "
	"'running' ORDER BY w.due LIMIT :most");
DB_STMT(flow_next_due,
	"SELECT min(w.due) FROM flow_wait w JOIN flow_instance i ON i.tenant = w.tenant AND i.id = "
	"w.instance WHERE w.tenant = :tenant AND w.due IS NOT NULL AND i.status = 'running'");
DB_STMT(flow_work,
	"SELECT instance, token FROM flow_token WHERE tenant = :tenant AND kind = 'serviceTask' AND ref = "
	":topic ORDER BY since, instance LIMIT :most");
DB_STMT(flow_count,
	"SELECT version, sum(CASE WHEN status = 'running' THEN 1 ELSE 0 END), sum(CASE WHEN status = "
	"'suspended' THEN 1 ELSE 0 END) FROM flow_instance WHERE tenant = :tenant AND business = :business "
	"GROUP BY version ORDER BY version");
DB_STMT(flow_open,
	"SELECT id FROM flow_instance WHERE tenant = :tenant AND business = :business AND version = :version "
	"AND status IN ('running', 'suspended') AND id > :after ORDER BY id LIMIT :most");
DB_STMT(flow_definition_new, "INSERT INTO flow_definition (tenant, business, version, content, digest, "
			     "published_at, published_by) VALUES "
			     "(:tenant, :business, :version, :content, :digest, :at, :who)");
DB_STMT(flow_definition_digest, "SELECT digest FROM flow_definition WHERE tenant = :tenant AND business = "
				":business AND version = :version");
DB_STMT(flow_definitions,
	"SELECT business, version, content, published_at, published_by FROM flow_definition WHERE tenant = "
	":tenant ORDER BY business, version");

static json_t *parsed(const char *text)
{
	json_t *v = NULL;
	return json_parse(view_str(text), 1 << 20, &v, NULL) == 0 ? v : NULL;
}

/* What was gone back over is left out; a migration bars the way: markings before it are of another drawing.
 */
static size_t past_cut(struct flow_past *v, size_t n, const char *event, int64_t back_to)
{
	if (strcmp(event, "migrate") == 0 || strcmp(event, "revert") == 0)
		return 0;
	while (back_to && n > 0 && v[n - 1].n >= back_to)
		n--;
	return n;
}

int flow_store_past(struct db_tx *tx, const char *id, struct flow_past **out, size_t *n, json_t **keep)
{
	struct flow_past *v = NULL;
	size_t count = 0, cap = 0;
	json_t *all = json_array();
	struct db_query *q = db_query(tx, &flow_log_past);
	int rc = all ? 0 : ERR_NOMEM;
	db_bind_text(q, "id", id);
	while (rc == 0 && (rc = db_step(q)) == 1) {
		bool task = strcmp(db_text(q, 1), "complete") == 0;
		json_t *row = json_pack("{s:s,s:o?,s:o?}", "node", task ? db_text(q, 2) : "", "marking",
			parsed(db_text(q, 3)), "done", parsed(db_text(q, 4)));
		rc = row && json_array_append_new(all, row) == 0 ? 0 : ERR_NOMEM;
		count = past_cut(v, count, db_text(q, 1), db_int(q, 5));
		if (rc == 0)
			rc = ROOM(v, count, cap);
		if (rc == 0)
			v[count++] = (struct flow_past){db_int(q, 0), json_str(row, "node"),
				json_object_get(row, "marking"), json_object_get(row, "done")};
	}
	db_done(q);
	if (rc < 0) {
		free(v);
		json_decref(all);
		return rc;
	}
	*out = v;
	*n = count;
	*keep = all;
	return 0;
}

/* Rows of a query as a list; `row` makes one. */
static int list(struct db_query *q, json_t *(*row)(struct db_query *q), json_t **out)
{
	json_t *all = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		if (json_array_append_new(all, row(q))) {
			rc = ERR_NOMEM;
			break;
		}
	return db_rows_end(q, rc, all, out);
}

static json_t *log_row(struct db_query *q)
{
	return json_pack("{s:I,s:I,s:s,s:s,s:s,s:I,s:o?,s:I}", "n", (json_int_t)db_int(q, 0), "at",
		(json_int_t)db_int(q, 1), "event", db_text(q, 2), "node", db_text(q, 3), "who", db_text(q, 4),
		"version", (json_int_t)db_int(q, 5), "done", parsed(db_text(q, 6)), "back_to",
		(json_int_t)db_int(q, 7));
}

int flow_store_log(struct db_tx *tx, const char *id, json_t **out)
{
	struct db_query *q = db_query(tx, &flow_log_list);
	db_bind_text(q, "id", id);
	return list(q, log_row, out);
}

int flow_store_detail(struct db_tx *tx, const char *id, int64_t n, json_t **out)
{
	struct db_query *q = db_query(tx, &flow_log_detail);
	db_bind_text(q, "id", id);
	db_bind_int(q, "n", n);
	int rc = db_step(q);
	if (rc == 1)
		rc = (*out = parsed(db_text(q, 0))) ? 0 : ERR_DB;
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

static json_t *due_row(struct db_query *q)
{
	return json_pack("{s:s,s:I,s:s}", "instance", db_text(q, 0), "token", (json_int_t)db_int(q, 1),
		"node", db_text(q, 2));
}

int flow_store_due(struct db_tx *tx, int64_t now_ms, int limit, json_t **out)
{
	struct db_query *q = db_query(tx, &flow_due);
	db_bind_int(q, "now", now_ms);
	db_bind_int(q, "most", limit);
	return list(q, due_row, out);
}

int flow_store_next_due(struct db_tx *tx, int64_t *out)
{
	return db_one_int(db_query(tx, &flow_next_due), out);
}

static json_t *work_row(struct db_query *q)
{
	return json_pack("{s:s,s:I}", "instance", db_text(q, 0), "token", (json_int_t)db_int(q, 1));
}

int flow_store_work(struct db_tx *tx, const char *topic, int limit, json_t **out)
{
	struct db_query *q = db_query(tx, &flow_work);
	db_bind_text(q, "topic", topic);
	db_bind_int(q, "most", limit);
	return list(q, work_row, out);
}

static json_t *count_row(struct db_query *q)
{
	return json_pack("{s:I,s:I,s:I}", "version", (json_int_t)db_int(q, 0), "running",
		(json_int_t)db_int(q, 1), "suspended", (json_int_t)db_int(q, 2));
}

int flow_store_count(struct db_tx *tx, const char *business, json_t **out)
{
	struct db_query *q = db_query(tx, &flow_count);
	db_bind_text(q, "business", business);
	return list(q, count_row, out);
}

static json_t *id_row(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

int flow_store_open(
	struct db_tx *tx, const char *business, int64_t version, const char *after, int limit, json_t **out)
{
	struct db_query *q = db_query(tx, &flow_open);
	db_bind_text(q, "business", business);
	db_bind_int(q, "version", version);
	db_bind_text(q, "after", after);
	db_bind_int(q, "most", limit);
	return list(q, id_row, out);
}

int flow_store_publish(struct db_tx *tx, const char *business, int64_t version, const char *content,
	const char *digest, const char *at, const char *who)
{
	struct db_query *q = db_query(tx, &flow_definition_digest);
	db_bind_text(q, "business", business);
	db_bind_int(q, "version", version);
	int rc = db_step(q);
	bool same = rc == 1 && strcmp(db_text(q, 0), digest) == 0;
	db_done(q);
	if (rc != 0)
		return rc < 0 ? rc : same ? 0 : ERR_EXISTS;
	q = db_query(tx, &flow_definition_new);
	db_bind_text(q, "business", business);
	db_bind_int(q, "version", version);
	db_bind_text(q, "content", content);
	db_bind_text(q, "digest", digest);
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", who);
	return db_exec(q);
}

int flow_store_published(struct db_tx *tx, int (*each)(void *arg, const struct flow_published *p), void *arg)
{
	struct db_query *q = db_query(tx, &flow_definitions);
	int rc;
	while ((rc = db_step(q)) == 1) {
		const struct flow_published p = {.business = db_text(q, 0),
			.version = db_int(q, 1),
			.content = db_text(q, 2),
			.at = db_text(q, 3),
			.by = db_text(q, 4)};
		if ((rc = each(arg, &p)) < 0)
			break;
	}
	db_done(q);
	return rc;
}
