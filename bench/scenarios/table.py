#!/usr/bin/env python3
"""table.py SAMPLES UNIT [DIGITS] - a Markdown table of the medians in a file of "case<TAB>tool<TAB>value" lines.

The last columns say how many times ferry's value another tool's is in the same case, above 1 for ferry's being better: by the medians, and by the
least values of each, which what else happens on a machine has disturbed the least.
"""
import statistics
import sys


def read(path):
    cases = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            case, tool, value = line.rstrip("\n").split("\t")
            cases.setdefault(case, {}).setdefault(tool, []).append(float(value))
    return cases


def main():
    path, unit = sys.argv[1:3]
    digits = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    show = lambda value: f"{value:,.{digits}f}"
    print(f"| case | tool | median {unit} | least to most | runs | times ferry's | by the least |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for case, tools in read(path).items():
        ours = tools.get("ferry")
        for tool, values in sorted(tools.items(), key=lambda item: (item[0] != "ferry", item[0])):
            median = statistics.median(values)
            compared = ours if tool != "ferry" else None
            ratios = f"{median / statistics.median(compared):.2f} | {min(values) / min(compared):.2f}" if compared else " | "
            print(f"| {case} | {tool} | {show(median)} | {show(min(values))} to {show(max(values))} | {len(values)} | {ratios} |")


if __name__ == "__main__":
    main()
