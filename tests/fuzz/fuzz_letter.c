/* An e-mail address as somebody types it: what is taken brings no line, header or command of its own into a
 * letter. */
#include "zones/internet/domain/letter.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char address[256];
	struct buf letter;
	size_t lines = 0;
	if (size >= sizeof address || memchr(data, 0, size))
		return 0;
	memcpy(address, data, size);
	address[size] = '\0';
	if (!letter_address_good(address))
		return 0;
	json_t *words = json_pack("{s:s}", "tail", "0042");
	const struct letter l = {"01936000-0000-7000-8000-000000000001", "a@b.cn", address,
		"application-accepted", words, "Tue, 24 Nov 2026 03:42:00 +0000"};
	buf_init(&letter, 65536);
	REQUIRE(words && letter_make(&l, &letter) == 0);
	const char *head = strstr((const char *)letter.p, "\r\n\r\n");
	REQUIRE(head);
	for (const char *p = (const char *)letter.p; p < head; p++)
		lines += *p == '\n';
	REQUIRE(lines == 9 && !strpbrk(address, "\r\n<> ,;"));
	buf_fini(&letter);
	json_decref(words);
	return 0;
}
