/* The HTTP service over real connections: routes and permissions, what is refused and with which code,
 * limits, uploads, pages, event streams, stopping.
 * */
#include "common/http/account.h"
#include "common/http/http.h"
#include "tests/unit/common/http/client.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char dir[] = "/tmp/test-http.XXXXXX";
static struct http_server *server;
static struct client_answer *answer;
static atomic_int begun, dropped, taken, gate;
static _Atomic int64_t bytes_taken;
static _Atomic uint64_t state_number;
static atomic_int counted;
static atomic_bool failing, left;

/* ---- who asks: cookie "clerk" may accept, "guest" may nothing, "leaver" neither until it has left */

static int auth_find(void *arg, const char *session, struct http_account **out)
{
	(void)arg;
	if (strcmp(session, "broken") == 0)
		return ERR_DB;
	bool leaver = strcmp(session, "leaver") == 0 && !atomic_load(&left);
	if (strcmp(session, "clerk") != 0 && strcmp(session, "guest") != 0 && !leaver)
		return ERR_LOGIN;
	struct http_account *a = calloc(1, sizeof *a);
	if (!a)
		return ERR_NOMEM;
	snprintf(a->id, sizeof a->id, "%s", session);
	snprintf(a->user, sizeof a->user, "%s", session);
	*out = a;
	return 0;
}
static bool auth_may(const struct http_account *a, const char *permission)
{
	return strcmp(a->user, "clerk") == 0 && strcmp(permission, "case.accept") == 0;
}
static void auth_free(struct http_account *a)
{
	free(a);
}
static const struct http_auth auth = {NULL, auth_find, auth_may, auth_free};

/* ---- handlers */

static int handle_echo(struct http_request *r)
{
	const char *q = http_query(r, "q");
	return http_reply_json(r, 200,
		json_pack("{s:s,s:s,s:s}", "id", http_param(r, "id"), "q", q ? q : "none", "from",
			http_address(r)));
}
static int handle_fixed(struct http_request *r)
{
	return http_reply_json(r, 200, json_pack("{s:s}", "id", "fixed"));
}
static int handle_body(struct http_request *r)
{
	return http_reply_json(r, 200, json_copy((json_t *)(uintptr_t)http_body(r)));
}
static int handle_refuse(struct http_request *r)
{
	struct err_note note = {0};
	err_set(&note, ERR_TAX, "case 7: 完税 is missing");
	return http_fail_note(r, &note);
}
static int handle_counted(struct http_request *r)
{
	const struct http_account *who = http_user(r);
	int n = atomic_fetch_add(&counted, 1) + 1;
	json_t *v = json_pack("{s:i,s:s}", "n", n, "for", who ? who->user : "");
	for (int i = 0; http_query(r, "large") && i < 500; i++) {
		char key[16];
		snprintf(key, sizeof key, "key-%d", i);
		json_object_set_new(v, key, json_string("示例路1号"));
	}
	return http_reply_json(r, 200, v);
}
static uint64_t state_now(void *arg)
{
	(void)arg;
	return atomic_load(&state_number);
}
static int handle_silent(struct http_request *r)
{
	(void)r;
	return 0;
}
static int handle_file(struct http_request *r)
{
	return http_reply_bytes(r, 200, "application/pdf", "不动产 权证.pdf", view_str("%PDF-"));
}
static int handle_gate(struct http_request *r)
{
	atomic_store(&gate, 1);
	while (atomic_load(&gate) == 1)
		usleep(1000);
	return http_reply_json(r, 200, json_pack("{s:b}", "whole", 1));
}
static int next_event(void *arg, struct buf *out)
{
	int *n = arg;
	return *n == 3 ? ERR_NOTFOUND : buf_addf(out, "data: %d\n\n", ++*n);
}
/* Something new each time it is asked. */
static int busy_event(void *arg, struct buf *out)
{
	int *n = arg;
	return *n == 5 ? ERR_NOTFOUND
		       : buf_addf(out, "data: %s %d\n\n", atomic_load(&left) ? "late" : "due", ++*n);
}
static int quiet_event(void *arg, struct buf *out)
{
	(void)arg, (void)out;
	return 0;
}
static int handle_events(struct http_request *r)
{
	int *n = http_alloc(r, sizeof *n);
	return n ? http_event_stream(r, next_event, n) : ERR_NOMEM;
}
static int handle_busy(struct http_request *r)
{
	int *n = http_alloc(r, sizeof *n);
	return n ? http_event_stream(r, busy_event, n) : ERR_NOMEM;
}
static int handle_quiet(struct http_request *r)
{
	return http_event_stream(r, quiet_event, NULL);
}
static int upload_begin(struct http_request *r, void **cookie)
{
	atomic_fetch_add(&begun, 1);
	if (http_header(r, "X-No"))
		return http_fail(r, ERR_STATE, "not now");
	*cookie = &begun;
	return 0;
}
static int upload_data(void *cookie, struct view v)
{
	assert_ptr_equal(cookie, &begun);
	atomic_fetch_add(&bytes_taken, (int64_t)v.n);
	return memchr(v.p, '!', v.n) ? ERR_SPATIAL : 0;
}
static void upload_drop(void *cookie)
{
	assert_ptr_equal(cookie, &begun);
	atomic_fetch_add(&dropped, 1);
}
static int handle_upload(struct http_request *r)
{
	assert_ptr_equal(http_upload_cookie(r), &begun);
	atomic_fetch_add(&taken, 1);
	return http_reply_json(r, 201, json_object());
}
static const struct http_upload upload = {upload_begin, upload_data, upload_drop};

#define UPLOAD_MAX 100000
static const struct http_route routes[] = {
	{"GET", "/api/things/:id", "public", handle_echo, 0, NULL, "echo"},
	{"GET", "/api/things/fixed", "public", handle_fixed, 0, NULL, "the literal one"},
	{"POST", "/api/things", "public", handle_body, 1000, NULL, "body"},
	{"PUT", "/api/things/:id/accept", "case.accept", handle_body, 0, NULL, "accept"},
	{"DELETE", "/api/things/:id", "self", handle_fixed, 0, NULL, "remove"},
	{"GET", "/api/refuse", "public", handle_refuse, 0, NULL, "refuse"},
	{"GET", "/api/counted", "public", handle_counted, 0, NULL, "kept, for everybody"},
	{"GET", "/api/counted/own", "self", handle_counted, 0, NULL, "kept, of each session"},
	{"GET", "/api/silent", "public", handle_silent, 0, NULL, "answers nothing"},
	{"GET", "/api/file", "public", handle_file, 0, NULL, "file"},
	{"GET", "/api/gate", "public", handle_gate, 0, NULL, "waits"},
	{"GET", "/api/events", "public", handle_events, 0, NULL, "events"},
	{"GET", "/api/busy", "self", handle_busy, 0, NULL, "events that always come"},
	{"GET", "/api/quiet", "self", handle_quiet, 0, NULL, "events that never come"},
	{"POST", "/api/upload", "self", handle_upload, UPLOAD_MAX, &upload, "upload"},
};

static void page(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static const char *const kept[] = {"/api/counted", "/api/counted/own", NULL};

static int start(struct http_server **out, int64_t timeout_s, struct err_note *note)
{
	struct http_options o = {.listen = "127.0.0.1:0",
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.web_dir = dir,
		.form_action = "https://identity.example",
		.auth = &auth,
		.workers = 4,
		.timeout_s = timeout_s,
		.title = "test",
		.version = "1",
		.kept = kept,
		.state = state_now};
	return http_start(&o, out, note);
}

static int health(void *arg, json_t *into)
{
	(void)arg;
	json_object_set_new(into, "log", json_string(atomic_load(&failing) ? "stalled" : "ok"));
	return atomic_load(&failing) ? ERR_AUDIT : 0;
}

static int setup(void **state)
{
	(void)state;
	char path[256];
	answer = malloc(sizeof *answer);
	if (!answer || !mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/assets", dir);
	if (mkdir(path, 0755) < 0)
		return -1;
	page("index.html", "<title>page</title>");
	page(".secret", "hidden");
	page("assets/index-Bx1_9aQz.js", "1");
	page("assets/index-Bx1_9aQz.js.gz", "packed");
	snprintf(path, sizeof path, "%s/assets/passwd.txt", dir);
	if (symlink("/etc/passwd", path) < 0 || start(&server, 2, NULL) < 0)
		return -1;
	http_set_health(server, health);
	return 0;
}

static int teardown(void **state)
{
	char command[64];
	(void)state;
	http_stop(server);
	http_stop(NULL);
	free(answer);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static void ask(const char *method, const char *path, const char *fields, const char *body)
{
	client_ask(http_port(server), method, path, fields, body, answer);
}
/* Exactly these bytes. */
static void raw(const char *text)
{
	int fd = client_open(http_port(server));
	client_send(fd, text, strlen(text));
	client_read(fd, answer);
	close(fd);
}
static void expect_member(const char *name, const char *value)
{
	assert_int_equal(answer->status, 200);
	json_t *o = client_json(answer);
	assert_string_equal(json_string_value(json_object_get(o, name)), value);
	json_decref(o);
}

/* ---- tests */

static void test_routes(void **state)
{
	(void)state;
	ask("GET", "/api/things/a%20b?q=%E4%B8%AD", "", NULL);
	expect_member("id", "a b");
	expect_member("q", "中");
	expect_member("from", "127.0.0.1");
	ask("GET", "/api/things/fixed", "", NULL);
	expect_member("id", "fixed");
	ask("HEAD", "/api/things/fixed", "", NULL);
	assert_int_equal(answer->status, 200);
	assert_string_equal(answer->body, "");
	ask("GET", "/api/nowhere", "", NULL);
	client_expect(answer, 404, "NOTFOUND");
	ask("GET", "/api/things/1/2", "", NULL);
	client_expect(answer, 404, "NOTFOUND");
	ask("PUT", "/api/things/1", "", "{}");
	client_expect(answer, 405, "METHOD");
	assert_non_null(strstr(client_field(answer, "Allow"), "GET"));
	assert_non_null(strstr(client_field(answer, "Allow"), "DELETE"));
	ask("GET", "/api/refuse", "", NULL);
	client_expect(answer, 409, "TAX");
	assert_non_null(strstr(answer->body, "完税"));
	ask("GET", "/api/silent", "", NULL);
	client_expect(answer, 500, "BUG");
	ask("GET", "/api/file", "", NULL);
	assert_string_equal(answer->body, "%PDF-");
	assert_string_equal(client_field(answer, "Content-Disposition"),
		"attachment; filename*=UTF-8''%E4%B8%8D%E5%8A%A8%E4%BA%A7%20%E6%9D%83%E8%AF%81.pdf");
}

static void test_headers_of_every_answer(void **state)
{
	(void)state;
	static const char *const paths[] = {"/api/things/1", "/api/nowhere", "/", "/api/health"};
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		ask("GET", paths[i], "", NULL);
		assert_string_equal(client_field(answer, "Content-Security-Policy"),
			"default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
			"form-action 'self' https://identity.example");
		assert_string_equal(client_field(answer, "X-Content-Type-Options"), "nosniff");
		assert_string_equal(client_field(answer, "Referrer-Policy"), "no-referrer");
		assert_string_equal(client_field(answer, "Cache-Control"), i == 2 ? "no-cache" : "no-store");
	}
}

/* How often the handler ran, from what it answered now. */
static int ran(const char *path, const char *fields)
{
	ask("GET", path, fields, NULL);
	assert_int_equal(answer->status, 200);
	json_t *o = client_json(answer);
	int n = (int)json_integer_value(json_object_get(o, "n"));
	json_decref(o);
	return n;
}

/* The same answer again only while what it is made of is the same, and to nobody else but where all are
 * alike. */
static void test_kept_answers(void **state)
{
	(void)state;
	char tag[64], known[128];
	int n = 0, again = 0;
	for (int i = 0; i < 20 && !again;
		i++) { /* it is kept for 200 ms: a slow machine may need some tries */
		n = ran("/api/counted", "");
		again = ran("/api/counted", "Cookie: sid=clerk\r\n") == n;
	}
	assert_true(again);
	assert_string_equal(client_field(answer, "Cache-Control"), "no-cache");
	atomic_fetch_add(&state_number, 1);
	assert_int_equal(ran("/api/counted", ""), n + 1);
	assert_true(ran("/api/counted", "") <= n + 2);
	assert_true(ran("/api/counted?q=1", "") > n + 1);
	snprintf(tag, sizeof tag, "%s", client_field(answer, "ETag"));
	snprintf(known, sizeof known, "If-None-Match: \"x\", %s\r\n", tag);
	atomic_fetch_add(&state_number, 1);
	ask("GET", "/api/counted?q=1", known, NULL);
	assert_int_equal(answer->status, 200); /* another answer, another tag */
	assert_string_not_equal(client_field(answer, "ETag"), tag);
	for (int i = 0; i < 20 && answer->status != 304; i++) {
		snprintf(known, sizeof known, "If-None-Match: %s\r\n", client_field(answer, "ETag"));
		ask("GET", "/api/counted?q=1", known, NULL);
	}
	assert_int_equal(answer->status, 304);
	assert_string_equal(answer->body, "");
	assert_non_null(client_field(answer, "Content-Security-Policy"));
	/* A session's own answer. */
	static const char *const who[] = {"clerk", "guest", "clerk", "guest"};
	for (size_t i = 0; i < 4; i++) {
		snprintf(known, sizeof known, "Cookie: sid=%s\r\nIf-None-Match: %s\r\n", who[i], tag);
		ask("GET", "/api/counted/own", known, NULL);
		expect_member("for", who[i]);
		assert_string_equal(client_field(answer, "Cache-Control"), "no-store");
		assert_null(client_field(answer, "ETag"));
	}
	ask("GET", "/api/counted/own", "", NULL);
	client_expect(answer, 401, "LOGIN");
}

/* What everybody gets alike is compressed for who takes it, and is the same behind that; what is of a session
 * never. */
static void test_compressed(void **state)
{
	(void)state;
	static const char plain[] = "", takes[] = "Accept-Encoding: gzip, br\r\n";
	unsigned char whole[CLIENT_ANSWER];
	char tag[64];
	for (int i = 0; i < 2; i++) { /* made, and kept */
		ask("GET", "/api/counted?large=1", takes, NULL);
		assert_int_equal(answer->status, 200);
		assert_string_equal(client_field(answer, "Content-Encoding"), "gzip");
		assert_string_equal(client_field(answer, "Vary"), "Accept-Encoding");
		size_t head = (size_t)(answer->body - answer->text);
		z_stream z = {.next_in = (unsigned char *)answer->text + head,
			.avail_in = (uInt)(answer->n - head),
			.next_out = whole,
			.avail_out = sizeof whole};
		assert_true(z.avail_in < 4000);
		assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		json_t *v = json_loadb((char *)whole, z.total_out, 0, NULL);
		inflateEnd(&z);
		assert_string_equal(json_string_value(json_object_get(v, "key-499")), "示例路1号");
		json_decref(v);
		snprintf(tag, sizeof tag, "%s", client_field(answer, "ETag"));
		ask("GET", "/api/counted?large=1", plain, NULL);
		assert_null(client_field(answer, "Content-Encoding"));
		assert_string_equal(client_field(answer, "Vary"), "Accept-Encoding");
		assert_string_not_equal(client_field(answer, "ETag"), tag);
		expect_member("key-499", "示例路1号");
	}
	ask("GET", "/api/counted", takes, NULL); /* nothing to gain */
	assert_null(client_field(answer, "Content-Encoding"));
	ask("GET", "/api/counted/own?large=1", "Cookie: sid=clerk\r\nAccept-Encoding: gzip\r\n", NULL);
	assert_null(client_field(answer, "Content-Encoding"));
	assert_null(client_field(answer, "Vary"));
	expect_member("key-499", "示例路1号");
}

static void test_permissions(void **state)
{
	(void)state;
	ask("PUT", "/api/things/1/accept", "", "{}");
	client_expect(answer, 401, "LOGIN");
	ask("PUT", "/api/things/1/accept", "Cookie: sid=guest\r\n", "{}");
	client_expect(answer, 403, "DENIED");
	ask("PUT", "/api/things/1/accept", "Cookie: sid=clerk\r\n", "{}");
	assert_int_equal(answer->status, 200);
	ask("DELETE", "/api/things/1", "Cookie: sid=guest\r\n", NULL);
	assert_int_equal(answer->status, 200);
	ask("DELETE", "/api/things/1", "Cookie: sid=stranger\r\n", NULL);
	client_expect(answer, 401, "LOGIN");
	/* Who asks cannot be found out: nothing is done, and it is not called a wrong sign-in. */
	ask("DELETE", "/api/things/1", "Cookie: sid=broken\r\n", NULL);
	client_expect(answer, 500, "DB");
	ask("GET", "/api/things/1", "Cookie: sid=broken\r\n", NULL);
	assert_int_equal(answer->status, 200);
}

static void test_a_foreign_page_cannot_write(void **state)
{
	(void)state;
	raw("POST /api/things HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: application/json\r\n"
	    "Content-Length: 2\r\n\r\n{}");
	client_expect(answer, 403, "DENIED");
}

static void test_bodies(void **state)
{
	(void)state;
	char big[1200] = "{\"a\":\"";
	ask("POST", "/api/things", "", "{\"a\":\"中\"}");
	expect_member("a", "中");
	static const struct {
		const char *body;
		int status;
		const char *error;
	} bad[] = {{"{\"a\":", 400, "SYNTAX"}, {"{\"a\":1,\"a\":2}", 400, "SYNTAX"}, {"{} x", 400, "SYNTAX"},
		{"\"\\ud800\"", 400, "SYNTAX"}, {"[1]", 422, "SCHEMA"}, {"\xff", 400, "SYNTAX"}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ask("POST", "/api/things", "", bad[i].body);
		client_expect(answer, bad[i].status, bad[i].error);
	}
	raw("POST /api/things HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Requested-With: sanwang\r\n"
	    "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
	client_expect(answer, 415, "MEDIA");
	memset(big + 6, 'x', sizeof big - 9);
	strcpy(big + sizeof big - 4, "\"}");
	ask("POST", "/api/things", "", big);
	client_expect(answer, 413, "LIMIT");
	/* The same without telling its length beforehand. */
	char *chunked = NULL;
	assert_true(asprintf(&chunked,
			    "POST /api/things HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
			    "X-Requested-With: sanwang\r\nContent-Type: application/json\r\n"
			    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n",
			    strlen(big), big) > 0);
	raw(chunked);
	client_expect(answer, 413, "LIMIT");
	free(chunked);
}

/* What a front proxy might read differently is refused, and the connection closed. */
static void test_ambiguous_requests(void **state)
{
	(void)state;
#define HEAD                                                                                                 \
	"POST /api/things HTTP/1.1\r\nHost: t\r\nX-Requested-With: sanwang\r\nContent-Type: "                \
	"application/json\r\n"
	static const char *const bad[] = {HEAD "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
		HEAD "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		HEAD "Content-Length: +2\r\n\r\n{}", HEAD "Content-Length: -1\r\n\r\n{}",
		HEAD "Content-Length: 99999999999999999999\r\n\r\n{}",
		HEAD "Transfer-Encoding: gzip\r\n\r\n{}",
		"GET /api/things/1 HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}",
		"GET /api/things/1 HTTP/3.9\r\nHost: t\r\n\r\n",
		"GET api/things/1 HTTP/1.1\r\nHost: t\r\n\r\n", "GET /api/things/1 HTTP/1.1\r\n\r\n",
		"\r\r\r\r", "\x16\x03\x01\x02"};
#undef HEAD
	int fds[sizeof bad / sizeof bad[0]];
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		fds[i] = client_open(http_port(server));
		client_send(fds[i], bad[i], strlen(bad[i]));
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		client_read(fds[i], answer);
		close(fds[i]);
		/* Nor is the rest of the bytes taken as a second request. */
		if (strstr(answer->text, "HTTP/1.1 2"))
			fail_msg("request %zu was answered: %.400s", i, answer->text);
	}
	ask("GET", "/api/things/1", "", NULL);
	assert_int_equal(answer->status, 200);
}

static void test_limits_of_the_head(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 20);
	assert_int_equal(
		buf_add_str(&b, "GET /api/things/1 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"), 0);
	for (int i = 0; i < 70; i++)
		assert_int_equal(buf_addf(&b, "X-%d: 1\r\n", i), 0);
	assert_int_equal(buf_add_str(&b, "\r\n"), 0);
	raw((const char *)b.p);
	client_expect(answer, 413, "LIMIT");
	buf_reset(&b);
	assert_int_equal(buf_add_str(&b, "/api/things/"), 0);
	for (int i = 0; i < 300; i++)
		assert_int_equal(buf_add_str(&b, "0123456789"), 0);
	ask("GET", (const char *)b.p, "", NULL);
	client_expect(answer, 413, "LIMIT");
	buf_reset(&b);
	assert_int_equal(buf_add_str(&b, "/api/things/1?"), 0);
	for (int i = 0; i < 40; i++)
		assert_int_equal(buf_addf(&b, "k%d=1&", i), 0);
	ask("GET", (const char *)b.p, "", NULL);
	client_expect(answer, 413, "LIMIT");
	ask("GET", "/api/things/1?q=1&q=2", "", NULL);
	client_expect(answer, 400, "SYNTAX");
	ask("GET", "/api/things/1?q=%zz", "", NULL);
	client_expect(answer, 400, "SYNTAX");
	/* A head that never ends is cut. */
	buf_reset(&b);
	assert_int_equal(buf_add_str(&b, "GET /api/things/1 HTTP/1.1\r\nHost: t\r\nX-Long: "), 0);
	for (int i = 0; i < 8000; i++)
		assert_int_equal(buf_add_str(&b, "0123456789"), 0);
	raw((const char *)b.p);
	assert_int_not_equal(answer->status, 200);
	buf_fini(&b);
}

static void post_upload(const char *fields, size_t n, char fill, size_t announced)
{
	char head[512], *data = malloc(n + 1);
	assert_non_null(data);
	memset(data, fill, n);
	int len = snprintf(head, sizeof head,
		"POST /api/upload HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Requested-With: "
		"sanwang\r\n%sContent-Length: %zu\r\n\r\n",
		fields, announced);
	int fd = client_open(http_port(server));
	client_send(fd, head, (size_t)len);
	client_send(fd, data, n);
	if (n < announced)
		shutdown(fd, SHUT_WR);
	client_read(fd, answer);
	close(fd);
	free(data);
}
static void wait_for(const atomic_int *v, int n)
{
	for (int i = 0; i < 20000 && atomic_load(v) != n; i++)
		usleep(1000);
	assert_int_equal(atomic_load(v), n);
}
static void uploads_forget(void)
{
	atomic_store(&begun, 0);
	atomic_store(&dropped, 0);
	atomic_store(&taken, 0);
	atomic_store(&bytes_taken, 0);
}

#define STREAM "Content-Type: application/octet-stream\r\n"
static void test_uploads(void **state)
{
	(void)state;
	uploads_forget();
	post_upload(STREAM "Cookie: sid=guest\r\n", 90000, 'x', 90000);
	assert_int_equal(answer->status, 201);
	assert_int_equal(atomic_load(&bytes_taken), 90000);
	assert_int_equal(atomic_load(&taken), 1);
	wait_for(&dropped, 1);
	/* Without permission, of another kind, too large: not one byte reaches the sink. */
	uploads_forget();
	post_upload(STREAM, 1000, 'x', 1000);
	client_expect(answer, 401, "LOGIN");
	post_upload("Content-Type: application/json\r\nCookie: sid=guest\r\n", 1000, 'x', 1000);
	client_expect(answer, 415, "MEDIA");
	post_upload(STREAM "Cookie: sid=guest\r\n", UPLOAD_MAX + 1, 'x', UPLOAD_MAX + 1);
	client_expect(answer, 413, "LIMIT");
	/* Larger than would be read and thrown away: refused before it is sent. */
	post_upload(STREAM "Cookie: sid=guest\r\n", 0, 'x', (size_t)1 << 40);
	client_expect(answer, 413, "LIMIT");
	assert_int_equal(atomic_load(&begun), 0);
	post_upload(STREAM "Cookie: sid=guest\r\nX-No: 1\r\n", 1000, 'x', 1000);
	client_expect(answer, 409, "STATE");
	assert_int_equal(atomic_load(&begun), 1);
	assert_int_equal(atomic_load(&bytes_taken), 0);
	/* The sink refuses in the middle; the client goes away in the middle: always dropped, never handled.
	 */
	uploads_forget();
	post_upload(STREAM "Cookie: sid=guest\r\n", 1000, '!', 1000);
	client_expect(answer, 415, "SPATIAL");
	wait_for(&dropped, 1);
	post_upload(STREAM "Cookie: sid=guest\r\n", 500, 'x', 1000);
	wait_for(&dropped, 2);
	assert_int_equal(atomic_load(&taken), 0);
}

static void test_pages(void **state)
{
	(void)state;
	ask("GET", "/", "", NULL);
	assert_string_equal(answer->body, "<title>page</title>");
	ask("GET", "/cases/17", "", NULL);
	assert_string_equal(answer->body, "<title>page</title>");
	ask("GET", "/assets/index-Bx1_9aQz.js", "", NULL);
	assert_int_equal(answer->status, 200);
	assert_string_equal(client_field(answer, "Cache-Control"), "public, max-age=31536000, immutable");
	/* What the builder compressed is sent so to who takes it. */
	assert_string_equal(answer->body, "1");
	assert_null(client_field(answer, "Content-Encoding"));
	assert_string_equal(client_field(answer, "Vary"), "Accept-Encoding");
	ask("GET", "/assets/index-Bx1_9aQz.js", "Accept-Encoding: br, gzip;q=0.8\r\n", NULL);
	assert_string_equal(answer->body, "packed");
	assert_string_equal(client_field(answer, "Content-Encoding"), "gzip");
	assert_string_equal(client_field(answer, "Content-Type"), "text/javascript; charset=utf-8");
	ask("GET", "/assets/index-Bx1_9aQz.js", "Accept-Encoding: br, gzip;q=0\r\n", NULL);
	assert_string_equal(answer->body, "1");
	static const char *const none[] = {
		"/assets/gone.js", "/.secret", "/assets/passwd.txt", "/nowhere.html", "/assets"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		ask("GET", none[i], "", NULL);
		client_expect(answer, 404, "NOTFOUND");
	}
	static const char *const bad[] = {"/../etc/passwd", "/assets/..%2f..%2fetc/passwd", "/a//b", "/a/./b",
		"/%00", "/%ff", "/a%5cb", "/%2e%2e/x"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ask("GET", bad[i], "", NULL);
		client_expect(answer, 400, "SYNTAX");
	}
	ask("POST", "/cases/17", "", "{}");
	client_expect(answer, 405, "METHOD");
}

static void test_built_in(void **state)
{
	(void)state;
	ask("GET", "/api/health", "", NULL);
	expect_member("status", "ok");
	expect_member("log", "ok");
	atomic_store(&failing, true);
	ask("GET", "/api/health", "", NULL);
	assert_int_equal(answer->status, 503);
	json_t *o = client_json(answer);
	assert_string_equal(json_string_value(json_object_get(o, "log")), "stalled");
	assert_string_equal(json_string_value(json_object_get(o, "error")), "AUDIT");
	json_decref(o);
	atomic_store(&failing, false);
	ask("GET", "/metrics", "", NULL);
	assert_non_null(strstr(answer->body,
		"sanwang_http_requests_total{method=\"GET\",route=\"/api/health\",status=\"5xx\"} 1\n"));
	ask("GET", "/api/openapi.json", "", NULL);
	o = client_json(answer);
	json_t *paths = json_object_get(o, "paths"), *op;
	assert_int_equal(json_object_size(paths), 14 + 3);
	op = json_object_get(json_object_get(paths, "/api/things/{id}/accept"), "put");
	assert_string_equal(json_string_value(json_object_get(op, "x-permission")), "case.accept");
	assert_string_equal(json_string_value(json_object_get(op, "operationId")), "put_things_id_accept");
	/* Every code of a refusal stands in it. */
	const json_t *codes = json_object_get(
		json_object_get(
			json_object_get(
				json_object_get(json_object_get(json_object_get(o, "components"), "schemas"),
					"Error"),
				"properties"),
			"error"),
		"enum");
	assert_true(json_array_size(codes) > 40);
	json_decref(o);
}

static void test_event_stream(void **state)
{
	(void)state;
	int fd = client_open(http_port(server));
	static const char request[] = "GET /api/events HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
	client_send(fd, request, sizeof request - 1);
	http_poke(server);
	client_read(fd, answer);
	close(fd);
	assert_int_equal(answer->status, 200);
	assert_string_equal(client_field(answer, "Content-Type"), "text/event-stream");
	assert_non_null(strstr(answer->body, "data: 1\n\n"));
	assert_non_null(strstr(answer->body, "data: 3\n\n"));
	/* One person cannot take all streams. */
	int held[8];
	static const char quiet[] = "GET /api/quiet HTTP/1.1\r\nHost: t\r\nCookie: sid=guest\r\n\r\n";
	for (int i = 0; i < 8; i++) {
		char head[16];
		held[i] = client_open(http_port(server));
		client_send(held[i], quiet, sizeof quiet - 1);
		assert_true(recv(held[i], head, sizeof head, 0) > 12);
		assert_memory_equal(head, "HTTP/1.1 200", 12);
	}
	ask("GET", "/api/quiet", "Cookie: sid=guest\r\n", NULL);
	client_expect(answer, 503, "BUSY");
	for (int i = 0; i < 8; i++)
		close(held[i]);
}

/* A stream in which there is always something new ends with the session as a quiet one does. */
static void test_events_end_with_the_session(void **state)
{
	(void)state;
	char begun_with[4096];
	size_t n = 0;
	int fd = client_open(http_port(server));
	static const char request[] = "GET /api/busy HTTP/1.1\r\nHost: t\r\nCookie: sid=leaver\r\n"
				      "Connection: close\r\n\r\n";
	client_send(fd, request, sizeof request - 1);
	do {
		ssize_t got = recv(fd, begun_with + n, sizeof begun_with - 1 - n, 0);
		assert_true(got > 0);
		n += (size_t)got;
		begun_with[n] = 0;
	} while (!strstr(begun_with, "data: due 1"));
	atomic_store(&left, true);
	http_poke(server);
	client_read(fd, answer);
	close(fd);
	assert_null(strstr(answer->text, "late"));
	ask("GET", "/api/busy", "Cookie: sid=leaver\r\n", NULL);
	client_expect(answer, 401, "LOGIN");
}

/* Half a request is given its time and no more. */
static void test_a_slow_client_is_cut(void **state)
{
	(void)state;
	static const char *const halves[] = {"", "GET /api/things/1 HTTP/1.1\r\nHo",
		"POST /api/things HTTP/1.1\r\nHost: t\r\nX-Requested-With: sanwang\r\n"
		"Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"a\":"};
	int fds[3];
	for (size_t i = 0; i < 3; i++) {
		fds[i] = client_open(http_port(server));
		client_send(fds[i], halves[i], strlen(halves[i]));
	}
	for (size_t i = 0; i < 3; i++) {
		client_read(fds[i], answer); /* returns when the other side has closed */
		assert_int_not_equal(answer->status, 200);
		close(fds[i]);
	}
}

static void *stop_main(void *arg)
{
	http_stop(arg);
	return NULL;
}
/* Stopping waits for what is under way and takes nothing new. */
static void test_stop(void **state)
{
	(void)state;
	struct http_server *s = NULL;
	pthread_t t;
	assert_int_equal(start(&s, 30, NULL), 0);
	int fd = client_open(http_port(s));
	static const char request[] = "GET /api/gate HTTP/1.1\r\nHost: t\r\n\r\n";
	client_send(fd, request, sizeof request - 1);
	wait_for(&gate, 1);
	assert_int_equal(pthread_create(&t, NULL, stop_main, s), 0);
	atomic_store(&gate, 2);
	client_read(fd, answer);
	close(fd);
	assert_int_equal(answer->status, 200);
	assert_non_null(strstr(answer->body, "\"whole\":true"));
	pthread_join(t, NULL);
}

static void test_bad_options(void **state)
{
	(void)state;
	static const struct http_route no_permission[] = {{"GET", "/api/x", NULL, handle_fixed, 0, NULL,
		NULL}},
				       twice[] = {{"GET", "/api/x", "public", handle_fixed, 0, NULL, NULL},
					       {"GET", "/api/x", "self", handle_fixed, 0, NULL, NULL}},
				       method[] = {{"PATCH", "/api/x", "public", handle_fixed, 0, NULL,
					       NULL}},
				       outside[] = {{"GET", "/x", "public", handle_fixed, 0, NULL, NULL}};
	static const struct {
		const struct http_route *r;
		size_t n;
	} tables[] = {{no_permission, 1}, {twice, 2}, {method, 1}, {outside, 1}};
	struct http_server *s = NULL;
	struct err_note note = {0};
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		struct http_options o = {
			.listen = "127.0.0.1:0", .routes = tables[i].r, .nroutes = tables[i].n};
		assert_int_equal(http_start(&o, &s, &note), ERR_BUG);
	}
	static const char *const no_route[] = {"/api/nowhere", NULL};
	struct http_options k = {.listen = "127.0.0.1:0", .kept = no_route, .state = state_now};
	assert_int_equal(http_start(&k, &s, &note), ERR_BUG);
	static const char *const addresses[] = {"", "127.0.0.1", ":80", "localhost:80", "127.0.0.1:http",
		"[::1:0", "1.2.3.4.5:0", "0.0.0.0:0", "[::]:0"};
	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		struct http_options o = {.listen = addresses[i]};
		assert_int_equal(http_start(&o, &s, &note), ERR_CONFIG);
	}
	struct http_options o = {.listen = "127.0.0.1:0", .web_dir = "/nowhere/at/all"};
	assert_true(http_start(&o, &s, &note) < 0);
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_routes),
		cmocka_unit_test(test_headers_of_every_answer), cmocka_unit_test(test_kept_answers),
		cmocka_unit_test(test_compressed), cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_a_foreign_page_cannot_write), cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_ambiguous_requests), cmocka_unit_test(test_limits_of_the_head),
		cmocka_unit_test(test_uploads), cmocka_unit_test(test_pages), cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_event_stream), cmocka_unit_test(test_events_end_with_the_session),
		cmocka_unit_test(test_a_slow_client_is_cut), cmocka_unit_test(test_stop),
		cmocka_unit_test(test_bad_options)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
