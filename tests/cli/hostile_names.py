#!/usr/bin/env python3
"""What stands in files cannot steer a terminal, nor begin a line that a workflow's log takes for a command of its own.

Every name and text of a definition, of values and of tests has control characters in it, and so has every file's name.
Each command shows them in each form; a command without a row here fails the test.

usage: hostile_names.py PIPEXPR
"""

import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile

PIPEXPR = str(pathlib.Path(sys.argv[1]).resolve())
BAD = '\x1b[2J\u009b2J\u202e\u2028\u2029\u200f\x7f\r\n::error::q'
STEERING = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]')
COLOR = re.compile('\x1b\\[[0-9;]*m')

# Commands that show nothing of a file.
SILENT = {'completion', 'codes', 'evidence', 'functions', 'help', 'limits', 'lsp', 'manual', 'serve', 'version'}
# What writes data: values as they are, and files in their own form, as --format json does. No terminal is steered by it.
DATA = {'convert', 'eval', 'rename', 'render'}


def files(folder):
    """Writes the files; every name has BAD in it, and some are misspelt so that they are suggested."""
    a, p = 'A' + BAD, 'my' + BAD
    definition = {
        'objects': [
            {'id': a, 'name': 'n' + BAD, 'type': 'ShellCommandActivity', 'workerGroup': 'w', 'schedule': {'ref': 'S' + BAD},
             'command': f'x{BAD} #{{{"myPlain"}}} #{{formt(@scheduledStartTime)}}', 'dependsOn': {'ref': 'a' + BAD},
             'f' + BAD: 'v' + BAD + ' #{myPlain}', 'stdout': 's' + BAD},
            {'id': 'S' + BAD, 'type': 'Schedule', 'period': '1 day' + BAD, 'startDateTime': '2024-01-01T00:00:00'},
            {'id': 'B', 'type': 'Shel' + BAD, 'parent': {'ref': 'x' + BAD}},
            {'id': 'C', 'type': 'ShellCommandActivity', 'workerGroup': 'w', 'command': 'c #{myPlain}' + BAD}],
        'parameters': [{'id': 'myPlain', 'default': 'd' + BAD}, {'id': p, 'type': 'Integer', 'default': 'x' + BAD}],
        'values': {p + 'x': 'y' + BAD}}
    name = 'f' + BAD.replace('/', '') + '.json'
    other = json.loads(json.dumps(definition))
    other['objects'][0]['command'] = 'y' + BAD
    other['objects'][3]['id'] = 'D' + BAD
    tests = {'tests': [{'name': 't' + BAD, 'object': a + 'x', 'field': 'command', 'value': 'z' + BAD},
                       {'name': 'u' + BAD, 'object': 'C', 'field': 'command', 'value': 'z' + BAD}]}
    (folder / name).write_text(json.dumps(definition))
    (folder / ('g' + name)).write_text(json.dumps(other, ensure_ascii=False))
    (folder / name.replace('.json', '.test.json')).write_text(json.dumps(tests))
    (folder / ('v' + name)).write_text(json.dumps({'values': {p + 'z': 'y' + BAD}}))
    return name, name.replace('.json', '.test.json'), 'g' + name, 'v' + name, a


def rows(name, tests, other, values, a):
    run = ['--at', '2024-01-01T00:00:00']
    for form in ('text', 'github', 'json', 'sarif', 'junit'):
        yield ['check', name, other, '--format', form]
        yield ['check', name, '--values', values, '--format', form]
    yield ['check', other, '--fix', '--unsafe-fixes', '--diff']
    yield ['check', 'no' + BAD, 'no']
    for form in ('text', 'github', 'junit'):
        yield ['test', tests, '--format', form, '--coverage']
    for form in ('table', 'json'):
        yield ['render', name, '--format', form, *run]
        yield ['render', other, '--format', form, '--runs', '3']
        yield ['render', other, '--format', form, *run, '--values', values]
    yield ['render', name, '--object', 'A' + BAD + 'x']
    for form in ('text', 'json'):
        yield ['diff', name, other, '--format', form]
        yield ['diff', name, other, '--format', form, *run]
        yield ['explain', '-d', name, '--object', 'C', '--field', 'command', '--format', form, *run]
        yield ['explain', '-d', name, '--object', a, '--field', 'command', '--format', form, *run]
        yield ['parameters', name, '--format', form]
        yield ['reduce', name, '--format', form, *run]
        yield ['graph', name, '--format', 'svg' if form == 'text' else form]
        yield ['translate', name, '--to', 'jinja', '--format', form]
        yield ['eval', '-d', name, '-o', 'C', '#{command}', '--format', form, *run]
    for form in ('dot', 'mermaid'):
        yield ['graph', other, '--format', form, '--everything']
    yield ['eval', '-d', name, '-o', 'C', '#{comand' + BAD + '}']
    yield ['eval', '-d', name, '-o', 'c' + BAD, '#{1}']
    yield ['eval', '-d', name, BAD, '--jsonl']
    yield ['x' + BAD]
    yield ['convert', name, '--to', 'api']
    yield ['convert', name, '--to', 'x' + BAD]
    yield ['rename', other, '--object', a + '=' + 'Z']
    yield ['rename', other, '--object', a + 'x' + '=' + 'Z']


def on_terminal(arguments, folder):
    """What the command writes to a terminal."""
    controller, terminal = pty.openpty()
    child = subprocess.Popen([PIPEXPR, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal)
    os.close(terminal)
    out = b''
    while True:
        try:
            piece = os.read(controller, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    child.wait(60)
    os.close(controller)
    return out.decode('utf-8').replace('\r\n', '\n')


def problems_of(text, is_terminal):
    found = STEERING.search(COLOR.sub('', text) if is_terminal else text)
    if found:
        yield f'{found.group(0)!r} in {text[max(0, found.start() - 60):found.end() + 20]!r}'
    if re.search('^::error::q', text, re.MULTILINE):
        yield f'a line begins with ::error::q in {text[:300]!r}'


def main():
    failures, count, seen = [], 0, set()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for row in rows(*files(folder)):
            count += 1
            seen.add(row[0])
            done = subprocess.run([PIPEXPR, *row], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
            is_data = not {'json', 'sarif', '--diff'}.isdisjoint(row) or (row[0] in DATA and 'table' not in row)
            streams = [('error', done.stderr)] + ([] if is_data else [('output', done.stdout)])
            for stream, text in streams:
                failures += [f'{row[:1] + row[2:]}, standard {stream}: {one}' for one in problems_of(text.decode(), False)]
            if done.returncode < 0 or done.returncode > 3:
                failures.append(f'{row}: status {done.returncode}')
            text = on_terminal(row, folder)
            failures += [f'{row[:1] + row[2:]}, terminal: {one}' for one in problems_of(text, True)
                         if not (is_data and 'a line' in one)]
    listed = subprocess.run([PIPEXPR, 'help'], capture_output=True, text=True, timeout=60).stdout
    commands = set(re.findall(r'^  ([a-z]+)  ', listed, re.MULTILINE))
    for command in sorted(commands - seen - SILENT):
        failures.append(f'{command}: no row of this test shows what it prints of names with control characters')
    for failure in failures:
        print(failure)
    print(f'hostile names: {count} commands, {len(failures)} problems')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
