#!/usr/bin/env python3
"""Feeds bench/instructions with figures that are as stored, that have grown, and of another compiler."""

import pathlib
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent.parent / 'bench'
TABLE = (BENCH / 'instructions.tsv').read_text()
ROW = next(line for line in TABLE.splitlines() if line.startswith('W1\t'))
FIGURE = int(ROW.split('\t')[1])
COMPILER = next(line for line in TABLE.splitlines() if line.startswith('compiler\t'))


def with_w1(figure):
    return TABLE.replace(ROW, f'W1\t{figure}')


# What is measured, the status, and what the output must say.
CASES = [
    (TABLE, 0, '+0.0%'),
    (with_w1(FIGURE * 1019 // 1000), 0, '+1.'),
    (with_w1(FIGURE * 103 // 100), 1, f'GROWN: W1 took {FIGURE:,} instructions and takes {FIGURE * 103 // 100:,}'),
    (with_w1(FIGURE // 2), 0, '-50.'),
    (with_w1(2 * FIGURE).replace(COMPILER, 'compiler\tg++ 99.1'), 0, 'NOT COMPARED: measured with g++ 99.1, and the table is of '),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        measured = pathlib.Path(directory) / 'measured.tsv'
        for table, status, words in CASES:
            measured.write_text(table)
            ran = subprocess.run([BENCH / 'instructions', '--measured', measured], capture_output=True, text=True)
            if ran.returncode != status or words not in ran.stdout:
                failed += 1
                print(f'want status {status} and "{words}", got {ran.returncode}:\n{ran.stdout}{ran.stderr}')
    print(f'{len(CASES) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
