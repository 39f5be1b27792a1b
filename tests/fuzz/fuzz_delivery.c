/* The text by which a holder chooses how the certificate comes: what is taken is written again as it came. */
#include "common/message/delivery.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char application[] = "01936000-0000-7000-8000-000000000001";
	struct delivery d;
	struct err_note note = {0};
	struct buf again;
	if (delivery_read(view_of(data, size), application, &d, &note) < 0)
		return 0;
	buf_init(&again, DELIVERY_TEXT + 1);
	REQUIRE(delivery_check(&d, &note) == 0);
	REQUIRE(delivery_text(application, &d, &again) == 0);
	REQUIRE(view_eq(buf_view(&again), view_of(data, size)));
	buf_fini(&again);
	return 0;
}
