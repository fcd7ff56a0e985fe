#!/usr/bin/env python3
"""Runs the console examples of README.md and docs/ and follows their links.

usage: docs_test.py PIPEXPR [--root DIR] [FILE...] | --self-test

In a block that opens with ```console every line that starts with '$ ' is a command, and the lines up to the next one
are its whole output (standard output and error together). A line '...' stands for any lines. Commands run in the
repository's root with PIPEXPR as 'pipexpr'; pipes and shell quoting work. Commands that do not call pipexpr, such as
'$ ./dev demo', are not run. A command expected to fail is followed by '$ echo $?' and its status.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```console[^\n]*\n(.*?)^```', re.MULTILINE | re.DOTALL)
LINK = re.compile(r'(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)')
HEADING = re.compile(r'^#+ +(.*?) *#*$', re.MULTILINE)
FENCE = re.compile(r'^```.*?^```', re.MULTILINE | re.DOTALL)
CALLS_PIPEXPR = re.compile(r'(^|[|;&(]\s*)pipexpr\b')


def sessions(block, first_line):
    """The commands of a block: (line number, command, expected output)."""
    found = []
    lines = block.split('\n')[:-1]
    index = 0
    while index < len(lines):
        line = lines[index]
        number = first_line + index
        index += 1
        if line.startswith('$ '):
            command = line[2:]
            while command.endswith('\\') and index < len(lines):
                command += '\n' + lines[index].removeprefix('> ')
                index += 1
            found.append([number, command, []])
        elif found:
            found[-1][2].append(line)
    return found


def matches(expected, actual):
    """Whole comparison, where an expected line '...' stands for any number of lines."""
    pattern = ''
    for line in expected:
        pattern += '(?:[^\n]*\n)*?' if line == '...' else re.escape(line) + '\n'
    return re.fullmatch(pattern, actual) is not None


def run_block(found, environment, root):
    """Runs the commands of one block; yields (line, problem or None)."""
    status = 0
    for number, command, expected in found:
        if command.strip() == 'echo $?':
            actual = f'{status}\n'
        elif not CALLS_PIPEXPR.search(command):
            continue
        else:
            try:
                done = subprocess.run(['bash', '-c', command], cwd=root, env=environment, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            except subprocess.TimeoutExpired:
                yield number, f'$ {command}\nran for more than 60 seconds'
                continue
            status = done.returncode
            actual = done.stdout.decode('utf-8', 'replace')
            if actual and not actual.endswith('\n'):
                actual += '\n'
        if matches(expected, actual):
            yield number, None
        else:
            wanted = ''.join(line + '\n' for line in expected)
            yield number, f'$ {command}\n--- the page says\n{wanted}--- it printed\n{actual}---'


def anchors(text):
    """The anchors code hosts give to headings."""
    result = set()
    for heading in HEADING.findall(FENCE.sub('', text)):
        slug = re.sub(r'[^\w\- ]', '', re.sub(r'`|\*', '', heading.lower())).replace(' ', '-')
        result.add(slug if slug not in result else f'{slug}-1')
    return result


def check_links(root, page, text):
    prose = FENCE.sub(lambda match: '\n' * match.group(0).count('\n'), text)
    for match in LINK.finditer(prose):
        target = match.group(1)
        if re.match(r'[a-z]+:', target):  # the web is not ours to test
            continue
        line = prose.count('\n', 0, match.start()) + 1
        name, _, anchor = target.partition('#')
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            yield line, f"link to '{target}', which does not exist"
        elif root not in file.parents and file != root:
            yield line, f"link to '{target}', which is outside the repository"
        elif anchor and file.suffix == '.md' and anchor not in anchors(file.read_text()):
            yield line, f"link to '{target}': no such heading"
        else:
            yield line, None


def check_page(root, page, environment):
    """Yields (line, problem or None) for every example and every broken link."""
    text = page.read_text()
    yield from check_links(root, page, text)
    if environment is not None:
        for match in BLOCK.finditer(text):
            yield from run_block(sessions(match.group(1), text.count('\n', 0, match.start(1)) + 1), environment, root)


def pages(root):
    return sorted([*root.glob('*.md'), *(root / 'docs').rglob('*.md'), *(root / 'grammar').glob('*.md')])


def environment_with(program, folder):
    """An environment in which 'pipexpr' is the program under test, without color and in UTC."""
    link = pathlib.Path(folder) / 'pipexpr'
    link.symlink_to(program.resolve())
    return {**os.environ, 'PATH': f'{folder}:{os.environ["PATH"]}', 'NO_COLOR': '1', 'TZ': 'UTC', 'COLUMNS': '80',
            'LC_ALL': 'C.UTF-8'}


def self_test():
    page_text = '''# A page
[good](#a-page) [bad](#b-page) [gone](gone.md) [web](https://example.org/)
```console
$ pipexpr one
one
$ pipexpr many
first
...
last
$ pipexpr wrong
something else
$ echo ignored
$ pipexpr fail
$ echo $?
3
$ pipexpr one | tr a-z A-Z
ONE
```
'''
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        fake = root / 'fake'
        fake.write_text('#!/bin/sh\ncase $1 in one) echo one;; many) seq 3 | sed "s/1/first/;s/3/last/";; '
                        'wrong) echo no;; fail) exit 3;; esac\n')
        fake.chmod(0o755)
        (root / 'bin').mkdir()
        page = root / 'page.md'
        page.write_text(page_text)
        results = list(check_page(root, page, environment_with(fake, root / 'bin')))
    problems = [(line, text.split('\n')[0]) for line, text in results if text]
    expected = [(2, "link to '#b-page': no such heading"), (2, "link to 'gone.md', which does not exist"),
                (10, '$ pipexpr wrong')]
    if problems != expected or len(results) != 9:
        print(f'expected {expected} and 9 results, found {problems} and {len(results)}')
        return 1
    print('docs self-test: passed')
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pipexpr', nargs='?', type=pathlib.Path)
    parser.add_argument('files', nargs='*', type=pathlib.Path)
    parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument('--links-only', action='store_true')
    parser.add_argument('--self-test', action='store_true')
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    root = arguments.root.resolve()
    if not arguments.links_only and (arguments.pipexpr is None or not os.access(arguments.pipexpr, os.X_OK)):
        print(f"docs_test.py: '{arguments.pipexpr}' is not a program")
        return 2
    total = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = None if arguments.links_only else environment_with(arguments.pipexpr, folder)
        for page in [file.resolve() for file in arguments.files] or pages(root):
            for line, problem in check_page(root, page, environment):
                total += 1
                if problem:
                    failed += 1
                    print(f'{page.relative_to(root)}:{line}: {problem}')
    print(f'{total - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
