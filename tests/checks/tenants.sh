#!/bin/sh
# Handlers reach the database only through account_read, account_write and account_act, which bind the tenant of the person who asks; and none names a tenant itself.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=$(grep -nE '\bdb_(read|write)\(|db_tx_set_tenant|ACCOUNT_PLATFORM' zones/*/api/*.c)
if [ -z "$bad" ]; then echo "ok - handlers are bound to the tenant of the person who asks"; else
	echo "$bad" | sed 's/^/# /'
	echo "not ok - handlers are bound to the tenant of the person who asks"
	exit 1
fi
