#!/usr/bin/env python3
"""Evaluates on a machine without a time-zone database and on ones whose database is damaged.

usage: missing.py PIPEXPR

The database is hidden by mounting over it in a mount namespace of the test's own. Where the system forbids such a
namespace the test is skipped, status 77, and says so.
"""

import shlex
import subprocess
import sys

ZONES = '/usr/share/zoneinfo'
KYIV = '#{inTimeZone(makeDate(2024, 7, 1), "Europe/Kyiv").format("HH ZZ")}'
PLACE = ' | ' + KYIV + '\n |                                    ^~~~~~~~~~~~~\n'
WHERE = 'template:1:36: error[E409]: '

# (what is done to the hidden database, whose copy is in $saved; template; expected output)
CASES = [
    ('rm -r *', KYIV, f'{WHERE}there is no time-zone database in {ZONES}/: install the package tzdata\n{PLACE}'),
    ('rm -r *', '#{inTimeZone(makeDate(2024, 7, 1), "UTC").format("HH ZZ")}', '00 +00:00\n'),
    ('rm -r *', '#{inTimeZone(makeDate(2024, 7, 1), "+05:30").format("HH ZZ")}', '05 +05:30\n'),
    ('true', KYIV, '03 +03:00\n'),
    ('rm Europe/Kyiv', KYIV, f"{WHERE}the time-zone database has no zone 'Europe/Kyiv'\n{PLACE}"),
    ('echo text > Europe/Kyiv', KYIV,
     f"{WHERE}the time-zone database in {ZONES}/ is damaged: its file 'Europe/Kyiv' is no zone file\n{PLACE}"),
    (': > Europe/Kyiv', KYIV,
     f"{WHERE}the time-zone database in {ZONES}/ is damaged: its file 'Europe/Kyiv' is no zone file\n{PLACE}"),
    ('truncate -s 100 Europe/Kyiv', KYIV,
     f"{WHERE}the time-zone database in {ZONES}/ is damaged: its file 'Europe/Kyiv' is no zone file\n{PLACE}"),
    ('rm -f UTC; echo text > UTC', KYIV,
     f"{WHERE}the time-zone database in {ZONES}/ is damaged: its file 'UTC' is no zone file\n{PLACE}"),
]

# (what is done, the database's version as the command tells it)
VERSIONS = [
    ('rm -r *', 'missing'),
    ('rm -f tzdata.zi +VERSION', 'unknown'),
    ('rm -f tzdata.zi; echo 2030y > +VERSION', '2030y'),
    ('rm -f tzdata.zi; echo "# version 2030x" > tzdata.zi; echo 2030y > +VERSION', '2030x'),
    ('rm -f tzdata.zi; echo 2030x > tzdata.zi; echo 2030y > +VERSION', '2030y'),
]


def hidden(script):
    """Runs a shell script where the database is a copy that it may change."""
    setup = (f'set -e; copy=$(mktemp -d); mount -t tmpfs none "$copy"; cp -rL {ZONES}/. "$copy"; '
             f'mount --bind "$copy" {ZONES}; cd {ZONES}; ')
    return subprocess.run(['unshare', '--mount', '--user', '--map-root-user', 'bash', '-c', setup + script],
                          capture_output=True, text=True, check=False)


def main():
    if hidden('true').returncode != 0:
        print(f'skipped: this system permits no mount over {ZONES} in a namespace: {hidden("true").stderr.strip()}')
        sys.exit(77)
    failed = 0
    for damage, template, expected in CASES:
        done = hidden(f'{damage}; set +e; {shlex.quote(sys.argv[1])} eval {shlex.quote(template)} 2>&1')
        if done.stdout != expected or done.returncode != (1 if 'error' in expected else 0):
            failed += 1
            print(f'after {damage}: {template}\nexpected: {expected}found ({done.returncode}): {done.stdout}{done.stderr}')
    for damage, version in VERSIONS:
        done = hidden(f'{damage}; {shlex.quote(sys.argv[1])} --version')
        if not done.stdout.split('\n')[0].endswith(f' (tzdata {version})'):
            failed += 1
            print(f'after {damage}: expected version {version}, found {done.stdout}{done.stderr}')
    print(f'{len(CASES) + len(VERSIONS) - failed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
