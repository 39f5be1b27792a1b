TESTPROGS += demo-gen
demo-gen_SRC := tests/demo/demo_gen.c
demo-gen_LIBS := base log os crypto message
