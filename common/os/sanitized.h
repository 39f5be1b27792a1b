/* SW_SANITIZED is 1 in a build with AddressSanitizer (make SAN=1): its run-time and its leak checker need
 * calls that a confined process otherwise never makes. */
#ifndef SW_OS_SANITIZED_H
#define SW_OS_SANITIZED_H
#if defined(__SANITIZE_ADDRESS__)
#define SW_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SW_SANITIZED 1
#endif
#endif
#ifndef SW_SANITIZED
#define SW_SANITIZED 0
#endif
#endif
