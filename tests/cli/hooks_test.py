#!/usr/bin/env python3
"""The commands of the pre-commit hooks and of the reusable workflow do what they are for, on good and on faulty files.

usage: hooks_test.py PIPEXPR
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOOD = '{"objects": [{"id": "Default", "scheduleType": "ondemand"}]}'
FAULTY = '{"objects": [{"id": "A", "type": "ShellCommandActivity", "workerGroup": "w", "command": "#{nothing}"}]}'
HOLDS = '{"tests": [{"object": "Default", "field": "scheduleType", "value": "ondemand"}]}'
FAILS = '{"tests": [{"object": "Default", "field": "scheduleType", "value": "cron"}]}'


def hooks():
    text = (ROOT / '.pre-commit-hooks.yaml').read_text()
    return dict(re.findall(r'- id: (\S+)\n(?:  .*\n)*?  entry: (.*)\n', text))


def steps():
    text = (ROOT / '.github/workflows/definitions.yml').read_text()
    return dict(re.findall(r'- name: (\w+)\n(?:        .*\n)*?        run: (pipexpr .*)\n', text))


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(pathlib.Path(sys.argv[1]).resolve(), f'{folder}/pipexpr')
        environment = {**os.environ, 'PATH': f'{folder}:{os.environ["PATH"]}', 'FOLDER': 'work'}
        work = pathlib.Path(folder, 'work')
        work.mkdir()

        def expect(what, command, files, status, words):
            for old in work.iterdir():
                old.unlink()
            for name, content in files.items():
                (work / name).write_text(content)
            done = subprocess.run(['bash', '-c', command], cwd=folder, env=environment, capture_output=True, text=True,
                                  timeout=60)
            if done.returncode != status or words not in done.stdout + done.stderr:
                failures.append(f'{what}: expected status {status} and {words!r}, found {done.returncode}\n'
                                f'{done.stdout}{done.stderr}')

        known, run = hooks(), steps()
        if sorted(known) != ['pipexpr-check', 'pipexpr-test'] or sorted(run) != ['Check', 'Test']:
            failures.append(f'hooks or steps are missing: {known} {run}')
        else:
            check, test = known['pipexpr-check'], known['pipexpr-test']
            # pre-commit gives every changed file whose name fits, definitions and others.
            expect('hook check, good', f'{check} work/*', {'a.json': GOOD, 'package.json': '{"name": "x"}'}, 0, '0 errors')
            expect('hook check, faulty', f'{check} work/*', {'a.json': FAULTY, 'b.yaml': 'a: 1\n'}, 1, "'nothing'")
            expect('hook check, none', f'{check} work/*', {'package.json': '{"name": "x"}'}, 0, '')
            expect('hook test, good', test, {'a.json': GOOD, 'a.test.json': HOLDS}, 0, '1 passed')
            expect('hook test, failing', test, {'a.json': GOOD, 'a.test.json': FAILS}, 1, 'expected "cron"')
            expect('step Check, good', run['Check'], {'a.json': GOOD}, 0, '')
            expect('step Check, faulty', run['Check'], {'a.json': FAULTY}, 1, '::error file=work/a.json,line=1')
            expect('step Test, good', run['Test'], {'a.json': GOOD, 'a.test.json': HOLDS}, 0, '')
            expect('step Test, failing', run['Test'], {'a.json': GOOD, 'a.test.json': FAILS}, 1,
                   '::error file=work/a.test.json,line=1')
    for failure in failures:
        print(failure)
    print(f'hooks and workflow: {len(failures)} failures')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
