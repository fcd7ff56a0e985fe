#!/usr/bin/env python3
"""Runs an example of docs/embedding.md, compares its whole output, and checks that the page shows its source unchanged.

usage: host_test.py NAME PROGRAM ROOT
"""

import pathlib
import subprocess
import sys

WANT = {
    'host': 'cp s3://in/2024/05/24 s3://ads-data/\ncp s3://in/2024/05/25 s3://ads-data/\n',
    'functions': "s3://ads-data/2024-05-24\n007 00007\nmon,tue a,b\n"
                 "join failed: expected strings, found an integer\nbucket failed: there is no team 'web'\n"
                 'join(List items) -> String or join(String first, String second) -> String '
                 'takes 1 argument or 2 arguments, found 0\n',
    'json_host': 's3://out/daily/orders.csv\n8 0.25\n["tag eu", "tag nightly"]\n'
                 'object \'output\' has no field \'pth\', did you mean \'path\'?\n',
    'database_host': "etl: cp s3://in/2024-05-24 .\nE901: the host's callback failed: no such table: fields, when it was asked for the field 'queue' of object 'Other'\n",
    'hot_reload': 'run nightly on large; 0 wrong answers\n',
    'bulk': "ads: 3\nclicks: 5\nrow 1: there is no field, parameter or object 'size'\n0.4 0.25; 1 failed\n"
            "86400000 0 86400000\n6\nthe value must be an integer, found '3'\n",
}
name, program, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
want = WANT[name]
got = subprocess.run([program], capture_output=True, text=True, check=True).stdout
source = (root / f'docs/examples/{name}.cc').read_text()
page = (root / 'docs/embedding.md').read_text()
errors = []
if got != want:
    errors.append(f'expected {want!r}, found {got!r}')
if f'```cpp\n{source}```' not in page:
    errors.append(f'docs/embedding.md does not show docs/examples/{name}.cc as it is')
if f'```\n{want}```' not in page:
    errors.append('docs/embedding.md does not show the output as it is')
print('\n'.join(errors) or 'the example prints what the page says')
sys.exit(1 if errors else 0)
