/* A request's path and its decoding: what is taken holds no control character, no way up, valid UTF-8, and
 * matches the pattern of its own segments. */
#include "common/http/http_path.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void clean(const char *s)
{
	for (; *s; s++)
		REQUIRE((unsigned char)*s >= 0x20 && *s != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const patterns[] = {
		"/api/articles/:slug", "/api/applications/:id/materials/:material", "/:a", "/"};
	static struct http_path p;
	char *raw = malloc(size + 1), *query = malloc(size + 1);
	REQUIRE(raw && query);
	memcpy(raw, data, size);
	raw[size] = 0;
	memcpy(query, raw, size + 1);
	if (http_path_parse(raw, &p) == 0) {
		REQUIRE(p.n <= HTTP_PATH_SEGMENTS);
		for (size_t i = 0; i < p.n; i++) {
			clean(p.segment[i]);
			REQUIRE(p.segment[i][0] && strcmp(p.segment[i], "..") != 0 &&
				!strpbrk(p.segment[i], "/\\"));
		}
		for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
			if (http_path_match(patterns[i], &p) && i == 0)
				REQUIRE(http_path_param(patterns[i], &p, "slug") == p.segment[2]);
	}
	if (http_path_unescape(query, strlen(query)) == 0)
		clean(query);
	free(query);
	free(raw);
	return 0;
}
