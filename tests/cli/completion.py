#!/usr/bin/env python3
"""Completes command lines in bash, zsh and fish, and reads the manual pages as man does.

usage: completion.py PIPEXPR [SHELL]      without a shell: the answers of the command itself, and the manual pages

A shell that is not installed is skipped, status 77, and the output says so.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ORDERS = str(pathlib.Path(__file__).resolve().parents[2] / 'docs/examples/orders.json')
# The words of a command line, the last of them unfinished, and what it can become; nothing: file names are offered.
CASES = [
    (['re'], ['render', 'reduce', 'rename']),
    (['--ver'], ['--version']),
    (['eval', '--delim'], ['--delimiters']),
    (['eval', '--format', ''], ['text', 'json']),
    (['render', '--format', ''], ['json', 'jsonl', 'table']),
    (['render', '--color', 'n'], ['never']),
    (['functions', 'inT'], ['inTimeZone']),
    (['completion', ''], ['bash', 'zsh', 'fish']),
    (['manual', 'ren'], ['render', 'rename']),
    (['help', 'ren'], ['render', 'rename']),
    (['check', '--rule', 'C901'], ['C901']),
    (['render', ORDERS, '--object', 'OrdersT'], ['OrdersTable']),
    (['eval', 'x', '--definition', ORDERS, '--object', 'OrdersT'], ['OrdersTable']),
    (['render', ORDERS, '--object', 'OrdersTable', '--field', 'tab'], ['tableName']),
    (['explain', ORDERS, '-o', 'OrdersT'], ['OrdersTable']),
    (['eval', 'x', f'--definition={ORDERS}', '--object', 'OrdersT'], ['OrdersTable']),
    (['render', '/dev/zero', '--object', ''], []),
    (['check', '-', '--rule', 'half_day'], ['half_day_hour']),
    (['rename', ORDERS, '--field', 'tab'], []),
    (['render', '/no/such/file', '--object', ''], []),
    (['render', 'no-such-fil'], []),
    (['render', '--definition', 'no-such-fil'], []),
    (['nosuch', 'x'], []),
]
# Values after '=': bash makes three words of them and completes the last, the others complete the whole word.
WITH_EQUALS = {
    'bash': [(['eval', '--format', '=', 'j'], ['json']), (['eval', '--format', '='], ['text', 'json'])],
    'zsh': [(['eval', '--format=j'], ['--format=json'])],
    'fish': [(['eval', '--format=j'], ['--format=json'])],
    None: [(['eval', '--format=j'], ['--format=json']), (['eval', '--format', '=', 'j'], ['json'])],
}
ZSH = """compdef() { : }
_files() { : }
compadd() { print -rl -- "${(@P)2}" }
source <(pipexpr completion zsh)
words=(pipexpr "$@"); CURRENT=${#words}
_pipexpr | while read -r line; do [[ $line == "${words[-1]}"* ]] && print -r -- "$line"; done
true
"""
BASH = """source <(pipexpr completion bash)
COMP_WORDS=(pipexpr "$@"); COMP_CWORD=$#
_pipexpr
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """pipexpr completion fish | source
complete -C "pipexpr $(string join ' ' -- $argv)" | string replace -r '\\t.*' ''
"""


def answer(shell, words):
    command = {'bash': ['bash', '-c', BASH, 'bash', *words], 'zsh': ['zsh', '-fc', ZSH, 'zsh', *words],
               'fish': ['fish', '--no-config', '-c', FISH, '--', *words],
               None: ['pipexpr', 'completion', 'words', '--', 'pipexpr', *words]}[shell]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split() + ([done.stderr] if done.stderr else [])


def manual_problems():
    """What is wrong with the manual pages: an option of --help that is missing, or what man complains about."""
    commands = answer(None, [''])
    for command in [None, *commands]:
        arguments = [command] if command else []
        page = subprocess.run(['pipexpr', 'manual', *arguments], capture_output=True, text=True, check=False).stdout
        help_text = subprocess.run(['pipexpr', *arguments, '--help'], capture_output=True, text=True, check=False).stdout
        for option in re.findall(r'^ +(?:-\w,)?(--[a-z-]+)', help_text, re.MULTILINE):
            if option.replace('-', '\\-') not in page:
                yield f"manual {command or ''}: no {option}"
        if shutil.which('groff'):
            done = subprocess.run(['groff', '-man', '-ww', '-Tutf8', '-z'], input=page, capture_output=True, text=True, check=False)
            if done.stderr:
                yield f"manual {command or ''}: {done.stderr}"


def main():
    shell = sys.argv[2] if len(sys.argv) > 2 else None
    os.environ['PATH'] = f"{pathlib.Path(sys.argv[1]).resolve().parent}:{os.environ['PATH']}"
    if shell and not shutil.which(shell):
        print(f'skipped: {shell} is not installed')
        sys.exit(77)
    problems = [] if shell else list(manual_problems())
    for words, wanted in [*CASES, *WITH_EQUALS[shell]]:
        got = answer(shell, words)
        # fish offers the file names itself where the others leave that to the shell.
        if sorted(got) != sorted(wanted) and not (shell == 'fish' and not wanted and not any(w in got for w in ('eval', '--help'))):
            problems.append(f'{words}: expected {wanted}, found {got}')
    for problem in problems:
        print(problem)
    print(f'{len(CASES) + len(WITH_EQUALS[shell])} cases, {len(problems)} problems')
    sys.exit(1 if problems else 0)


if __name__ == '__main__':
    main()
