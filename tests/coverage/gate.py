#!/usr/bin/env python3
"""Judges what the tests cover, and says what they do not.

usage: gate.py COVERAGE.json [--write]

COVERAGE.json is gcovr's. Lines and branches of src/ must reach what is written below, and so must the folders named
there, where a line that no test runs counts as run when it stands in docs/coverage.md with a reason. Those rows name the
line by its text, not by its number. --write brings the figures in docs/coverage.md up to date and keeps the reasons.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / 'docs/coverage.md'
LINES, BRANCHES = 95.0, 84.0  # of src/ as a whole, in hundredths
WHOLE = ('src/eval', 'src/functions', 'src/text', 'src/diagnostics', 'src/time')
WHOLE_LINES = 96.0  # of each of these
ROW = re.compile(r'^\| `(src/[^`]+)` \| (`+) ?(.*?) ?\2 \| (.+) \|$')


class File:
    def __init__(self, entry):
        self.name = entry['file']
        self.folder = '/'.join(self.name.split('/')[:2])
        text = (ROOT / self.name).read_text().split('\n')
        code = [line for line in entry['lines'] if not line.get('gcovr/noncode') and not line.get('gcovr/excluded')]
        self.lines = len(code)
        self.missed = [(line['line_number'], text[line['line_number'] - 1].strip()) for line in code if line['count'] == 0]
        branches = [branch['count'] for line in code for branch in line['branches']]
        self.branches = len(branches)
        self.taken = sum(count > 0 for count in branches)

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
    found = {}
    for line in PAGE.read_text().split('\n'):
        row = ROW.match(line)
        if row:
            found[row[1], row[3].replace('\\|', '|')] = row[4]
    return found


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('coverage', type=pathlib.Path)
    parser.add_argument('--write', action='store_true')
    arguments = parser.parse_args()
    files = [File(entry) for entry in json.loads(arguments.coverage.read_text())['files']]
    files = [file for file in files if file.name.startswith('src/') and file.lines]
    if not files:
        sys.exit('no file of src/ has been measured')
    print(tables(files).split('\n\n')[0])
    known = reasons()
    problems, used = [], set()
    for folder in WHOLE:
        bare = []
        for file in (f for f in files if f.folder == folder):
            used.update((file.name, text) for _, text in file.missed)
            bare += [f'{file.name}:{number}: {text}' for number, text in file.missed if (file.name, text) not in known]
        if bare:
            print(f'\n{folder}: {len(bare)} lines are not run and have no reason in {PAGE.name}:\n' + '\n'.join(bare))
        lines = sum(f.lines for f in files if f.folder == folder)
        if share(lines - len(bare), lines) < WHOLE_LINES:
            problems.append(f'{folder}: less than {WHOLE_LINES} % of the lines are run or have a reason')
    problems += [f'{PAGE.name}: a test runs this line now, or it is gone: {name}: {text}' for name, text in known
                 if (name, text) not in used]
    figures = totals(files)
    if figures[2] < LINES:
        problems.append(f'{figures[2]:.2f} % of the lines are run, {LINES} are wanted')
    if figures[5] < BRANCHES:
        problems.append(f'{figures[5]:.2f} % of the branches are taken, {BRANCHES} are wanted')
    listing = arguments.coverage.with_name('uncovered.txt')
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
