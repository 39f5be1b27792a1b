LIBS += registry-domain
registry-domain_SRC := $(addprefix zones/extranet/domain/,access.c access_answer.c access_daily.c appointment.c block.c book_check.c case_state.c codes.c consent.c day.c entry_burden.c \
	entry_change.c entry_correct.c entry_first.c entry_holder.c entry_kind.c entry_lapse.c entry_limit.c entry_mortgage.c entry_plan.c \
	entry_seizure.c entry_transfer.c entry_units.c entry_work.c facts.c import_make.c import_map.c import_read.c import_value.c location.c number.c plan.c process.c right.c share.c term.c)
registry-domain_LIBS := base config crypto message workflow bpmn
registry-domain_PKG := libxml-2.0
registry-domain_TESTS := tests/unit/zones/extranet/domain/test_appointment.c tests/unit/zones/extranet/domain/test_case_state.c tests/unit/zones/extranet/domain/test_entry_kind.c \
	tests/unit/zones/extranet/domain/test_rules.c tests/unit/zones/extranet/domain/test_consent.c \
	tests/unit/zones/extranet/domain/test_entry_plan.c tests/unit/zones/extranet/domain/test_process.c tests/unit/zones/extranet/domain/test_term.c
registry-domain_SRC += zones/extranet/domain/departure.c zones/extranet/domain/query.c
registry-domain_TESTS += tests/unit/zones/extranet/domain/test_departure.c tests/unit/zones/extranet/domain/test_query.c
registry-domain_SRC += zones/extranet/domain/charge.c zones/extranet/domain/receipt.c
registry-domain_TESTS += tests/unit/zones/extranet/domain/test_charge.c tests/unit/zones/extranet/domain/test_receipt.c
UNITS += $(registry-domain_TESTS)
$(foreach t,$(registry-domain_TESTS),$(eval UNIT_LIBS.$(t) := registry-domain))
# The book by itself, for the daemon and for the tests that drive it with a clock of their own.
LIBS += registry-book
registry-book_SRC := $(addprefix zones/extranet/audit/,audit_access.c audit_log.c audit_papers.c audit_rows.c audit_sums.c book_audit.c) \
	$(addprefix zones/extranet/store/,access.c access_day.c book.c book_tables.c book_unit.c entry_book.c entry_digest.c location.c paper.c)
registry-book_LIBS := base crypto db registry-domain
# An office's book of the tests' own, on both databases.
LIBS += test-book
test-book_SRC := tests/unit/zones/extranet/store/book_office.c
test-book_LIBS := audit registry-book registry-domain test-backend
registry-book_TESTS := tests/unit/zones/extranet/store/test_book_model.c tests/unit/zones/extranet/store/test_book_races.c \
	tests/unit/zones/extranet/store/test_book_plans.c
UNITS += $(registry-book_TESTS)
$(foreach t,$(registry-book_TESTS),$(eval UNIT_LIBS.$(t) := test-book))
PROGS += registryd
registryd_SRC := zones/extranet/main.c $(addprefix zones/extranet/,store/archive.c api/archive.c transfer/archive_pack.c transfer/archive_page.c transfer/archiver.c transfer/bag.c) zones/extranet/store/files.c zones/extranet/store/sealed.c \
	zones/extranet/store/appointment.c zones/extranet/store/case.c zones/extranet/store/case_party.c zones/extranet/store/upload.c zones/extranet/store/document.c zones/extranet/store/entry.c zones/extranet/store/flows.c zones/extranet/store/import.c zones/extranet/store/notice.c zones/extranet/store/rules.c zones/extranet/store/stationery.c zones/extranet/store/terms.c zones/extranet/store/voids.c \
	zones/extranet/transfer/access.c zones/extranet/transfer/appointments.c zones/extranet/transfer/audit_command.c zones/extranet/transfer/blanks.c zones/extranet/transfer/certifier.c zones/extranet/transfer/data.c zones/extranet/transfer/graphics_sweep.c zones/extranet/transfer/import_file.c zones/extranet/transfer/import_read.c zones/extranet/transfer/import_register.c zones/extranet/transfer/import_write.c zones/extranet/transfer/intake.c zones/extranet/transfer/progress.c zones/extranet/transfer/publish.c \
	zones/extranet/transfer/receive_application.c zones/extranet/transfer/receive_other.c zones/extranet/transfer/sealer.c zones/extranet/transfer/sealer_check.c zones/extranet/transfer/tray.c \
	zones/extranet/api/appointments.c zones/extranet/api/case_actions.c zones/extranet/api/access.c zones/extranet/api/cases.c zones/extranet/api/discs.c zones/extranet/api/documents.c zones/extranet/api/graphics.c zones/extranet/api/register.c zones/extranet/api/rules.c zones/extranet/api/search.c zones/extranet/api/stationery.c zones/extranet/api/terms.c zones/extranet/api/voids.c zones/extranet/api/window.c \
	zones/extranet/api/routes.c
registryd_SRC += zones/extranet/store/resubmission.c zones/extranet/store/inquiry.c $(addprefix zones/extranet/transfer/answer,.c _book.c _proof.c _public.c)
registryd_SRC += $(addprefix zones/extranet/,store/calendar.c store/reminder.c api/calendar.c api/migrate.c store/charge.c api/charge.c transfer/receive_charge.c)
registryd_PKG := libarchive
registryd_LIBS := service workflow flow-store document registry-access registry-book registry-domain
EMBEDDERS += zones/extranet/api/routes.c
EMBED.zones/extranet/api/routes.c := zones/extranet/api/schemas.json
EMBEDDERS += zones/extranet/store/book_tables.c
EMBED.zones/extranet/store/book_tables.c := $(foreach m,0001-registry 0002-book 0003-book-whole 0004-definition 0005-papers 0006-unit-index 0007-window 0008-voids 0009-appointment 0010-access 0011-import 0012-certificates,zones/extranet/store/sql/$(m).sqlite.sql \
	zones/extranet/store/sql/$(m).pg.sql)
EMBED.zones/extranet/store/book_tables.c += $(foreach m,0015-charge 0016-calendar 0017-reminder 0018-correction 0019-inquiry,zones/extranet/store/sql/$(m).sqlite.sql zones/extranet/store/sql/$(m).pg.sql)
# make bench-registry: a register of many units, what is asked of it, and raw SQLite beside it.
TESTPROGS += registry-make registry-raw http-load
registry-make_SRC := tests/bench/registry_cases.c tests/bench/registry_make.c tests/bench/registry_units.c zones/extranet/store/case.c zones/extranet/store/case_party.c
registry-make_LIBS := registry-book registry-domain flow-store workflow message
registry-make_PKG := sqlite3
registry-raw_SRC := tests/bench/registry_raw.c
registry-raw_PKG := sqlite3
http-load_SRC := tests/bench/http_load.c
bench-registry: deps
	@$(MAKE) --no-print-directory -j2 B=build programs testprogs
	@tests/bench/registry.sh
.PHONY: bench-registry
# The desk.
registryd_SRC += $(addprefix zones/extranet/,store/claim.c store/mark.c store/opinion.c store/queue.c api/batch.c api/case_act.c api/case_tasks.c api/desk.c api/opinions.c api/queue.c)
EMBED.zones/extranet/store/book_tables.c += $(addprefix zones/extranet/store/sql/0013-desk.,sqlite.sql pg.sql)
# What goes to the national platform, and the platform the tests have instead.
LIBS += registry-access
registry-access_SRC := zones/extranet/transfer/access_round.c
registry-access_LIBS := registry-book audit spool
UNITS += tests/unit/zones/extranet/transfer/test_access.c
UNIT_LIBS.tests/unit/zones/extranet/transfer/test_access.c := registry-access dept-platform test-book
UNITS += tests/unit/zones/extranet/domain/test_access_answer.c
UNIT_LIBS.tests/unit/zones/extranet/domain/test_access_answer.c := registry-domain
FUZZERS += tests/fuzz/fuzz_access.c
FUZZ_LIBS.tests/fuzz/fuzz_access.c := registry-domain
UNITS += tests/unit/zones/extranet/domain/test_import.c
UNIT_LIBS.tests/unit/zones/extranet/domain/test_import.c := registry-domain
FUZZERS += tests/fuzz/fuzz_import.c
FUZZ_LIBS.tests/fuzz/fuzz_import.c := registry-domain
