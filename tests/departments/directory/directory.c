/* dept-directory: simulator of the unified platform's directory of people 一体化平台用户目录 (README.md of
 * this folder's parent). It signs what it is told to say; who brings it to the service is the test. */
#include "tests/departments/simulator.h"
#include <string.h>

static const char *const faults[] = {"none", "refuse", "unavailable", "bad-signature", NULL};

static int statement_make(const json_t *b, struct buf *out)
{
	char issued[TIME_TEXT];
	json_t *o = json_deep_copy(b);
	time_text(time_now_ms(), issued);
	int rc = !o || json_object_set_new(o, "iss", json_string("directory")) ||
				 json_object_set_new(o, "issued", json_string(issued))
			 ? ERR_NOMEM
			 : json_canon(o, out);
	json_decref(o);
	return rc;
}

static int state(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	struct buf text;
	int rc = simulator_begins(s, r);
	if (rc < 0)
		return rc;
	buf_init(&text, 1 << 20);
	rc = statement_make(http_body(r), &text);
	if (rc == 0)
		rc = simulator_states(s, r, buf_view(&text));
	buf_fini(&text);
	return rc;
}

static const struct http_route routes[] = {
	{"POST", "/api/state", "public", state, 1 << 20, NULL, "{division, serial, complete, people}"},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-directory",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.signer = "directory"};
	return simulator_main(&s, argc, argv);
}
