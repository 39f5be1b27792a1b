/* Parts of config.h's reader that config.c shares. */
#ifndef SW_CONFIG_CONFIG_YAML_H
#define SW_CONFIG_CONFIG_YAML_H

/* The end of a long path, so that a message keeps room for what is wrong. */
const char *config_yaml_short(const char *file);
#endif
