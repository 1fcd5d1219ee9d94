#!/usr/bin/env bash
# memory.sh - the most memory that ferry holds while it stages a million tiny files, and while it finds nothing to do.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

files=${FILES:-1000000} directories=$((${FILES:-1000000} / 100)) bytes=10 limit_mb=300
start time

# A file in memory takes a page and an inode, twice: source and target.
needed_mb=$((files * 2 * 5 / 1024 + 500))
free_mb=$(df --output=avail -m "$work" | tail -n 1)
available_mb=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
[[ $free_mb -gt $needed_mb && $available_mb -gt $needed_mb ]] ||
  die "needs $needed_mb MB of memory; $free_mb MB are free below ${BENCH_DIR:-/dev/shm}, $available_mb MB in all"

say "writing $files files..."
python3 "$root/bench/scenarios/make-tree.py" "$work/source" "$files" "$directories" "$bytes"
mkdir "$work/scratch"
configure "$work/source" "$work/scratch"

peak() {
  local case=$1
  shift
  timed "$case" ferry as_user /usr/bin/time -f 'peak %M' "$@"
  sed -n 's/^peak //p' "$work/stderr" | awk -v case="$case" '{ printf "%s\tferry\t%.1f\n", case, $1 / 1024 }' >>"$work/peaks.tsv"
}

peak "first copy" "$ferry" sync
peak "nothing changed, everything looked at" "$ferry" sync --force
peak "nothing to do, synced a moment ago" "$ferry" sync

{
  echo "# Memory"
  echo
  echo "$files files of $bytes bytes in $directories directories, memory to memory. Peak resident memory; the limit is $limit_mb MB."
  echo
  python3 "$root/bench/scenarios/table.py" "$work/peaks.tsv" MB 1
  echo
  echo "Time of the same runs:"
  echo
  python3 "$root/bench/scenarios/table.py" "$samples" s
  echo
  echo "Commands: \`/usr/bin/time -f %M ferry sync\`, \`ferry sync --force\`, \`ferry sync\`. Made with \`bench/scenarios/memory.sh\`."
  echo
  facts time
} | page

awk -F '\t' -v limit="$limit_mb" '$3 > limit { print "memory: " $1 ": " $3 " MB is more than " limit > "/dev/stderr"; bad = 1 } END { exit bad }' \
  "$work/peaks.tsv"
