/* Tables of this zone with values that the vault seals, for sealing them anew after a rotation of its keys.
 */
#include "zones/intranet/store/sealed.h"

DB_STMT_CROSS(book_row_sealed, "SELECT tenant, tbl, key, tbl || '/' || key, row FROM book_row WHERE (tenant, "
			       "tbl, key) > (:a, :b, :c) ORDER BY tenant, tbl, key LIMIT :max");
DB_STMT_CROSS(book_row_reseal, "UPDATE book_row SET row = :v1 WHERE tenant = :a AND tbl = :b AND key = :c");
const struct reseal_use cad_sealed[] = {
	{"book_row", &book_row_sealed, &book_row_reseal, {"row"}, false},
	{NULL, NULL, NULL, {NULL}, false},
};
