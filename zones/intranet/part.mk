LIBS += cadastre-domain
cadastre-domain_SRC := zones/intranet/domain/chain.c zones/intranet/domain/check.c zones/intranet/domain/geometry.c
cadastre-domain_LIBS := base crypto
cadastre-domain_LDLIBS := -lgeos_c
FUZZERS += tests/fuzz/fuzz_geojson.c
FUZZ_LIBS.tests/fuzz/fuzz_geojson.c := cadastre-domain
# The copy of the book by itself, for the daemon and its test.
LIBS += cadastre-copy
cadastre-copy_SRC := zones/intranet/store/copy.c zones/intranet/store/parcel.c zones/intranet/transfer/receive_book.c
cadastre-copy_LIBS := cadastre-domain service
UNITS += tests/unit/zones/intranet/transfer/test_receive_book.c
UNIT_LIBS.tests/unit/zones/intranet/transfer/test_receive_book.c := cadastre-copy test-backend
PROGS += cadastred
cadastred_SRC := zones/intranet/main.c zones/intranet/store/blank.c zones/intranet/store/files.c zones/intranet/store/sealed.c \
	zones/intranet/store/examine.c zones/intranet/store/task.c \
	zones/intranet/transfer/data.c zones/intranet/transfer/ferry.c zones/intranet/transfer/receive.c \
	zones/intranet/api/discs.c zones/intranet/api/routes.c zones/intranet/api/tasks.c
cadastred_LIBS := cadastre-copy service cadastre-domain
EMBEDDERS += zones/intranet/store/parcel.c
EMBED.zones/intranet/store/parcel.c := zones/intranet/store/sql/0001-cadastre.sqlite.sql zones/intranet/store/sql/0001-cadastre.pg.sql \
	zones/intranet/store/sql/0002-blank.sqlite.sql zones/intranet/store/sql/0002-blank.pg.sql \
	zones/intranet/store/sql/0003-split.sqlite.sql zones/intranet/store/sql/0003-split.pg.sql
UNITS += tests/unit/zones/intranet/domain/test_geometry.c
UNIT_LIBS.tests/unit/zones/intranet/domain/test_geometry.c := cadastre-domain
UNITS += tests/unit/zones/intranet/domain/test_check.c
UNIT_LIBS.tests/unit/zones/intranet/domain/test_check.c := cadastre-domain
EMBEDDERS += zones/intranet/api/routes.c
EMBED.zones/intranet/api/routes.c := zones/intranet/api/schemas.json
