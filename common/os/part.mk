LIBS += os
os_SRC := common/os/fault.c common/os/file.c common/os/listing.c common/os/proc.c common/os/proc_run.c common/os/proc_notify.c \
	common/os/proc_start.c common/os/sandbox.c common/os/sandbox_rights.c common/os/sandbox_calls.c \
	common/os/sandbox_program.c common/os/taken.c common/os/worker.c
os_LIBS := base log
os_PKG := libseccomp
os_TESTS := tests/unit/common/os/test_file.c tests/unit/common/os/test_listing.c tests/unit/common/os/test_proc.c tests/unit/common/os/test_sandbox.c \
	tests/unit/common/os/test_taken.c tests/unit/common/os/test_worker.c
UNITS += $(os_TESTS) tests/unit/common/os/test_fault.c
$(foreach t,$(os_TESTS),$(eval UNIT_LIBS.$(t) := os))
# compiles fault.c and file.c itself, with the fault points in
UNIT_LIBS.tests/unit/common/os/test_fault.c := base
