TESTPROGS += demo-gen
demo-gen_SRC := tests/demo/demo_gen.c tests/demo/chance.c
demo-gen_LIBS := base log os crypto message
TESTPROGS += demo-legacy
demo-legacy_SRC := tests/demo/demo_legacy.c tests/demo/chance.c
demo-legacy_LIBS := base log message
