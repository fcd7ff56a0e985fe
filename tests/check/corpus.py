#!/usr/bin/env python3
"""Compares what 'pipexpr check' finds in real definitions with the reviewed list corpus.tsv: every finding has a verdict,
and fewer than 2 % of them are wrong. The date rules are compared with a plain search for the letters.

usage: corpus.py PIPEXPR [--update]

--update keeps the verdicts that still apply and marks new findings 'unread'. The corpus is no part of the project: it is
../shared beside the repository, or $PIPEXPR_SHARED.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = pathlib.Path(__file__).with_name('corpus.tsv')
HEADER = '''# Every finding in the complete definitions of the corpus: file, rule, object, field, number, verdict.
# A verdict begins with 'right' or 'wrong'.
'''
SKIPPED = 77
EXPRESSION = re.compile(r'#\{(?:[^}\'"]|\'[^\']*\'|"[^"]*")*\}')
PATTERN = re.compile(r"format\((?:[^'\"]*)(['\"])(.*?)\1\s*\)")


def findings(program, corpus, folders):
    done = subprocess.run([program, 'check', *folders, '--format', 'json'], cwd=corpus, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f'pipexpr check ended with {done.returncode}: {done.stderr[:500]}')
    return json.loads(done.stdout)['findings']


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def suspicious(pattern):
    """The date rules that a pattern breaks, by its letters alone."""
    pattern = re.sub(r"'[^']*'", "'", pattern)
    if re.search(r'[hK]', pattern) and 'a' not in pattern:
        yield from ('C901' for _ in re.findall(r'h+|K+', pattern))
    if re.search(r'[yY]{2,4}[-/_.]?mm|mm[-/_.]?dd', pattern):
        yield 'C902'
    yield from ('C904' for _ in re.findall(r'(?<!D)D{1,2}(?!D)', pattern))


def date_rules(corpus, found, folders):
    """Problems: files where the checker and the search disagree."""
    wanted, patterns = collections.Counter(), 0
    for folder in folders:
        for path in sorted((corpus / folder).glob('*.json')):
            name = f'{folder}/{path.name}'
            if any(one['file'] == name and one['rule'] in ('C601', 'C608') for one in found):
                continue
            for text in strings(json.loads(path.read_text())):
                for expression in EXPRESSION.findall(text):
                    for _, pattern in PATTERN.findall(expression):
                        patterns += 1
                        wanted.update((name, rule) for rule in suspicious(pattern))
    given = collections.Counter((one['file'], one['rule']) for one in found if one['rule'] in ('C901', 'C902', 'C904'))
    print(f'{patterns} date patterns: {sum(wanted.values())} suspicious, {sum(given.values())} found')
    return [f'{file}: {rule} {given[file, rule]} times, a search for its letters finds {wanted[file, rule]}'
            for file, rule in sorted({*wanted, *given}) if given[file, rule] != wanted[file, rule]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pipexpr', type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument('--update', action='store_true')
    arguments = parser.parse_args()
    corpus = pathlib.Path(os.environ.get('PIPEXPR_SHARED', ROOT.parent / 'shared')) / 'corpus'
    if not corpus.is_dir():
        print(f"skipped: there is no corpus at '{corpus}'")
        return SKIPPED
    found = findings(arguments.pipexpr, corpus, ['api', 'definitions'])
    number = collections.Counter((pathlib.Path(one['file']).stem, one['rule'], one.get('object', '-'), one.get('field', '-'))
                                 for one in found)
    reviewed = {}
    for line in LIST.read_text().splitlines() if LIST.exists() else []:
        if not line.startswith('#'):
            *key, count, verdict = line.split('\t')
            reviewed[tuple(key)] = (int(count), verdict)
    if arguments.update:
        with LIST.open('w') as out:
            out.write(HEADER)
            for key in sorted(number):
                count, verdict = reviewed.get(key, (0, 'unread'))
                out.write('\t'.join([*key, str(number[key]), verdict if count == number[key] else 'unread']) + '\n')
        return 0
    problems = [f'not in {LIST.name}: {" ".join(key)}' for key in sorted(number) if key not in reviewed]
    problems += [f'no longer found: {" ".join(key)}' for key in sorted(reviewed) if key not in number]
    problems += [f'{" ".join(key)}: {count} reviewed, {number[key]} found' for key, (count, _) in sorted(reviewed.items())
                 if key in number and number[key] != count]
    problems += [f'no verdict: {" ".join(key)}' for key, (_, verdict) in sorted(reviewed.items())
                 if not verdict.startswith(('right', 'wrong'))]
    wrong = sum(count for count, verdict in reviewed.values() if verdict.startswith('wrong'))
    total = sum(number.values())
    if wrong >= 0.02 * total:
        problems.append(f'{wrong} of {total} findings are wrong, which is 2 % or more')
    folders = ['api', 'definitions', 'fragments']
    problems += date_rules(corpus, findings(arguments.pipexpr, corpus, folders), folders)
    print('\n'.join(problems), end='\n' if problems else '')
    rules = collections.Counter(rule for _, rule, _, _ in number.elements())
    print(', '.join(f'{rule} {count}' for rule, count in sorted(rules.items())))
    print(f'{total} findings, {wrong} of them wrong ({100 * wrong / max(total, 1):.1f} %): {len(problems)} problems')
    return 1 if problems or not total else 0


if __name__ == '__main__':
    sys.exit(main())
