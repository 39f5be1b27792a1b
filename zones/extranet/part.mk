LIBS += registry-domain
registry-domain_SRC := zones/extranet/domain/block.c zones/extranet/domain/case_state.c zones/extranet/domain/consent.c zones/extranet/domain/entry_kind.c zones/extranet/domain/number.c
registry-domain_LIBS := base crypto message workflow
registry-domain_TESTS := tests/unit/zones/extranet/domain/test_case_state.c tests/unit/zones/extranet/domain/test_entry_kind.c \
	tests/unit/zones/extranet/domain/test_rules.c tests/unit/zones/extranet/domain/test_consent.c
UNITS += $(registry-domain_TESTS)
$(foreach t,$(registry-domain_TESTS),$(eval UNIT_LIBS.$(t) := registry-domain))
PROGS += registryd
registryd_SRC := zones/extranet/main.c zones/extranet/store/files.c \
	zones/extranet/store/book.c zones/extranet/store/case.c zones/extranet/store/case_party.c zones/extranet/store/entry.c \
	zones/extranet/transfer/certifier.c zones/extranet/transfer/data.c zones/extranet/transfer/graphics_sweep.c zones/extranet/transfer/progress.c \
	zones/extranet/transfer/receive_application.c zones/extranet/transfer/receive_other.c zones/extranet/transfer/tray.c \
	zones/extranet/api/case_actions.c zones/extranet/api/cases.c zones/extranet/api/graphics.c zones/extranet/api/register.c \
	zones/extranet/api/routes.c
registryd_LIBS := service workflow document registry-domain
EMBEDDERS += zones/extranet/store/book.c
EMBED.zones/extranet/store/book.c := zones/extranet/store/sql/0001-registry.sqlite.sql zones/extranet/store/sql/0001-registry.pg.sql zones/extranet/store/sql/0002-book.sqlite.sql zones/extranet/store/sql/0002-book.pg.sql
