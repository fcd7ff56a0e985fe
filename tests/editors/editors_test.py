#!/usr/bin/env python3
"""The grammars for editors against the engine, on every conformance row and on each with a character missing.

usage: editors_test.py PROGRAM FOLDER      npm gets Lezer and TextMate's engine, VS Code's own, into the folder

Lezer has to find no error exactly where the engine compiles the text. TextMate's grammars, for texts as they are and for
JSON strings, have to color every token as Lezer's tree names it, and nothing else.
"""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LIBRARIES = ['@lezer/generator@1.8.0', '@lezer/lr@1.4.2', 'vscode-textmate@9.2.0', 'vscode-oniguruma@2.0.1']
# Errors of the grammar; the ranges of numbers, E113 and E114, are none.
SYNTAX = re.compile(r'E1(0\d|1[0125])$')
RESULT = re.compile(r' +(=>|=\w+>|!! ).*| +=>$')


def skip(why):
    print(f'SKIPPED: {why}: the grammars for editors are not compared with the engine')
    sys.exit(77)


def templates():
    """The templates of all rows; where a row has more than this reads, the rest of its line is a template like any other."""
    found = {}
    for path in sorted((ROOT / 'tests/conformance').glob('*.test')):
        for line in path.read_text('utf-8', 'surrogateescape').splitlines():
            if not line or line[0] in '# %=' and not line.startswith('#{') and not line.startswith('#<'):
                continue
            text = RESULT.sub('', line.strip())
            text = re.sub(r'\\\{(\d+)\*([^}]*)\}', lambda repeat: repeat[2] * min(int(repeat[1]), 20), text)
            text = re.sub(r'\\x([0-9A-Fa-f]{2})', lambda byte: chr(int(byte[1], 16)), text)
            if text.isascii() and '\0' not in text:
                found[text] = None
    return list(found)


def compiles(program, texts):
    requests = ''.join(json.dumps({'template': text}) + '\n' for text in texts)
    done = subprocess.run([program, 'eval', '--jsonl'], input=requests, capture_output=True, text=True, timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(texts):
        sys.exit(f'{len(texts)} requests, {len(answers)} answers: {done.stderr[:500]}')
    return [not ('error' in answer and SYNTAX.match(answer['error']['code'])) for answer in answers]


def main():
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    if subprocess.run([sys.executable, ROOT / 'grammar/editors.py', program, '--check']).returncode != 0:
        sys.exit(1)
    for tool in ('node', 'npm'):
        if shutil.which(tool) is None:
            skip(f'{tool} is not installed')
    if not (folder / 'node_modules/vscode-textmate').is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(['npm', 'install', '--prefix', str(folder), *LIBRARIES], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            skip(f'npm cannot install {", ".join(LIBRARIES)}')
    rows = templates()
    chance = random.Random(1)
    spoiled = []
    for text in rows:
        at = chance.randrange(len(text))
        spoiled.append(text[:at] + text[at + 1:])
    texts = list(dict.fromkeys(rows + [text for text in spoiled if text]))
    accepted = compiles(program, texts)
    lines = ''.join(json.dumps({'text': text, 'compiles': ok}) + '\n' for text, ok in zip(texts, accepted))
    (folder / 'rows.jsonl').write_text(lines)
    environment = {**os.environ, 'NODE_PATH': str(folder / 'node_modules')}
    done = subprocess.run(['node', HERE / 'compare.cjs', ROOT / 'grammar', folder / 'rows.jsonl'], env=environment, timeout=300)
    sys.exit(done.returncode)


if __name__ == '__main__':
    main()
