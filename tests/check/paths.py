#!/usr/bin/env python3
"""Compares rule C908 with what happens: a path is coarser than its schedule when two runs in a row write the same one.

usage: paths.py PIPEXPR

Every period, pattern and way to a time is tried in random combinations; the runs are those that 'pipexpr render' gives.
"""

import collections
import json
import pathlib
import random
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


def main():
    chance = random.Random(908)
    objects, cases = [], {}
    for number in range(COUNT):
        period, pattern = chance.choice(PERIODS), chance.choice(PATTERNS)
        time = chance.choice(TIMES).replace('{}', chance.choice(['@scheduledStartTime', '@scheduledEndTime']))
        start = chance.choice(['2024-01-01T00:00:00', '2024-01-31T00:00:00', '2023-12-25T06:15:00'])
        cases[f'O{number}'] = (period, pattern, time, start)
        objects += [{'id': f'S{number}', 'type': 'Schedule', 'period': period, 'startDateTime': start},
                    {'id': f'A{number}', 'type': 'CopyActivity', 'schedule': {'ref': f'S{number}'},
                     'output': {'ref': f'O{number}'}},
                    {'id': f'O{number}', 'type': 'S3DataNode', 'schedule': {'ref': f'S{number}'},
                     'filePath': f"s3://b/{number}/#{{format({time}, '{pattern}')}}"}]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'paths.json'
        path.write_text(json.dumps({'objects': objects}))
        checked = subprocess.run([sys.argv[1], 'check', path, '--rule', 'C908', '--format', 'json'], capture_output=True, text=True)
        rendered = subprocess.run([sys.argv[1], 'render', path, '--runs', str(RUNS), '--field', 'filePath', '--format', 'jsonl'],
                                  capture_output=True, text=True)
    if checked.returncode or rendered.returncode:
        sys.exit(f'status {checked.returncode} and {rendered.returncode}: {checked.stderr[:500]} {rendered.stderr[:500]}')
    found = {one['object'] for one in json.loads(checked.stdout)['findings']}
    written = collections.defaultdict(list)
    for line in rendered.stdout.splitlines():
        row = json.loads(line)
        if 'filePath' in row['fields']:
            written[row['object']].append(row['fields']['filePath'])
    overwritten = {name for name, paths in written.items() if any(a == b for a, b in zip(paths, paths[1:]))}
    for name in sorted(found ^ overwritten):
        print(f'{"found and fine" if name in found else "not found"}: {" | ".join(cases[name])}: {written[name][:4]}')
    print(f'{len(overwritten)} of {len(written)} paths are overwritten by the next run, {len(found ^ overwritten)} verdicts differ')
    return 0 if found == overwritten and overwritten and len(written) == COUNT else 1


if __name__ == '__main__':
    sys.exit(main())
