LIBS += log
log_SRC := common/log/log.c
log_LIBS := base
