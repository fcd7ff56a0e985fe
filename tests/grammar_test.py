#!/usr/bin/env python3
"""Checks that grammar/expression.ebnf and the X3 rules name the same productions in the same order.

usage: grammar_test.py [ROOT]
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent) / 'grammar'
ebnf = re.findall(r'^(\w+)\s+= ', (root / 'expression.ebnf').read_text(), re.M)
declared = re.findall(r'^PIPEXPR_RULE\((\w+)\);', (root / 'expression.h').read_text(), re.M)
definitions = (root / 'expression_def.h').read_text()
defined = re.findall(r'^const auto (\w+)_def\b', definitions, re.M)
listed = re.search(r'BOOST_SPIRIT_DEFINE\(([^)]*)\)', definitions).group(1).replace('\n', ' ')
listed = [name.strip() for name in listed.split(',')]

errors = [f'expression.ebnf has {ebnf}\n{where} has {names}'
          for where, names in (('expression.h', declared), ('expression_def.h', defined), ('BOOST_SPIRIT_DEFINE', listed))
          if names != ebnf]
if len(ebnf) < 10:
    errors.append(f'expression.ebnf: only {len(ebnf)} productions found')
print('\n'.join(errors) or f'{len(ebnf)} productions, the same in all places')
sys.exit(1 if errors else 0)
