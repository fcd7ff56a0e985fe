#!/usr/bin/env python3
"""Spoils the engine in small ways and looks whether its tests notice.

usage: mutate.py BUILD [--count N] [--jobs N] [--only TEXT] [--list] [--resume] [--survivors FILE]

BUILD is configured with the preset `mutation`. Every change is of one line (see sites.py), is compiled into one object,
or several when it is in a header, and linked with the suites: unit, conformance, limits, golden dates, warm evaluation.
They stop at the first failure. A change that fails, crashes or takes ten times as long is killed.

The changes are chosen by a hash of the file, the line and what becomes of it, so that the same ones come up until their
line is changed. What does not compile is no change, nor is what compiles to the same machine code; the next one takes
its place. What survives must stand in survivors.tsv, with a reason: a file, the line as it is, as it became, and whether
no test can tell the two apart (`same`) or none does (`open`).
"""

import argparse
import collections
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import sys
import threading
import time

import sites

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ('base', 'eval', 'functions', 'time', 'compile')
SEED = 'pipexpr 1'
REASONS = pathlib.Path(__file__).with_name('survivors.tsv')
# The least share killed, in hundredths.
GOALS = {'all': 85, 'limits': 95, 'arithmetic': 95, 'date formatting': 95}
LIMITS = re.compile(r'limit|max_|kM(?:ax|ost)|charge|refund|budget|until_check|steps_left|ceiling|depth_?\b')
AREAS = ((re.compile(r'src/(?:base/limits|base/limit_diagnostic|eval/arena)\.'), 'limits'),
         (re.compile(r'src/eval/(?:arithmetic|number|operators)\.|src/time/calendar_arithmetic\.'), 'arithmetic'),
         (re.compile(r'src/time/(?:pattern|zone_names|digits|code)\.'), 'date formatting'))

Change = collections.namedtuple('Change', 'rank file number kind before after area')


def area_of(name, line):
    if LIMITS.search(line):
        return 'limits'
    return next((area for pattern, area in AREAS if pattern.search(name)), name.split('/')[1])


def all_changes(only):
    """Every change, in the order in which they are tried."""
    found, seen = [], collections.Counter()
    for folder in FOLDERS:
        for path in sorted((ROOT / 'src' / folder).iterdir()):
            if path.suffix not in ('.cc', '.h'):
                continue
            name = str(path.relative_to(ROOT))
            text = path.read_text()
            lines = text.split('\n')
            for number, kind, after in sites.sites(text):
                key = (name, lines[number].strip(), after.strip())
                seen[key] += 1
                rank = hashlib.sha256('\t'.join((SEED, *key, str(seen[key]))).encode()).hexdigest()
                change = Change(rank, name, number, kind, lines[number], after, area_of(name, lines[number]))
                if only in f'{name}: {change.before}':
                    found.append(change)
    return sorted(found)


class Build:
    """How the objects and the program of a build are made."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.work = self.folder / 'mutants'
        self.work.mkdir(exist_ok=True)
        entries = json.loads((self.folder / 'compile_commands.json').read_text())
        self.compile = {}  # object -> arguments, source
        for entry in entries:
            arguments = shlex.split(entry['command'])
            output = arguments[arguments.index('-o') + 1]
            start = next(i for i, word in enumerate(arguments) if re.search(r'(?:g\+\+|c\+\+|clang\+\+)[-\d.]*$', word))
            if output.startswith(('src/', 'tests/mutation/')):
                self.compile[output] = (arguments[start:], pathlib.Path(entry['file']))
        link = self.run('ninja', '-t', 'commands', 'pipexpr_mutant').splitlines()[-1]
        self.link = shlex.split(link.split('&&')[1])
        self.includers = collections.defaultdict(list)  # header or source -> objects
        output = None
        for line in self.run('ninja', '-t', 'deps').splitlines():
            if line and not line.startswith(' '):
                output = line.split(':')[0]
            elif output in self.compile:
                self.includers[os.path.realpath(self.folder / line.strip())].append(output)

    def run(self, *command):
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def command(self, output, source, target, *extra):
        """Compiles `source` as if it were the one of `output`."""
        arguments, original = self.compile[output]
        words = list(arguments)
        for flag, count in (('-o', 2), ('-MF', 2), ('-MT', 2), ('-MD', 1)):
            if flag in words:
                at = words.index(flag)
                del words[at:at + count]
        words = [str(source) if word == str(original) else word for word in words]
        # Quoted includes of the file's own folder still work.
        return words + ['-w', '-o', str(target), *extra, '-iquote', str(original.parent)]


def passes(program, seconds):
    """Whether the suites pass within so many seconds of processor time; a busy machine gets fifty times as many."""
    def limited():
        # A change may ask for all memory there is, or never end.
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    try:
        ran = subprocess.run([program, '--abort'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             timeout=50 * seconds, preexec_fn=limited, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


@functools.lru_cache(maxsize=None)
def code_as_people_run_it(build, output, source):
    """What a release build makes of a source, without what depends on its place."""
    target = build.work / f'{threading.get_ident()}.s'
    words = [word for word in build.command(output, source, target, '-O2', '-S', '-g0') if word not in ('-O1', '-c')]
    if subprocess.run(words, cwd=build.folder, capture_output=True).returncode != 0:
        return None
    return re.sub(r'(?m)^\s*\.(?:file|ident|loc)\b.*$', '', target.read_text())


def attempt(build, change, seconds):
    """`killed`, `survived`, or `none` for what is no change."""
    path = ROOT / change.file
    lines = path.read_text().split('\n')
    lines[change.number] = change.after
    folder = build.work / str(threading.get_ident())
    overlay = folder / pathlib.Path(change.file).relative_to('src')
    overlay.parent.mkdir(parents=True, exist_ok=True)
    overlay.write_text('\n'.join(lines))
    try:
        objects = []
        is_header = path.suffix == '.h'
        for i, output in enumerate(build.includers[os.path.realpath(path)]):
            source = build.compile[output][1]
            target = folder / f'{i}.o'
            words = build.command(output, source if is_header else overlay, target)
            if is_header:
                words[1:1] = ['-iquote', str(folder)]
            if subprocess.run(words, cwd=build.folder, capture_output=True).returncode != 0:
                return 'none'
            objects.append((output, target))
        program = folder / 'program'
        words, replaced = list(build.link), dict(objects)
        words = [str(replaced.pop(word)) if word in replaced else word for word in words]
        words[words.index('-o') + 1] = str(program)
        # What is left is in the library, which gives only what is still missing.
        first = next(i for i, word in enumerate(words) if word.endswith('.o'))
        words[first:first] = [str(target) for target in replaced.values()]
        linked = subprocess.run(words, cwd=build.folder, capture_output=True, text=True)
        if linked.returncode != 0:
            return 'none'
        if not passes(program, seconds):
            return 'killed'
        if not is_header:
            output = build.includers[os.path.realpath(path)][0]
            if code_as_people_run_it(build, output, path) == code_as_people_run_it.__wrapped__(build, output, overlay):
                return 'none'
        return 'survived'
    finally:
        overlay.unlink()


class Earlier:
    """Outcomes of earlier runs: tests are added, so what was killed stays so."""

    def __init__(self, path, resume):
        self.path = path
        rows = path.read_text().splitlines() if resume and path.exists() else []
        self.outcomes = dict(row.split('\t') for row in rows)
        path.write_text(''.join(row + '\n' for row in rows))

    def attempt(self, build, change, seconds):
        content = hashlib.sha256((ROOT / change.file).read_bytes()).hexdigest()
        key = hashlib.sha256((change.rank + content).encode()).hexdigest()
        outcome = self.outcomes.get(key)
        if outcome in ('killed', 'none'):
            return outcome
        outcome = attempt(build, change, seconds)
        with self.path.open('a') as file:
            file.write(f'{key}\t{outcome}\n')
        return outcome


def key_of(change):
    return change.file, change.before.strip(), change.after.strip()


def read_reasons():
    reasons = {}
    for number, line in enumerate(REASONS.read_text().splitlines(), 1):
        if not line or line.startswith('#'):
            continue
        columns = line.split('\t')
        if len(columns) != 5 or columns[3] not in ('same', 'open') or len(columns[4]) < 10:
            sys.exit(f'{REASONS.name}:{number}: a file, the line, what became of it, same or open, a reason; by tabs')
        reasons[tuple(columns[:3])] = columns[3]
    return reasons


def share(killed, all_of_them):
    return 100 * killed / all_of_them if all_of_them else 100.0


def report(outcomes, reasons):
    """The table by area; whether the goals are met."""
    rows = collections.defaultdict(collections.Counter)
    for change, outcome in outcomes:
        if outcome == 'survived' and reasons.get(key_of(change)) == 'same':
            outcome = 'same'
        for area in ('all', change.area):
            rows[area][outcome] += 1
    print(f'\n{"area":18}{"killed":>8}{"survived":>10}{"same":>6}{"killed %":>10}{"without same":>14}{"goal":>6}')
    good = True
    for area in sorted(rows):
        count = rows[area]
        score = share(count['killed'], count['killed'] + count['survived'])
        raw = share(count['killed'], sum(count.values()))
        met = score >= GOALS.get(area, 0)
        good = good and met
        print(f'{area:18}{count["killed"]:8}{count["survived"]:10}{count["same"]:6}{raw:10.1f}{score:14.1f}'
              f'{GOALS.get(area, ""):>6}' + ('' if met else '  MISSED'))
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--count', type=int, default=400)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--only', default='', help='only changes of lines like `src/eval/arena.h: ...`')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--resume', action='store_true',
                        help='what an earlier run killed in a file that is still the same counts as killed')
    parser.add_argument('--survivors', type=pathlib.Path, help='where to write the ones without a reason')
    arguments = parser.parse_args()
    changes = all_changes(arguments.only)
    if arguments.list:
        for change in changes[:arguments.count]:
            print(f'{change.file}:{change.number + 1}: {change.kind}\n  {change.before.strip()}\n  {change.after.strip()}')
        return 0
    reasons = read_reasons()
    build = Build(arguments.build)
    begin = time.monotonic()
    if not passes(build.folder / 'tests/mutation/pipexpr_mutant', 600):
        sys.exit('the suites fail without any change')
    whole = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    seconds = int(10 * whole) + 2
    print(f'{len(changes)} changes are possible, {arguments.count} are wanted; the suites take {whole:.1f} s')
    earlier = Earlier(build.folder / 'mutants/outcomes.tsv', arguments.resume)
    outcomes, none, waiting = [], 0, iter(changes)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {}
        while True:
            while len(running) < arguments.jobs and len(outcomes) + len(running) < arguments.count:
                change = next(waiting, None)
                if change is None:
                    break
                running[pool.submit(earlier.attempt, build, change, seconds)] = change
            if not running:
                break
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                change, outcome = running.pop(future), future.result()
                if outcome == 'none':
                    none += 1
                    continue
                outcomes.append((change, outcome))
                known = reasons.get(key_of(change))
                print(f'{len(outcomes):4} {outcome:9}{change.area:16} {change.file}:{change.number + 1}: {change.kind}' +
                      (f'\n       {change.before.strip()}\n       {change.after.strip()}\n       '
                       f'{"known as " + known if known else "NEW"}' if outcome == 'survived' else ''), flush=True)
    new = [change for change, outcome in outcomes if outcome == 'survived' and key_of(change) not in reasons]
    good = report(outcomes, reasons)
    print(f'{none} did not compile or made no difference to the machine code; {time.monotonic() - begin:.0f} s')
    print(f'{len(new)} survivors have no reason in {REASONS.name}')
    if arguments.survivors:
        arguments.survivors.write_text(''.join('\t'.join((*key_of(change), 'open', '')) + '\n' for change in new))
    return 0 if good and not new else 1


if __name__ == '__main__':
    sys.exit(main())
