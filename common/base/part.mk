LIBS += base
base_SRC := common/base/err.c common/base/buf.c common/base/id.c common/base/json.c
base_PKG := jansson
