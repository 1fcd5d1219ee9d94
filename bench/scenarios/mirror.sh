#!/usr/bin/env bash
# mirror.sh - a copy with a proof: ferry mirror beside cp -a, beside b3sum + rsync + b3sum one after the other (what a script does, and the older
# tool did), beside b3sum and openssl on their own. Four files of 1 GiB and 40,000 small ones, in memory and on disk.
# Variables beside common.sh's: GIBS (files of 1 GiB), DISK_DIR (where on disk; /var/tmp by default), PLACES ("memory disk"), TREES ("big small").
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

files=${FILES:-40000} directories=200 bytes=7000 gibs=${GIBS:-4} rounds=${ROUNDS:-5}
places=${PLACES:-memory disk}
start coreutils b3sum openssl
disk=$(mktemp -d "${DISK_DIR:-/var/tmp}/ferry-bench.XXXXXX")
trap 'finish; rm -rf "$disk"' EXIT

make_trees() {
  say "writing trees in $1..."
  mkdir -p "$1/big"
  for ((i = 0; i < gibs; i++)); do head -c 1073741824 /dev/urandom >"$1/big/file$i"; done
  find "$1/big" -exec touch -d '2024-01-01' {} +
  python3 "$root/bench/scenarios/make-tree.py" "$1/small" "$files" "$directories" "$bytes"
  sync -f "$1"
}

# Nothing is left from the round before: neither a copy nor what ferry remembers. Memory that a virtual machine has given back, and for which whoever
# takes it again pays, is taken here. On disk, what was written is waited for, the source is in the page cache, and small copies stay until the end:
# for minutes after many files were removed, ext4 looks at each of their inodes whenever it makes a new one.
forget() {
  local where=$1 place=$2 tree=$3
  rm -rf "$work/home/.local" "$place"/{big,small}/{BLAKE3SUMS,SHA256SUMS}
  if [[ $where == memory || $tree == big ]]; then rm -rf "$place"/copy*; fi
  if [[ $where == disk ]]; then
    sync -f "$place"
    find "$place/$tree" -type f -exec cat {} + >/dev/null
  fi
  head -c "$(($(du -sb "$place/$tree" | cut -f 1) * 3 / 2))" /dev/zero >"$work/warm"
  rm "$work/warm"
}

mirror() { as_user "$ferry" mirror --quiet "$@"; }
ferry_copy() { mirror --step copy "$@"; }
ferry_manifest() { mirror --step make-manifest --manifest "$work/sums" "$@"; }
hash_all() { (cd "$1" && find . -type f -print0 | xargs -0 b3sum) >"$2"; }

in_sequence() {
  hash_all "$1" "$work/sums"
  as_user rsync -a "$1/" "$2/"
  (cd "$2" && b3sum --check --quiet "$work/sums")
}

# The same, but what is compared is what the disk has, as with ferry.
in_sequence_from_disk() {
  hash_all "$1" "$work/sums"
  as_user rsync -a "$1/" "$2/"
  sync -f "$2"
  echo 1 >/proc/sys/vm/drop_caches
  (cd "$2" && b3sum --check --quiet "$work/sums")
}

copy_and_sync() { as_user cp -a "$1" "$2" && sync -f "$2"; }
dgst() { openssl dgst -sha256 "$1"/*; }
# The same, as many at a time as there are cores.
dgst_parallel() { printf '%s\0' "$1"/* | xargs -0 -n 1 -P "$(nproc)" openssl dgst -sha256; }

run_tool() {
  local where=$1 place=$2 tree=$3 tool=$4 from=$2/$3
  copies=$((copies + 1))
  local to=$place/copy$copies case="$where, $tree"
  forget "$where" "$place" "$tree"
  case $tool in
    ferry-copy) timed "$case: copy" ferry ferry_copy "$from" "$to" ;;
    cp) timed "$case: copy" "cp -a" as_user cp -a "$from" "$to" ;;
    cp-sync) timed "$case: copy" "cp -a; sync -f" copy_and_sync "$from" "$to" ;;
    ferry-all) timed "$case: copy with proof" ferry mirror "$from" "$to" ;;
    sequence) timed "$case: copy with proof" "b3sum; rsync -a; b3sum --check" in_sequence "$from" "$to" ;;
    sequence-disk) timed "$case: copy with proof" "b3sum; rsync -a; sync; drop caches; b3sum --check" in_sequence_from_disk "$from" "$to" ;;
    ferry-hash) timed "$case: manifest" ferry ferry_manifest "$from" ;;
    b3sum) timed "$case: manifest" "find -print0, xargs -0 b3sum" hash_all "$from" "$work/sums" ;;
    ferry-sha) timed "$case: SHA-256" ferry ferry_manifest --algo sha256 "$from" ;;
    openssl) timed "$case: SHA-256" "openssl dgst" dgst "$from" ;;
    openssl-parallel) timed "$case: SHA-256" "openssl dgst, as many as cores" dgst_parallel "$from" ;;
  esac
  if [[ $tool == ferry-all && $round -eq 0 ]]; then rm -f "$from/BLAKE3SUMS" "$to/BLAKE3SUMS"; same_trees "$from" "$to"; fi
}

copies=0
for where in $places; do
  if [[ $where == memory ]]; then place=$work/trees; else place=$disk; fi
  make_trees "$place"
  for tree in ${TREES:-big small}; do
    tools="ferry-copy cp cp-sync ferry-all sequence ferry-hash b3sum"
    if [[ $tree == big && $where == memory ]]; then tools+=" ferry-sha openssl openssl-parallel"; fi
    if [[ $where == disk && -w /proc/sys/vm/drop_caches ]]; then tools+=" sequence-disk"; fi
    for ((round = 0; round < rounds; round++)); do
      say "$where, $tree: round $((round + 1)) of $rounds"
      # In any order: what a tool leaves behind in memory must not always meet the same one.
      # shellcheck disable=SC2086 # words are meant
      for tool in $(shuf -e $tools); do run_tool "$where" "$place" "$tree" "$tool"; done
    done
  done
  rm -rf "$place"
done

{
  echo "# A copy with a proof"
  echo
  echo "big: $gibs files of 1 GiB; small: $files files of $bytes bytes in $directories directories. From and to the same file system. Whole processes, start"
  echo "included; seconds. The source is in the page cache. ferry syncs what it copied, and hashes it while it copies, also with \`--step copy\`; \`cp -a\` does"
  echo "neither, so on disk it ends before the data is there. ferry's proof reads the disk again; \`b3sum --check\` after \`rsync\` reads what memory has kept"
  echo "of writing it, unless caches are dropped in between."
  echo
  python3 "$root/bench/scenarios/table.py" "$samples" s 2
  echo
  echo "Commands: \`ferry mirror --step copy SRC DST\`; \`ferry mirror SRC DST\` (copy and hash in one pass, manifest, re-read and compare);"
  echo "\`ferry mirror --step make-manifest SRC\` with \`--algo sha256\` or without; \`find . -type f -print0 | xargs -0 b3sum\`, \`rsync -a\`,"
  echo "\`b3sum --check\` one after the other; \`openssl dgst -sha256 FILES\`. Nothing is remembered from run to run."
  echo "Made with \`bench/scenarios/mirror.sh\`."
  echo
  facts rsync cp b3sum
  echo "- $(openssl version)"
} | page
