LIBS += config
config_SRC := common/config/config.c common/config/yaml.c
config_LIBS := base log os
config_PKG := yaml-0.1
