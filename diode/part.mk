LIBS += diode-frame
diode-frame_SRC := diode/frame/erasure.c diode/frame/frame.c diode/frame/frame_beat.c diode/frame/frame_key.c \
	diode/frame/frame_mac.c diode/frame/frame_meta.c
diode-frame_LIBS := base log os crypto
diode-frame_PKG := libisal libcrypto libgcrypt jansson
UNITS += tests/unit/diode/frame/test_erasure.c tests/unit/diode/frame/test_frame.c
UNIT_LIBS.tests/unit/diode/frame/test_erasure.c := diode-frame
UNIT_LIBS.tests/unit/diode/frame/test_frame.c := diode-frame
