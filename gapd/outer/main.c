/* gapd-outer: the guard's half on the internet side. */
#include "gapd/half/half.h"

int main(int argc, char **argv)
{
	const struct half_def def = {.program = "gapd-outer",
		.about = "Half of the guard 双向网闸 on the internet side.",
		.station = "gap-outer",
		.zone = "internet",
		.other_zone = "extranet"};
	return half_main(&def, argc, argv);
}
