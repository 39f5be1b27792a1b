LIBS += burner-disc burner-ferry
burner-disc_SRC := burner/disc/approval.c burner/disc/digester.c burner/disc/disc.c burner/disc/disc_decode.c burner/disc/image_bundles.c burner/disc/image_compare.c burner/disc/image_exact.c burner/disc/image_read.c burner/disc/image_source.c burner/disc/image_write.c \
	burner/disc/iso_layout.c burner/disc/iso_record.c burner/disc/medium.c burner/disc/repair_lane.c burner/disc/repair_plan.c \
	burner/disc/repair_run.c burner/disc/repair_table.c burner/disc/repair_write.c burner/disc/workers.c
EMBEDDERS += burner/disc/image_write.c
EMBED.burner/disc/image_write.c := burner/disc/README.disc.txt
burner-disc_LIBS := base os crypto spool
burner-disc_PKG := libarchive libisal
burner-ferry_SRC := burner/ferry/arrive.c burner/ferry/bundle_form.c burner/ferry/burn.c burner/ferry/destroy.c burner/ferry/drive.c burner/ferry/drive_disc.c burner/ferry/signature.c \
	burner/ferry/drive_stick.c burner/ferry/erase.c burner/ferry/examine.c burner/ferry/import.c burner/ferry/landing.c burner/ferry/list_form.c burner/ferry/source.c burner/ferry/verify.c \
	burner/ferry/leave.c burner/ferry/stage.c burner/ferry/stage_build.c burner/ferry/stage_number.c burner/ferry/stage_spool.c burner/ferry/staged.c burner/ledger/blank.c \
	burner/ledger/commit.c burner/ledger/custody.c burner/ledger/ledger.c burner/ledger/list.c burner/ledger/persons.c burner/ledger/policy.c burner/ledger/record.c burner/ledger/refusal.c burner/ledger/revoked.c burner/ledger/spent.c
burner-ferry_LIBS := base log os crypto audit bundle burner-disc
LIBS += burner-paper
burner-paper_SRC := burner/paper/book.c burner/paper/label.c burner/paper/page.c burner/paper/paper_text.c burner/paper/slip.c burner/paper/stock.c burner/paper/table.c
burner-paper_LIBS := base burner-disc
burner-paper_PKG := pangocairo cairo-pdf libqrencode jansson
PROGS += burner
burner_SRC := burner/cli/acts.c burner/cli/acts_paper.c burner/cli/image.c burner/cli/main.c burner/cli/options.c burner/cli/policy_file.c
burner_LIBS := base log os config burner-ferry burner-paper
FUZZERS += tests/fuzz/fuzz_disc.c
FUZZ_LIBS.tests/fuzz/fuzz_disc.c := burner-disc
LIBS += burner_world
burner_world_SRC := tests/unit/burner/world.c
burner_world_LIBS := burner-disc
burner_world_PKG := cmocka
define burner_unit
UNITS += tests/unit/burner/$(1).c
UNIT_LIBS.tests/unit/burner/$(1).c := burner_world $(2)
endef
$(eval $(call burner_unit,disc/test_disc))
$(eval $(call burner_unit,disc/test_digester))
$(eval $(call burner_unit,disc/test_workers))
$(eval $(call burner_unit,disc/test_approval))
$(eval $(call burner_unit,disc/test_image))
$(eval $(call burner_unit,disc/test_repair))
$(eval $(call burner_unit,paper/test_stock,burner-paper))
$(eval $(call burner_unit,ledger/test_ledger,burner-ferry))
$(eval $(call burner_unit,ferry/test_ferry,burner-ferry bundle_fixture))
TESTPROGS += disc-reseal
disc-reseal_SRC := tests/unit/burner/reseal.c
disc-reseal_LIBS := burner-disc
TESTPROGS += drive-shim
drive-shim_SRC := tests/unit/burner/drive_shim.c
testprogs: $(B)/testbin/drive-fault.so
$(B)/testbin/drive-fault.so: tests/unit/burner/drive_fault.c
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -shared -fPIC -o $@ $<

bench-burner: deps
	@$(MAKE) --no-print-directory -j2 B=build build/bin/burner build/bin/swbundle
	@tests/bench/burner.sh
.PHONY: bench-burner
