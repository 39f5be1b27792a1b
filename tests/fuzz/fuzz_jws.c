/* Any bytes as a token and as the keys it is checked with (behind a zero byte; else fixed ones that signed
 * nothing here): never believed. */
#include "common/crypto/jws.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char fixed[] =
	"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"lv0u4-Pu1Bwn4OnYi8ZZ96K4Xt04DCcbxieY0HqXSRM\","
	"\"y\":\"AltBgFgW8uYNpLH3MCBYOAr_Y4qtK8GOfDh0feSBNRI\"}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	json_t *keys = NULL, *payload = NULL;
	struct err_note note = {.text = ""};
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	size_t n = strlen(text);
	const char *own = n < size ? text + n + 1 : fixed;
	if (json_parse(view_str(own), 1 << 16, &keys, NULL) == 0) {
		int rc = jws_open(text, keys, &payload, &note);
		REQUIRE(rc == 0 || note.text[0]);
		REQUIRE(rc < 0 || json_is_object(payload));
	}
	json_decref(payload);
	json_decref(keys);
	free(text);
	return 0;
}
