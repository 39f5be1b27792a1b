LIBS += exchange
exchange_SRC := $(addprefix common/exchange/,acked.c arrival.c arrival_load.c ask_in.c ask_out.c ask_queue.c asks.c beyond.c boot_mark.c build.c build_broken.c build_file.c build_number.c build_read.c build_recover.c closing.c closing_in.c closing_out.c epoch_out.c exchange.c exchange_state.c \
	hop.c in_file.c inbox.c inbox_effect.c inbox_key.c inbox_verdict.c inbox_wait.c kept.c link_ack.c link_out.c officer.c order.c outbox.c receiver.c resend.c resend_tidy.c sender.c sequence.c settle.c stream.c stream_ack.c stream_record.c stream_store.c witness.c)
exchange_LIBS := base log os crypto message spool db audit merkle bundle
EMBEDDERS += common/exchange/exchange.c
EMBED.common/exchange/exchange.c := $(wildcard common/exchange/sql/*.sql)
UNITS += tests/unit/common/exchange/test_sequence.c tests/unit/common/exchange/test_stream.c tests/unit/common/exchange/test_stream_model.c tests/unit/common/exchange/test_exchange.c \
	tests/unit/common/exchange/test_closing.c tests/unit/common/exchange/test_model_breaks.c
UNIT_LIBS.tests/unit/common/exchange/test_exchange.c := exchange_pair
UNIT_LIBS.tests/unit/common/exchange/test_closing.c := exchange_pair
UNIT_LIBS.tests/unit/common/exchange/test_sequence.c := exchange
UNIT_LIBS.tests/unit/common/exchange/test_stream.c := exchange
UNIT_LIBS.tests/unit/common/exchange/test_stream_model.c := exchange_model

# The small world of the model test.
LIBS += exchange_model
UNIT_LIBS.tests/unit/common/exchange/test_model_breaks.c := exchange_model
exchange_model_SRC := $(addprefix tests/unit/common/exchange/,breaks.c directed.c model_receiver.c model_sender.c world.c)
exchange_model_LIBS := exchange

# Two zones joined by one link, for tests and the benchmark.
LIBS += exchange_pair
exchange_pair_SRC := tests/unit/common/exchange/pair.c
exchange_pair_LIBS := exchange

TESTPROGS += bench-exchange
bench-exchange_SRC := tests/bench/exchange.c
bench-exchange_LIBS := exchange_pair
bench-exchange: deps
	@$(MAKE) --no-print-directory -j2 B=build build/testbin/bench-exchange
	@tests/bench/exchange.sh
.PHONY: bench-exchange

# Kills and failing calls at random; make fault [KILLS=1000].
TESTPROGS += fault-exchange
fault-exchange_SRC := tests/fault/exchange.c
fault-exchange_LIBS := exchange_pair fault-calls
LIBS += fault-calls
fault-calls_SRC := tests/fault/calls.c
KILLS ?= 1000
fault: deps
	@$(MAKE) --no-print-directory -j2 B=build build/testbin/fault-exchange
	@build/testbin/fault-exchange $(KILLS)
.PHONY: fault
# The same over all daemons of a stack, while applications walk; make fault-stack [KILLS=1000] [CALLS=1].
testprogs: $(B)/testbin/fault-calls.so
$(B)/testbin/fault-calls.so: tests/fault/daemon_calls.c tests/fault/calls.c tests/fault/calls.h
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -I. -shared -fPIC -o $@ tests/fault/daemon_calls.c tests/fault/calls.c
# A clock of the day that a test sets.
testprogs: $(B)/testbin/clock-set.so
$(B)/testbin/clock-set.so: tests/fault/clock_set.c
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -shared -fPIC -o $@ $<
# Folders of other products, for every program of a zone.
testprogs: $(B)/testbin/plain-folders.so
$(B)/testbin/plain-folders.so: tests/fault/plain_folders.c
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -shared -fPIC -o $@ $<
fault-stack: deps
	@$(MAKE) --no-print-directory -j2 B=build programs testprogs
	@CALLS=$(CALLS) sh tests/fault/stack.sh $(KILLS)
.PHONY: fault-stack
