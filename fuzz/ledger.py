#!/usr/bin/env python3
"""Sums fuzz/LEDGER.tsv for each target: executions, and seconds since a turn found an edge that its seeds did not reach.

usage: ledger.py [FILE]

Seconds are of processor time from 2026-11-24 on, of the clock before. Edges are those of the last turn. 'quiet' adds up
the last turns without a new edge; rows from before new edges were noted end it.
"""

import csv
import pathlib
import sys


def totals(rows):
    targets = {}
    for row in rows:
        t = targets.setdefault(row['target'], dict(executions=0, seconds=0, failed=0, quiet=0, slowest=0.0, peak=0))
        t['executions'] += int(row['executions'] or 0)
        t['seconds'] += int(row['seconds'])
        t['failed'] += row['failures'] != '0'
        t['quiet'] = t['quiet'] + int(row['seconds']) if row['new_edges'] == '0' else 0
        t['slowest'] = max(t['slowest'], float(row['slowest_s'] or 0))
        t['peak'] = max(t['peak'], int(row['peak_mb'] or 0))
        t['edges'] = row['edges']
    return targets


def main():
    path = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name('LEDGER.tsv'))
    with path.open(encoding='utf-8', newline='') as lines:
        found = totals(csv.DictReader(lines, delimiter='\t'))
    print(f'{"target":<12}{"executions":>14}{"seconds":>9}{"edges":>7}{"quiet s":>9}{"slowest s":>11}{"peak MB":>9}'
          f'{"failed turns":>14}')
    for name, t in sorted(found.items()):
        print(f'{name:<12}{t["executions"]:>14,}{t["seconds"]:>9,}{t["edges"]:>7}{t["quiet"]:>9,}{t["slowest"]:>11.1f}'
              f'{t["peak"]:>9,}{t["failed"]:>14}')


main()
