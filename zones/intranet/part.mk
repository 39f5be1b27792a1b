PROGS += cadastred
cadastred_SRC := zones/intranet/main.c zones/intranet/domain/check.c zones/intranet/domain/geometry.c \
	zones/intranet/store/examine.c zones/intranet/store/parcel.c zones/intranet/store/task.c \
	zones/intranet/transfer/data.c zones/intranet/transfer/receive.c \
	zones/intranet/api/discs.c zones/intranet/api/routes.c zones/intranet/api/tasks.c
cadastred_LIBS := service
cadastred_LDLIBS := -lgeos_c
EMBEDDERS += zones/intranet/store/parcel.c
EMBED.zones/intranet/store/parcel.c := zones/intranet/store/sql/0001-cadastre.sqlite.sql
