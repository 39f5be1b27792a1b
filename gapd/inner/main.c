/* gapd-inner: the guard's half on the extranet side. */
#include "gapd/half/half.h"

int main(int argc, char **argv)
{
	const struct half_def def = {.program = "gapd-inner",
		.about = "Half of the guard 双向网闸 on the extranet side.",
		.station = "gap-inner",
		.zone = "extranet",
		.other_zone = "internet"};
	return half_main(&def, argc, argv);
}
