# Sanwang 三网. `make help` lists the targets. One non-recursive build; each folder names its files in part.mk.
MAKEFLAGS += --no-builtin-rules
B ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough -Werror
# Bounded copies with snprintf are meant to cut; gcc alone has this warning.
ifneq ($(findstring gcc,$(CC)),)
WARN += -Wno-format-truncation
endif
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
OPT ?= -O2 -g
ifneq ($(SAN),)
HARDEN := -fPIE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT := -O1 -g1
LDSAN := -fsanitize=address,undefined
endif
ifneq ($(FAULTS),)
DEFS += -DSW_FAULTS
endif
ifneq ($(FUZZ),)
HARDEN := -fPIE -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
OPT := -O1 -g
LDSAN := -fsanitize=fuzzer,address,undefined
endif
CFLAGS_ALL := -std=c17 -D_GNU_SOURCE -I. $(OPT) $(WARN) $(HARDEN) $(DEFS) $(CFLAGS)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now -Wl,--gc-sections $(LDSAN) $(LDFLAGS)
CFLAGS_ALL += -ffunction-sections -fdata-sections -pthread

.PHONY: all deps test unit check format fuzz install clean help programs
all: programs

# Parts. A library NAME sets NAME_SRC, NAME_PKG (pkg-config) and NAME_LIBS (our libraries below it).
# A program sets the same. A unit test is one file; UNIT_LIBS.<file> names the libraries it links.
LIBS :=
PROGS :=
UNITS :=
TESTPROGS :=
FUZZERS :=
PARTS := $(wildcard common/*/part.mk gapd/part.mk diode/part.mk burner/part.mk zones/*/part.mk tests/part.mk tests/*/part.mk)
include $(PARTS)

# Each fuzz target also runs over its corpus as a plain program: a test of every build.
define fuzz_replay
TESTPROGS += replay-$(2)
replay-$(2)_SRC := $(1) tests/fuzz/replay.c
replay-$(2)_LIBS := os $(FUZZ_LIBS.$(1))
endef
$(foreach f,$(FUZZERS),$(eval $(call fuzz_replay,$(f),$(patsubst tests/fuzz/fuzz_%.c,%,$(f)))))

closure = $(sort $(foreach l,$(1),$(l) $(if $($(l)_LIBS),$(call closure,$($(l)_LIBS)))))
obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
pkgs = $(sort $(foreach l,$(1),$($(l)_PKG)))

# name, sources, direct libraries, extra pkgs, output
define link_rule
$(5): $(call obj,$(2)) $(foreach l,$(call closure,$(3)),$(B)/lib/lib$(l).a)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$$(CC) $$(LDFLAGS_ALL) -pthread -o $$@ $(call obj,$(2)) -Wl,--start-group $(foreach l,$(call closure,$(3)),$(B)/lib/lib$(l).a) -Wl,--end-group \
		$(if $(strip $(4) $(call pkgs,$(call closure,$(3)))),$$(shell pkg-config --libs $(4) $(call pkgs,$(call closure,$(3))))) $(foreach l,$(1) $(call closure,$(3)),$($(l)_LDLIBS)) -lm
endef
define lib_rule
$(B)/lib/lib$(1).a: $(call obj,$($(1)_SRC))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
PKG_ALL := $(sort $(foreach l,$(LIBS) $(PROGS) $(TESTPROGS),$($(l)_PKG)))
PKG_CFLAGS = $(if $(PKG_ALL),$(shell pkg-config --cflags $(PKG_ALL) | sed 's/-I/-isystem /g'))
-include $(B)/pkg.mk
$(B)/pkg.mk: $(PARTS) Makefile
	@mkdir -p $(B)
	@pkg-config --cflags $(PKG_ALL) 2>/dev/null | sed 's/-I/-isystem /g; s/^/PKG_CFLAGS := /' > $@

$(foreach l,$(LIBS),$(eval $(call lib_rule,$(l))))
$(foreach p,$(PROGS),$(eval $(call link_rule,$(p),$($(p)_SRC),$($(p)_LIBS),$($(p)_PKG),$(B)/bin/$(p))))
$(foreach p,$(TESTPROGS),$(eval $(call link_rule,$(p),$($(p)_SRC),$($(p)_LIBS),$($(p)_PKG),$(B)/testbin/$(p))))
UNIT_BINS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNITS))
$(foreach u,$(UNITS),$(eval $(call link_rule,$(u),$(u),$(UNIT_LIBS.$(u)),cmocka,$(patsubst tests/unit/%.c,$(B)/unit/%,$(u)))))

$(B)/obj/%.o: %.c | $(B)/pkg.mk
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
# Files taken in by .incbin: EMBED.<source> lists them.
define embed_rule
$(call obj,$(1)): $(EMBED.$(1))
endef
$(foreach s,$(EMBEDDERS),$(eval $(call embed_rule,$(s))))

programs: $(addprefix $(B)/bin/,$(PROGS))
units: $(UNIT_BINS)
# Of the plain tree only those that say they differ there (tests/run.sh).
units-meant: $(patsubst tests/unit/%.c,$(B)/unit/%,$(if $(SAN),$(UNITS),$(shell grep -lE 'Tree: (both|build):' $(UNITS))))
testprogs: $(addprefix $(B)/testbin/,$(TESTPROGS))
.PHONY: units units-meant testprogs

help:
	@echo "make         build the programs into build/bin"
	@echo "make run     everything on this machine until Ctrl-C; make run DEMO=walk drives both businesses and checks the result"
	@echo "make lab      (root) the same walk with every zone, guard half and diode end in its own network; counts what crosses"
	@echo "make test    install what is missing, build and run every test; ends with 'N passed, N failed'"
	@echo "make check   format, layering, forbidden symbols, documents; make tidy (static analysis); make fuzz [SECONDS=N]; make lighthouse, effort, journeys, states; make bench; make bench-portal, bench-diode, soak-diode; make install DESTDIR= PREFIX="
clean:
	rm -rf build build-*

# ---- install what is missing, build, test
deps:
	@tests/deps.sh
FAST = $(MAKE) --no-print-directory -j2
test: deps
	@$(FAST) trees
	@tests/run.sh
# Both trees at once: the pages' part uses one processor only.
trees: tree tree-sanitized
tree:
	@$(MAKE) --no-print-directory B=build web programs testprogs units-meant
tree-sanitized:
	@$(MAKE) --no-print-directory B=build-asan SAN=1 FAULTS=1 programs testprogs units-meant
.PHONY: trees tree tree-sanitized
unit:
	@$(FAST) B=build units
	@tests/run.sh unit

# ---- pages (npm workspace) and running everything on this machine
WEB_SRC := $(shell git ls-files -co --exclude-standard 'zones/*/web/*' common/ui tests/departments/identity/web package.json package-lock.json 2>/dev/null)
API := $(patsubst %,build/api/%.json,$(filter intaked registryd cadastred,$(PROGS)))
web: deps build/web/.built
build/web/.built: $(WEB_SRC) $(API) common/service/schemas.json common/service/disc_schemas.json
	@npm run --silent build
	@mkdir -p build/web && touch $@
# What the daemons say of their interfaces; the pages' types are made of it. Another time only when it says something else.
build/api/%.json: $(B)/bin/%
	@mkdir -p $(@D)
	@$< --openapi > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
run: deps
	@$(FAST) B=build web programs testprogs
	@tests/stack/run.sh $(DEMO)
lab: deps
	@$(FAST) B=build programs testprogs
	@tests/stack/lab.sh
# Longer runs of the portal's pages (tests/web/portal.sh). On a slow phone, by Lighthouse: at least 95 each. It stands beside the packages of the build: what it needs names itself "latest".
LIGHTHOUSE = build/lighthouse/node_modules/lighthouse/package.json
$(LIGHTHOUSE):
	@npm install --silent --no-save --prefix build/lighthouse lighthouse@12.8.2
lighthouse: deps $(LIGHTHOUSE)
	@tests/deps.sh lighthouse
	@$(FAST) B=build web programs testprogs
	@sh tests/web/portal.sh lighthouse
effort journeys states: deps
	@$(FAST) B=build web programs testprogs
	@sh tests/web/portal.sh $@
.PHONY: web run lab lighthouse effort journeys states

# ---- checks without running anything
check: deps tidy
	@$(FAST) B=build programs units
	@tests/checks/format.sh
	@tests/checks/includes.sh
	@tests/checks/tenants.sh
	@tests/checks/files.sh
	@tests/checks/symbols.sh
	@tests/checks/zones.sh
	@tests/checks/interface.sh
	@tests/checks/conformance.sh
	@tests/checks/manual.sh
	@tests/checks/languages.sh
# Static analysis of the programs: paths through the code (.clang-tidy). A stamp per object: only what changed is looked at again.
TIDY := $(patsubst %.c,$(B)/tidy/%.ok,$(shell git ls-files '*.c' 2>/dev/null | grep -v '^tests/'))
tidy: deps
	@if command -v clang-tidy > /dev/null; then $(FAST) --output-sync=target B=$(B) tidied; else echo "left out: clang-tidy is not installed"; fi
tidied: $(TIDY)
$(B)/tidy/%.ok: %.c $(B)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	@echo "  TIDY  $<"
	@clang-tidy --quiet $< -- -std=c17 -D_GNU_SOURCE -I. $(PKG_CFLAGS) $(DEFS) 2>/dev/null
	@touch $@
.PHONY: tidy tidied
format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

# ---- fuzzing by clang's libFuzzer: make fuzz [SECONDS=60]
SECONDS ?= 60
fuzz: deps
	@$(FAST) B=build-fuzz CC=clang fuzzers FUZZ=1
	@tests/fuzz/run.sh build-fuzz $(SECONDS)
$(foreach f,$(FUZZERS),$(eval $(call link_rule,$(f),$(f),$(FUZZ_LIBS.$(f)),,$(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(f)))))
fuzzers: $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(FUZZERS))
.PHONY: fuzzers

# ---- benchmarks: ratios against a raw limit of the same run; never a test
bench: deps
	@$(FAST) B=build programs testprogs
	@tests/bench/run.sh
.PHONY: bench

# ---- installation
PREFIX ?= /usr
install: programs
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/sanwang
	install -m 755 $(addprefix $(B)/bin/,$(PROGS)) $(DESTDIR)$(PREFIX)/bin
	cp -r conf/messages.yaml conf/businesses conf/documents $(DESTDIR)$(PREFIX)/share/sanwang
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man8 $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/doc/sanwang/conf
	install -m 644 $(wildcard burner/man/*.1 diode/man/*.1 common/*/man/*.1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(wildcard gapd/man/*.8 common/*/man/*.8 zones/*/man/*.8) $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 $(wildcard zones/*/man/*.5) $(DESTDIR)$(PREFIX)/share/man/man5
	cp -r conf/internet conf/hall conf/extranet conf/intranet conf/gapd conf/diode conf/burner $(DESTDIR)$(PREFIX)/share/doc/sanwang/conf
