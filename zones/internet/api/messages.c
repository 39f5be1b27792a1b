/* 站内消息: what the desk told about own applications, and that it was read. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/message.h"

struct reading {
	struct vault *vault;
	struct message_reader who;
	const char *id;
	json_t *rows;
};

static int reading_begin(struct http_request *r, struct reading *m)
{
	*m = (struct reading){.vault = ((struct service *)http_arg(r))->vault};
	m->who.account = http_user(r)->id;
	return vault_find(m->vault, "id-number", http_user(r)->id_number, &m->who.person);
}

static int own_tx(struct db_tx *tx, void *arg)
{
	struct reading *m = arg;
	json_decref(m->rows);
	m->rows = NULL;
	return message_own(tx, m->vault, &m->who, &m->rows);
}

int api_messages_own(struct http_request *r)
{
	struct reading m;
	int rc = reading_begin(r, &m);
	if (rc == 0)
		rc = account_read(r, own_tx, &m);
	if (rc == 0)
		return http_reply_json(r, 200, json_pack("{s:o}", "rows", m.rows));
	json_decref(m.rows);
	return rc;
}

static int seen_tx(struct db_tx *tx, void *arg)
{
	struct reading *m = arg;
	return message_seen(tx, &m->who, m->id);
}

int api_message_seen(struct http_request *r)
{
	struct reading m;
	int rc = reading_begin(r, &m);
	m.id = http_param(r, "id");
	if (rc == 0)
		rc = account_write(r, seen_tx, &m);
	return rc == 0 ? http_reply_json(r, 200, json_object()) : rc;
}
