/* What a person asks of the book: the signed text, and the words of a location by which places are found. */
#include "zones/extranet/domain/location.h"
#include "zones/extranet/domain/query.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int one(void *arg, const char *pair)
{
	size_t *n = arg;
	REQUIRE(strlen(pair) > 0 && strlen(pair) < LOCATION_PAIR);
	++*n;
	return 0;
}

static void words(const char *text)
{
	char place[LOCATION_MAX], again[LOCATION_MAX];
	size_t n = 0;
	location_clean(text, place);
	REQUIRE(strlen(place) < LOCATION_MAX);
	location_clean(place, again);
	REQUIRE(strcmp(place, again) == 0);
	size_t part = location_building(place);
	REQUIRE(part <= strlen(place));
	REQUIRE(location_pairs(place, part, one, &n) == 0 && n <= part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query q;
	struct err_note note = {0};
	char *text = malloc(size + 1);
	REQUIRE(text);
	memcpy(text, data, size);
	text[size] = 0;
	/* 2026-11-24T00:00:00Z, as in the corpus */
	if (query_read(text, "110101", INT64_C(1795478400000), &q, &note) == 0) {
		REQUIRE(query_code(q.kind) && strlen(q.id) == 36);
		words(q.about);
	}
	words(text);
	free(text);
	return 0;
}
