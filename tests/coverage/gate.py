#!/usr/bin/env python3
"""Judges what the tests cover, and says what they do not.

usage: gate.py BUILD [--write] | --names

BUILD is configured with the preset `coverage`, and its tests have run. Lines and branches of src/ must reach what is
written below, and so must the folders named there, where a line that no test runs counts as run when it stands in
docs/coverage.md with a reason. Those rows name the line by its text, not by its number. --write brings the figures in
docs/coverage.md up to date and keeps the reasons. --names measures nothing: it looks whether the files and lines that
docs/coverage.md names are there.

A line of a template or a header has been run when one object ran it in one instance, and a branch likewise. Branches that
only an exception takes, and those on lines of brackets alone, are no decisions of ours and count nowhere.
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
PAGE = ROOT / 'docs/coverage.md'
LINES, BRANCHES = 95.0, 85.0  # of src/ as a whole, in hundredths
WHOLE = ('src/base', 'src/eval', 'src/functions', 'src/time')
WHOLE_LINES = 100.0  # of each of these
ROW = re.compile(r'^\| `(src/[^`]+)` \| (`+) ?(.*?) ?\2 \| (.+) \|$')


BRACKETS = re.compile(r'[\s{}();,]*(?://.*)?$')


def measured(build):
    """Yields every file of src/ that an object has code of, with that object's lines; gcov's JSON, an object a line."""
    counters = sorted(str(path) for path in (build / 'src').rglob('*.gcda'))
    if not counters:
        sys.exit(f'nothing has been measured in {build}')
    # Paths in the objects are relative to the build.
    out = subprocess.run(['gcov', '--branch-probabilities', '--json-format', '--stdout', *counters], cwd=build, check=True,
                         capture_output=True, text=True).stdout
    for line in out.splitlines():
        for entry in json.loads(line)['files']:
            path = pathlib.Path(os.path.realpath(build / entry['file']))
            if path.is_relative_to(ROOT / 'src'):
                yield str(path.relative_to(ROOT)), entry['lines']


class File:
    def __init__(self, name):
        self.name = name
        self.folder = '/'.join(name.split('/')[:2])
        self.text = (ROOT / name).read_text().split('\n')
        self.counts = collections.Counter()  # line -> how often
        self.ways = {}  # line, number of its branches, which one -> how often

    def add(self, lines):
        for line in lines:
            number, branches = line['line_number'], line['branches']
            if BRACKETS.match(self.text[number - 1]):
                continue
            self.counts[number] += line['count']
            for i, branch in enumerate(branches):
                if not branch['throw']:
                    key = number, len(branches), i
                    self.ways[key] = self.ways.get(key, 0) + branch['count']

    @property
    def lines(self):
        return len(self.counts)

    @property
    def missed(self):
        return [(number, self.text[number - 1].strip()) for number, count in sorted(self.counts.items()) if count == 0]

    @property
    def branches(self):
        return len(self.ways)

    @property
    def taken(self):
        return sum(count != 0 for count in self.ways.values())

    @property
    def covered(self):
        return self.lines - len(self.missed)


def share(part, whole):
    return 100 * part / whole if whole else 100.0


def totals(files):
    lines, branches = sum(f.lines for f in files), sum(f.branches for f in files)
    covered, taken = sum(f.covered for f in files), sum(f.taken for f in files)
    return lines, covered, share(covered, lines), branches, taken, share(taken, branches)


def reasons():
    """How many lines of a file with the same text have one."""
    rows = (ROW.match(line) for line in PAGE.read_text().split('\n'))
    return collections.Counter((row[1], row[3].replace('\\|', '|')) for row in rows if row)


def row_of(name, figures):
    lines, covered, line_share, branches, taken, branch_share = figures
    return f'| {name} | {lines:,} | {lines - covered:,} | {line_share:.1f} | {branches:,} | {branch_share:.1f} |'


def tables(files):
    """The figures by folder, and the files outside the folders of WHOLE that have lines without a test."""
    head = ['| %s | lines | not run | % | branches | % taken |', '| --- | ---: | ---: | ---: | ---: | ---: |']
    by_folder = collections.defaultdict(list)
    for file in files:
        by_folder[file.folder].append(file)
    out = [head[0].replace('%s', 'folder'), head[1]]
    out += [row_of(f'`{folder}`', totals(by_folder[folder])) for folder in sorted(by_folder)]
    out += [row_of('all', totals(files)), '']
    rest = [file for file in files if file.missed and file.folder not in WHOLE]
    out += [head[0].replace('%s', 'file'), head[1]]
    out += [row_of(f'`{file.name}`', totals([file])) for file in sorted(rest, key=lambda f: f.name)]
    return '\n'.join(out)


def missing_names():
    """What the page names and the tree does not have."""
    named = sorted(set(re.findall(r'`(src/[^`\s]+)`', PAGE.read_text())))
    problems = [f'{PAGE.name}: there is no {name}' for name in named if not (ROOT / name).exists()]
    for (name, text), count in reasons().items():
        if (ROOT / name).is_file() and (ROOT / name).read_text().count(text) < count:
            problems.append(f'{PAGE.name}: {name} has no such line: {text}')
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build', type=pathlib.Path, nargs='?')
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--names', action='store_true')
    arguments = parser.parse_args()
    if arguments.names:
        problems = missing_names()
        print('\n'.join(problems))
        return 1 if problems or not reasons() else 0
    if arguments.build is None:
        parser.error('BUILD is missing')
    build = arguments.build.resolve()
    found = {}
    for name, lines in measured(build):
        found.setdefault(name, File(name)).add(lines)
    files = [file for _, file in sorted(found.items()) if file.lines]
    print(tables(files).split('\n\n')[0])
    left = reasons()
    problems = []
    for folder in WHOLE:
        bare = []
        for file in (f for f in files if f.folder == folder):
            for number, text in file.missed:
                if left[file.name, text] > 0:
                    left[file.name, text] -= 1
                else:
                    bare.append(f'{file.name}:{number}: {text}')
        if bare:
            print(f'\n{folder}: {len(bare)} lines are not run and have no reason in {PAGE.name}:\n' + '\n'.join(bare))
        lines = sum(f.lines for f in files if f.folder == folder)
        if share(lines - len(bare), lines) < WHOLE_LINES:
            problems.append(f'{folder}: less than {WHOLE_LINES} % of the lines are run or have a reason')
    problems += [f'{PAGE.name}: a test runs this line now, or it is gone: {name}: {text}' for name, text in left.elements()]
    figures = totals(files)
    if figures[2] < LINES:
        problems.append(f'{figures[2]:.2f} % of the lines are run, {LINES} are wanted')
    if figures[5] < BRANCHES:
        problems.append(f'{figures[5]:.2f} % of the branches are taken, {BRANCHES} are wanted')
    listing = build / 'uncovered.txt'
    listing.write_text(''.join(f'{f.name}:{number}: {text}\n' for f in files for number, text in f.missed))
    print(f'\n{figures[2]:.2f} % of {figures[0]:,} lines, {figures[5]:.2f} % of {figures[3]:,} branches; '
          f'the lines that no test runs are in {listing.name}')
    if arguments.write:
        before, _, after = PAGE.read_text().partition('<!-- figures -->\n')
        after = after.partition('<!-- end of figures -->\n')[2]
        PAGE.write_text(f'{before}<!-- figures -->\n{tables(files)}\n<!-- end of figures -->\n{after}')
    print('\n'.join(problems))
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
