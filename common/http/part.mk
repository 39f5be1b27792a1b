LIBS += http
http_SRC := common/http/http.c common/http/http_conn.c common/http/http_event.c common/http/http_handle.c \
	common/http/http_metrics.c common/http/http_openapi.c common/http/http_path.c common/http/http_pool.c \
	common/http/http_reply.c common/http/http_request.c common/http/http_static.c common/http/http_watch.c
http_LIBS := base log os
http_PKG := libmicrohttpd jansson
