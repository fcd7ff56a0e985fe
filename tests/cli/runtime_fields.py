#!/usr/bin/env python3
"""Every runtime field of the documentation, in check, eval and render --set: unset where no value was given, and never unknown.

usage: runtime_fields.py PIPEXPR
"""

import json
import pathlib
import subprocess
import sys
import tempfile

TABLE = pathlib.Path(__file__).resolve().parents[2] / 'src' / 'definition' / 'slot_table.tsv'
# What the run itself answers, and what each object has.
ANSWERED = {'@scheduledStartTime', '@scheduledEndTime', '@componentParent', '@id'}
# Set by the service, and in no list of an object type's fields.
UNLISTED = {'@id', '@componentParent', '@instanceParent', '@resourceStatus', '@lastActivationTime', '@accountId', '@creationTime',
            '@pipelineState', '@scheduledPeriod', '@userId', '@attemptCount', '@headAttempt', '@resource', '@triesLeft', 'attemptStatus',
            '@resourceId', '@deletionRequestTime', 'pipelineCreator'}


def main():
    pipexpr = sys.argv[1]
    names = set(UNLISTED)
    for line in TABLE.read_text().splitlines()[1:]:
        _, field, category = line.split('\t')[:3]
        if category in ('Runtime Fields', 'System Fields') and field != 'node':
            names.add(field)
    assert len(names) >= 40 and {'currentRetryCount', 'lastRetryTime'} <= names, names
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'd.json'
        for name in sorted(names):
            path.write_text(json.dumps({'objects': [{'id': 'P', 'text': '#{%s}' % name}]}))

            def expect(what, arguments, status, text):
                done = subprocess.run([pipexpr, *arguments], capture_output=True, text=True, timeout=60)
                if done.returncode != status or text not in done.stdout + done.stderr:
                    problems.append(f'{name}: {what}: status {done.returncode}, {(done.stdout + done.stderr).strip()}')

            expect('check', ['check', str(path), '--ignore', 'missing_type'], 0, '')
            at = ['--at', '2024-05-24T17:00:00']
            counts = ('@attemptCount', '@triesLeft')
            value = '2024-05-24T18:00:00' if name.endswith('Time') else '2' if name in counts else 'seen'
            if name not in ANSWERED:
                expect('eval without a value', ['eval', '#{%s}' % name, '--definition', str(path), '--object', 'P', *at], 1,
                       f"error[E504]: runtime field '{name}' of 'P' has no value here")
                expect('render without a value', ['render', str(path), *at], 1, f"error[E504]: runtime field '{name}' of 'P'")
            of_run = name in ('@scheduledStartTime', '@scheduledEndTime')  # what --at and --end give
            expect('eval --set', ['eval', '#{%s}' % name, '--definition', str(path), '--object', 'P', '--set', f'{name}={value}', *at],
                   2 if of_run else 0, "--set: the run's" if of_run else value)
            if name not in ANSWERED:
                expect('render --set', ['render', str(path), '--set', f'{name}={value}', *at], 0, f'"text": "{value}"')
    for problem in problems:
        print(problem)
    print(f'{len(names)} runtime fields, {len(problems)} problems')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
