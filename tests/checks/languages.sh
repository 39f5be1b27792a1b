#!/bin/sh
# The words of the portal's pages in every language (languages.mjs).
cd "$(dirname "$0")/../.." || exit 1
exec node tests/checks/languages.mjs
