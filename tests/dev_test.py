#!/usr/bin/env python3
"""Functions of the script ./dev that nothing else would notice to be wrong."""

import pathlib
import re
import subprocess
import sys

DEV = (pathlib.Path(__file__).resolve().parent.parent / 'dev').read_text()


def call(name, command, stubs):
    """What the command prints when it runs the function of that name with these in place of others."""
    body = re.search(rf'^{name}\(\) {{\n.*?^}}\n', DEV, re.MULTILINE | re.DOTALL)
    return subprocess.run(['bash', '-euc', stubs + body[0] + command], capture_output=True, text=True, check=True).stdout


STUBS = 'logs=l; git() { echo commit; }; die() { echo "$1"; }; job_count() { echo "$jobs"; };'
# name of the case, function, command, what stands in for the rest, what is printed
CASES = [
    ('turns of one fuzz target at the same time have logs of their own', 'campaign', 'campaign 0.5 build/fuzz_a',
     'jobs=2; campaign_turn() { echo "$2 s, $3" >>"$all"; }; all=$(mktemp); trap "sort $all; rm $all" EXIT;',
     '600 s, l/fuzz-a-1.log\n600 s, l/fuzz-a-2.log\n600 s, l/fuzz-a-3.log\n'),
    ('hours that are no multiple of a turn', 'campaign', 'campaign 0.2 build/fuzz_a',
     'jobs=1; campaign_turn() { echo "$2"; };', '600\n120\n'),
    ('a turn that fails ends a campaign', 'campaign', 'campaign 1 build/fuzz_a build/fuzz_b',
     'jobs=1; campaign_turn() { echo "$1"; [[ $1 != *_b ]]; };',
     'build/fuzz_a\nbuild/fuzz_b\na fuzz target failed; its input is in build/fuzz/findings\n'),
]

failed = 0
for case, name, command, stubs, wanted in CASES:
    got = call(name, command, STUBS + stubs)
    if got != wanted:
        failed += 1
        print(f'{case}\n  expected: {wanted!r}\n  got:      {got!r}')
sys.exit(f'{failed} of {len(CASES)} failed' if failed else 0)
