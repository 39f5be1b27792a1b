/* EMBED(name, "path/from/root"): the file's bytes as `const char name[]`, NUL-terminated, with name##_end
 * behind the NUL. The part.mk lists the file: EMBEDDERS += src.c and EMBED.src.c := path, so that a change
 * rebuilds. */
#ifndef SW_BASE_EMBED_H
#define SW_BASE_EMBED_H
#define EMBED(name, path)                                                                                    \
	__asm__(".section .rodata\n.global " #name "\n.balign 16\n" #name ":\n.incbin \"" path               \
		"\"\n.byte 0\n"                                                                              \
		".global " #name "_end\n" #name "_end:\n.previous\n");                                       \
	extern const char name[];                                                                            \
	extern const char name##_end[]
#endif
