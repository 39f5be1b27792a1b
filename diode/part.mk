LIBS += diode-frame diode-sending diode-receiving
diode-frame_SRC := diode/frame/endpoint.c diode/frame/erasure.c diode/frame/erasure_gfni.c diode/frame/frame.c diode/frame/frame_beat.c \
	diode/frame/frame_key.c diode/frame/frame_mac.c diode/frame/frame_meta.c diode/frame/ghash.c diode/frame/metrics.c diode/frame/missing.c diode/frame/option.c diode/frame/progress.c diode/frame/rooms.c diode/frame/trail.c
diode-frame_LIBS := base log os config crypto audit-log
diode-frame_PKG := libisal libcrypto libgcrypt jansson
# The vector unit's hash, where the machine has the library (x86-64).
diode-frame_LDLIBS := $(if $(wildcard /usr/include/intel-ipsec-mb.h),-lIPSec_MB)
diode-sending_SRC := diode/send/again.c diode/send/block.c diode/send/board.c diode/send/emit.c diode/send/folder.c diode/send/folder_away.c diode/send/folder_record.c diode/send/loader.c \
	diode/send/opener.c diode/send/outgoing.c diode/send/outgoing_read.c diode/send/outlet.c diode/send/paths.c diode/send/pipe.c \
	diode/send/protect.c diode/send/pump.c diode/send/schedule.c diode/send/send_settings.c diode/send/send_status.c diode/send/tree.c
diode-sending_LIBS := diode-frame
diode-receiving_SRC := diode/recv/applicants.c diode/recv/assembly.c diode/recv/assembly_watch.c diode/recv/begin.c diode/recv/former.c diode/recv/holes.c diode/recv/incoming.c diode/recv/incoming_map.c diode/recv/inlet.c diode/recv/keep.c \
	diode/recv/link.c diode/recv/listen.c diode/recv/numbers.c diode/recv/objects.c diode/recv/opening.c diode/recv/parcel.c diode/recv/pool.c diode/recv/quiet.c diode/recv/recent.c diode/recv/recv_metrics.c \
	diode/recv/recv_settings.c diode/recv/recv_status.c diode/recv/report.c diode/recv/seal.c diode/recv/session.c \
	diode/recv/shelf.c diode/recv/spout.c diode/recv/store.c diode/recv/store_file.c diode/recv/store_publish.c diode/recv/suspects.c diode/recv/transfers.c diode/recv/wary.c
diode-receiving_LIBS := diode-frame
PROGS += diode-send diode-recv
diode-recv_SRC := diode/recv/main.c
diode-recv_LIBS := diode-receiving
diode-send_SRC := diode/send/main.c
diode-send_LIBS := diode-sending
UNITS += tests/unit/diode/frame/test_erasure.c tests/unit/diode/frame/test_frame.c tests/unit/diode/frame/test_missing.c tests/unit/diode/frame/test_rooms.c
UNIT_LIBS.tests/unit/diode/frame/test_rooms.c := diode-frame
UNIT_LIBS.tests/unit/diode/frame/test_missing.c := diode-frame
UNIT_LIBS.tests/unit/diode/frame/test_erasure.c := diode-frame
UNIT_LIBS.tests/unit/diode/frame/test_frame.c := diode-frame
TESTPROGS += udp-relay
udp-relay_SRC := tests/relay/udp_relay.c tests/relay/joined.c
udp-relay_LIBS := diode-frame
UNITS += tests/unit/diode/send/test_emit.c tests/unit/diode/send/test_outgoing.c tests/unit/diode/send/test_paths.c tests/unit/diode/send/test_protect.c tests/unit/diode/send/test_schedule.c
UNIT_LIBS.tests/unit/diode/send/test_paths.c := diode-sending
UNIT_LIBS.tests/unit/diode/send/test_protect.c := diode-sending
UNIT_LIBS.tests/unit/diode/send/test_schedule.c := diode-sending
UNIT_LIBS.tests/unit/diode/send/test_emit.c := diode-sending
UNIT_LIBS.tests/unit/diode/send/test_outgoing.c := diode-sending
UNITS += tests/unit/diode/recv/test_assembly.c tests/unit/diode/recv/test_incoming.c tests/unit/diode/recv/test_session.c
UNITS += tests/unit/diode/recv/test_link.c tests/unit/diode/recv/test_transfers.c tests/unit/diode/recv/test_holes.c
UNITS += tests/unit/diode/recv/test_inlet.c tests/unit/diode/recv/test_wary.c
UNITS += tests/unit/diode/recv/test_pool.c
UNIT_LIBS.tests/unit/diode/recv/test_pool.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_wary.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_inlet.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_link.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_transfers.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_holes.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_assembly.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_incoming.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_session.c := diode-receiving
FUZZERS += tests/fuzz/fuzz_frame.c
FUZZ_LIBS.tests/fuzz/fuzz_frame.c := diode-frame
TESTPROGS += udp-blast bench-run
udp-blast_SRC := tests/bench/udp_blast.c
udp-blast_LIBS := base
bench-run_SRC := tests/bench/bench_run.c
bench-diode: deps
	@$(MAKE) --no-print-directory -j2 B=build build/bin/diode-send build/bin/diode-recv $(addprefix build/testbin/,udp-relay udp-blast bench-run)
	@tests/bench/diode.sh
soak-diode: deps
	@$(MAKE) --no-print-directory -j2 B=build build/bin/diode-send build/bin/diode-recv
	@tests/bench/diode_soak.sh
.PHONY: bench-diode soak-diode
FUZZERS += tests/fuzz/fuzz_session.c
FUZZ_LIBS.tests/fuzz/fuzz_session.c := diode-receiving
