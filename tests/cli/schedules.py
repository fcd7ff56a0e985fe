#!/usr/bin/env python3
"""Renders 10,000 random schedules and compares the times of their instances with Python's own calendar.

usage: schedules.py PIPEXPR
"""

import calendar
import collections
import datetime
import json
import random
import subprocess
import sys
import tempfile

COUNT = 10_000
RUNS = 5
UNITS = {'minutes': (15, 5000), 'hours': (1, 2000), 'days': (1, 1000), 'weeks': (1, 150), 'months': (1, 35), 'years': (1, 3)}


def after(start, count, unit):
    """`count` units after start; months end where the calendar's month ends."""
    if unit in ('months', 'years'):
        month = start.month - 1 + count * (12 if unit == 'years' else 1)
        year, month = start.year + month // 12, month % 12 + 1
        return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))
    return start + datetime.timedelta(**{unit: count})


def random_start(chance):
    kind = chance.random()
    year = chance.randrange(1900, 2200)
    clock = chance.choice([(0, 0, 0), (23, 59, 59), (chance.randrange(24), chance.randrange(60), chance.randrange(60))])
    if kind < 0.2:
        leap = year - year % 4
        return datetime.datetime(leap if calendar.isleap(leap) else 2000, 2, 29, *clock)
    month = chance.randrange(1, 13)
    last = calendar.monthrange(year, month)[1]
    return datetime.datetime(year, month, last if kind < 0.5 else chance.randrange(1, last + 1), *clock)


def random_schedule(chance, number):
    unit = chance.choice(list(UNITS))
    count = chance.randint(*UNITS[unit])
    start = random_start(chance)
    fields = {'id': f'S{number}', 'type': 'Schedule', 'startDateTime': start.isoformat(), 'period': f'{count} {unit}'}
    starts = [after(start, count * i, unit) for i in range(RUNS + 1)]
    runs = list(zip(starts, starts[1:]))
    if chance.random() < 0.3:
        fields['occurrences'] = str(chance.randint(1, RUNS + 2))
        runs = runs[:int(fields['occurrences'])]
    elif chance.random() < 0.5:
        end = chance.choice(starts[1:]) + datetime.timedelta(seconds=chance.choice([-1, 0, 1]))
        fields['endDateTime'] = end.isoformat()
        runs = [run for run in runs if run[0] < end]
    return fields, runs


def main():
    chance = random.Random(20170813)
    objects, expected = [], {}
    for number in range(COUNT):
        schedule, runs = random_schedule(chance, number)
        activity = {'id': f'A{number}', 'type': 'ShellCommandActivity', 'schedule': {'ref': schedule['id']},
                    'command': '#{@scheduledStartTime} #{@scheduledEndTime} #{@id}'}
        objects += [schedule, activity]
        expected[activity['id']] = [(f'@{activity["id"]}_{start.isoformat()}', f'{start.isoformat()} {end.isoformat()}')
                                    for start, end in runs]
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump({'objects': objects}, file)
        file.flush()
        done = subprocess.run([sys.argv[1], 'render', file.name, '--runs', str(RUNS), '--format', 'jsonl'],
                              capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f'status {done.returncode}: {done.stderr[:2000]}')
    found, order = collections.defaultdict(list), []
    for line in done.stdout.splitlines():
        row = json.loads(line)
        start, end, name = row['fields']['command'].split(' ')
        if (start, end, name) != (row['start'], row['end'], row['id']):
            sys.exit(f'the members and the rendered command differ: {line}')
        found[row['object']].append((row['id'], f'{start} {end}'))
        order.append(start)
    wrong = [name for name in expected if expected[name] != found.get(name)]
    for name in wrong[:10]:
        print(f'{name}: {objects[2 * int(name[1:])]}\n  expected {expected[name]}\n  found    {found.get(name)}')
    if wrong or len(found) != COUNT or order != sorted(order):
        sys.exit(f'{len(wrong)} of {COUNT} schedules differ; in order of time: {order == sorted(order)}')
    instances = sum(map(len, found.values()))
    print(f'{COUNT} schedules, {instances} instances: all as Python has them')


if __name__ == '__main__':
    main()
