/* The pure parts of the HTTP service: paths, counts, the pool of workers, what is said of the routes. */
#include "common/http/http_gzip.h"
#include "common/http/http_metrics.h"
#include "common/http/http_path.h"
#include "common/http/http_pool.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_paths(void **state)
{
	(void)state;
	struct http_path p;
	static const struct {
		const char *raw;
		int rc;
		size_t n;
		const char *last;
	} cases[] = {{"/", 0, 0, NULL}, {"/a", 0, 1, "a"}, {"/a/b", 0, 2, "b"}, {"/a/", 0, 1, "a"},
		{"/%E4%B8%AD%20x", 0, 1, "中 x"}, {"/a%2Fb", ERR_SYNTAX, 0, NULL}, {"", ERR_SYNTAX, 0, NULL},
		{"a", ERR_SYNTAX, 0, NULL}, {"//", ERR_SYNTAX, 0, NULL}, {"/a//b", ERR_SYNTAX, 0, NULL},
		{"/.", ERR_SYNTAX, 0, NULL}, {"/../a", ERR_SYNTAX, 0, NULL}, {"/%2e%2E", ERR_SYNTAX, 0, NULL},
		{"/...", 0, 1, "..."}, {"/%", ERR_SYNTAX, 0, NULL}, {"/%1", ERR_SYNTAX, 0, NULL},
		{"/%g0", ERR_SYNTAX, 0, NULL}, {"/%00", ERR_SYNTAX, 0, NULL}, {"/%7f", ERR_SYNTAX, 0, NULL},
		{"/%0a", ERR_SYNTAX, 0, NULL}, {"/a\\b", ERR_SYNTAX, 0, NULL},
		{"/%c0%af", ERR_SYNTAX, 0, NULL}, /* an overlong slash */
		{"/%ed%a0%80", ERR_SYNTAX, 0, NULL}, {"/%ff", ERR_SYNTAX, 0, NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int rc = http_path_parse(cases[i].raw, &p);
		if (rc != cases[i].rc)
			fail_msg("%s: %s", cases[i].raw, err_name(rc));
		if (rc == 0) {
			assert_int_equal(p.n, cases[i].n);
			if (p.n)
				assert_string_equal(p.segment[p.n - 1], cases[i].last);
		}
	}
	char deep[2 * HTTP_PATH_SEGMENTS + 3] = "", longer[HTTP_PATH_MAX + 2];
	for (size_t i = 0; i < HTTP_PATH_SEGMENTS; i++)
		strcat(deep, "/a");
	assert_int_equal(http_path_parse(deep, &p), 0);
	strcat(deep, "/a");
	assert_int_equal(http_path_parse(deep, &p), ERR_LIMIT);
	memset(longer, 'a', sizeof longer - 1);
	longer[0] = '/';
	longer[HTTP_PATH_MAX] = '\0';
	assert_int_equal(http_path_parse(longer, &p), 0);
	longer[HTTP_PATH_MAX] = 'a';
	longer[HTTP_PATH_MAX + 1] = '\0';
	assert_int_equal(http_path_parse(longer, &p), ERR_LIMIT);
}

static void test_patterns(void **state)
{
	(void)state;
	struct http_path p;
	assert_int_equal(http_path_parse("/api/cases/17/accept", &p), 0);
	assert_true(http_path_match("/api/cases/:id/accept", &p));
	assert_true(http_path_match("/api/:what/:id/:act", &p));
	assert_false(http_path_match("/api/cases/:id", &p));
	assert_false(http_path_match("/api/cases/:id/accept/:x", &p));
	assert_false(http_path_match("/api/case/:id/accept", &p));
	assert_string_equal(http_path_param("/api/cases/:id/accept", &p, "id"), "17");
	assert_null(http_path_param("/api/cases/:id/accept", &p, "i"));
	assert_null(http_path_param("/api/cases/:id/accept", &p, "idx"));
	assert_int_equal(http_path_parse("/api/cases/", &p), 0);
	assert_false(http_path_match("/api/cases", &p));
	assert_int_equal(http_path_parse("/api/%3Aid", &p), 0);
	assert_true(http_path_match("/api/:id", &p));
	assert_string_equal(http_path_param("/api/:id", &p, "id"), ":id");
}

static void test_metrics(void **state)
{
	(void)state;
	struct http_metric m = {0};
	struct buf out;
	buf_init(&out, 1 << 16);
	assert_int_equal(http_metrics_counts(&m, "GET", "/a", &out), 0);
	assert_int_equal(http_metrics_latencies(&m, "GET", "/a", &out), 0);
	assert_int_equal(out.n, 0);
	http_metrics_count(&m, 200, 900);
	http_metrics_count(&m, 404, 30000);
	http_metrics_count(&m, 200, 99000000);
	http_metrics_count(&m, 200, -5); /* a clock is no reason to fall over */
	assert_int_equal(http_metrics_counts(&m, "GET", "/a", &out), 0);
	assert_int_equal(http_metrics_latencies(&m, "GET", "/a", &out), 0);
	static const char *const lines[] = {
		"sanwang_http_requests_total{method=\"GET\",route=\"/a\",status=\"2xx\"} 3\n",
		"sanwang_http_requests_total{method=\"GET\",route=\"/a\",status=\"4xx\"} 1\n",
		"_bucket{method=\"GET\",route=\"/a\",le=\"0.001\"} 2\n",
		"_bucket{method=\"GET\",route=\"/a\",le=\"0.05\"} 3\n",
		"_bucket{method=\"GET\",route=\"/a\",le=\"10\"} 3\n",
		"_bucket{method=\"GET\",route=\"/a\",le=\"+Inf\"} 4\n",
		"_sum{method=\"GET\",route=\"/a\"} 99.030900\n", "_count{method=\"GET\",route=\"/a\"} 4\n"};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (!strstr((const char *)out.p, lines[i]))
			fail_msg("missing: %s in %s", lines[i], (const char *)out.p);
	buf_fini(&out);
}

#define JOBS 500
static atomic_int ran;
static void job_run(struct http_job *j)
{
	(void)j;
	atomic_fetch_add(&ran, 1);
}
/* What was taken is run, also when the pool is stopped at once. */
static void test_pool(void **state)
{
	(void)state;
	static struct http_job jobs[JOBS];
	struct http_pool *p = NULL;
	assert_int_equal(http_pool_start(3, &p), 0);
	for (int i = 0; i < JOBS; i++) {
		jobs[i].run = job_run;
		assert_true(http_pool_push(p, &jobs[i]));
	}
	http_pool_stop(p);
	http_pool_stop(NULL);
	assert_int_equal(atomic_load(&ran), JOBS);
}

static int nothing(struct http_request *r)
{
	(void)r;
	return 0;
}

/* No route is forgotten, and nothing is told that is not there. */
static void test_described(void **state)
{
	(void)state;
	static const struct http_route routes[] = {
		{"GET", "/api/things", "thing.read", nothing, 0, NULL, "things"},
		{"POST", "/api/things/:id", "thing.write", nothing, 0, NULL, "change a thing"},
	};
#define BUILT                                                                                                \
	"\"GET /api/health\":{\"reply\":\"T\"},\"GET /api/openapi.json\":{\"reply\":\"T\"},\"GET "           \
	"/metrics\":{\"media\":[\"text/plain\"]},"
#define GOOD "\"GET /api/things\":{\"reply\":\"T\"}"
#define T "},\"schemas\":{\"T\":{\"type\":\"object\"}}}"
	static const struct {
		const char *first, *second;
		int rc;
		const char *says;
	} cases[] = {
		{"{\"routes\":{" BUILT GOOD ",\"POST /api/things/:id\":{\"body\":\"T\",\"reply\":\"T\"}" T,
			NULL, 0, ""},
		{"{\"routes\":{" BUILT GOOD T,
			"{\"routes\":{\"POST /api/things/:id\":{\"body\":\"T\",\"reply\":\"T\"}}}", 0, ""},
		{"{\"routes\":{" BUILT GOOD T, NULL, ERR_BUG, "POST /api/things/:id is not described"},
		{"{\"routes\":{" BUILT GOOD ",\"POST /api/things/:id\":{\"reply\":\"T\"}" T, NULL, ERR_BUG,
			"a body"},
		{"{\"routes\":{" BUILT GOOD ",\"POST /api/things/:id\":{\"body\":\"U\",\"reply\":\"T\"}" T,
			NULL, ERR_BUG, "a body"},
		{"{\"routes\":{" BUILT GOOD ",\"POST /api/things/:id\":{\"body\":\"T\"}" T, NULL, ERR_BUG,
			"a reply"},
		{"{\"routes\":{" BUILT GOOD ",\"POST /api/things/:id\":{\"body\":\"T\",\"reply\":\"T\","
		 "\"also\":{\"201\":\"U\"}}" T,
			NULL, ERR_BUG, "a reply"},
		{"{\"routes\":{" BUILT GOOD ",\"POST /api/things/:id\":{\"body\":\"T\",\"reply\":\"T\"},"
		 "\"GET /api/thing\":{\"reply\":\"T\"}" T,
			NULL, ERR_BUG, "no route GET /api/thing"},
		{"{\"routes\":{" BUILT GOOD T, "{\"routes\":{" GOOD "}}", ERR_BUG,
			"GET /api/things stands twice"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *const said[] = {cases[i].first, cases[i].second, NULL};
		struct http_options o = {.routes = routes, .nroutes = 2, .schemas = said};
		struct err_note note = {0};
		struct buf text;
		buf_init(&text, 1 << 20);
		int rc = http_openapi(&o, &text, &note);
		if (rc != cases[i].rc || !strstr(note.text, cases[i].says))
			fail_msg("%zu: %s %s", i, err_name(rc), note.text);
		buf_fini(&text);
	}
}

static void test_takes_gzip(void **state)
{
	(void)state;
	static const struct {
		const char *header;
		bool takes;
	} c[] = {{NULL, false}, {"", false}, {"gzip", true}, {"GZIP", true}, {"br, gzip", true},
		{"br;q=1.0,gzip;q=0.5", true}, {" gzip ; q=0.001", true}, {"gzip;q=0", false},
		{"gzip;q=0.000", false}, {"gzip ; q=0.0, br", false}, {"x-gzip", false}, {"gzipped", false},
		{"*", false}, {",,,gzip", true}, {"identity;q=0, gzip;q=1", true}};
	for (size_t i = 0; i < sizeof c / sizeof c[0]; i++)
		if (http_gzip_accepted(c[i].header) != c[i].takes)
			fail_msg("%s", c[i].header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths), cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_metrics), cmocka_unit_test(test_pool), cmocka_unit_test(test_described),
		cmocka_unit_test(test_takes_gzip)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
