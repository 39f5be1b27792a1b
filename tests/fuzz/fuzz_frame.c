/* Datagrams of the diode: any bytes, and any body behind a good MAC. */
#include "diode/frame/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame f;
	struct view body = {0};
	struct view v = view_of(data, size);
	if (frame_decode(v, &f, &body) == 0)
		REQUIRE(body.n <= size &&
			(body.n == 0 || (body.p >= data && body.p + body.n <= data + size)));
	return 0;
}
