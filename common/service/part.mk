LIBS += service
service_SRC := common/service/ask.c common/service/command.c common/service/fixity.c common/service/parts.c common/service/revoked.c common/service/service.c common/service/settings.c
service_LIBS := base log os config crypto message spool db audit merkle bundle exchange http
UNITS += tests/unit/common/service/test_service.c
UNIT_LIBS.tests/unit/common/service/test_service.c := service
EMBEDDERS += common/service/fixity.c
EMBED.common/service/fixity.c := common/service/sql/0001-fixity.sqlite.sql common/service/sql/0001-fixity.pg.sql
