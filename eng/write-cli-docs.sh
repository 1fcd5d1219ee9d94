#!/usr/bin/env bash
# write-cli-docs.sh - writes docs/cli, a page per command, from what the program prints as its help.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

./ferry --version >/dev/null
FERRY_WRITE_DOCS=1 dotnet test tests/Ferry.Integration.Tests -c Release --nologo -v quiet --filter CommandPagesTests
git status --short docs/cli
