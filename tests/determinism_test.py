#!/usr/bin/env python3
"""Tests that compare whole results pass whatever the process's time zone and locale, so results are the same bytes.

usage: determinism_test.py [--all] PROGRAM...      each zone and each locale once; with --all each pair of them

Locales that the machine does not have are made for the occasion, by localedef, in a folder of their own.
"""

import itertools
import os
import pathlib
import subprocess
import sys
import tempfile

ZONES = ('UTC', 'Europe/Kyiv', 'America/New_York')
LOCALES = {'tr_TR.UTF-8': ',', 'de_DE.UTF-8': ',', 'C': '.'}  # and what stands between 1 and 5 in 1.5


def make_locales(folder):
    for name in LOCALES:
        if name != 'C':
            # localedef's status is 1 when it only warns.
            subprocess.run(['localedef', '-i', name.split('.')[0], '-f', 'UTF-8', str(folder / name)], capture_output=True)


def main():
    failures = 0
    programs = [word for word in sys.argv[1:] if word != '--all']
    pairs = list(itertools.product(ZONES, LOCALES)) if '--all' in sys.argv else list(zip(ZONES, LOCALES))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_locales(folder)
        for program, (zone, locale) in itertools.product(programs, pairs):
            point = LOCALES[locale]
            environment = {**os.environ, 'TZ': zone, 'LC_ALL': locale, 'LOCPATH': name}
            # With LOCPATH, glibc's setlocale leaks a few bytes of its own; other runs look for leaks.
            environment['ASAN_OPTIONS'] = ':'.join(filter(None, (os.environ.get('ASAN_OPTIONS'), 'detect_leaks=0')))
            shown = subprocess.run(['locale', '-k', 'decimal_point'], env=environment, capture_output=True, text=True)
            if f'"{point}"' not in shown.stdout:
                sys.exit(f'locale {locale} could not be made: {shown.stdout}{shown.stderr}')
            ran = subprocess.run([program], env=environment, capture_output=True)
            if ran.returncode != 0:
                failures += 1
                print(f'{program} with TZ={zone} LC_ALL={locale}: status {ran.returncode}')
                print(ran.stdout.decode('utf-8', 'backslashreplace')[-2000:], ran.stderr.decode('utf-8', 'backslashreplace')[-2000:])
    print(f'{len(programs) * len(pairs)} runs, {failures} failures')
    return 1 if failures or not programs else 0


if __name__ == '__main__':
    sys.exit(main())
