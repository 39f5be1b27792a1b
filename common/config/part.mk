LIBS += config
config_SRC := common/config/config.c common/config/config_value.c common/config/config_yaml.c common/config/config_print.c
config_LIBS := base log os
config_PKG := yaml-0.1
UNITS += tests/unit/common/config/test_config.c
UNIT_LIBS.tests/unit/common/config/test_config.c := config fault-calls
FUZZERS += tests/fuzz/fuzz_config.c
FUZZ_LIBS.tests/fuzz/fuzz_config.c := config
