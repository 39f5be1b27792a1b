LIBS += os
os_SRC := common/os/fault.c common/os/file.c common/os/proc.c common/os/sandbox.c
os_LIBS := base log
os_PKG := libseccomp
