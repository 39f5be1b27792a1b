/* What a carrier answers: an order's waybill, and the stations of a parcel. */
#include "zones/extranet/domain/mailing.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mailing_event e[MAILING_EVENTS_MAX];
	char waybill[MAILING_WAYBILL], carrier[MAILING_CARRIER];
	struct err_note note = {0};
	json_t *o = NULL;
	size_t n = 0;
	if (json_parse(view_of(data, size), 1 << 16, &o, &note) < 0)
		return 0;
	if (mailing_waybill_read(o, waybill, carrier, &note) == 0)
		REQUIRE(strlen(waybill) >= 6 && carrier[0] && !strpbrk(waybill, "/?&# "));
	if (mailing_events_read(o, "SW000001", 2, e, &n, &note) == 0)
		for (size_t i = 0; i < n; i++)
			REQUIRE(e[i].n == 3 + (int64_t)i && e[i].station[0] &&
				(e[i].state == MAILING_MOVING || i + 1 == n));
	json_decref(o);
	return 0;
}
