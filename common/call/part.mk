LIBS += call
call_SRC := common/call/call.c common/call/call_log.c common/call/call_mail.c
call_LIBS := base os
call_PKG := libcurl
