#!/usr/bin/env python3
"""Compares rules C908 and C911 with what happens: a path is coarser than its schedule when two runs in a row write the same
one, and repeated when any two runs do.

usage: paths.py PIPEXPR

Every period, pattern and way to a time is tried in random combinations; the runs are those that 'pipexpr render' gives.
"""

import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

COUNT = 400
RUNS = 400
PERIODS = ['15 minutes', '30 minutes', '45 minutes', '60 minutes', '90 minutes', '1440 minutes', '1 hour', '2 hours', '6 hours',
           '12 hours', '18 hours', '24 hours', '36 hours', '1 day', '3 days', '7 days', '10 days', '30 days', '31 days', '366 days',
           '400 days', '1 week', '2 weeks', '5 weeks', '53 weeks', '1 month', '2 months', '12 months', '1 year', '2 years']
PATTERNS = ['YYYY', 'YYYY-MM', 'YYYY-MM-dd', 'YYYY-MM-dd-HH', 'YYYY-MM-dd-HH-mm', 'YYYY-MM-dd-HH-ss', 'YYYY-MM-dd-hh-a',
            'YYYY-MM-dd-a', 'YYYY-MMM-d', 'YYYY-MM-HH', 'YYYY-DDD', 'yyMMddkk', 'xxxx-ww', 'xxxx-ww-e', 'xxxx-ww-EEE']
# No firstOfMonth or minusMonths: whether they make two days one depends on the month.
TIMES = ['{}', '{}', '{}', 'midnight({})', 'minusDays({}, 1)', 'yesterday({})', 'sunday({})', 'plusHours(midnight({}), 3)',
         "inTimeZone({}, 'Asia/Tokyo')", 'plusHours(midnight({}), hour({}))']


# Each with a year, as paths without one come round by design.
YEARS = ["#{format({},'YYYY')}", "#{year({})}", "#{format({},'xxxx')}", "#{format({},'yy')}"]
PARTS = ["#{format({},'MM')}", "#{month({})}", "#{format({},'dd')}", "#{day({})}", "#{format({},'HH')}", "#{hour({})}", "#{format({},'ww')}",
         "#{format({},'e')}", "#{format({},'DDD')}", "#{format({},'mm')}", '#{midnight({})}', '#{firstOfMonth({})}', '#{{}}',
         "#{inTimeZone({},'Europe/Berlin')}", "#{inTimeZone({},'Asia/Tokyo')}"]
SHORT = PERIODS[:15]  # of which so many runs fit into the years that are looked at
REPEATED = 130  # three objects each: of more, fewer runs are tried


def definition(paths):
    """paths: id -> (period, start, path)."""
    objects = []
    for name, (period, start, path) in paths.items():
        objects += [{'id': f'S{name}', 'type': 'Schedule', 'period': period, 'startDateTime': start},
                    {'id': f'A{name}', 'type': 'CopyActivity', 'schedule': {'ref': f'S{name}'}, 'output': {'ref': name}},
                    {'id': name, 'type': 'S3DataNode', 'schedule': {'ref': f'S{name}'}, 'filePath': path}]
    return json.dumps({'objects': objects})


def check(program, path, *arguments):
    done = subprocess.run([program, 'check', path, '--format', 'json', *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f'check: status {done.returncode}: {done.stderr[:500]}')
    return json.loads(done.stdout)['findings']


def render(program, path, *arguments):
    """id -> the paths of its runs."""
    done = subprocess.run([program, 'render', path, '--field', 'filePath', '--format', 'jsonl', *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f'render: status {done.returncode}: {done.stderr[:500]}')
    written = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if 'filePath' in row['fields']:
            written[row['object']].append(row['fields']['filePath'])
    return written


def coarse(program, path, chance):
    """The number of wrong verdicts of C908."""
    paths, cases = {}, {}
    for number in range(COUNT):
        period, pattern = chance.choice(PERIODS), chance.choice(PATTERNS)
        time = chance.choice(TIMES).replace('{}', chance.choice(['@scheduledStartTime', '@scheduledEndTime']))
        start = chance.choice(['2024-01-01T00:00:00', '2024-01-31T00:00:00', '2023-12-25T06:15:00'])
        cases[f'O{number}'] = (period, pattern, time, start)
        paths[f'O{number}'] = (period, start, f"s3://b/{number}/#{{format({time}, '{pattern}')}}")
    path.write_text(definition(paths))
    found = {one['object'] for one in check(program, path, '--rule', 'C908')}
    written = render(program, path, '--runs', str(RUNS))
    overwritten = {name for name, paths in written.items() if any(a == b for a, b in zip(paths, paths[1:]))}
    for name in sorted(found ^ overwritten):
        print(f'{"found and fine" if name in found else "not found"}: {" | ".join(cases[name])}: {written[name][:4]}')
    print(f'{len(overwritten)} of {len(written)} paths are overwritten by the next run, {len(found ^ overwritten)} verdicts differ')
    return len(found ^ overwritten) if overwritten and len(written) == COUNT else 1


def repeated(program, path, chance):
    """The number of wrong verdicts of C911 and the rules that come before it."""
    paths = {}
    for number in range(REPEATED):
        parts = [chance.choice(YEARS), *chance.sample(PARTS, chance.choice([1, 2, 3]))]
        time = chance.choice(['@scheduledStartTime', '@scheduledEndTime'])
        start = chance.choice(['2024-01-01T00:00:00', '2024-01-31T00:00:00', '2023-12-25T06:15:00'])
        text = f's3://b/{number}/' + chance.choice(['', '/', '-']).join(parts).replace('{}', time)
        paths[f'O{number}'] = (chance.choice(SHORT), start, text)
    path.write_text(definition(paths))
    wrong, known = 0, check(program, path, '--rule', 'C9')
    written = render(program, path, '--runs', str(RUNS))
    shared = {name for name, values in written.items() if len(set(values)) not in (1, len(values))}
    for name in sorted(shared - {one['object'] for one in known}):
        wrong += 1
        print(f'not found: {" | ".join(paths[name])}')
    for one in known:
        if one['rule'] != 'C911':
            continue
        runs = re.match('the runs of (.*?) and (.*?) write', one['message']).groups()
        values = render(program, path, '--object', one['object'], '--at', runs[0], '--at', runs[1])[one['object']]
        if len(values) != 2 or values[0] != values[1]:
            wrong += 1
            print(f'found and fine: {" | ".join(paths[one["object"]])}: {values}')
    total = sum(one['rule'] == 'C911' for one in known)
    print(f'{len(shared)} of {len(written)} paths are repeated within {RUNS} runs, {total} found by C911, {wrong} verdicts differ')
    return wrong if shared and total else 1


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'paths.json'
        return 1 if coarse(program, path, random.Random(908)) + repeated(program, path, random.Random(911)) else 0


if __name__ == '__main__':
    sys.exit(main())
