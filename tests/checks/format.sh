#!/bin/sh
# Every C file is as clang-format writes it.
cd "$(dirname "$0")/../.." || exit 1
bad=$(git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror 2>&1 | grep -o '^[^:]*\.[ch]' | sort -u)
if [ -n "$bad" ]; then echo "not ok - format: $(echo "$bad" | tr '\n' ' ')"; exit 1; fi
echo "ok - format"
