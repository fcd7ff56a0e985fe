#!/usr/bin/env python3
"""Checks every tracked text file: no machine's paths, no tabs or trailing blanks, final newline, modes, TODOs; that every C++ file
begins with a line that says what it is; and that code and documents use the words of the field.

usage: style_test.py [--root DIR] | --self-test
"""

import argparse
import ast
import pathlib
import re
import subprocess
import sys
import tempfile

# Test inputs are kept byte for byte as they are.
BYTES_AS_THEY_ARE = ('fuzz/corpus/', 'fuzz/regression/', 'fuzz/seeds/', 'tests/data/')
BINARY = ('.png', '.gz', '.zip', '.bin', '.ico')

# Split so that this file does not contain what it looks for. A path of some machine is one no reader has.
MACHINE_PATH = re.compile(r'(?<![\w.$}/-])/(?:' + 'wo' + r'rk|tmp/' + 'wt|tmp/' + r'team|ro' + r'ot|ho' + r'me/(?!user)\w+)(?:/|\b(?![\w-]))')
NOTE_TO_SELF = re.compile(r'\b(?:TO' + r'DO|FIX' + r'ME|XX' + r'X)\b')
NOTE_WITH_ISSUE = re.compile(r'\bTO' + r'DO\(#\d+\): \S')
# Tab-separated data and git's own file may hold tabs.
TABS_ALLOWED = ('.tsv', '.test', '.gitattributes')
MAKEFILES = ('debian/rules',)


# Every C++ file says in its first line what it is; examples in the documents and data files begin as they need.
OPENS_WITH_COMMENT = re.compile(r'(?:src|include|grammar|tests|bench|fuzz)/.*\.(?:cc|h)$')
OPENING = re.compile(r'// \S.{9,}|/\* \S.{9,}')  # include/pipexpr/c.h is read by C compilers of 1999 and older

# Words that the project does not use, and what to write. Only those that are never right here are in it. A message is
# read by users, a name by everyone after us: one idea has one name, and it is the one that the field has for it.
WORDS = {
    r'nobody|somebody|anybody|strangers?': 'name the actor: the caller, a client, untrusted input',
    r'whole numbers?(?! of\b)': 'write an integer',
    r'heirs?': 'write descendants',
    r'k(?:Most|Least|Longest|Deepest)[A-Z]?\w*': 'write kMax..., kMin...',
    r'(?:give|make|list|written|other|out_of)_room|room_for': 'write capacity, buffer, allocate_...',
    r'given_of|find_given|Given': 'write an override, a binding',
    r'short way|general way': 'write the fast path, the interpreter',
    r'templ': 'write template_text',
    r'eaten|misfits?|aftermath': 'write what it is: missing quotes, a type mismatch, ...',
    r'\w*colours?|\w*behaviours?|\w*neighbours?|\w*(?:optimi|speciali|materiali|initiali|seriali|normali)s(?:e[ds]?|er|ing|ation)':
        'write the American spelling',
}
WORD = re.compile('|'.join(rf'\b(?P<w{i}>{word})(?![\w])' for i, word in enumerate(WORDS)))
ADVICE = list(WORDS.values())
HAS_WORDS = re.compile(r'(?:src|include|grammar|docs)/|(?:README|CONTRIBUTING|SECURITY)\.md$')


def tracked(root):
    done = subprocess.run(['git', '-C', str(root), 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                          capture_output=True, text=True)
    if done.returncode == 0 and done.stdout:
        return [name for name in done.stdout.split('\0') if name]
    # A release archive has no git; look at everything but what builds make.
    return [str(path.relative_to(root)) for path in root.rglob('*')
            if path.is_file() and not {'.git', 'build', '__pycache__'} & set(path.relative_to(root).parts)]


def check_file(root, name):
    path = root / name
    if not path.is_file() or path.is_symlink() or name.startswith(BYTES_AS_THEY_ARE) or name.endswith(BINARY):
        return
    content = path.read_bytes()
    try:
        text = content.decode('utf-8')
    except UnicodeDecodeError as error:
        yield f'{name}: not UTF-8 at byte {error.start}'
        return
    if '\r' in text:
        yield f'{name}: carriage returns'
    if text and not text.endswith('\n'):
        yield f'{name}: no newline at the end'
    if text.endswith('\n\n'):
        yield f'{name}: blank lines at the end'
    if OPENS_WITH_COMMENT.match(name) and not OPENING.match(text):
        yield f'{name}: does not begin with a comment line that says what it is'
    for number, line in enumerate(text.split('\n'), 1):
        if line != line.rstrip(' \t') and not name.endswith(TABS_ALLOWED):
            yield f'{name}:{number}: blanks at the end of the line'
        if '\t' in line.strip() and not name.endswith(TABS_ALLOWED) or line.startswith('\t') and not name.endswith(MAKEFILES):
            yield f'{name}:{number}: a tab'
        found = MACHINE_PATH.search(line)
        if found:
            yield f"{name}:{number}: '{found.group(0)}' is a path of one machine"
        if NOTE_TO_SELF.search(line) and not NOTE_WITH_ISSUE.search(line):
            yield f'{name}:{number}: a to-do without an issue; write it as TO' + 'DO(#12): text'
        word = WORD.search(line) if HAS_WORDS.match(name) else None
        if word:
            yield f"{name}:{number}: '{word.group(0)}': {ADVICE[int(word.lastgroup[1:])]}"
    if name.endswith('.py'):
        try:
            ast.parse(text)
        except SyntaxError as error:
            yield f'{name}:{error.lineno}: no Python: {error.msg}'
    is_script = content.startswith(b'#!')
    is_executable = bool(path.stat().st_mode & 0o111)
    if is_script != is_executable:
        yield f'{name}: ' + ('a script that is not executable' if is_script else 'executable but not a script')


def check_tree(root):
    names = tracked(root)
    return names, [problem for name in sorted(names) for problem in check_file(root, name)]


PLANTED = [
    ('a.md', 'see /wo' + 'rk/main\n', 'path of one machine', 0o644),
    ('a.md', 'see "/ro' + 'ot/x"\n', 'path of one machine', 0o644),
    ('a.cc', '\tint x;\n', 'a tab', 0o644),
    ('a.cc', 'int x; \n', 'blanks at the end', 0o644),
    ('a.cc', 'int x;', 'no newline', 0o644),
    ('a.cc', 'int x;\n\n', 'blank lines at the end', 0o644),
    ('a.cc', '// TO' + 'DO: later\n', 'to-do without an issue', 0o644),
    ('a.py', '#!/usr/bin/env python3\n', 'not executable', 0o644),
    ('a.py', '#!/usr/bin/env python3\nx = (\n', 'a.py:2: no Python', 0o755),
    ('a.md', 'text\n', 'executable but not', 0o755),
    ('a.md', 'a\r\n', 'carriage', 0o644),
    ('src/a.cc', '#include "a.h"\n', 'does not begin with a comment', 0o644),
    ('include/a.h', '//\n#pragma once\n', 'does not begin with a comment', 0o644),
    ('docs/a.md', 'as nobody knows\n', "'nobody': name the actor", 0o644),
    ('src/a.cc', '// The size of it, at most.\nconstexpr int kMostBytes = 3;\n', "'kMostBytes': write kMax", 0o644),
    ('src/a.cc', '// What the behaviour is.\n', 'American spelling', 0o644),
]
CLEAN = [('a.md', 'docs/wo' + 'rk/plan, ${x}/ro' + 'ot, https://example.org/wo' + 'rk\n', 0o644), ('a.cc', '// TO' + 'DO(#12): later\n', 0o644),
         ('a.py', '#!/bin/sh\n', 0o755), ('a.tsv', 'a\tb\n', 0o644), ('tests/a.cc', '// Tests of what nobody does.\n', 0o644),
         ('docs/a.md', 'a whole number of weeks, mostly; template\n', 0o644)]


def self_test():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content, expected, mode in PLANTED + [(n, c, None, m) for n, c, m in CLEAN]:
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(content.encode())
            (root / name).chmod(mode)
            problems = list(check_file(root, name))
            if (expected is None and problems) or (expected and not any(expected in p for p in problems)):
                failures.append(f'{content!r}: expected {expected!r}, found {problems}')
            (root / name).unlink()
    for failure in failures:
        print(failure)
    print(f'style self-test: {len(PLANTED) + len(CLEAN) - len(failures)} passed, {len(failures)} failed')
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument('--self-test', action='store_true')
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    names, problems = check_tree(arguments.root)
    for problem in problems:
        print(problem)
    print(f'{len(names)} files, {len(problems)} problems')
    return 1 if problems or not names else 0


if __name__ == '__main__':
    sys.exit(main())
