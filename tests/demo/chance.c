#include "tests/demo/chance.h"

#include "common/log/log.h"
#include "common/message/format.h"
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

void chance_seed(uint64_t seed)
{
	state = seed;
}

void chance_seed_text(const char *text)
{
	state = strtoull(text, NULL, 10) * 2654435761u + 88172645463325252u;
}

uint32_t chance_next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

void chance_resident(const char *division, uint32_t years, char out[static 19])
{
	uint32_t number = chance_next() % 1000, day = 1 + chance_next() % 28;
	uint32_t month = 1 + chance_next() % 12, year = 1950 + chance_next() % years;
	snprintf(out, 18, "%s%04u%02u%02u%03u", division, year, month, day, number);
	out[17] = format_resident_check(out);
	out[18] = '\0';
	REQUIRE(format_resident_id(out));
}
