#!/usr/bin/env python3
"""Every expression of real definitions is translated or refused with a reason, for each target; of those with a time of
the run, 95 % are translated. With --long, the real engines check each translation.

usage: corpus.py PIPEXPR [--long]

The definitions are no part of the project: they are ../shared beside the repository, or $PIPEXPR_SHARED.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import engines

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGETS = ('airflow-jinja', 'jsonata', 'python')
EXPRESSION = re.compile(r'#\{[^}]*\}')
TIME = re.compile(r'@scheduled(Start|End)Time')
LEAST_SHARE = 0.95


def parameters_without_value(definition):
    """--parameter for each parameter that has no value: what the owner would give."""
    given = set(definition.get('values', {}))
    for one in definition.get('parameters', []):
        if isinstance(one, dict) and 'id' in one and 'default' not in one and one['id'] not in given \
                and not one['id'].startswith('*'):
            number = one.get('type') in ('Integer', 'Double')
            yield from ('--parameter', f'{one["id"]}={3 if number else "value"}')


def translated(pipexpr, path, target, *arguments):
    definition = json.loads(path.read_text())
    done = subprocess.run([pipexpr, 'translate', path, '--to', target, '--format', 'json',
                           *parameters_without_value(definition), *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        return None, done
    return [json.loads(line) for line in done.stdout.splitlines()], done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('pipexpr', type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--node-modules', default='build/npm')
    arguments = parser.parse_args()
    corpus = pathlib.Path(os.environ.get('PIPEXPR_SHARED', ROOT.parent / 'shared')) / 'corpus/definitions'
    if not corpus.is_dir():
        print(f"SKIPPED: there is no corpus at '{corpus}'")
        return 77
    problems = []
    for target in TARGETS:
        command, folder, missing = engines.engine(target, arguments.node_modules) if arguments.long else (None, None, None)
        if missing:
            print(f'SKIPPED: {target}: {missing}')
            continue
        count, with_time, codes, verdicts, files = 0, collections.Counter(), collections.Counter(), collections.Counter(), 0
        for path in sorted(corpus.glob('*.json')):
            found, done = translated(arguments.pipexpr, path, target)
            if found is None:
                continue  # no definition
            files += 1
            for one in found:
                count += 1
                if ('text' in one) == bool(one.get('why')):
                    problems.append(f'{path.name}: {one["name"]}: neither translated nor refused')
                codes.update(why['code'] for why in one.get('why', []))
                # Each expression counts for itself, whatever else its text has.
                places = [why['offset'] for why in one.get('why', [])]
                for expression in EXPRESSION.finditer(one['residual']):
                    if TIME.search(expression.group()):
                        with_time[not any(expression.start() <= place < expression.end() for place in places)] += 1
            if arguments.long and any('text' in one for one in found):
                with tempfile.TemporaryDirectory() as temporary:
                    check = pathlib.Path(temporary) / 'check'
                    translated(arguments.pipexpr, path, target, '--check', str(check))
                    done = subprocess.run(command, input=check.read_text(), capture_output=True, text=True, cwd=folder)
                for line in done.stdout.splitlines():
                    one = json.loads(line)
                    verdicts['equal' if one['counterexample'] is None else 'different'] += 1
                    verdicts['instants'] += one['equal']
                    if one['counterexample']:
                        problems.append(f'{path.name}: {one["name"]}: {one["text"]}: {one["counterexample"]}')
        total = sum(with_time.values())
        print(f'{target}: {files} definitions, {count} texts with expressions; expressions with a time {with_time[True]} '
              f'of {total} translated; refused: {dict(codes.most_common())}' + (f'; {dict(verdicts)}' if verdicts else ''))
        if total == 0 or with_time[True] < LEAST_SHARE * total:
            problems.append(f'{target}: only {with_time[True]} of {total} expressions with a time are translated')
    for problem in problems[:20]:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
