LIBS += log
log_SRC := common/log/log.c
log_LIBS := base
UNITS += tests/unit/common/log/test_log.c
UNIT_LIBS.tests/unit/common/log/test_log.c := log
