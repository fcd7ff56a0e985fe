#!/usr/bin/env python3
"""Runs the example host, compares its whole output, and checks that docs/embedding.md shows its source unchanged.

usage: host_test.py PROGRAM ROOT
"""

import pathlib
import subprocess
import sys

WANT = 'cp s3://in/2024/05/24 s3://ads-data/\ncp s3://in/2024/05/25 s3://ads-data/\n'
program, root = sys.argv[1], pathlib.Path(sys.argv[2])
got = subprocess.run([program], capture_output=True, text=True, check=True).stdout
source = (root / 'docs/examples/host.cc').read_text()
page = (root / 'docs/embedding.md').read_text()
faults = []
if got != WANT:
    faults.append(f'expected {WANT!r}, found {got!r}')
if f'```cpp\n{source}```' not in page:
    faults.append('docs/embedding.md does not show docs/examples/host.cc as it is')
if f'```\n{WANT}```' not in page:
    faults.append('docs/embedding.md does not show the output as it is')
print('\n'.join(faults) or 'the example prints what the page says')
sys.exit(1 if faults else 0)
