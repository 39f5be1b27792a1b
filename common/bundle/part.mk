LIBS += bundle
bundle_SRC := common/bundle/bundle_contents.c common/bundle/bundle_contents_decode.c common/bundle/bundle_finish.c \
	common/bundle/bundle_flow.c common/bundle/bundle_frame.c common/bundle/bundle_frames.c common/bundle/bundle_inside.c common/bundle/bundle_keys.c common/bundle/bundle_memory.c \
	common/bundle/bundle_origin.c common/bundle/bundle_parts.c common/bundle/bundle_payload.c common/bundle/bundle_pem.c common/bundle/bundle_plain.c \
	common/bundle/bundle_reader.c common/bundle/bundle_revoked.c common/bundle/bundle_seen.c common/bundle/bundle_stream.c common/bundle/bundle_sums.c common/bundle/bundle_sums_part.c \
	common/bundle/bundle_tar.c common/bundle/bundle_tmp.c common/bundle/bundle_tree.c common/bundle/bundle_writer.c common/bundle/manifest.c common/bundle/manifest_check.c common/bundle/manifest_decode.c
bundle_LIBS := base log os crypto message spool merkle
bundle_PKG := jansson libzstd

# What the tests of bundles share.
LIBS += bundle_fixture
bundle_fixture_SRC := tests/unit/common/bundle/fixture.c
bundle_fixture_LIBS := bundle
bundle_fixture_PKG := cmocka
define bundle_unit
UNITS += tests/unit/common/bundle/$(1).c
UNIT_LIBS.tests/unit/common/bundle/$(1).c := bundle_fixture
endef
$(foreach t,test_bundle_tree test_manifest test_bundle_tar test_bundle_frame test_bundle_flow test_bundle_memory test_bundle test_bundle_hostile test_bundle_golden,$(eval $(call bundle_unit,$(t))))

FUZZERS += tests/fuzz/fuzz_manifest.c tests/fuzz/fuzz_bundle.c
FUZZ_LIBS.tests/fuzz/fuzz_manifest.c := bundle
FUZZ_LIBS.tests/fuzz/fuzz_bundle.c := bundle

PROGS += swbundle
swbundle_SRC := common/bundle/cli/main.c common/bundle/cli/cli_bundle.c common/bundle/cli/cmd_explain.c \
	common/bundle/cli/cmd_extract.c common/bundle/cli/cmd_keygen.c common/bundle/cli/cmd_list.c \
	common/bundle/cli/cmd_pack.c common/bundle/cli/cmd_revoke.c common/bundle/cli/cmd_rotate.c common/bundle/cli/cmd_verify.c
swbundle_LIBS := bundle

TESTPROGS += bench-bundle
bench-bundle_SRC := tests/bench/bundle.c tests/bench/bundle_raw.c
bench-bundle_LIBS := bundle
bench-bundle: deps
	@$(MAKE) --no-print-directory -j2 B=build build/testbin/bench-bundle build/testbin/bench-run
	@tests/bench/bundle.sh
.PHONY: bench-bundle
