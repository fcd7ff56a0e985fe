#!/usr/bin/env python3
"""Every place that a finding in YAML names is that of its bytes: 400 random texts in every style of YAML and in
CloudFormation's functions, each with unknown names in it.

usage: yaml_places.py PIPEXPR
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

WORDS = ['a', 'ä', 'ab c', '漢', "it''s", 'x: y', '#', ' ', '-', '😀', '\\', '"', 'x' * 70]
STYLES = ['plain', 'single', 'double', 'literal', 'folded', 'sub', 'join']


def text_of(random_, names):
    """A text with the names in it, in pieces."""
    pieces = []
    for name in names:
        pieces.append(random_.choice(['a', 'ä', 'ab c', '漢', 'x' * 70, '😀', 'é/']))
        pieces.append('#{' + name + '}')
    return pieces


def escaped(random_, text):
    """The text between the double quotes of YAML, with escapes that mean the same."""
    out = ''
    for c in text:
        if c in '"\\':
            out += '\\' + c
        elif c.isalpha() and ord(c) > 127 and random_.random() < 0.5:
            out += f'\\u{ord(c):04x}' if ord(c) < 0x10000 else f'\\U{ord(c):08x}'
        elif c == 'a' and random_.random() < 0.2:
            out += '\\x61'
        else:
            out += c
    return out


def value(random_, style, names, indent):
    pieces = text_of(random_, names)
    blank = ' ' * indent
    broken = '\n' + blank
    if style == 'plain':
        return 't' + random_.choice(['', broken]).join(pieces).replace('#{', 'z#{')
    if style == 'single':
        return "'" + random_.choice(['', "''", broken, '\n' + broken]).join(pieces) + "'"
    if style == 'double':
        # No escape in a name: its bytes would not be those of the name.
        done = [piece if piece.startswith('#{') else escaped(random_, piece) for piece in pieces]
        return '"' + random_.choice(['', '\\"', broken, ' \\' + broken, '\\t', '\\n']).join(done) + '"'
    if style in ('literal', 'folded'):
        mark = ('|' if style == 'literal' else '>') + random_.choice(['', '-', '+'])
        return mark + broken + random_.choice(['', broken, '\n' + broken, broken + '  ']).join(pieces) + '\n'
    if style == 'sub':
        return '!Sub "' + '${Bucket}'.join(pieces) + '"'
    items = ', '.join(["'" + piece + "'" for piece in pieces])
    return "!Join ['/', [" + items + ', !Ref Bucket]]'


def document(random_, number):
    names = [f'n{number}x{i}' for i in range(random_.randint(1, 4))]
    style = STYLES[number % len(STYLES)]
    text = ('# ä comment\nResources:\n  P:\n    Type: AWS::DataPipeline::Pipeline\n    Properties:\n      PipelineObjects:\n'
            '      - Id: A\n        Fields:\n        - {Key: type, StringValue: ShellCommandActivity}\n'
            f'        - Key: command\n          StringValue: {value(random_, style, names, 12)}\n')
    return style, names, text


def main():
    random_ = random.Random(18)
    failures, places = [], 0
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        for number in range(400):
            path = pathlib.Path(folder, f'{number}.yaml')
            made[str(path)] = document(random_, number)
            path.write_bytes(made[str(path)][2].encode())
        done = subprocess.run([sys.argv[1], 'check', folder, '--format', 'json', '--rule', 'C3,C608'], capture_output=True,
                              timeout=60)
        found = {}
        for finding in json.loads(done.stdout)['findings']:
            found.setdefault(finding['file'], []).append(finding)
        for path, (style, names, text) in made.items():
            findings = found.get(path, [])
            seen = [text.encode()[f['offset']:f['offset'] + f['length']].decode(errors='replace') for f in findings]
            places += len(seen)
            if sorted(seen) != sorted(names):
                failures.append(f'{style}: expected {names}, found {seen}\n{text}')
    for failure in failures[:5]:
        print(failure)
    print(f'{places} places in 400 texts, {len(failures)} texts wrong')
    return 1 if failures or places < 400 else 0


if __name__ == '__main__':
    sys.exit(main())
