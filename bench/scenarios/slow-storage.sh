#!/usr/bin/env bash
# slow-storage.sh - small files from and to storage where each metadata request waits a millisecond, as on a busy
# shared file system: what counts is how many requests a tool makes and how many of them wait at the same time.
# Every run has a fresh mount, so no tool finds what another left in the kernel's caches.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

files=${FILES:-10000} directories=100 bytes=7000 rounds=${ROUNDS:-1}
start coreutils findutils gcc libfuse3-dev pkg-config fuse3 attr
mount_options=(--meta-latency-us 1000 --cache-ms 1000)

say "writing $files files..."
python3 "$root/bench/scenarios/make-tree.py" "$work/source" "$files" "$directories" "$bytes"
mkdir "$work/mnt"

requests() {
  "$slowfs" stats "$work/mnt" | awk -v files="$files" '$1 !~ /_bytes$/ { sum += $2 } END { printf "%.2f", sum / files }'
}

# Debian's find and cp, 64 at a time: what a patient user writes by hand.
parallel_cp() {
  cd "$1"
  find . -type d -printf '%P\0' | (cd "$2" && xargs -0 -I{} mkdir -p ./{})
  find . -type f -print0 | xargs -0 -P64 -n20 cp --parents -p -t "$2"
}
export -f parallel_cp

# copy TOOL CASE SOURCE TARGET: one of the two is on $work/mnt, just mounted.
copy() {
  local tool=$1 case=$2 source=$3 target=$4
  mkdir -p "$target"
  configure "$source" "$target"
  case $tool in
    ferry) timed "$case" ferry as_user "$ferry" sync ;;
    rsync) timed "$case" "rsync -a" as_user rsync -a "$source/" "$target/" ;;
    cp) timed "$case" "find, xargs -P64 cp" bash -c 'set -euo pipefail; parallel_cp "$@"' bash "$source" "$target" ;;
  esac
  printf '%s\t%s\t%s\n' "$case" "$(tail -n 1 "$samples" | cut -f 2)" "$(requests)" >>"$work/requests.tsv"
}

no_change() {
  "$slowfs" umount "$work/mnt"
  "$slowfs" mount "$1" "$work/mnt" "${mount_options[@]}"
  case $2 in
    ferry) timed "$3" ferry as_user "$ferry" sync --force ;;
    rsync) timed "$3" "rsync -a" as_user rsync -a "$4/" "$5/" ;;
    *) return 0 ;;
  esac
  printf '%s\t%s\t%s\n' "$3" "$(tail -n 1 "$samples" | cut -f 2)" "$(requests)" >>"$work/requests.tsv"
}

# Where the copy is: ferry puts it below its scratch directory, in one named by the variable.
arrived() {
  if [[ $1 == ferry ]]; then find "$2" -type d -name HF_HOME -print -quit; else echo "$2"; fi
}

for ((round = 0; round < rounds; round++)); do
  for tool in $(in_turn "$round" ferry rsync cp); do
    say "$tool, round $((round + 1)) of $rounds"
    rm -rf "$work/target"
    "$slowfs" mount "$work/source" "$work/mnt" "${mount_options[@]}"
    copy "$tool" "reading from slow storage" "$work/mnt" "$work/target"
    no_change "$work/source" "$tool" "nothing changed, source slow" "$work/mnt" "$work/target"
    "$slowfs" umount "$work/mnt"
    same_trees "$work/source" "$(arrived "$tool" "$work/target")"
    rm -rf "$work/target" "$work/backing"
    mkdir "$work/backing"
    "$slowfs" mount "$work/backing" "$work/mnt" "${mount_options[@]}"
    copy "$tool" "writing to slow storage" "$work/source" "$work/mnt/target"
    no_change "$work/backing" "$tool" "nothing changed, target slow" "$work/source" "$work/mnt/target"
    "$slowfs" umount "$work/mnt"
    same_trees "$work/source" "$(arrived "$tool" "$work/backing/target")"
    rm -rf "$work/backing"
  done
done

{
  echo "# Small files, slow storage"
  echo
  echo "$files files of $bytes bytes in $directories directories. Each metadata request waits 1 ms, waits of concurrent requests"
  echo "overlap, the kernel trusts names and attributes for 1 s (\`slowfs mount SRC MNT ${mount_options[*]}\`); the other side is in"
  echo "memory. A fresh mount for every run. Seconds of whole processes:"
  echo
  python3 "$root/bench/scenarios/table.py" "$samples" s
  echo
  echo "Requests per file, as the storage counted them:"
  echo
  python3 "$root/bench/scenarios/table.py" "$work/requests.tsv" requests
  echo
  echo "Commands: \`ferry sync\`, \`ferry sync --force\`; \`rsync -a SOURCE/ TARGET/\`; \`mkdir -p\` of each directory, then"
  echo "\`find . -type f -print0 | xargs -0 -P64 -n20 cp --parents -p -t TARGET\`. Made with \`bench/scenarios/slow-storage.sh\`."
  echo
  facts rsync cp
} | page
