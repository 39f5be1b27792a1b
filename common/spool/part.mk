LIBS += spool
spool_SRC := common/spool/spool.c common/spool/spool_watch.c
spool_LIBS := base log os
