#include "burner/ledger/custody.h"

#include <stddef.h>
#include <string.h>

const char *const custody_states[CUSTODY_STATES] = {"staged", "approved", "burnt", "verified", "handed-over",
	"void", "received", "importing", "imported", "archived", "destroyed"};

static const struct {
	bool arrived;
	const char *from, *to;
} STEPS[] = {
	{false, "staged", "staged"}, /* an approval that is not yet enough */
	{false, "staged", "approved"},
	{false, "approved", "approved"}, /* one more approval */
	{false, "approved", "burnt"},
	{false, "burnt", "burnt"}, /* one more copy of the image */
	{false, "burnt", "verified"},
	{false, "verified", "verified"},
	{false, "verified", "burnt"},
	{false, "burnt", "handed-over"},
	{false, "verified", "handed-over"},
	{false, "staged", "void"},
	{false, "approved", "void"},
	{false, "burnt", "void"},
	{false, "verified", "void"},
	{false, "void", "destroyed"},
	{false, "handed-over", "destroyed"}, /* came back */
	{true, "received", "importing"},
	{true, "importing", "imported"},
	{true, "imported", "archived"},
	{true, "received", "destroyed"}, /* refused, and not wanted back */
	{true, "imported", "destroyed"},
	{true, "archived", "destroyed"},
};

bool custody_may(bool arrived, const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
		if (STEPS[i].arrived == arrived && strcmp(STEPS[i].from, from) == 0 &&
			strcmp(STEPS[i].to, to) == 0)
			return true;
	return false;
}
