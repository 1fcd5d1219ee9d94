#!/usr/bin/env bash
# check-style.sh - prints one line per violation of the rules that no compiler checks; fails if there is one.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

readonly max_lines=450
violations=0
violation() { echo "style: $*"; violations=$((violations + 1)); }

list_files() {
  git ls-files --cached --others --exclude-standard 2>/dev/null ||
    find . -type d \( -name bin -o -name obj -o -name artifacts -o -name node_modules \) -prune -o -type f -printf '%P\n'
}

is_script() { [[ $(head -c 2 "$1") == '#!' ]]; }

scripts=()
marked=()
while IFS= read -r file; do
  [[ -f $file ]] || continue
  case $file in
    *.md | *.json | *.txt | *.yaml | *.yml) continue ;;
  esac
  marked+=("$file")
  case $file in
    src/*.cs)
      lines=$(wc -l <"$file")
      if [[ $lines -gt $max_lines ]]; then violation "$file has $lines lines; at most $max_lines"; fi
      ;;
    *.cs | *.mjs | *.csproj | *.props) ;;
    *) if is_script "$file"; then scripts+=("$file"); fi ;;
  esac
done < <(list_files)

# The words are put together here so that this file does not find itself.
marks="TO""DO|FIX""ME|HA""CK"
while IFS= read -r hit; do
  if [[ -n $hit ]]; then violation "left to do: $hit"; fi
done < <(grep -HnIwE "$marks" -- "${marked[@]}" || true)

for file in "${scripts[@]}"; do
  if [[ ! -x $file ]]; then violation "$file is not executable"; fi
  case $(head -n 1 "$file") in
    *bash | *sh)
      if command -v shellcheck >/dev/null; then
        findings=$(shellcheck --format gcc --external-sources --source-path=SCRIPTDIR "$file") || violation "$findings"
      else
        bash -n "$file" || violation "$file does not parse"
      fi
      ;;
  esac
done
# The layers: a project refers to those on its right only. Cli -> Workloads, Stores, Core; Workloads -> Core; Stores -> Core; Core -> nothing.
refers_to() {
  local project=$1 allowed=$2 reference
  while IFS= read -r reference; do
    if [[ -n $reference && ! $reference =~ ^($allowed)$ ]]; then violation "$project may not refer to $reference"; fi
  done < <(sed -nE 's/.*<ProjectReference Include="[^"]*\/([^"/]+)\.csproj".*/\1/p' "src/$project/$project.csproj")
}
refers_to Ferry.Core "none"
refers_to Ferry.Stores "Ferry.Core"
refers_to Ferry.Workloads "Ferry.Core"
refers_to Ferry.Cli "Ferry.Core|Ferry.Workloads|Ferry.Stores"
if grep -q "<PackageReference" src/Ferry.Core/Ferry.Core.csproj; then violation "Ferry.Core may not use packages"; fi

# The unsafe border: system calls are declared in one folder.
while IFS= read -r file; do
  if [[ -n $file ]]; then violation "$file declares a native call outside of src/Ferry.Core/Linux/Native"; fi
done < <(grep -rlE --include='*.cs' --exclude-dir=obj '\[(LibraryImport|DllImport)' src | grep -v '^src/Ferry.Core/Linux/Native/' || true)

exit $((violations > 0))
