LIBS += spool
spool_SRC := common/spool/spool.c common/spool/spool_watch.c
spool_LIBS := base log os
UNITS += tests/unit/common/spool/test_spool.c
UNIT_LIBS.tests/unit/common/spool/test_spool.c := spool
