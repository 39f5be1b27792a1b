LIBS += exchange
exchange_SRC := common/exchange/boot_mark.c common/exchange/exchange.c common/exchange/exchange_state.c common/exchange/inbox.c \
	common/exchange/outbox.c common/exchange/receiver.c common/exchange/sender.c common/exchange/sequence.c common/exchange/streams.c
exchange_LIBS := base log os crypto message spool db audit merkle bundle
EMBEDDERS += common/exchange/exchange.c
EMBED.common/exchange/exchange.c := common/exchange/sql/0001-exchange.sqlite.sql common/exchange/sql/0001-exchange.pg.sql
UNITS += tests/unit/common/exchange/test_sequence.c
UNIT_LIBS.tests/unit/common/exchange/test_sequence.c := exchange
