LIBS += gapd-link gapd-half
gapd-link_SRC := gapd/link/packet.c gapd/link/record.c
gapd-link_LIBS := base os bundle
gapd-half_SRC := gapd/half/half.c gapd/half/half_deliver.c gapd/half/half_inspect.c gapd/half/half_settings.c gapd/half/half_state.c \
	gapd/half/half_take.c gapd/policy/inspect.c
gapd-half_LIBS := base log os config crypto message spool audit bundle gapd-link
PROGS += gapd-outer gapd-switch gapd-inner
gapd-outer_SRC := gapd/outer/main.c
gapd-outer_LIBS := gapd-half
gapd-inner_SRC := gapd/inner/main.c
gapd-inner_LIBS := gapd-half
gapd-switch_SRC := gapd/switch/main.c gapd/switch/relay.c
gapd-switch_LIBS := config gapd-link
