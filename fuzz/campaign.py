"""Runs the fuzz targets: for some seconds each, or in turns for hours with a row of LEDGER.tsv for each turn."""

import concurrent.futures
import datetime
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / '.ci'))
import phases  # noqa: E402

LEDGER = pathlib.Path('fuzz/LEDGER.tsv')
TURN = 600  # seconds of processor time for one target before the next one's turn


def targets(build='build/fuzz'):
    """The programs that are libFuzzer targets, by what they say of themselves."""
    found = []
    for path in sorted(pathlib.Path(build).rglob('fuzz_*')):
        if path.is_file() and os.access(path, os.X_OK) and 'CMakeFiles' not in path.parts:
            said = subprocess.run([path, '-help=1'], capture_output=True, text=True, errors='replace', check=False)
            if 'To run fuzzing pass' in said.stdout + said.stderr:
                found.append(str(path))
    return found


def short(program):
    return pathlib.Path(program).name.removeprefix('fuzz_')


def chosen(programs, names):
    """The programs that were named, all when none was."""
    by_name = {short(program): program for program in programs}
    for name in names:
        if name.removeprefix('fuzz_') not in by_name:
            raise phases.Failed(f"no fuzz target '{name}'; there are: {' '.join(by_name)}", 2)
    return [by_name[name.removeprefix('fuzz_')] for name in names] or programs


def command_line(program, *arguments):
    """Seeds are the stored inputs and the conformance rows, what is new goes to build/fuzz/work. Entropic scheduling
    would be half of the time; a file per second is read for nothing."""
    target = short(program)
    work = pathlib.Path('build/fuzz/work') / target
    work.mkdir(parents=True, exist_ok=True)
    pathlib.Path('build/fuzz/findings').mkdir(parents=True, exist_ok=True)
    seeds = [pathlib.Path(folder) / target for folder in ('build/fuzz/corpus', 'fuzz/regression', 'build/fuzz/seeds')]
    return [program, '-entropic=0', '-reload=0', '-rss_limit_mb=1024', '-print_final_stats=1',
            '-dict=build/fuzz/fuzz/pipexpr.dict', f'-artifact_prefix=build/fuzz/findings/fuzz_{target}-', *arguments,
            str(work), *(str(folder) for folder in seeds if folder.is_dir())]


def run_for(program, seconds):
    """Runs one target for so many seconds into its log; whether it passed."""
    with phases.log_of(f'fuzz-{short(program)}').open('wb') as log:
        return subprocess.run(command_line(program, f'-max_total_time={seconds}', '-timeout=10'), check=False,
                              stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT).returncode == 0


def run_all(programs, seconds, at_once):
    """As many at a time as there are processors; whether all passed. Every failure counts."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        passed = list(pool.map(lambda program: run_for(program, seconds), programs))
    return all(passed)


def summary(program):
    log = phases.log_of(f'fuzz-{short(program)}').read_text(errors='replace')
    runs = re.findall(r'^stat::number_of_executed_units: *(\d+)', log, re.MULTILINE)
    trouble = re.findall(r'^.*(?:^SUMMARY|ERROR: libFuzzer).*', log, re.MULTILINE)
    return f"      {'fuzz_' + short(program):<32} {(runs or [''])[-1]:>12} runs   {(trouble or [''])[0]}"


def ledger_row(program, log, seconds, commit, now=None):
    """What one turn of a campaign did, as a row of the ledger."""
    def last(pattern, otherwise=''):
        return (re.findall(pattern, log, re.MULTILINE) or [otherwise])[-1]

    now = now or datetime.datetime.now(datetime.timezone.utc)
    runs = last(r'^stat::number_of_executed_units: *(\d+)')
    edges, features, corpus = last(r'cov: (\d+) ft: (\d+) corp: (\d+)', ('', '', ''))
    first = last(r'^#\d+\tINITED +cov: (\d+) ')
    length = last(r' larger than (\d+) bytes$', os.environ.get('PIPEXPR_FUZZ_LENGTH', ''))
    return '\t'.join(map(str, (
        now.strftime('%Y-%m-%dT%H:%M'), commit, short(program), seconds, runs, int(runs or 0) // (seconds + 1), edges,
        features, corpus, last(r'^stat::slowest_cpu_s: *(\S+)', '0'), last(r'^stat::peak_rss_mb: *(\S+)'),
        1 if re.search(r'^SUMMARY', log, re.MULTILINE) else 0, int(edges or 0) - int(first or 0), length)))


def processor_seconds(pid):
    """Of a process; None when it has ended."""
    try:
        fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == 'Z' else (int(fields[11]) + int(fields[12])) // os.sysconf('SC_CLK_TCK')


def run_turn(program, seconds, log_path, commit):
    """Seconds are of processor time, so that a busy machine, or a program stopped for a while, changes nothing. The
    target itself watches that no input takes more than one. Whether it passed."""
    length = os.environ.get('PIPEXPR_FUZZ_LENGTH')
    arguments = ['-timeout=7200', *([f'-max_len={length}'] if length else [])]
    used = 0
    with open(log_path, 'wb') as log:
        child = subprocess.Popen(command_line(program, *arguments), stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=subprocess.STDOUT)
        while (now := processor_seconds(child.pid)) is not None:
            used = now
            if used >= seconds:
                child.send_signal(10)  # SIGUSR1: libFuzzer ends in its ordinary way
            time.sleep(1)
        passed = child.wait() == 0
    row = ledger_row(program, pathlib.Path(log_path).read_text(errors='replace'), used, commit)
    with LEDGER.open('a', encoding='utf-8') as ledger:
        ledger.write(row + '\n')
    print(f"  {'ok' if passed else 'fail'}  fuzz {short(program)}, {used} s of processor time", flush=True)
    return passed


def campaign(programs, hours, at_once, commit, turn=run_turn):
    """Ten minutes of processor time for each program in turn, as many at a time as there are processors, until the hours
    are used up. What a turn finds is the next one's seed. A failure ends it; whether there was none."""
    left, number, running, passed = int(hours * 3600), 0, [], True
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        while left > 0 and passed:
            for program in programs:
                if len(running) == at_once:
                    passed = running.pop(0).result() and passed
                if not passed or left <= 0:
                    break
                seconds = min(left, TURN)
                left -= seconds
                number += 1
                log = phases.LOGS / f'fuzz-{short(program)}-{number}.log'
                running.append(pool.submit(turn, program, seconds, str(log), commit))
        return all([turn.result() for turn in running]) and passed
