TESTPROGS += dept-identity
dept-identity_SRC := tests/departments/identity/identity.c
dept-identity_LIBS := base log os crypto http
