LIBS += registry-domain
registry-domain_SRC := $(sort $(wildcard zones/extranet/domain/*.c))
registry-domain_LIBS := base merkle config crypto message workflow bpmn
registry-domain_PKG := libxml-2.0
registry-domain_TESTS := $(sort $(wildcard tests/unit/zones/extranet/domain/test_*.c))
UNITS += $(registry-domain_TESTS)
$(foreach t,$(registry-domain_TESTS),$(eval UNIT_LIBS.$(t) := registry-domain))
UNIT_LIBS.tests/unit/zones/extranet/domain/test_consent.c += test-keys
UNIT_LIBS.tests/unit/zones/extranet/domain/test_authority.c += test-keys
UNIT_LIBS.tests/unit/zones/extranet/domain/test_face.c += test-keys
UNIT_LIBS.tests/unit/zones/extranet/domain/test_withdrawal.c += test-keys
# The book by itself, for the daemon and for the tests that drive it with a clock of their own.
LIBS += registry-book
registry-book_SRC := $(addprefix zones/extranet/audit/,audit_access.c audit_decisions.c audit_entered.c audit_log.c audit_office.c audit_papers.c audit_places.c audit_rows.c audit_sums.c book_audit.c) \
	$(addprefix zones/extranet/store/,access.c access_day.c book.c book_tables.c book_unit.c entry_book.c entry_book_lapse.c entry_book_log.c entry_digest.c location.c paper.c)
registry-book_LIBS := base crypto db registry-domain
# An office's book of the tests' own, on both databases.
LIBS += test-book
test-book_SRC := tests/unit/zones/extranet/store/book_office.c
test-book_LIBS := audit registry-book registry-domain test-backend
registry-book_TESTS := tests/unit/zones/extranet/store/test_book_model.c tests/unit/zones/extranet/store/test_book_races.c
UNITS += $(registry-book_TESTS)
$(foreach t,$(registry-book_TESTS),$(eval UNIT_LIBS.$(t) := test-book))
# Rotation of the keys over the registry's tables.
LIBS += registry-sealed
registry-sealed_SRC := $(addprefix zones/extranet/store/,sealed.c appointment.c case.c case_party.c inquiry.c visit.c)
registry-sealed_LIBS := registry-book registry-domain service flow-store
UNITS += tests/unit/zones/extranet/store/test_reseal.c
UNIT_LIBS.tests/unit/zones/extranet/store/test_reseal.c := registry-sealed test-backend
# What goes to the national platform, and the platform the tests have instead.
LIBS += registry-access
registry-access_SRC := zones/extranet/transfer/access_round.c
registry-access_LIBS := registry-book audit spool
UNITS += tests/unit/zones/extranet/transfer/test_access.c
UNIT_LIBS.tests/unit/zones/extranet/transfer/test_access.c := registry-access dept-platform test-book
LIBS += registry-keyring
registry-keyring_SRC := zones/extranet/api/keyring.c
registry-keyring_LIBS := base os crypto
UNITS += tests/unit/zones/extranet/api/test_keyring.c
UNIT_LIBS.tests/unit/zones/extranet/api/test_keyring.c := registry-keyring
PROGS += registryd
# All else of its folders.
LIBS += registry-rest
registry-rest_SRC := zones/extranet/office.c $(filter-out $(registry-book_SRC) $(registry-access_SRC) $(registry-sealed_SRC) $(registry-keyring_SRC),$(sort $(wildcard $(addprefix zones/extranet/,store/*.c api/*.c transfer/*.c))))
registry-rest_PKG := libarchive
registry-rest_LIBS := service workflow flow-store document call registry-access registry-keyring registry-sealed registry-book registry-domain
registryd_SRC := zones/extranet/main.c zones/extranet/registry.c
registryd_LIBS := registry-rest
# Every statement of the daemon.
UNITS += tests/unit/zones/extranet/store/test_plans.c
UNIT_LIBS.tests/unit/zones/extranet/store/test_plans.c := registry-rest test-backend
UNITS += tests/unit/zones/extranet/store/test_flows_room.c
UNIT_LIBS.tests/unit/zones/extranet/store/test_flows_room.c := registry-rest test-backend
EMBEDDERS += zones/extranet/api/routes.c
EMBED.zones/extranet/api/routes.c := zones/extranet/api/schemas.json
EMBEDDERS += zones/extranet/transfer/archive_pack.c
EMBED.zones/extranet/transfer/archive_pack.c := zones/extranet/transfer/kit/README.txt zones/extranet/transfer/kit/check.sh
EMBEDDERS += zones/extranet/store/book_tables.c
EMBED.zones/extranet/store/book_tables.c := $(sort $(wildcard zones/extranet/store/sql/*.sql))
# make bench-registry: a register of many units, what is asked of it, and raw SQLite beside it.
TESTPROGS += registry-make registry-raw http-load
registry-make_SRC := tests/bench/registry_cases.c tests/bench/registry_make.c tests/bench/registry_units.c zones/extranet/store/case.c zones/extranet/store/case_party.c
registry-make_LIBS := registry-book registry-domain flow-store workflow message
registry-make_PKG := sqlite3
registry-raw_SRC := tests/bench/registry_raw.c tests/bench/raw_sqlite.c
registry-raw_PKG := sqlite3
http-load_SRC := tests/bench/http_load.c
bench-registry: deps
	@$(MAKE) --no-print-directory -j2 B=build programs testprogs
	@tests/bench/registry.sh
.PHONY: bench-registry
FUZZERS += tests/fuzz/fuzz_courier.c tests/fuzz/fuzz_receipt.c
FUZZ_LIBS.tests/fuzz/fuzz_receipt.c := registry-domain
FUZZ_LIBS.tests/fuzz/fuzz_courier.c := registry-domain
FUZZERS += tests/fuzz/fuzz_access.c
FUZZ_LIBS.tests/fuzz/fuzz_access.c := registry-domain
FUZZERS += tests/fuzz/fuzz_import.c tests/fuzz/fuzz_query.c
FUZZ_LIBS.tests/fuzz/fuzz_query.c := registry-domain
FUZZERS += tests/fuzz/fuzz_form_signed.c
FUZZ_LIBS.tests/fuzz/fuzz_form_signed.c := registry-domain merkle
FUZZ_LIBS.tests/fuzz/fuzz_import.c := registry-domain
