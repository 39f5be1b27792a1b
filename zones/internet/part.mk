LIBS += intake-domain intake-store
intake-domain_SRC := $(sort $(wildcard zones/internet/domain/*.c))
intake-domain_LIBS := base merkle message workflow
UNITS += tests/unit/zones/internet/domain/test_begun.c tests/unit/zones/internet/domain/test_claims.c tests/unit/zones/internet/domain/test_form.c tests/unit/zones/internet/domain/test_joint.c tests/unit/zones/internet/domain/test_letter.c tests/unit/zones/internet/domain/test_limit.c tests/unit/zones/internet/domain/test_template.c
UNIT_LIBS.tests/unit/zones/internet/domain/test_form.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_joint.c := intake-domain registry-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_begun.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_claims.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_letter.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_limit.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_template.c := intake-domain
intake-store_SRC := $(sort $(wildcard zones/internet/store/*.c))
intake-store_LIBS := service workflow document intake-domain
UNITS += tests/unit/zones/internet/store/test_appointment.c tests/unit/zones/internet/store/test_pieces.c
UNIT_LIBS.tests/unit/zones/internet/store/test_appointment.c := intake-store test-backend
UNIT_LIBS.tests/unit/zones/internet/store/test_pieces.c := intake-store
PROGS += intaked
intaked_SRC := zones/internet/main.c $(sort $(wildcard $(addprefix zones/internet/,store/*.c api/*.c transfer/*.c)))
intaked_LIBS := service workflow document call intake-domain
EMBEDDERS += zones/internet/store/intake_schema.c
EMBED.zones/internet/store/intake_schema.c := $(sort $(wildcard zones/internet/store/sql/*.sql))
EMBEDDERS += zones/internet/api/routes.c
EMBED.zones/internet/api/routes.c := zones/internet/api/schemas.json
TESTPROGS += portal-raw
portal-raw_SRC := tests/bench/portal_raw.c tests/bench/raw_sqlite.c
portal-raw_PKG := libmicrohttpd sqlite3
bench-portal: deps
	@tests/deps.sh bench
	@$(MAKE) --no-print-directory -j2 B=build programs testprogs
	@tests/bench/portal.sh
.PHONY: bench-portal
FUZZERS += tests/fuzz/fuzz_claims.c tests/fuzz/fuzz_form.c tests/fuzz/fuzz_letter.c
FUZZ_LIBS.tests/fuzz/fuzz_letter.c := intake-domain
FUZZ_LIBS.tests/fuzz/fuzz_claims.c := intake-domain
FUZZ_LIBS.tests/fuzz/fuzz_form.c := intake-domain
