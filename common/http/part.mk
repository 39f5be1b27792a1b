LIBS += http
http_SRC := common/http/account.c common/http/account_device.c common/http/account_directory.c common/http/account_look.c common/http/account_organisation.c common/http/account_people.c common/http/account_register.c \
	common/http/account_rights.c common/http/account_role.c common/http/account_session.c common/http/account_sign.c common/http/account_store.c common/http/account_throttle.c common/http/directory_list.c \
	common/http/http.c common/http/http_conn.c common/http/http_event.c common/http/http_given.c common/http/http_gzip.c common/http/http_handle.c common/http/http_kept.c \
	common/http/http_mask.c common/http/http_metrics.c common/http/http_openapi.c common/http/http_path.c common/http/http_peer.c common/http/http_pool.c \
	common/http/http_reply.c common/http/http_request.c common/http/http_static.c common/http/http_tls.c common/http/http_upload.c common/http/http_watch.c
http_LIBS := base log os crypto db audit
http_PKG := libmicrohttpd gnutls jansson zlib
EMBEDDERS += common/http/account.c
EMBED.common/http/account.c := common/http/sql/0001-account.sqlite.sql common/http/sql/0001-account.pg.sql common/http/sql/0002-directory.sqlite.sql common/http/sql/0002-directory.pg.sql
# A client for its tests.
LIBS += http_client
http_client_SRC := tests/unit/common/http/client.c tests/unit/common/http/people.c
http_client_PKG := jansson cmocka
http_client_LIBS := http test-backend
UNITS += tests/unit/common/http/test_account.c tests/unit/common/http/test_rights.c
UNIT_LIBS.tests/unit/common/http/test_rights.c := http http_client
UNIT_LIBS.tests/unit/common/http/test_account.c := http http_client
UNITS += tests/unit/common/http/test_directory.c
UNIT_LIBS.tests/unit/common/http/test_directory.c := http http_client
FUZZERS += tests/fuzz/fuzz_directory.c
FUZZ_LIBS.tests/fuzz/fuzz_directory.c := http
UNITS += tests/unit/common/http/test_guess.c
UNIT_LIBS.tests/unit/common/http/test_guess.c := http http_client
UNITS += tests/unit/common/http/test_http.c
UNIT_LIBS.tests/unit/common/http/test_http.c := http http_client
UNITS += tests/unit/common/http/test_http_parts.c
UNIT_LIBS.tests/unit/common/http/test_http_parts.c := http
FUZZERS += tests/fuzz/fuzz_http.c
FUZZ_LIBS.tests/fuzz/fuzz_http.c := http
