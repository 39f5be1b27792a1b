/* The one version of all programs. */
#ifndef SW_BASE_VERSION_H
#define SW_BASE_VERSION_H
#define SW_VERSION "0.1.0"
#endif
