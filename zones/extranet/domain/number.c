#include "zones/extranet/domain/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void number_case(const char *division, const char *date, int64_t n, char out[static NUMBER_CASE])
{
	snprintf(out, NUMBER_CASE, "%.6s%.4s%.2s%.2s%05lld", division, date, date + 5, date + 8,
		(long long)(n % 100000000));
}

int number_certificate(bool proof, const char *province, const char *year, const char *place, int64_t n,
	char out[static NUMBER_CERTIFICATE])
{
	if (n < 1 || n > 9999999)
		return ERR_RANGE;
	int len = snprintf(out, NUMBER_CERTIFICATE, "%s(%s)%s不动产%s第%07lld号", province, year, place,
		proof ? "证明" : "权", (long long)n);
	return len > 0 && len < NUMBER_CERTIFICATE ? 0 : ERR_RANGE;
}

bool number_parse(const char *text, const char *province, const char *place, bool *proof, char year[static 5],
	int64_t *n)
{
	char again[NUMBER_CERTIFICATE];
	size_t head = strlen(province);
	const char *digits = strstr(text, "第");
	if (strncmp(text, province, head) != 0 || !digits || strlen(text + head) < 6)
		return false;
	snprintf(year, 5, "%.4s", text + head + 1);
	*proof = strstr(text, "不动产证明第") != NULL;
	*n = atoll(digits + strlen("第"));
	return strspn(year, "0123456789") == 4 &&
	       number_certificate(*proof, province, year, place, *n, again) == 0 && strcmp(again, text) == 0;
}
