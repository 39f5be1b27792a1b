LIBS += db
db_SRC := common/db/blob.c common/db/blob_sweep.c common/db/db.c common/db/db_meanwhile.c common/db/db_move.c common/db/db_move_row.c common/db/db_pg.c common/db/db_pg_line.c common/db/db_pg_query.c common/db/db_pg_schema.c \
	common/db/db_pg_value.c common/db/db_query.c common/db/db_rows.c common/db/db_savepoint.c common/db/db_schema.c common/db/db_sqlite.c common/db/db_sqlite_log.c common/db/db_sqlite_query.c common/db/db_sqlite_schema.c common/db/db_text.c common/db/db_write.c
db_LIBS := base log os crypto
db_PKG := sqlite3 libpq
# The databases unit tests run on.
LIBS += test-backend
test-backend_SRC := tests/unit/common/db/backend.c
test-backend_LIBS := db
test-backend_PKG := cmocka
UNITS += tests/unit/common/db/test_db.c
UNIT_LIBS.tests/unit/common/db/test_db.c := test-backend

UNITS += tests/unit/common/db/test_blob.c
UNIT_LIBS.tests/unit/common/db/test_blob.c := db
UNITS += tests/unit/common/db/test_db_log.c
UNIT_LIBS.tests/unit/common/db/test_db_log.c := db
UNITS += tests/unit/common/db/test_db_meanwhile.c
UNIT_LIBS.tests/unit/common/db/test_db_meanwhile.c := test-backend
