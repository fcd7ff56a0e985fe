#!/usr/bin/env python3
"""'pipexpr diff' without a range finds changes that look like none, and nothing in rewrites that change nothing.

usage: diff_pairs.py PIPEXPR [--rewrites N]

PAIRS are two texts each that differ in some runs of an hourly or daily pipeline; each is a field of its own in two
definitions, and every one has to be found. SAME are pairs that never differ. Rewrites are made by chance, from a fixed
seed: blanks, parentheses, quotes, methods for functions, values moved into parameters and parents.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

T = '@scheduledStartTime'


def f(pattern, time=T):
    return f"#{{format({time}, '{pattern}')}}"


def zone(name, time=T):
    return f"inTimeZone({time}, '{name}')"


PAIRS = [
    # Letters of patterns.
    (f('YYYY-MM-dd-HH'), f('YYYY-MM-dd-hh')), (f('YYYY-ww'), f('xxxx-ww')), (f('YYYY-MM-dd'), f('xxxx-MM-dd')),
    (f('dd'), f('DD')), (f('DDD'), f('DD')), (f('HH'), f('kk')), (f('hh'), f('KK')), (f('HH:mm'), f('HH:MM')),
    (f('YYYY-MM-dd'), f('YYYY-MM-d')), (f('MM'), f('M')), (f('MMM'), f('MMMM')), (f('EEE'), f('EEEE')), (f('e'), f('d')),
    (f('ss'), f('SS')), (f('SSS'), f('SS')), (f('yyyy'), f('YY')), (f('HH a'), f('hh a')), (f('w'), f('ww')),
    (f('YYYY-DDD'), f('xxxx-DDD')), (f('Z'), f('ZZ')), (f('kk:mm'), f('HH:mm')),
    # Arithmetic of months and days.
    (f('YYYY-MM-dd', f'minusMonths({T}, 1)'), f('YYYY-MM-dd', f'minusDays({T}, 31)')),
    (f('YYYY-MM-dd', f'minusMonths({T}, 1)'), f('YYYY-MM-dd', f'minusDays({T}, 30)')),
    (f('YYYY-MM', f'minusMonths({T}, 1)'), f('YYYY-MM', f'minusDays({T}, 31)')),
    (f('YYYY-MM-dd', f'minusYears({T}, 1)'), f('YYYY-MM-dd', f'minusDays({T}, 365)')),
    (f('YYYY-MM-dd', f'minusYears({T}, 1)'), f('YYYY-MM-dd', f'minusWeeks({T}, 52)')),
    (f('YYYY-MM-dd', f'plusMonths(plusMonths({T}, 1), 1)'), f('YYYY-MM-dd', f'plusMonths({T}, 2)')),
    (f('YYYY-MM-dd', f'minusDays(minusMonths({T}, 1), 1)'), f('YYYY-MM-dd', f'minusMonths(minusDays({T}, 1), 1)')),
    (f('YYYY-MM-dd', f'firstOfMonth({T})'), f('YYYY-MM-01', f'minusDays({T}, 1)')),
    (f('YYYY-MM-dd', f'midnight({T})'), f('YYYY-MM-dd', f'minusHours({T}, 12)')),
    (f('YYYY-MM-dd HH', f'midnight({T})'), f('YYYY-MM-dd HH', f'firstOfMonth({T})')),
    (f('YYYY-MM-dd', f'sunday({T})'), f('YYYY-MM-dd', f'minusDays({T}, 7)')),
    (f('YYYY-MM-dd', f'yesterday({T})'), f('YYYY-MM-dd', f'minusHours({T}, 23)')),
    (f'#{{day({T})}}', f'#{{dayOfYear({T})}}'), (f'#{{month({T})}}', f'#{{minute({T})}}'),
    (f'#{{hour({T}) / 12}}', '#{0}'),
    # Zones.
    (f('YYYY-MM-dd HH', zone('America/New_York')), f('YYYY-MM-dd HH', f'minusHours({T}, 5)')),
    (f('YYYY-MM-dd HH', zone('America/New_York')), f('YYYY-MM-dd HH', zone('America/Panama'))),
    (f('YYYY-MM-dd', zone('Europe/Paris')), f('YYYY-MM-dd', f'plusHours({T}, 1)')),
    (f('HH', zone('Europe/Moscow')), f('HH', f'plusHours({T}, 3)')),
    (f('HH', zone('America/Sao_Paulo')), f('HH', f'minusHours({T}, 3)')),
    (f('HH', zone('Europe/London')), f('HH')), (f('YYYY-MM-dd', zone('Australia/Sydney')), f('YYYY-MM-dd', f'plusHours({T}, 10)')),
    (f('YYYY-MM-dd', f"midnight({zone('America/Los_Angeles')})"), f('YYYY-MM-dd', zone('America/Los_Angeles', f'midnight({T})'))),
    (f('HH', f"plusDays({zone('America/New_York')}, 1)"), f('HH', f"plusHours({zone('America/New_York')}, 24)")),
    (f('HH', zone('America/Phoenix')), f('HH', zone('America/Denver'))),
    (f('HHmm', zone('Australia/Lord_Howe')), f('HHmm', f'plusMinutes({T}, 630)')),
    # Numbers and texts.
    ('#{7 / 2}', '#{7 / 2.0}'), (f'#{{day({T}) / 10}}', f'#{{day({T}) / 10.0}}'), ('#{2 ^ 3}', '#{2 * 3}'),
    (f"#{{'a' + day({T})}}", f"#{{'a0' + day({T})}}"),
    # The end of a run.
    (f('YYYY-MM-dd', '@scheduledEndTime'), f('YYYY-MM-dd', f'plusMonths({T}, 1)')),
]
SAME = [
    (f('YYYY'), f('yyyy')), (f('YYYY-MM-dd', f'minusMonths({T}, 12)'), f('YYYY-MM-dd', f'minusYears({T}, 1)')),
    (f('HH', zone('Asia/Calcutta')), f('HH', f'plusMinutes({T}, 330)')), (f('dd', f'minusDays({T}, 7)'), f('dd', f'minusWeeks({T}, 1)')),
    (f('HH', zone('America/New_York')), f('HH', zone('US/Eastern'))), (f'#{{{T}}}', f"#{{format({T}, \"YYYY-MM-dd'T'HH:mm:ss\")}}"),
    (f('YYYY-MM-dd', f'yesterday({T})'), f('YYYY-MM-dd', f'minusDays({T}, 1)')), ('#{1 + 2}', '3'),
]


def definition(texts, parameters=(), inherited=()):
    default = {'id': 'Default', 'schedule': {'ref': 'S'}, **dict(inherited)}
    schedule = {'id': 'S', 'type': 'Schedule', 'period': '1 day', 'startDateTime': '2024-01-01T00:00:00'}
    activity = {'id': 'A', 'type': 'ShellCommandActivity', **{f'my{i:03}': text for i, text in texts}}
    return {'objects': [default, schedule, activity],
            'parameters': [{'id': name, 'type': 'String', 'default': value} for name, value in parameters]}


def diff(program, a, b):
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, content in (('a', a), ('b', b)):
            path = pathlib.Path(folder, name + '.json')
            path.write_text(json.dumps(content))
            names.append(str(path))
        done = subprocess.run([program, 'diff', *names, '--format', 'json'], capture_output=True, text=True)
    if done.returncode not in (0, 1) or done.stderr:
        sys.exit(f'status {done.returncode}: {done.stderr}')
    found = json.loads(done.stdout)
    if done.returncode != (1 if found['fields'] else 0):
        sys.exit(f'status {done.returncode} with {len(found["fields"])} differences')
    return {one['field'] for one in found['fields']}, found['compared']


class Rewriter:
    """Expressions by chance, each in two spellings of one meaning, with what the second needs of its definition."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.parameters, self.inherited = [], []

    def blank(self):
        return self.random.choice(['', ' ', '  '])

    def time(self, depth=0):
        pick = self.random.randrange(5) if depth < 3 else 0
        if pick == 0:
            return T, self.wrapped(T)
        a, b = self.time(depth + 1)
        if pick == 1:
            name = self.random.choice(['midnight', 'yesterday', 'sunday', 'firstOfMonth'])
            return f'{name}({a})', f'{name}({self.blank()}{b}{self.blank()})'
        if pick == 2:
            name, way = self.random.choice(['America/New_York', 'Europe/Paris', 'UTC']), self.random.choice(['"', "'"])
            return f"inTimeZone({a}, '{name}')", f'inTimeZone({b},{way}{name}{way})'
        name, count = self.random.choice(['minusDays', 'plusMonths', 'minusHours', 'plusWeeks']), self.random.randrange(40)
        other = str(count) if self.random.random() < 0.5 else f'({count - 3}{self.blank()}+{self.blank()}3)'
        return f'{name}({a}, {count})', f'{name}({b}{self.blank()},{self.blank()}{other})'

    def wrapped(self, text):
        return f'({self.blank()}{text}{self.blank()})' if self.random.random() < 0.3 else text

    def pair(self):
        a, b = self.time()
        pattern = '-'.join(self.random.sample(['YYYY', 'MM', 'dd', 'HH', 'mm', 'ww', 'xxxx', 'e', 'hh', 'DDD'], 3))
        way = self.random.choice(['"', "'"])
        first, second = f"format({a}, '{pattern}')", f'format({b},{self.blank()}{way}{pattern}{way})'
        number = len(self.parameters)
        kind = self.random.randrange(5)
        if kind == 0:  # the prefix becomes a parameter
            self.parameters.append((f'myP{number}', 's3://b/x'))
            return f's3://b/x#{{{first}}}', f'#{{myP{number}}}#{{{self.blank()}{second}}}'
        if kind == 1:  # the whole becomes a field of the parent
            name = f'myH{len(self.inherited)}'
            self.inherited.append((name, f'#{{{second}}}'))
            return f'a#{{{first}}}', f'a#{{{name}}}'
        if kind == 2:
            return f"#{{'x' + {first}}}", f'x#{{{second}}}'
        if kind == 3:
            return f'#{{{first}}}/y', f'#<{second}>/y'
        return f'#{{{first}}}', f'#{{{self.blank()}{self.wrapped(second)}{self.blank()}}}'


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('program')
    options.add_argument('--rewrites', type=int, default=500)
    options = options.parse_args()
    wrong = 0
    sides = [definition(enumerate(texts)) for texts in zip(*PAIRS)]
    for side in sides:  # a text without a value would be found whatever stands beside it
        if failed := diff(options.program, side, side)[1]['without_value']:
            wrong += 1
            print('no value:', *failed)
    found, compared = diff(options.program, *sides)
    for i, (a, b) in enumerate(PAIRS):
        if f'my{i:03}' not in found:
            wrong += 1
            print(f'not found: {a} | {b}')
    found, _ = diff(options.program, *(definition(enumerate(texts)) for texts in zip(*SAME)))
    for name in sorted(found):
        wrong += 1
        print('differs:', *SAME[int(name[2:])])
    rewriter = Rewriter(18)
    pairs = [rewriter.pair() for _ in range(options.rewrites)]
    found, again = diff(options.program, definition(enumerate(a for a, _ in pairs)),
                        definition(enumerate(b for _, b in pairs), rewriter.parameters, rewriter.inherited))
    for name in sorted(name for name in found if name[2:].isdigit()):
        wrong += 1
        print('differs:', *pairs[int(name[2:])])
    if again['instants'] < 150 or again['without_value']:
        wrong += 1
        print('compared too little:', again)
    print(f'{len(PAIRS)} pairs that differ, {len(SAME)} that do not, {options.rewrites} rewrites, {wrong} wrong; '
          f'{compared["instants"]} instants')
    return wrong != 0


if __name__ == '__main__':
    sys.exit(main())
