#!/usr/bin/env bash
# check-style.sh - prints one line per violation of the rules that no compiler checks; fails if there is one.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

readonly max_lines=450
violations=0
violation() { echo "style: $*"; violations=$((violations + 1)); }

is_script() { [[ $(head -c 2 "$1") == '#!' ]]; }

scripts=()
while IFS= read -r file; do
  [[ -f $file ]] || continue
  case $file in
    src/*.cs)
      lines=$(wc -l <"$file")
      if [[ $lines -gt $max_lines ]]; then violation "$file has $lines lines; at most $max_lines"; fi
      ;;
    *.cs | *.mjs | *.py | *.csproj | *.props | *.md | *.json | *.yaml | *.yml) ;;
    *) if is_script "$file"; then scripts+=("$file"); fi ;;
  esac
done < <(git ls-files --cached --others --exclude-standard)

# The words are put together here so that this file does not find itself.
marks="TO""DO|FIX""ME|HA""CK"
while IFS= read -r hit; do
  if [[ -n $hit ]]; then violation "left to do: $hit"; fi
done < <(git grep --untracked -nIwE "$marks" -- '*.cs' '*.sh' '*.mjs' '*.c' 'ferry' 'test' '*.props' '*.csproj' || true)

for file in "${scripts[@]}"; do
  if [[ ! -x $file ]]; then violation "$file is not executable"; fi
  case $(head -n 1 "$file") in
    *bash | *sh)
      if command -v shellcheck >/dev/null; then
        findings=$(shellcheck --format gcc --external-sources "$file") || violation "$findings"
      else
        bash -n "$file" || violation "$file does not parse"
      fi
      ;;
  esac
done
exit $((violations > 0))
