#!/usr/bin/env bash
# mirror.sh - a copy with a proof: ferry mirror beside cp -a, beside b3sum + rsync + b3sum one after the other (what a script does, and the older
# tool did), beside b3sum and openssl on their own. Four files of 1 GiB and 40,000 small ones, in memory and on disk.
# Variables beside common.sh's: GIBS (files of 1 GiB), DISK_DIR (where on disk; /var/tmp by default), PLACES ("memory disk").
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

# Nothing is left from the round before: neither a copy nor what ferry remembers. On disk, what was written is waited for.
forget() {
  rm -rf "$1/copy" "$work/home/.local" "$1"/{big,small}/{BLAKE3SUMS,SHA256SUMS}
  sync -f "$1"
}

mirror() { as_user "$ferry" mirror --quiet "$@"; }
hash_all() { (cd "$1" && find . -type f -print0 | xargs -0 b3sum) >"$2"; }

in_sequence() {
  hash_all "$1" "$work/sums"
  as_user rsync -a "$1/" "$2/"
  (cd "$2" && b3sum --check --quiet "$work/sums")
}

copy_and_sync() { as_user cp -a "$1" "$2" && sync -f "$2"; }
dgst() { openssl dgst -sha256 "$1"/*; }
# The same, as many at a time as there are cores.
dgst_parallel() { printf '%s\0' "$1"/* | xargs -0 -n 1 -P "$(nproc)" openssl dgst -sha256; }

run_tool() {
  local where=$1 place=$2 tree=$3 tool=$4 from=$2/$3 to=$2/copy
  forget "$place"
  case $tool in
    ferry-copy) timed "$where, $tree: copy" ferry mirror --step copy "$from" "$to" ;;
    cp) timed "$where, $tree: copy" "cp -a" as_user cp -a "$from" "$to" ;;
    cp-sync) timed "$where, $tree: copy" "cp -a; sync -f" copy_and_sync "$from" "$to" ;;
    ferry-all) timed "$where, $tree: copy with proof" ferry mirror "$from" "$to" ;;
    sequence) timed "$where, $tree: copy with proof" "b3sum; rsync -a; b3sum --check" in_sequence "$from" "$to" ;;
    ferry-hash) timed "$where, $tree: manifest" ferry mirror --step make-manifest --manifest "$work/sums" "$from" ;;
    b3sum) timed "$where, $tree: manifest" "find, xargs b3sum" hash_all "$from" "$work/sums" ;;
    ferry-sha) timed "$where, $tree: SHA-256" ferry mirror --step make-manifest --algo sha256 --manifest "$work/sums" "$from" ;;
    openssl) timed "$where, $tree: SHA-256" "openssl dgst" dgst "$from" ;;
    openssl-parallel) timed "$where, $tree: SHA-256" "openssl dgst, as many as cores" dgst_parallel "$from" ;;
  esac
  if [[ $tool == ferry-all && $round -eq 0 ]]; then rm -f "$from/BLAKE3SUMS" "$to/BLAKE3SUMS"; same_trees "$from" "$to"; fi
}

for where in $places; do
  if [[ $where == memory ]]; then place=$work/trees; else place=$disk; fi
  make_trees "$place"
  for tree in big small; do
    tools="ferry-copy cp cp-sync ferry-all sequence ferry-hash b3sum"
    if [[ $tree == big && $where == memory ]]; then tools+=" ferry-sha openssl openssl-parallel"; fi
    for ((round = 0; round < rounds; round++)); do
      say "$where, $tree: round $((round + 1)) of $rounds"
      # shellcheck disable=SC2086 # words are meant
      for tool in $(in_turn "$round" $tools); do run_tool "$where" "$place" "$tree" "$tool"; done
    done
  done
  rm -rf "$place"
done

{
  echo "# A copy with a proof"
  echo
  echo "big: $gibs files of 1 GiB; small: $files files of $bytes bytes in $directories directories. From and to the same file system. Whole processes, start"
  echo "included; seconds. The source is in the page cache. ferry syncs what it copied, and hashes it while it copies, also with \`--step copy\`; \`cp -a\` does"
  echo "neither, so on disk it ends before the data is there."
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
