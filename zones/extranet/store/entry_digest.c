#include "zones/extranet/store/entry_book.h"

#include <string.h>

int entry_book_text_digest(const struct suite *s, const char *salt, char op, const char *table,
	struct view row, char hex[static DIGEST_HEX])
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = buf_addf(&text, "%s\n%c\n%s\n", salt, op, table);
	if (rc == 0)
		rc = buf_add_view(&text, row);
	if (rc == 0)
		digest_hex_of(s, buf_view(&text), hex);
	buf_fini(&text);
	return rc;
}

int entry_book_row_digest(const struct suite *s, const char *salt, char op, const char *table,
	const json_t *row, char hex[static DIGEST_HEX])
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = json_canon(row, &text);
	if (rc == 0)
		rc = entry_book_text_digest(s, salt, op, table, buf_view(&text), hex);
	buf_fini(&text);
	return rc;
}

void entry_book_list_digest(const struct suite *s, const char *mx, char hex[static DIGEST_HEX])
{
	digest_hex_of(s, view_str(mx), hex);
}

int entry_book_chain(
	const struct suite *s, const char *before, const json_t *log_row, char hex[static DIGEST_HEX])
{
	json_t *row = json_copy((json_t *)(uintptr_t)log_row);
	struct buf text;
	buf_init(&text, 1 << 22);
	int rc = row ? 0 : ERR_NOMEM;
	if (rc == 0) {
		json_object_del(row, "lz");
		rc = buf_addf(&text, "%s\n", before);
	}
	if (rc == 0)
		rc = json_canon(row, &text);
	if (rc == 0)
		digest_hex_of(s, buf_view(&text), hex);
	json_decref(row);
	buf_fini(&text);
	return rc;
}
