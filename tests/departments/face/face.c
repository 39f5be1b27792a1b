/* dept-face: simulator of the face comparison against the population register 人脸比对 (README.md of this
 * folder's parent). It knows the people of --data and takes every photograph for theirs, unless told
 * otherwise. */
#include "tests/departments/simulator.h"
#include <stdio.h>
#include <string.h>

enum {
	FAULT_NONE,
	FAULT_NO_MATCH,
	FAULT_REFUSE,
	FAULT_UNAVAILABLE,
	FAULT_WRONG_PERSON,
	FAULT_WRONG_DIGEST,
	FAULT_BAD_SIGNATURE,
	FAULT_BOAST /* says match of somebody it does not know */
};
static const char *const faults[] = {"none", "no-match", "refuse", "unavailable", "wrong-person",
	"wrong-digest", "bad-signature", "boast", NULL};

static json_t *people;

static bool known(const char *name, const char *number)
{
	size_t i;
	const json_t *one;
	json_array_foreach(people, i, one) if (strcmp(json_str(one, "id_number"), number) == 0 &&
					       strcmp(json_str(one, "name"), name) == 0) return true;
	return false;
}

static int statement_make(const struct sign_key *key, const json_t *b, int fault, struct buf *out)
{
	const char *name = json_str(b, "name"), *number = json_str(b, "id_number");
	char digest[DIGEST_HEX], image[DIGEST_HEX], issued[TIME_TEXT];
	struct uuid nonce = uuid_new();
	bool match = fault == FAULT_BOAST || (fault != FAULT_NO_MATCH && known(name, number));
	digest_hex_of(sign_key_suite(key), view_str(json_str(b, "image")), image);
	snprintf(digest, sizeof digest, "%s", json_str(b, "form_digest"));
	if (fault == FAULT_WRONG_DIGEST && digest[0])
		digest[0] = digest[0] == 'a' ? 'b' : 'a';
	if (fault == FAULT_WRONG_PERSON)
		number = json_str(
			json_array_get(people,
				strcmp(json_str(json_array_get(people, 0), "id_number"), number) == 0),
			"id_number");
	time_text(time_now_ms(), issued);
	json_t *o = json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "face", "result",
		match ? "match" : "no-match", "score", match ? 96 : 31, "name", name, "id_kind",
		json_str(b, "id_kind"), "id_number", number, "form_digest", digest, "image_digest", image,
		"issued", issued, "nonce", nonce.s);
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

static int compare(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	int fault = atomic_load(&s->fault), rc = simulator_begins(s, r);
	struct buf text;
	if (rc < 0)
		return rc;
	if (!*json_str(http_body(r), "image"))
		return http_fail(r, ERR_SCHEMA, "image");
	buf_init(&text, 4096);
	rc = statement_make(s->key, http_body(r), fault, &text);
	if (rc == 0)
		rc = simulator_states(s, r, buf_view(&text));
	buf_fini(&text);
	return rc;
}

static const struct http_route routes[] = {
	{"POST", "/api/compare", "public", compare, 4 << 20, NULL,
		"{name, id_kind, id_number, form_digest, image}"},
};

int main(int argc, char **argv)
{
	struct simulator s = {.title = "dept-face",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.signer = "face",
		.data_in = &people};
	return simulator_main(&s, argc, argv);
}
