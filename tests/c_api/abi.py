#!/usr/bin/env python3
"""Compares the binary interface of include/pipexpr/c.h with the recorded one, c_abi.xml, by libabigail.

usage: abi.py [--write | --self-test]

The header says all of it: a C file is made that defines every function of the header and an array of each constant's length,
and abidw writes down what a program that is linked with it depends on. The library includes the same header, so that its
functions cannot differ. A change that programs would notice is reported by abidiff; --write records what is there now.
Where libabigail is not installed, or on another kind of machine than the recorded one, the test is skipped (status 77).
"""

import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / 'include'
RECORDED = HERE / 'c_abi.xml'
FUNCTION = re.compile(r'^PIPEXPR_API [^;{}]*?\bpipexpr_\w+\([^;{}]*\);', re.MULTILINE)
CONSTANT = re.compile(r'^  (PIPEXPR_\w+) = \d+', re.MULTILINE)


def definitions(header):
    """A C file with everything that the header declares."""
    functions = [found[0][:-1] + ' { __builtin_trap(); }' for found in FUNCTION.finditer(header)]
    constants = [f'PIPEXPR_API char constant_{name}[{name} + 1];' for name in CONSTANT.findall(header)]
    if len(functions) != header.count('\nPIPEXPR_API ') or len(functions) < 50 or len(constants) < 10:
        sys.exit(f'c.h is not read as it is written: {len(functions)} functions, {len(constants)} constants found')
    return '#include <pipexpr/c.h>\n' + '\n'.join(functions + constants) + '\n'


def dump(header, folder):
    """What abidw says of the header."""
    source, library, out = folder / 'c_abi.c', folder / 'libpipexpr.so', folder / 'c_abi.xml'
    (folder / 'pipexpr').mkdir(exist_ok=True)
    (folder / 'pipexpr/c.h').write_text(header)
    shutil.copy(INCLUDE / 'pipexpr/export.h', folder / 'pipexpr')
    source.write_text(definitions(header))
    subprocess.run(['cc', '-std=gnu2x', '-g', '-shared', '-fPIC', '-fvisibility=hidden', f'-I{folder}', source, '-o', library],
                   check=True)
    subprocess.run(['abidw', '--no-corpus-path', '--no-comp-dir-path', '--no-show-locs', '--no-elf-needed', library, '--out-file',
                    out], check=True)
    return out


def difference(old, new):
    """abidiff's report; empty when a program that was linked with the old one cannot tell."""
    done = subprocess.run(['abidiff', '--no-show-locs', old, new], capture_output=True, text=True, check=False)
    if done.returncode & 3:  # an error of abidiff's own, or of how it was called
        sys.exit(f'abidiff: {done.stdout}{done.stderr}')
    return done.stdout if done.returncode else ''


def self_test(header, folder):
    """Each change of the interface is seen, and a change of its comments is not."""
    first = folder / 'first.xml'
    shutil.copy(dump(header, folder), first)
    cases = [('int32_t pure;', 'int64_t pure;', True), ('PIPEXPR_MISUSE = 2', 'PIPEXPR_MISUSE = 5', True),
             ('PIPEXPR_API uint32_t pipexpr_abi(void);', 'PIPEXPR_API uint64_t pipexpr_abi(void);', True),
             ('(const pipexpr_call*, size_t index);', '(const pipexpr_call*, int index);', True),
             ('PIPEXPR_API void pipexpr_findings_release(pipexpr_findings*);\n', '', True),
             ('/* "E201" */', '/* "E202" */', False)]
    for before, after, is_change in cases:
        if header.count(before) == 0:
            sys.exit(f'the header has no {before!r}')
        changed = header.replace(before, after)
        if bool(difference(first, dump(changed, folder))) != is_change:
            sys.exit(f'{before!r} to {after!r}: expected {"a difference" if is_change else "none"}')
    print(f'{len(cases)} changes judged as they should be')


def main():
    if not shutil.which('abidw') or platform.machine() != 'x86_64':
        print('skipped: libabigail (package abigail-tools) is not installed, or this is no x86_64')
        sys.exit(77)
    header = (INCLUDE / 'pipexpr/c.h').read_text()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if sys.argv[1:] == ['--self-test']:
            self_test(header, folder)
        elif sys.argv[1:] == ['--write']:
            shutil.copy(dump(header, folder), RECORDED)
        else:
            report = difference(RECORDED, dump(header, folder))
            if report:
                sys.exit(f'{report}\nThe interface of c.h is another one. If that is meant: raise PIPEXPR_ABI, say so in CHANGELOG.md, '
                         'and run tests/c_api/abi.py --write')
            print('the binary interface of c.h is as recorded')


if __name__ == '__main__':
    main()
