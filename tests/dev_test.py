#!/usr/bin/env python3
"""The script ./dev and what it starts: arguments, packages, and the fuzz campaign, with stubs for what they would run."""

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / '.ci'), str(ROOT / 'fuzz')]
import campaign  # noqa: E402
import phases  # noqa: E402

HELP = "('./dev help' lists the commands)"
# Arguments, and what ./dev says of them; for right ones the list of packages that it will install.
ARGUMENTS = [
    ('demo', 'demo'), ('test', 'test'), ('test dev', 'test'), ('test --again', 'test'), ('test tsan', 'all'),
    ('test --all', 'everything'), ('build quick', 'quick'), ('fuzz -s 3 parse', 'all'), ('fuzz --campaign 0.5', 'all'),
    ('bench --filter x', 'bench'), ('mutate --count 4', 'all'), ('root trixie ./dev demo --x', 'root'), ('clean', ''),
    ('package', 'package'), ('package deb', 'package'), ('test static', 'quick'),
    ('package rpm', f"dev: argument kinds: expected tarball or deb, found 'rpm' {HELP}"),
    ('tset', f"dev: unknown command 'tset', did you mean 'test'? {HELP}"),
    ('nothing', "dev: unknown command 'nothing'; './dev help' lists the commands"),
    ('demo now', f'dev: unrecognized arguments: now {HELP}'),
    ('test --al', f'dev: unrecognized arguments: --al {HELP}'),
    ('test --all dev', 'dev: test takes --all alone'),
    ('fuzz -s soon', f"dev: argument -s: expected a number over 0, found 'soon' {HELP}"),
    ('fuzz --campaign 0', f"dev: argument --campaign: expected a number over 0, found '0' {HELP}"),
    ('root', f'dev: the following arguments are required: suite, arguments {HELP}'),
]
# A machine, the packages wanted, and those that ./dev would install: 'installed' and 'known' are what dpkg and apt know.
PACKAGES = [
    ('the first alternative is installed', 'a1', 'a1 a2 b', 'a1|a2 b', 'b'),
    ('the second alternative is installed', 'a2 b', 'a1 a2 b', 'a1|a2 b', ''),
    ('only the second alternative is known', '', 'a2 b', 'a1|a2 b', 'a2 b'),
    ('both are known', '', 'a1 a2', 'a1|a2', 'a1'),
    ('none is known', '', '', 'a1|a2', 'a1'),
    ('a name that another begins with', 'a10', 'a1', 'a1', 'a1'),
    ('what may be missing is known', '', 'a b', 'a? b', 'a b'),
    ('what may be missing is not known', '', 'b', 'a? b', 'b'),
    ('what may be missing is installed', 'a', 'a b', 'a? b', 'b'),
]
# What apt-get says each time it is called, and how ./dev's own function ends.
LOCKED = 'echo E: Could not get lock /var/lib/dpkg/lock-frontend; exit 100'
LOCKS = [
    ('nobody holds the lock', ['exit 0'], '', 0),
    ('the lock is free at the third try', [LOCKED, LOCKED, 'exit 0'], '  ..  waiting for another apt or dpkg to end\n', 0),
    ('another error', ['echo E: Unable to locate package x; exit 100'], 'E: Unable to locate package x\n', 1),
]
# Hours, programs, targets at once, and the turns that come of it; a program with '!' fails.
CAMPAIGNS = [
    (0.5, 'a', 2, 'a 600 fuzz-a-1|a 600 fuzz-a-2|a 600 fuzz-a-3|passed'),
    (0.2, 'a', 1, 'a 600 fuzz-a-1|a 120 fuzz-a-2|passed'),
    (1.0, 'a b! c', 1, 'a 600 fuzz-a-1|b! 600 fuzz-b!-2|failed'),
    (0.5, 'a b', 1, 'a 600 fuzz-a-1|b 600 fuzz-b-2|a 600 fuzz-a-3|passed'),
]
LOG = '''INFO: -max_len is not provided; libFuzzer will not generate inputs larger than 4096 bytes
#12\tINITED cov: 90 ft: 200 corp: 10/1Kb
#99\tDONE   cov: 100 ft: 250 corp: 12/2Kb
stat::number_of_executed_units: 1200
stat::slowest_cpu_s: 0.5
stat::peak_rss_mb: 77
'''
failures = []
count = 0


def expect(case, wanted, got):
    global count
    count += 1
    if got != wanted:
        failures.append(f'{case}\n  expected: {wanted!r}\n  got:      {got!r}')


def functions_of_dev(body, **programs):
    """Runs bash code with the functions of the script dev, and these shell scripts as programs."""
    source = re.sub(r'^cd .*', '', (ROOT / 'dev').read_text().split('\ncase ${1:-help}')[0], flags=re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in programs.items():
            path = pathlib.Path(folder, name.replace('_', '-'))
            path.write_text('#!/bin/bash\n' + content)
            path.chmod(0o755)
        done = subprocess.run(['bash', '-c', source + '\n' + body], cwd=folder, capture_output=True, text=True, check=False,
                              env={**os.environ, 'PATH': f"{folder}:{os.environ['PATH']}"})
    return done.stdout + done.stderr, done.returncode


for arguments, wanted in ARGUMENTS:
    done = subprocess.run([ROOT / '.ci/dev.py', '--needs', *arguments.split()], capture_output=True, text=True, check=False,
                          env={**os.environ, 'NO_COLOR': '1'})
    expect(f'./dev {arguments}', f"{wanted}\nstatus {2 if wanted.startswith('dev:') else 0}",
           f'{(done.stdout + done.stderr)[:-1]}\nstatus {done.returncode}')

for case, installed, known, wanted_packages, wanted in PACKAGES:
    dpkg = ''.join(f'echo {name} installed\n' for name in installed.split())
    policy = ''.join(f'if [[ $2 == {name} ]]; then echo "  Candidate: 1.0"; fi\n' for name in known.split())
    got, _ = functions_of_dev(f"mapfile -t missing < <(missing_packages {wanted_packages.replace('|', chr(92) + '|')})\n"
                              'if ((${#missing[@]})); then known_packages "${missing[@]}"; fi',
                              dpkg_query=dpkg, apt_cache=policy or 'echo "  Candidate: (none)"')
    expect(case, wanted.split(), got.split())

for case, answers, wanted, status in LOCKS:
    steps = ''.join(f'if [[ $n == {i} ]]; then {answer}; fi\n' for i, answer in enumerate(answers, 1))
    expect(case, (wanted, status), functions_of_dev(
        'root=(); apt_get update', apt_get='n=$(cat n 2>/dev/null || echo 0); n=$((n + 1)); echo $n >n\n' + steps, sleep='exit 0'))

for hours, programs, at_once, wanted in CAMPAIGNS:
    seen = []

    def turn(program, seconds, log, commit, seen=seen):
        seen.append(f'{program} {seconds} {pathlib.Path(log).stem}')
        return not program.endswith('!')

    passed = campaign.campaign(programs.split(), hours, at_once, 'commit', turn)
    expect(f'a campaign of {hours} hours over {programs}, {at_once} at once', wanted,
           '|'.join([*(sorted(seen) if at_once > 1 else seen), 'passed' if passed else 'failed']))

for which, wanted in (('fuzz_a fuzz_b fuzz_c', True), ('fuzz_a fuzz_b! fuzz_c', False)):
    seen = []
    campaign.run_for = lambda program, _: seen.append(program) or not program.endswith('!')
    expect(f'all of {which} run', (wanted, which.split()), (campaign.run_all(which.split(), 1, 2), sorted(seen)))

expect('a row of the ledger', 'commit\tparse\t599\t1200\t2\t100\t250\t12\t0.5\t77\t0\t10\t4096',
       campaign.ledger_row('build/fuzz_parse', LOG, 599, 'commit').split('\t', 1)[1])
expect('a row of a failed turn', 'commit\tparse\t3\t\t0\t\t\t\t0\t\t1\t0\t',
       campaign.ledger_row('fuzz_parse', 'SUMMARY: AddressSanitizer\n', 3, 'commit').split('\t', 1)[1])
for names, wanted in (('', ['x/fuzz_a', 'fuzz_b']), ('b', ['fuzz_b']), ('fuzz_a b', ['x/fuzz_a', 'fuzz_b'])):
    expect(f"targets '{names}'", wanted, campaign.chosen(['x/fuzz_a', 'fuzz_b'], names.split()))
try:
    campaign.chosen(['fuzz_a', 'fuzz_b'], ['d'])
    expect('a target that there is not', 'an error', 'none')
except phases.Failed as failed:
    expect('a target that there is not', "no fuzz target 'd'; there are: a b", failed.message)

with tempfile.TemporaryDirectory() as folder:
    phases.LOGS = pathlib.Path(folder)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = phases.run('a phase', ['bash', '-c', 'echo "[3/40] x"; echo "f.cc: error: no"; exit 3'])
    expect('a phase that fails', (3, True, True),
           (status, '(exit status 3)' in said.getvalue(), 'The first errors:\n\nf.cc: error: no\n' in said.getvalue()))
    expect('progress of ninja', '3/40', phases.progress(phases.log_of('a phase')))

for failure in failures:
    print(failure)
sys.exit(f'{len(failures)} of {count} failed' if failures or count < 40 else 0)
