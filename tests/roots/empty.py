#!/usr/bin/env python3
"""Runs a static command where there is nothing else: in a root that holds the program alone.

usage: empty.py PIPEXPR

Entering a root needs a namespace of the test's own. Where the system forbids one the test is skipped, status 77.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

KYIV = '#{inTimeZone(makeDate(2024, 7, 1), "Europe/Kyiv").format("HH ZZ")}'
CASES = [
    (['eval', '#{1 + 2}'], 0, '3\n'),
    (['eval', KYIV], 0, '03 +03:00\n'),
    (['eval', '#{inTimeZone(makeDate(2500, 7, 1), "US/Pacific").format("HH ZZ")}'], 0, '17 -07:00\n'),
    (['eval', KYIV.replace('Kyiv', 'Kyjiv')], 1, "E407]: The datetime zone id 'Europe/Kyjiv' is not recognised"),
    (['--version'], 0, 'zones: embedded\n'),
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        shutil.copy(sys.argv[1], root / 'pipexpr')
        enter = ['unshare', '--user', '--map-root-user', f'--root={root}']
        if subprocess.run(['unshare', '--user', '--map-root-user', 'true'], check=False).returncode != 0:
            print('skipped: this system permits no root in a namespace')
            sys.exit(77)
        failed = 0
        for arguments, status, wanted in CASES:
            done = subprocess.run([*enter, '/pipexpr', *arguments], capture_output=True, text=True, check=False, env={})
            if done.returncode != status or wanted not in done.stdout + done.stderr:
                failed += 1
                print(f'{arguments}: expected {status}, {wanted!r}; found {done.returncode}, {done.stdout}{done.stderr}')
    print(f'{len(CASES) - failed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
