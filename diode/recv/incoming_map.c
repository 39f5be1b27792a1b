/* Which blocks of an object on its way in are there: told, kept and taken up again. */
#include "diode/recv/incoming_impl.h"
#include <string.h>

size_t incoming_missing(const struct incoming *i, uint64_t (*range)[2], size_t max)
{
	uint64_t bs = frame_block_size(&i->first), n = 0;
	if (incoming_stream(i))
		return 0; /* its blocks have no fixed place */
	for (uint64_t b = 0; b < i->blocks && n < max; b++) {
		if (incoming_bit(i, b))
			continue;
		uint64_t from = b;
		while (b < i->blocks && !incoming_bit(i, b))
			b++;
		range[n][0] = from * bs;
		range[n][1] = b * bs < i->first.size ? b * bs : i->first.size;
		n++;
	}
	if (n == max) /* what is behind may be missing, too */
		for (uint64_t b = i->blocks; b > 0; b--)
			if (!incoming_bit(i, b - 1)) {
				range[n - 1][1] = b * bs < i->first.size ? b * bs : i->first.size;
				break;
			}
	return n;
}

struct view incoming_map(const struct incoming *i)
{
	REQUIRE(!incoming_stream(i));
	return view_of(i->bits, i->bits_n * sizeof *i->bits);
}

int incoming_restore(struct incoming *i, struct view map)
{
	REQUIRE(!incoming_stream(i) && i->done == 0);
	if (map.n != i->bits_n * sizeof *i->bits)
		return ERR_RANGE;
	memcpy(i->bits, map.p, map.n);
	uint64_t bs = frame_block_size(&i->first), last = i->blocks - 1;
	for (uint64_t b = 0; b < i->bits_n * 64; b++) {
		if (!incoming_bit(i, b))
			continue;
		if (b > last)
			return ERR_RANGE;
		i->done++;
		i->bytes += b < last ? bs : i->first.size - last * bs;
	}
	return 0;
}
