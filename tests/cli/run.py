#!/usr/bin/env python3
"""Runs the command's cases: every line typed, everything printed, every status, compared whole.

usage: run.py PIPEXPR [--update] [FILE.test...]

A case in a .test file:

    # what it shows
    $ pipexpr eval '#{1 +}'
    < a line of standard input
    > a line of standard output
    >- its last line, when it has no newline
    ! a line of standard error
    ? 1

Commands are run by bash in this folder, with PIPEXPR as 'pipexpr'. Without '?' the status is 0; bytes that are no UTF-8
show as \\xNN. --update writes what was found into the files, to be read before it is believed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


class Case:
    def __init__(self, comments, command, line):
        self.comments, self.command, self.line = comments, command, line
        self.stdin, self.expected = [], []


def read(path):
    """The cases of a file, and the comment lines after the last one."""
    cases, comments = [], []
    for number, line in enumerate(path.read_text().split('\n')[:-1], 1):
        if line.startswith('$ '):
            cases.append(Case(comments, line[2:], number))
            comments = []
        elif line.startswith('#') or not line:
            comments.append(line)
        elif cases and line.startswith('< '):
            cases[-1].stdin.append(line[2:])
        elif cases and line[0] in '>!?':
            cases[-1].expected.append(line)
        else:
            raise SystemExit(f'{path.name}:{number}: no case, comment or expectation: {line}')
    return cases, comments


def shown(mark, content):
    lines = content.decode('utf-8', 'backslashreplace').split('\n')
    last = lines.pop()
    return [f'{mark} {line}' if line else mark for line in lines] + ([f'{mark}- {last}'] if last else [])


def run(case, environment):
    stdin = ''.join(line + '\n' for line in case.stdin).encode()
    done = subprocess.run(['bash', '-c', case.command], cwd=HERE, env=environment, input=stdin, capture_output=True,
                          timeout=60)
    found = shown('>', done.stdout) + shown('!', done.stderr)
    return found + ([f'? {done.returncode}'] if done.returncode else [])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('pipexpr', type=pathlib.Path)
    parser.add_argument('--update', action='store_true')
    parser.add_argument('files', nargs='*', type=pathlib.Path)
    arguments = parser.parse_args()
    passed = failed = errors = 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(arguments.pipexpr.resolve(), f'{folder}/pipexpr')
        # Nothing of the caller's environment may show in the output.
        environment = {'PATH': f'{folder}:{os.environ["PATH"]}', 'LC_ALL': 'C', 'TMPDIR': folder,
                       **{name: value for name, value in os.environ.items() if name.endswith('SAN_OPTIONS')}}
        for path in arguments.files or sorted(HERE.glob('*.test')):
            cases, rest = read(path)
            for case in cases:
                found = run(case, environment)
                errors += any(line.startswith('?') or '"error"' in line for line in case.expected)
                if found == case.expected:
                    passed += 1
                elif arguments.update:
                    case.expected = found
                else:
                    failed += 1
                    print(f'{path.name}:{case.line}: $ {case.command}\n--- expected', *case.expected, '--- found', *found,
                          '---', sep='\n')
            if arguments.update:
                lines = []
                for case in cases:
                    lines += [*case.comments, f'$ {case.command}', *(f'< {line}' for line in case.stdin), *case.expected]
                path.write_text(''.join(line + '\n' for line in lines + rest))
    print(f'{passed} passed, {failed} failed; {errors} are about errors')
    return 1 if failed or not passed and not arguments.update else 0


if __name__ == '__main__':
    sys.exit(main())
