#!/usr/bin/env python3
"""Twice the input takes about twice the instructions, whatever its shape, also when it is refused.

usage: linear_test.py SHAPES

Instructions are counted by perf where that is allowed, otherwise by valgrind; neither depends on how busy the machine is.
What an input of no size takes is subtracted first.
"""

import re
import subprocess
import sys

SIZES = (2000, 4000, 8000)
LEAST, MOST = 1.6, 2.6


def by_perf(command):
    ran = subprocess.run(['perf', 'stat', '-x', ',', '-e', 'instructions:u', *command], capture_output=True, text=True)
    found = re.search(r'^(\d+),', ran.stderr, re.MULTILINE)
    return ran.returncode, int(found[1]) if found else None


def by_valgrind(command):
    ran = subprocess.run(['valgrind', '--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', *command],
                         capture_output=True, text=True)
    found = re.search(r'I\s+refs:\s+([\d,]+)', ran.stderr)
    return ran.returncode, int(found[1].replace(',', '')) if found else None


def counter(program):
    for count in (by_perf, by_valgrind):
        try:
            if count([program, 'chain', '1'])[1]:
                return count
        except FileNotFoundError:
            pass
    sys.exit('neither perf nor valgrind can count instructions here')


def main():
    program = sys.argv[1]
    count = counter(program)
    names = subprocess.run([program], capture_output=True, text=True).stdout.splitlines()
    failures = 0
    for name in names:
        measured = []
        for size in (0, *SIZES):
            status, instructions = count([program, name, str(size)])
            if size and status != 0:
                print(f'{name} of {size}: status {status}')
                failures += 1
            measured.append(instructions)
        net = [n - measured[0] for n in measured[1:]]
        ratios = [b / a for a, b in zip(net, net[1:])]
        # What is refused may end early; then it does not grow at all.
        good = all(ratio <= MOST and (ratio >= LEAST or name.endswith('!')) for ratio in ratios)
        failures += not good
        print(f'{"ok" if good else "FAILED":7}{name:24}' + ''.join(f'{n:14,}' for n in net) +
              ''.join(f'{ratio:7.2f}' for ratio in ratios))
    print(f'{len(names)} shapes, {failures} failures')
    return 1 if failures or len(names) < 14 else 0


if __name__ == '__main__':
    sys.exit(main())
