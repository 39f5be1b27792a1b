/* Simulator of the payment platform 非税收入收缴/统缴: orders, payments, signed receipts, notices, refunds on
 * the office's sealed order, e-receipts. It speaks the documented interface (README.md one folder up), with
 * faults on demand. All it knows is in memory. */
#include "common/document/document.h"
#include "common/http/http.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include <curl/curl.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const faults[] = {
	"none", "refuse", "late", "duplicate", "wrong-amount", "bad-signature", "silent", NULL};

struct platform {
	const char *dir, *portal_port_file;
	struct sign_key *key;
	struct trust *office;
	struct layout_set *layouts;
	int port;
	pthread_mutex_t lock; /* of what follows */
	json_t *orders;       /* [{"order","lines","state","held","receipts":[…],"refunds":[…]}] */
	const char *fault;
};

/* ---- receipts */
static int receipt_make(struct platform *p, const char *kind, const char *item, int64_t cents, json_t **out)
{
	struct uuid id = uuid_new();
	char at[TIME_TEXT], number[40] = "P", *to = number + 1;
	struct buf text, sig, b64;
	struct view pem = sign_key_cert_pem(p->key);
	for (const char *c = id.s; *c; c++)
		if (*c != '-')
			*to++ = *c;
	*to = '\0';
	time_text(time_now_ms(), at);
	buf_init(&text, 4096);
	buf_init(&sig, 512);
	buf_init(&b64, 1024);
	json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:s,s:s}", "iss", "payment", "kind", kind, "order", item,
		"amount_cents", (json_int_t)cents, "payment", number, "at", at);
	int rc = json_canon(o, &text);
	bool bad = strcmp(p->fault, "bad-signature") == 0;
	if (rc == 0)
		rc = sign_make(p->key, bad ? view_str("another text") : buf_view(&text), &sig);
	if (rc == 0)
		rc = b64_add(&b64, buf_view(&sig));
	if (rc == 0)
		*out = json_pack("{s:s,s:s,s:s#}", "receipt", (const char *)text.p, "signature",
			(const char *)b64.p, "certificate", (const char *)pem.p, (int)pem.n);
	json_decref(o);
	buf_fini(&text);
	buf_fini(&sig);
	buf_fini(&b64);
	return rc;
}

/* ---- notices */
static int portal_address(const struct platform *p, char *to, size_t size)
{
	struct buf text;
	buf_init(&text, 64);
	int rc = file_read(AT_FDCWD, p->portal_port_file, 64, &text);
	if (rc == 0)
		snprintf(to, size, "http://127.0.0.1:%d/", atoi((const char *)text.p));
	buf_fini(&text);
	return rc;
}

static size_t reply_drop(char *text, size_t size, size_t n, void *arg)
{
	(void)text;
	(void)arg;
	return size * n;
}

struct notice {
	char to[128];
	struct buf body;
	int times;
};

static void *notice_run(void *arg)
{
	struct notice *n = arg;
	struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");
	h = curl_slist_append(h, "X-Requested-With: sanwang");
	for (int tries = 0; n->times > 0 && tries < 100; tries++) {
		CURL *c = curl_easy_init();
		long status = 0;
		curl_easy_setopt(c, CURLOPT_URL, n->to);
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)n->body.n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)n->body.p);
		curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 5000L);
		curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, reply_drop);
		bool answered = curl_easy_perform(c) == CURLE_OK;
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_cleanup(c);
		/* Again until it is taken, or refused for what it is. */
		if (answered && status != 503 && status != 429)
			n->times--;
		else
			usleep(100000);
	}
	curl_slist_free_all(h);
	buf_fini(&n->body);
	free(n);
	return NULL;
}

static void notice_send(struct platform *p, const json_t *receipts)
{
	struct notice *n = calloc(1, sizeof *n);
	pthread_t t;
	char portal[96];
	json_t *body = json_pack("{s:O}", "receipts", receipts);
	REQUIRE(n && body);
	buf_init(&n->body, 65536);
	n->times = strcmp(p->fault, "duplicate") == 0 ? 3 : 1;
	int rc = json_canon(body, &n->body);
	if (rc == 0)
		rc = portal_address(p, portal, sizeof portal);
	snprintf(n->to, sizeof n->to, "%sapi/payments/notice", portal);
	json_decref(body);
	if (rc == 0 && pthread_create(&t, NULL, notice_run, n) == 0) {
		pthread_detach(t);
		return;
	}
	buf_fini(&n->body);
	free(n);
}

/* ---- orders */
static json_t *order_find(const struct platform *p, const char *id)
{
	size_t i;
	json_t *o;
	json_array_foreach(p->orders, i, o) if (strcmp(json_str(o, "order"), id) == 0) return o;
	return NULL;
}

/* The paid order with a line of this number; *line. */
static json_t *paid_find(const struct platform *p, const char *number, const json_t **line)
{
	size_t i, k;
	json_t *o;
	const json_t *l;
	json_array_foreach(p->orders, i, o)
	{
		if (strcmp(json_str(o, "state"), "open") == 0)
			continue;
		json_array_foreach(
			json_object_get(o, "lines"), k, l) if (strcmp(json_str(l, "number"), number) == 0)
		{
			*line = l;
			return o;
		}
	}
	return NULL;
}

static bool paid_line(const struct platform *p, const json_t *lines)
{
	size_t i;
	const json_t *l, *there;
	json_array_foreach(lines, i, l) if (paid_find(p, json_str(l, "number"), &there)) return true;
	return false;
}

static int lines_check(const json_t *lines, struct err_note *note)
{
	size_t i;
	const json_t *l;
	int64_t cents;
	const char *text;
	int rc = json_array_size(lines) ? 0 : err_set(note, ERR_SCHEMA, "lines: none");
	json_array_foreach(lines, i, l)
	{
		if (rc == 0)
			rc = json_get_str(l, "number", 63, &text, note);
		if (rc == 0)
			rc = json_get_int(l, "amount_cents", 1, INT64_C(100000000000), &cents, note);
	}
	return rc;
}

static int order_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	struct err_note note = {0};
	const char *id = NULL;
	json_t *lines = NULL;
	char url[128];
	int rc = json_get_str(http_body(r), "order", 63, &id, &note);
	if (rc == 0)
		rc = json_get_arr(http_body(r), "lines", 8, &lines, &note);
	if (rc == 0)
		rc = lines_check(lines, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	pthread_mutex_lock(&p->lock);
	json_t *o = order_find(p, id);
	if (o && !json_equal(json_object_get(o, "lines"), lines))
		rc = err_set(&note, ERR_CONFLICT, "order: another one has this number");
	else if (paid_line(p, lines))
		rc = err_set(&note, ERR_EXISTS, "lines: paid already");
	else if (!o)
		json_array_append_new(
			p->orders, json_pack("{s:s,s:o,s:s,s:[],s:[]}", "order", id, "lines",
					   json_deep_copy(lines), "state", "open", "receipts", "refunds"));
	pthread_mutex_unlock(&p->lock);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/?order=%s", p->port, id);
	return rc < 0 ? http_fail_note(r, &note) : http_reply_json(r, 200, json_pack("{s:s}", "url", url));
}

static int order_get_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	char portal[96] = "";
	if (portal_address(p, portal, sizeof portal) < 0)
		portal[0] = '\0';
	pthread_mutex_lock(&p->lock);
	json_t *o = order_find(p, http_param(r, "order")), *out = NULL;
	if (o) {
		bool held = json_is_true(json_object_get(o, "held"));
		json_t *all = json_deep_copy(json_object_get(o, "receipts"));
		json_array_extend(all, json_object_get(o, "refunds"));
		if (held)
			json_array_clear(all);
		out = json_pack("{s:s,s:o,s:o,s:s}", "state", held ? "processing" : json_str(o, "state"),
			"lines", json_deep_copy(json_object_get(o, "lines")), "receipts", all, "portal",
			portal);
	}
	pthread_mutex_unlock(&p->lock);
	return out ? http_reply_json(r, 200, out) : ERR_NOTFOUND;
}

static int receipts_add(struct platform *p, json_t *o)
{
	size_t i;
	const json_t *l;
	int64_t more = strcmp(p->fault, "wrong-amount") == 0 ? 100 : 0;
	json_array_foreach(json_object_get(o, "lines"), i, l)
	{
		json_t *one = NULL;
		int rc = receipt_make(
			p, "payment", json_str(l, "number"), json_int(l, "amount_cents") + more, &one);
		if (rc < 0)
			return rc;
		json_array_append_new(json_object_get(o, "receipts"), one);
	}
	return 0;
}

/* The person at the page: {"order","account"}. Money is taken once for each line, whatever is repeated. */
static int pay_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	int rc = 0;
	pthread_mutex_lock(&p->lock);
	json_t *o = order_find(p, json_str(http_body(r), "order"));
	if (!o)
		rc = ERR_NOTFOUND;
	else if (strcmp(p->fault, "refuse") == 0)
		rc = http_fail(r, ERR_DENIED, "the bank refuses");
	else if (paid_line(p, json_object_get(o, "lines")))
		rc = http_fail(r, ERR_EXISTS, "paid already");
	else if ((rc = receipts_add(p, o)) == 0) {
		bool held = strcmp(p->fault, "late") == 0;
		json_object_set_new(o, "state", json_string("paid"));
		json_object_set_new(o, "held", json_boolean(held));
		if (!held && strcmp(p->fault, "silent") != 0)
			notice_send(p, json_object_get(o, "receipts"));
	}
	pthread_mutex_unlock(&p->lock);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:s}", "state", "paid"));
}

/* ---- refunds: only on the sealed order of the office */
static int instruction_check(struct platform *p, const json_t *body, json_t **out, struct err_note *note)
{
	const char *text = json_str(body, "instruction");
	struct cert *seal = NULL;
	struct buf sig;
	buf_init(&sig, 512);
	int rc = cert_check(
		p->office, view_str(json_str(body, "seal_certificate")), CERT_SEAL, 0, &seal, note);
	if (rc == 0)
		rc = b64_parse(view_str(json_str(body, "signature")), &sig);
	if (rc == 0)
		rc = cert_verify(seal, view_str(text), buf_view(&sig));
	if (rc == 0)
		rc = json_parse(view_str(text), 1024, out, note);
	else if (note->err != rc)
		err_set(note, rc, "instruction: not sealed by the office");
	cert_free(seal);
	buf_fini(&sig);
	return rc;
}

static int refund_line(
	struct platform *p, const json_t *order, json_t *o, const json_t *line, struct err_note *note)
{
	json_t *list = json_object_get(o, "refunds"), *one, *parsed = NULL;
	size_t i;
	if (json_int(order, "amount_cents") != json_int(line, "amount_cents"))
		return err_set(note, ERR_CONFLICT, "amount_cents: another sum was paid");
	/* Told twice: the money goes back once. */
	json_array_foreach(list, i, one)
	{
		int rc = json_parse(view_str(json_str(one, "receipt")), 4096, &parsed, note);
		bool same = rc == 0 && strcmp(json_str(parsed, "order"), json_str(line, "number")) == 0;
		json_decref(parsed);
		if (rc < 0 || same)
			return rc;
	}
	json_t *fresh = NULL;
	int rc = receipt_make(p, "refund", json_str(line, "number"), json_int(line, "amount_cents"), &fresh);
	return rc == 0 && json_array_append_new(list, fresh) ? ERR_NOMEM : rc;
}

static int refund_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	struct err_note note = {0};
	json_t *order = NULL, *out = NULL;
	const json_t *line = NULL;
	int rc = instruction_check(p, http_body(r), &order, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	pthread_mutex_lock(&p->lock);
	json_t *o = strcmp(json_str(order, "kind"), "refund") == 0
			    ? paid_find(p, json_str(order, "order"), &line)
			    : NULL;
	rc = o ? refund_line(p, order, o, line, &note) : err_set(&note, ERR_NOTFOUND, "order: not paid here");
	if (rc == 0) {
		bool held = strcmp(p->fault, "late") == 0;
		json_object_set_new(o, "held", json_boolean(held));
		out = json_pack("{s:o}", "receipts",
			held ? json_array() : json_deep_copy(json_object_get(o, "refunds")));
	}
	pthread_mutex_unlock(&p->lock);
	json_decref(order);
	return rc < 0 ? http_fail_note(r, &note) : http_reply_json(r, 200, out);
}

/* ---- e-receipts */
static json_t *receipt_find(const struct platform *p, const char *number)
{
	size_t i, k;
	json_t *o, *one, *found = NULL;
	json_array_foreach(p->orders, i, o)
	{
		json_array_foreach(json_object_get(o, "receipts"), k, one)
		{
			json_t *t = NULL;
			if (json_parse(view_str(json_str(one, "receipt")), 4096, &t, NULL) < 0)
				continue;
			if (strcmp(json_str(t, "payment"), number) == 0)
				found = json_incref(t);
			json_decref(t);
		}
	}
	return found;
}

static int bill_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	struct document *d = NULL;
	struct err_note note = {0};
	struct buf pdf;
	char sum[32], day[11];
	pthread_mutex_lock(&p->lock);
	json_t *t = receipt_find(p, http_param(r, "number"));
	pthread_mutex_unlock(&p->lock);
	if (!t)
		return ERR_NOTFOUND;
	snprintf(sum, sizeof sum, "%lld.%02lld", (long long)json_int(t, "amount_cents") / 100,
		(long long)json_int(t, "amount_cents") % 100);
	snprintf(day, sizeof day, "%.10s", json_str(t, "at"));
	json_t *data = json_pack("{s:s,s:s,s:s,s:s,s:s}", "number", json_str(t, "payment"), "office",
		"示例市财政局（模拟）", "date", day, "item", json_str(t, "order"), "amount", sum);
	buf_init(&pdf, 4 << 20);
	int rc = document_new(layout_find(p->layouts, "bill"), data, sign_key_suite(p->key), &d, &note);
	if (rc == 0)
		rc = document_pdf(d, &pdf);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/pdf", "bill.pdf", buf_view(&pdf));
	document_free(d);
	json_decref(data);
	json_decref(t);
	buf_fini(&pdf);
	return rc < 0 && note.err == rc ? http_fail_note(r, &note) : rc;
}

/* Test control: {"fault"}; {"release": true} tells what was held back. */
static int control_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	const char *fault = json_str(http_body(r), "fault");
	size_t i;
	json_t *o;
	pthread_mutex_lock(&p->lock);
	for (int n = 0; faults[n]; n++)
		if (strcmp(fault, faults[n]) == 0)
			p->fault = faults[n];
	json_array_foreach(p->orders, i, o)
	{
		if (!json_is_true(json_object_get(http_body(r), "release")) ||
			!json_is_true(json_object_get(o, "held")))
			continue;
		json_object_set_new(o, "held", json_false());
		if (strcmp(p->fault, "silent") == 0)
			continue;
		notice_send(
			p, json_object_get(o,
				   json_array_size(json_object_get(o, "refunds")) ? "refunds" : "receipts"));
	}
	pthread_mutex_unlock(&p->lock);
	return http_reply_json(r, 200, json_pack("{s:s}", "fault", p->fault));
}

static const struct http_route routes[] = {
	{"POST", "/api/orders", "public", order_route, 0, NULL,
		"an order {order, lines: [{number, zh, en, amount_cents}]}"},
	{"GET", "/api/orders/:order", "public", order_get_route, 0, NULL, "its state, lines and receipts"},
	{"POST", "/api/pay", "public", pay_route, 0, NULL, "the person pays {order}"},
	{"POST", "/api/refunds", "public", refund_route, 0, NULL,
		"money goes back {instruction, signature, seal_certificate}"},
	{"GET", "/api/bills/:number", "public", bill_route, 0, NULL, "电子票据 of a payment"},
	{"POST", "/api/control", "public", control_route, 0, NULL, "faults for tests"},
};

static int platform_open(
	struct platform *p, const char *office_ca, const char *layouts, struct err_note *note)
{
	char ca_key[4200], ca_cert[4200], key[4200], cert[4200];
	snprintf(ca_key, sizeof ca_key, "%s/ca.key", p->dir);
	snprintf(ca_cert, sizeof ca_cert, "%s/ca.pem", p->dir);
	snprintf(key, sizeof key, "%s/payment.sign.key", p->dir);
	snprintf(cert, sizeof cert, "%s/payment.sign.pem", p->dir);
	int rc = 0;
	if (access(ca_key, F_OK) != 0) {
		rc = key_make_ca(suite_by_name("gm"), "payment", 3650, ca_key, ca_cert, note);
		if (rc == 0)
			rc = key_issue(ca_key, ca_cert, CERT_SIGN, "payment", 3650, NULL, key, cert, note);
	}
	if (rc == 0)
		rc = sign_key_load(key, cert, NULL, &p->key, note);
	if (rc == 0 && office_ca)
		rc = trust_load(office_ca, &p->office, note);
	if (rc == 0 && layouts)
		rc = layout_load(layouts, &p->layouts, note);
	return rc;
}

static int serve(
	struct platform *p, const char *listen, const char *web, const char *port_file, struct err_note *note)
{
	struct http_server *s = NULL;
	int stop = -1;
	int rc = proc_stop_fd(&stop);
	if (rc == 0)
		rc = http_start(&(struct http_options){.listen = listen,
					.routes = routes,
					.nroutes = sizeof routes / sizeof routes[0],
					.web_dir = web,
					.workers = 4,
					.title = "payment platform (simulator)",
					.version = "1",
					.arg = p},
			&s, note);
	if (rc == 0) {
		char text[16];
		p->port = http_port(s);
		snprintf(text, sizeof text, "%d\n", p->port);
		rc = file_write(AT_FDCWD, port_file, 0644, view_str(text), "port-file");
	}
	if (rc == 0) {
		struct pollfd f = {stop, POLLIN, 0};
		while (poll(&f, 1, -1) < 0)
			;
	}
	http_stop(s);
	if (stop >= 0)
		close(stop);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"dir", 1, NULL, 'd'}, {"office", 1, NULL, 'o'},
		{"layouts", 1, NULL, 'y'}, {"portal-port-file", 1, NULL, 'p'}, {"listen", 1, NULL, 'l'},
		{"web", 1, NULL, 'w'}, {"port-file", 1, NULL, 'f'}, {"init", 0, NULL, 'i'},
		{NULL, 0, NULL, 0}};
	struct platform p = {.dir = ".", .fault = faults[0], .orders = json_array()};
	struct err_note note = {0};
	const char *office = NULL, *layouts = NULL, *listen = "127.0.0.1:0", *web = NULL, *port_file = NULL;
	bool init = false;
	log_init("dept-payment");
	pthread_mutex_init(&p.lock, NULL);
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 'd':
			p.dir = optarg;
			break;
		case 'o':
			office = optarg;
			break;
		case 'y':
			layouts = optarg;
			break;
		case 'p':
			p.portal_port_file = optarg;
			break;
		case 'l':
			listen = optarg;
			break;
		case 'w':
			web = optarg;
			break;
		case 'f':
			port_file = optarg;
			break;
		case 'i':
			init = true;
			break;
		default:
			return 2;
		}
	}
	if (!init && (!office || !layouts || !p.portal_port_file || !port_file)) {
		fprintf(stderr, "USAGE: dept-payment --dir DIR [--init | --office CA.pem --layouts DIR "
				"--portal-port-file F --listen ADDR:PORT --port-file F --web DIR]\n");
		return 2;
	}
	int rc = platform_open(&p, office, layouts, &note);
	if (rc == 0 && !init)
		rc = serve(&p, listen, web, port_file, &note);
	sign_key_free(p.key);
	trust_free(p.office);
	layout_free(p.layouts);
	json_decref(p.orders);
	return rc < 0 ? log_refusal(&note) : 0;
}
