#!/usr/bin/env bash
# small-files.sh - many small files from memory to memory: no device is waited for, so what counts is work per file.
# ferry hashes every byte and writes its manifest while it copies; rsync and cp verify nothing.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

files=${FILES:-40000} directories=200 bytes=7000 rounds=${ROUNDS:-7}
start coreutils

say "writing $files files..."
python3 "$root/bench/scenarios/make-tree.py" "$work/source" "$files" "$directories" "$bytes"
configure "$work/source" "$work/scratch"

run_first() {
  rm -rf "$work/scratch" "$work/rsync" "$work/cp"
  mkdir "$work/scratch"
  case $1 in
    ferry) timed "first copy" ferry as_user "$ferry" sync ;;
    rsync) timed "first copy" "rsync -a" as_user rsync -a "$work/source/" "$work/rsync/" ;;
    cp) timed "first copy" "cp -a" as_user cp -a "$work/source" "$work/cp" ;;
  esac
}

staged() { find "$work/scratch" -type d -name HF_HOME -print -quit; }

for ((round = 0; round < rounds; round++)); do
  say "round $((round + 1)) of $rounds"
  for tool in $(in_turn "$round" ferry rsync cp); do
    run_first "$tool"
    if [[ $tool == ferry && $round -eq 0 ]]; then same_trees "$work/source" "$(staged)"; fi
  done
done

# What is there is left in place from here on.
rm -rf "$work/cp"
mkdir -p "$work/scratch"
as_user "$ferry" sync >/dev/null 2>&1
as_user rsync -a "$work/source/" "$work/rsync/"
for ((round = 0; round < rounds; round++)); do
  say "round $((round + 1)) of $rounds"
  for tool in $(in_turn "$round" forced rsync fresh); do
    case $tool in
      forced) timed "nothing changed, everything looked at" ferry as_user "$ferry" sync --force ;;
      rsync) timed "nothing changed, everything looked at" "rsync -a" as_user rsync -a "$work/source/" "$work/rsync/" ;;
      fresh) timed "nothing to do, synced a moment ago" ferry as_user "$ferry" sync ;;
    esac
  done
done

{
  echo "# Small files, memory to memory"
  echo
  echo "$files files of $bytes bytes in $directories directories; whole processes, start included; seconds."
  echo
  python3 "$root/bench/scenarios/table.py" "$samples" s 3
  echo
  echo "Commands: \`ferry sync\` to an empty scratch, \`ferry sync --force\`, \`ferry sync\`; \`rsync -a SOURCE/ TARGET/\`;"
  echo "\`cp -a SOURCE TARGET\`. Made with \`bench/scenarios/small-files.sh\`."
  echo
  facts rsync cp
} | page
