#include "common/exchange/beyond.h"

#include "common/log/log.h"
#include <stdio.h>
#include <string.h>

#define BUNDLES_MAX 64   /* of one list, as the catalogue allows */
#define MESSAGES_MAX 512 /* of one list; where they do not fit the bundle goes on in the next one */

DB_STMT_CROSS(beyond_in_list,
	"SELECT b.epoch, b.seq, b.identity, i.message, i.type, i.state FROM beyond_in b LEFT JOIN inbox i ON "
	"i.link = b.link AND i.epoch = b.epoch AND i.seq = b.seq WHERE b.link = :link AND b.until_epoch = "
	":until AND b.settled_by = '' ORDER BY b.epoch, b.seq, i.message");
DB_STMT_CROSS(beyond_out_insert, "INSERT INTO beyond_out (link, until_epoch, epoch, seq, identity, messages, "
				 "at) VALUES (:link, :until, "
				 ":epoch, :seq, :identity, :messages, :at) ON CONFLICT DO NOTHING");

struct list {
	struct link_state *l;
	int64_t until;
	json_t *bodies;             /* of the messages to send; the last one is being filled */
	json_t *bundles, *messages; /* its lists */
};

static bool body_begin(struct list *s)
{
	json_t *body = json_pack("{s:s,s:I,s:[],s:[]}", "link", s->l->c.link, "until", (json_int_t)s->until,
		"bundles", "messages");
	s->bundles = json_object_get(body, "bundles");
	s->messages = json_object_get(body, "messages");
	return json_array_append_new(s->bodies, body) == 0;
}

static bool bundle_row(struct list *s, int64_t epoch, int64_t seq, const struct digest *identity)
{
	const json_t *b = json_array_get(s->bundles, json_array_size(s->bundles) - 1);
	char hex[DIGEST_HEX];
	bool full = json_array_size(s->messages) == MESSAGES_MAX;
	if (b && !full && json_int(b, "epoch") == epoch && json_int(b, "seq") == seq)
		return true;
	if ((!s->bundles || full || json_array_size(s->bundles) == BUNDLES_MAX) && !body_begin(s))
		return false;
	digest_hex(identity, hex);
	return json_array_append_new(s->bundles, json_pack("{s:I,s:I,s:s}", "epoch", (json_int_t)epoch, "seq",
							 (json_int_t)seq, "identity", hex)) == 0;
}

static int list_read(struct db_tx *tx, struct list *s)
{
	struct db_query *q = db_query(tx, &beyond_in_list);
	int rc;
	db_bind_text(q, "link", s->l->c.link);
	db_bind_int(q, "until", s->until);
	while ((rc = db_step(q)) == 1) {
		struct digest identity;
		db_digest(q, 2, &identity);
		bool ok = bundle_row(s, db_int(q, 0), db_int(q, 1), &identity);
		if (ok && !db_null(q, 3))
			ok = json_array_append_new(s->messages,
				     json_pack("{s:I,s:I,s:s,s:s,s:s}", "epoch", (json_int_t)db_int(q, 0),
					     "seq", (json_int_t)db_int(q, 1), "id", db_text(q, 3), "type",
					     db_text(q, 4), "state", db_text(q, 5))) == 0;
		if (!ok) {
			rc = ERR_NOMEM;
			break;
		}
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int list_send(struct list *s, struct db_tx *tx, const json_t *body)
{
	struct err_note why = {0};
	struct exchange_draft d = {.type = BEYOND_TYPE, .dest = s->l->c.peer, .tenant = "", .body = body};
	int rc = exchange_put(s->l->x, tx, &d, NULL, &why);
	if (rc < 0 && why.err)
		log_error("beyond", "link=%s error=%s text=\"%s\"", s->l->c.link, err_name(rc), why.text);
	return rc;
}

int beyond_return(struct link_state *l, struct db_tx *tx, int64_t until_epoch)
{
	struct list s = {.l = l, .until = until_epoch, .bodies = json_array()};
	json_t *one;
	size_t i;
	if (!exchange_link_out(l->x, l->c.peer)) {
		json_decref(s.bodies);
		return 0;
	}
	int rc = s.bodies ? list_read(tx, &s) : ERR_NOMEM;
	json_array_foreach(s.bodies, i, one)
	{
		if (rc == 0)
			rc = list_send(&s, tx, one);
	}
	json_decref(s.bodies);
	return rc;
}

/* Those of one bundle, as canonical text. */
static int messages_of(const json_t *body, const json_t *bundle, struct buf *text)
{
	json_t *all = json_array(), *m;
	size_t i;
	int rc = all ? 0 : ERR_NOMEM;
	json_array_foreach(json_object_get(body, "messages"), i, m)
	{
		if (rc == 0 && json_int(m, "epoch") == json_int(bundle, "epoch") &&
			json_int(m, "seq") == json_int(bundle, "seq"))
			rc = json_array_append(all, m) == 0 ? 0 : ERR_NOMEM;
	}
	if (rc == 0)
		rc = json_canon(all, text);
	json_decref(all);
	return rc;
}

int beyond_told(struct exchange *x, struct db_tx *tx, const struct message *m, struct err_note *why)
{
	const struct link_state *l = exchange_link_out(x, m->origin);
	char at[TIME_TEXT];
	json_t *b;
	size_t i;
	int rc = 0;
	if (!l || strcmp(l->c.link, json_str(m->body, "link")) != 0)
		return err_set(why, ERR_LINK, "body.link: no link from here to %s", m->origin);
	time_text(time_now_ms(), at);
	json_array_foreach(json_object_get(m->body, "bundles"), i, b)
	{
		struct digest identity;
		struct buf text;
		buf_init(&text, MESSAGE_BYTES_MAX);
		if (rc == 0)
			rc = digest_parse(json_str(b, "identity"), &identity);
		if (rc == 0)
			rc = messages_of(m->body, b, &text);
		if (rc == 0) {
			struct db_query *q = db_query(tx, &beyond_out_insert);
			db_bind_text(q, "link", json_str(m->body, "link"));
			db_bind_int(q, "until", json_int(m->body, "until"));
			db_bind_int(q, "epoch", json_int(b, "epoch"));
			db_bind_int(q, "seq", json_int(b, "seq"));
			db_bind_digest(q, "identity", &identity);
			db_bind_textn(q, "messages", buf_view(&text));
			db_bind_text(q, "at", at);
			rc = db_exec(q);
		}
		buf_fini(&text);
	}
	log_error("beyond-told",
		"link=%s bundles=%zu: the peer holds bundles that this database does not know",
		json_str(m->body, "link"), json_array_size(json_object_get(m->body, "bundles")));
	return rc == 0 ? audit_record(tx, "system", "link.beyond", json_str(m->body, "link"), NULL) : rc;
}
