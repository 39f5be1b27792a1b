LIBS += base
base_SRC := common/base/err.c common/base/b64.c common/base/buf.c common/base/cli.c common/base/id.c common/base/json.c common/base/json_get.c common/base/json_form.c common/base/room.c common/base/starved.c
base_PKG := jansson
base_TESTS := tests/unit/common/base/test_err.c tests/unit/common/base/test_b64.c tests/unit/common/base/test_buf.c tests/unit/common/base/test_id.c \
	tests/unit/common/base/test_json.c tests/unit/common/base/test_json_form.c tests/unit/common/base/test_room.c
UNITS += $(base_TESTS)
$(foreach t,$(base_TESTS),$(eval UNIT_LIBS.$(t) := base))
UNIT_LIBS.tests/unit/common/base/test_json.c := base fault-calls
FUZZERS += tests/fuzz/fuzz_json.c
FUZZ_LIBS.tests/fuzz/fuzz_json.c := base
