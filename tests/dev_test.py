#!/usr/bin/env python3
"""Functions of the script ./dev that nothing else would notice to be wrong."""

import pathlib
import re
import subprocess
import sys
import tempfile

DEV = (pathlib.Path(__file__).resolve().parent.parent / 'dev').read_text()


def call(command, stubs):
    """What the command, a function of ./dev, prints and returns with these stubs in place of what it calls."""
    names = ('wait_oldest', command.split()[0])
    bodies = ''.join(re.search(rf'^{name}\(\) {{\n.*?^}}\n', DEV, re.MULTILINE | re.DOTALL)[0] for name in names)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(['bash', '-euc', stubs + bodies + command], cwd=folder, capture_output=True, text=True)
    return f'{done.stdout}{done.stderr}status {done.returncode}'


STUBS = 'logs=.; git() { echo commit; }; die() { echo "$1"; exit 1; }; job_count() { echo "$jobs"; };'
# name of the case, command, what stands in for the rest, what comes of it
CASES = [
    ('turns of one fuzz target at the same time have logs of their own', 'campaign 0.5 build/fuzz_a',
     'jobs=2; campaign_turn() { echo "$2 s, $3" >>all; }; trap "sort all" EXIT;',
     '600 s, ./fuzz-a-1.log\n600 s, ./fuzz-a-2.log\n600 s, ./fuzz-a-3.log\nstatus 0'),
    ('hours that are no multiple of a turn', 'campaign 0.2 fuzz_a',
     'jobs=1; campaign_turn() { echo "$2"; };', '600\n120\nstatus 0'),
    ('a turn that fails ends a campaign', 'campaign 1 fuzz_a fuzz_b',
     'jobs=1; campaign_turn() { echo "$1"; [[ $1 != *_b ]]; };',
     'fuzz_a\nfuzz_b\na fuzz target failed; its input is in build/fuzz/findings\nstatus 1'),
    ('all targets pass', 'fuzz_all 1 fuzz_a fuzz_b fuzz_c', 'jobs=2; fuzz_one() { true; }; tail() { true; };',
     'status 0'),
    ('one target of three fails', 'fuzz_all 1 fuzz_a fuzz_b fuzz_c',
     'jobs=2; fuzz_one() { [[ $1 != *_b ]]; }; tail() { true; };', 'status 1'),
]

failed = 0
for case, command, stubs, wanted in CASES:
    got = call(command, STUBS + stubs)
    if got != wanted:
        failed += 1
        print(f'{case}\n  expected: {wanted!r}\n  got:      {got!r}')
sys.exit(f'{failed} of {len(CASES)} failed' if failed else 0)
