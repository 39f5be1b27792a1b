/* A message's bytes, and content of any kind. What decodes comes back byte for byte. */
#include "common/message/media.h"
#include "common/message/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message m, head;
	struct err_note note = {0};
	struct buf again;
	const char *type = NULL;
	struct view v = view_of(data, size);
	int rc = message_decode(v, &m, &note);
	REQUIRE(rc == 0 || rc == note.err || rc == ERR_NOMEM);
	int same = message_head(v, &head, &note);
	REQUIRE(same == rc || rc == ERR_NOMEM || same == ERR_NOMEM);
	if (rc == 0) {
		/* The same head: with the body it encodes to the same bytes. */
		REQUIRE(head.body == NULL);
		head.body = m.body;
		buf_init(&again, 16 << 20);
		REQUIRE(message_encode(&head, &again) == 0 && view_eq(buf_view(&again), v));
		buf_fini(&again);
		buf_init(&again, 16 << 20);
		REQUIRE(message_encode(&m, &again) == 0 && view_eq(buf_view(&again), v));
		buf_fini(&again);
		message_fini(&m);
	}
	rc = media_check_material(v, &type, &note);
	REQUIRE(rc == 0 ? type != NULL : rc == note.err || rc == ERR_NOMEM);
	return 0;
}
