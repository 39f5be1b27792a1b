#!/bin/sh
# run.sh TREE SECONDS: each fuzz target in turn, that long, beginning with its corpus; what is found stays in TREE/findings/.
set -u
cd "$(dirname "$0")/../.." || exit 1
tree=$1
seconds=$2
mkdir -p "$tree/findings"
rc=0
for t in "$tree"/fuzz/*; do
	[ -x "$t" ] || continue
	name=$(basename "$t")
	mkdir -p "$tree/corpus/$name"
	kept=
	[ -d "tests/fuzz/corpus/$name" ] && kept=tests/fuzz/corpus/$name
	echo "$name: $seconds s"
	# shellcheck disable=SC2086
	if "$t" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 -artifact_prefix="$tree/findings/$name." "$tree/corpus/$name" $kept > "$tree/findings/$name.log" 2>&1; then
		grep -E 'number_of_executed_units|new_units_added' "$tree/findings/$name.log" | sed 's/^/  /'
	else
		tail -30 "$tree/findings/$name.log"
		echo "  FAILED: see $tree/findings"
		rc=1
	fi
done
exit $rc
