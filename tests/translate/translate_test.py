#!/usr/bin/env python3
"""Translations of every row of a target's table, and of generated templates, give the same in the real engine; those of
spoiled tables do not.

usage: translate_test.py CASES TARGET --node-modules DIR [--long]

Without the engine it is skipped, and says why.
"""

import argparse
import json
import subprocess
import sys

import engines

SEED = 20261127
# Instants for each text: every row, every spoiled row, generated templates; and how many of these.
USUAL = {'airflow-jinja': (250, 500, 20, 2500), 'jsonata': (250, 500, 15, 1500), 'python': (250, 500, 20, 2500)}
LONG = (7000, 7000, 100, 10_000)
LEAST_ROWS, LEAST_SPOILED = 190, 70  # texts of each target; of three targets 210 spoiled rows


def run(cases, command, folder, mode, *arguments):
    """What the engine says of each text, and the line on what was refused."""
    made = subprocess.run([cases, mode, *map(str, arguments)], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f'{mode}: the cases end with {made.returncode}: {made.stderr}')
    done = subprocess.run(command, input=made.stdout, capture_output=True, text=True, cwd=folder)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in (0, 1):
        sys.exit(f'{mode}: the engine ends with {done.returncode}: {done.stderr[-2000:]}')
    return found, made.stderr.strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('cases')
    parser.add_argument('target', choices=sorted(USUAL))
    parser.add_argument('--node-modules', required=True)
    parser.add_argument('--long', action='store_true')
    arguments = parser.parse_args()
    command, folder, missing = engines.engine(arguments.target, arguments.node_modules)
    if missing:
        print(f'SKIPPED: {missing}')
        return 77
    rows, spoiled, generated, count = LONG if arguments.long else USUAL[arguments.target]
    problems = []

    found, refused = run(arguments.cases, command, folder, 'rows', arguments.target, rows)
    problems += [f'{one["source"]}: {one["text"]}: {one["counterexample"]}' for one in found if one['counterexample']]
    print(f'rows: {len(found)} texts, {sum(one["equal"] for one in found)} comparisons; {refused}')
    if len(found) < LEAST_ROWS:
        problems.append(f'only {len(found)} texts for the rows')

    found, _ = run(arguments.cases, command, folder, 'spoiled', arguments.target, spoiled)
    problems += [f'spoiled row {one["name"]} goes unnoticed: {one["text"]}' for one in found if not one['counterexample']]
    print(f'spoiled rows: {len(found)} refuted')
    if len(found) < LEAST_SPOILED:
        problems.append(f'only {len(found)} spoiled rows')

    found, refused = run(arguments.cases, command, folder, 'generated', arguments.target, generated, count, SEED)
    problems += [f'{one["source"]!r}: {one["text"]}: {one["counterexample"]}' for one in found if one['counterexample']]
    print(f'generated: {len(found)} of {count} translated, {sum(one["equal"] for one in found)} comparisons; {refused}')
    if len(found) < count // 3:
        problems.append(f'only {len(found)} of {count} generated templates are translated')
    for problem in problems[:20]:
        print(problem)
    print(f'{arguments.target}: {len(problems)} problems')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
