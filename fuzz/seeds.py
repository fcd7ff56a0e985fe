#!/usr/bin/env python3
"""Writes the conformance rows as seeds: templates and their expressions, patterns, and definitions.

usage: seeds.py DIR      makes DIR/template, DIR/parse, DIR/pattern and DIR/definition
"""

import hashlib
import pathlib
import re
import sys

ROW = re.compile(r'^(.*#[{<].*?)  (?:=|!!)')
EXPRESSION = re.compile(r'#\{([^{}]*)\}|#<([^<>]*)>')
DEFINITION = re.compile(r'^(?:%graph|load) (\{.*?)(?:  (?:=>|!!).*)?$')
PATTERN = re.compile(r'''format\([^'"]*['"]([^'"]*)['"]\s*\)''')


def write(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    conformance = pathlib.Path(__file__).parent.parent / 'tests/conformance'
    for graph in sorted(conformance.glob('graphs/*.json')):
        write(out / 'definition', graph.read_bytes())
    for rows in sorted(conformance.glob('*.test')):
        for line in rows.read_text(encoding='utf-8').splitlines():
            definition = DEFINITION.match(line)
            if definition:
                write(out / 'definition', definition[1].encode())
            row = ROW.match(line)
            if not row or len(row[1]) > 2000:
                continue
            text = re.sub(r'^\(\w+\) ', '', row[1])
            write(out / 'template', b'\0' + text.encode())
            for found in EXPRESSION.finditer(row[1]):
                write(out / 'parse', (found[1] or found[2] or '').encode())
            for found in PATTERN.finditer(row[1]):
                write(out / 'pattern', bytes(19) + found[1].encode())


main()
