#!/usr/bin/env python3
"""Sends every formatting result of the real Joda-Time in golden.tsv.gz and zonenames.tsv.gz through the command.

usage: jsonl.py PIPEXPR

Each line becomes a request for #{format(inTimeZone(d,z),p)}, as a user would send it, and has to come back with Joda's
text, or with an error where Joda has one. Lines of changed.tsv may differ: there the zones themselves have changed.
"""

import gzip
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def rows(name):
    with gzip.open(HERE / name, 'rt', encoding='utf-8', newline='\n') as file:
        for number, line in enumerate(file, 1):
            yield number, line.rstrip('\n').split('\t')


def cases():
    """(file, line, date, zone, pattern, expected text or None for an error)"""
    for number, row in rows('golden.tsv.gz'):
        if row[1] == 'format':
            _, _, date, zone, pattern, expected = row
            yield 'golden.tsv.gz', number, date, zone, pattern, None if expected.startswith('ERROR ') else expected
    for number, row in rows('zonenames.tsv.gz'):
        if row[1] == 'format':
            yield 'zonenames.tsv.gz', number, row[2], row[3], row[4], row[5]


def main():
    changed = {tuple(line.split('\t')[:2]) for line in (HERE / 'changed.tsv').read_text().splitlines()}
    every = list(cases())
    requests = ''.join(json.dumps({'template': '#{format(inTimeZone(d,z),p)}',
                                   'fields': {'d': date, 'z': zone, 'p': pattern}}) + '\n'
                       for _, _, date, zone, pattern, _ in every)
    done = subprocess.run([sys.argv[1], 'eval', '--jsonl'], input=requests, capture_output=True, encoding='utf-8',
                          check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(every):
        sys.exit(f'{len(every)} requests, {len(answers)} answers; status {done.returncode}: {done.stderr[:1000]}')
    wrong = errors = 0
    for (file, number, date, zone, pattern, expected), answer in zip(every, answers):
        errors += expected is None
        if (file, str(number)) in changed:
            continue
        found = answer.get('value') if expected is not None else None if 'error' in answer else answer
        if found != expected:
            wrong += 1
            if wrong <= 20:
                print(f'{file}:{number}: {date} {zone} {pattern!r}\n  expected {expected!r}\n  found    {answer}')
    print(f'{len(every)} lines, {errors} of them errors, {len(changed)} excused: {wrong} wrong')
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
