LIBS += diode-frame diode-sending diode-receiving
diode-frame_SRC := diode/frame/endpoint.c diode/frame/erasure.c diode/frame/frame.c diode/frame/frame_beat.c \
	diode/frame/frame_key.c diode/frame/frame_mac.c diode/frame/frame_meta.c diode/frame/option.c
diode-frame_LIBS := base log os config crypto
diode-frame_PKG := libisal libcrypto libgcrypt jansson
diode-sending_SRC := diode/send/emit.c diode/send/folder.c diode/send/group.c diode/send/opener.c diode/send/outgoing.c \
	diode/send/paths.c diode/send/pump.c diode/send/send_settings.c diode/send/send_status.c
diode-sending_LIBS := diode-frame
diode-receiving_SRC := diode/recv/assembly.c diode/recv/incoming.c diode/recv/inlet.c diode/recv/pool.c diode/recv/recent.c \
	diode/recv/recv_settings.c diode/recv/recv_status.c diode/recv/session.c diode/recv/shelf.c diode/recv/spout.c \
	diode/recv/store.c
diode-receiving_LIBS := diode-frame
PROGS += diode-send diode-recv
diode-recv_SRC := diode/recv/main.c
diode-recv_LIBS := diode-receiving
diode-send_SRC := diode/send/main.c
diode-send_LIBS := diode-sending
UNITS += tests/unit/diode/frame/test_erasure.c tests/unit/diode/frame/test_frame.c
UNIT_LIBS.tests/unit/diode/frame/test_erasure.c := diode-frame
UNIT_LIBS.tests/unit/diode/frame/test_frame.c := diode-frame
TESTPROGS += udp-relay
udp-relay_SRC := tests/relay/udp_relay.c
udp-relay_LIBS := diode-frame
UNITS += tests/unit/diode/send/test_emit.c tests/unit/diode/send/test_outgoing.c
UNIT_LIBS.tests/unit/diode/send/test_emit.c := diode-sending
UNIT_LIBS.tests/unit/diode/send/test_outgoing.c := diode-sending
UNITS += tests/unit/diode/recv/test_assembly.c tests/unit/diode/recv/test_incoming.c tests/unit/diode/recv/test_session.c
UNIT_LIBS.tests/unit/diode/recv/test_assembly.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_incoming.c := diode-receiving
UNIT_LIBS.tests/unit/diode/recv/test_session.c := diode-receiving
FUZZERS += tests/fuzz/fuzz_frame.c
FUZZ_LIBS.tests/fuzz/fuzz_frame.c := diode-frame
