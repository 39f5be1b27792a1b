LIBS += db
db_SRC := common/db/blob.c common/db/db.c common/db/db_conn.c common/db/db_query.c common/db/db_savepoint.c common/db/db_schema.c
db_LIBS := base log os crypto
db_PKG := sqlite3
UNITS += tests/unit/common/db/test_db.c
UNIT_LIBS.tests/unit/common/db/test_db.c := db
