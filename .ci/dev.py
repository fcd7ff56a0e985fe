#!/usr/bin/env python3
"""The commands of ./dev, which installs what they need and then starts this."""

import argparse
import difflib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / 'fuzz')]
import campaign  # noqa: E402
import package  # noqa: E402
import phases  # noqa: E402
from phases import Failed, must, run, show  # noqa: E402

# The packages that a preset needs: names of lists in the script dev.
PRESET_PACKAGES = {'dev': 'test', 'release': 'test', 'quick': 'quick', 'static': 'quick'}
NOT_LONG = ['-LE', '^long$']

# ---- building ----


def presets():
    """The presets that can be built, by their names in CMakePresets.json."""
    return [preset['name'] for preset in json.loads((ROOT / 'CMakePresets.json').read_text())['buildPresets']]


def job_count():
    """One job per processor, but no more than memory allows: the parser's file and the HTTP files take up to 1.5 GB."""
    if os.environ.get('PIPEXPR_JOBS'):
        return max(1, int(os.environ['PIPEXPR_JOBS']))
    memory = int(re.search(r'MemAvailable: +(\d+)', pathlib.Path('/proc/meminfo').read_text())[1]) * 1024
    limit = pathlib.Path('/sys/fs/cgroup/memory.max')
    if limit.is_file() and limit.read_text().strip().isdigit():
        memory = min(memory, int(limit.read_text()))
    return max(1, min(len(os.sched_getaffinity(0)), memory // 1_500_000_000))


def tool(name, versions=('14', '19')):
    """The first of the versions of an LLVM program that is installed: Debian 12 has 14, Debian 13 has 19."""
    found = [f'{name}-{version}' for version in versions if shutil.which(f'{name}-{version}')]
    return found[0] if found else f'{name}-{versions[0]}'


def configure(preset, *options):
    options = list(options)
    if preset in ('clang', 'fuzz'):
        options.append(f"-DCMAKE_CXX_COMPILER={tool('clang++')}")
    if os.environ.get('CI'):
        options.append('-DPIPEXPR_WARNINGS_AS_ERRORS=ON')
    must(f'configure {preset}', ['cmake', '--preset', preset, *options])


def compile_preset(preset, *targets):
    extra = ['--target', *targets] if targets else []
    must(f'build {preset}', ['cmake', '--build', '--preset', preset, '--parallel', str(job_count()), *extra])


def run_tests(preset, *arguments):
    """Prints ctest's totals."""
    status = run(f'test {preset}', ['ctest', '--preset', preset, '--output-on-failure', '--no-tests=error', '--parallel',
                                    str(len(os.sched_getaffinity(0))), *arguments])
    log = phases.log_of(f'test {preset}').read_text(errors='replace')
    for bad, total in re.findall(r'^\d+% tests passed, (\d+) tests failed out of (\d+)$', log, re.MULTILINE):
        print(f'      {int(total) - int(bad)} passed, {bad} failed', flush=True)
    if status != 0:
        raise Failed()


def build_and_test(preset, *arguments):
    configure(preset)
    compile_preset(preset)
    run_tests(preset, *arguments)


def state_of_tests(preset):
    """What the tests' outcome depends on: the project's files, what they read beside it, the packages, zone and locale.
    Nothing outside a git checkout, where it is not known which files belong to the project."""
    listed = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], capture_output=True,
                            check=False)
    if listed.returncode != 0:
        return ''
    state = hashlib.sha1()
    for name in sorted(filter(None, listed.stdout.split(b'\0'))):
        path = pathlib.Path(os.fsdecode(name))
        state.update(name + (hashlib.sha1(path.read_bytes()).digest() if path.is_file() else b'gone'))
    beside = sorted(pathlib.Path('../shared').rglob('*')) if pathlib.Path('../shared').is_dir() else []
    for path in [*filter(pathlib.Path.is_file, beside), pathlib.Path('/var/lib/dpkg/status')]:
        if path.is_file():
            state.update(f'{path} {path.stat().st_size} {path.stat().st_mtime_ns}'.encode())
    state.update(' '.join([preset, os.uname().release, *(os.environ.get(n, '') for n in ('TZ', 'LC_ALL', 'LANG'))]).encode())
    return state.hexdigest()


def build_and_test_once(preset, *arguments):
    """As build_and_test, but what has passed and has not changed since is not run again."""
    configure(preset)
    compile_preset(preset)
    passed, state = pathlib.Path(f'build/passed-{preset}'), state_of_tests(preset)
    if state and not os.environ.get('CI') and passed.is_file() and passed.read_text() == state:
        print(f'  {phases.GREEN}ok{phases.PLAIN}  test {preset}: all passed, and nothing has changed since '
              '(--again runs them)')
        return
    passed.unlink(missing_ok=True)
    run_tests(preset, *arguments)
    if state and state_of_tests(preset) == state:  # not when something was edited while they ran
        passed.write_text(state)


# ---- commands ----


def demo(_):
    # Only what the demo shows is built, unless an earlier command has set up the whole tree already.
    if not pathlib.Path('build/release/build.ninja').is_file():
        configure('release', '-DPIPEXPR_BUILD_TESTS=OFF', '-DPIPEXPR_BUILD_BENCH=OFF', '-DPIPEXPR_BUILD_SERVICE=OFF',
                  '-DPIPEXPR_BUILD_PYTHON=OFF')
    compile_preset('release', 'pipexpr_cli')
    command = 'build/release/pipexpr'
    show([command, 'render', 'docs/examples/orders.json', '--at', '2024-05-24T17:00:00'])
    show([command, 'eval', "s3://orders/#{format(minusDays(@scheduledStartTime,1),'YYYY/MM/dd')}/", '--at',
          '2024-05-24T17:00:00'])


def test(options):
    if not options.all:
        if options.again:
            pathlib.Path(f'build/passed-{options.preset}').unlink(missing_ok=True)
        build_and_test_once(options.preset, *NOT_LONG)
        return
    build_and_test('release')
    build(argparse.Namespace(preset='clang'))
    build_and_test('asan-ubsan', *NOT_LONG)
    build_and_test('tsan', *NOT_LONG)
    coverage(argparse.Namespace(write=False))
    mutate(argparse.Namespace(arguments=[]))
    fuzz(argparse.Namespace(seconds=60, campaign=None, targets=[]))
    # What README promises: nothing but a clean system and its two commands.
    for suite in ('bookworm', 'trixie'):
        must(f'README in a clean root: {suite}',
             ['tests/roots/root', suite, 'bash', '-c', './dev demo && ./dev test'])
    # Packages are built in one clean root and installed in another, which has nothing of what building needs.
    for suite in ('bookworm', 'trixie'):
        must(f'packages of {suite}', ['tests/roots/packages', suite])


def build(options):
    configure(options.preset)
    compile_preset(options.preset)


def bench(options):
    configure('release')
    compile_preset('release')
    program = 'bench/run' if os.access('bench/run', os.X_OK) else 'build/release/bench/pipexpr_bench'
    os.execv(program, [program, *options.arguments])


# What adds no line or too little for its time: other zones, larger numbers, longer inputs, what looks at no code of ours;
# what reads files beside the project; what measures time or stack, which counters change; threads, which upset counters.
NOT_FOR_COVERAGE = '|'.join((
    '^project:', '^golden: TZ=(Europe|America)', 'LC_ALL=(de|tr)_', 'same in every time zone', 'up to date', '_NOT_BUILT',
    '^properties:', '^cli: (10,000|streams)', '^check: (mutate|coarse|corpus)', 'real definitions', '^fuzz:', '^corpus:',
    '^safety: (chains|100,000|large texts|eight|fields that|lists that|many parts|a list that|nesting|a limit above'
    '|a deadline|a cancel|a million)'))
FOR_COVERAGE = [f'pipexpr_{name}' for name in ('unit', 'conformance', 'limits', 'check_cases', 'cli', 'safety', 'golden',
                                               'explain', 'example_host', 'example_readme')]


def coverage(options):
    configure('coverage')
    compile_preset('coverage', *FOR_COVERAGE)
    for counters in pathlib.Path('build/coverage').rglob('*.gcda'):
        counters.unlink()
    run_tests('coverage', *NOT_LONG, '-E', NOT_FOR_COVERAGE)
    gate = ['tests/coverage/gate.py', 'build/coverage', *(['--write'] if options.write else [])]
    if subprocess.run(gate, check=False).returncode != 0:
        raise Failed('the tests cover less than they should')


def mutate(options):
    configure('mutation')
    compile_preset('mutation')
    command = ['tests/mutation/mutate.py', 'build/mutation', '--jobs', str(job_count()), *options.arguments]
    if subprocess.run(command, check=False).returncode != 0:
        raise Failed('too many changes have survived')


def fuzz(options):
    configure('fuzz')
    compile_preset('fuzz')
    subprocess.run([sys.executable, 'fuzz/seeds.py', 'build/fuzz/seeds'], check=True)
    programs = campaign.targets()
    if not programs:
        raise Failed('the fuzz build has no fuzz targets')
    programs = campaign.chosen(programs, options.targets)
    if options.campaign is not None:
        commit = subprocess.run(['git', 'rev-parse', '--short', 'HEAD'], capture_output=True, text=True, check=True).stdout
        passed = campaign.campaign(programs, options.campaign, job_count(), commit.strip())
    else:
        print(f'  ..  {len(programs)} fuzz targets, {options.seconds} s each, logs in {phases.LOGS}/fuzz-*.log', flush=True)
        passed = campaign.run_all(programs, options.seconds, job_count())
        for program in programs:
            print(campaign.summary(program))
    if not passed:
        raise Failed('a fuzz target failed; its input is in build/fuzz/findings')


def cpp_files():
    """Hand-written C++ files; generated ones are left as their generator wrote them."""
    listed = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '--', '*.cc', '*.h'],
                            capture_output=True, text=True, check=True)
    paths = [pathlib.Path(name) for name in listed.stdout.splitlines()]
    return [str(path) for path in paths if path.is_file() and 'generated by' not in path.open().readline().lower()]


def format_files(options):
    formatter = tool('clang-format', ('14',))
    if not options.check:
        must('format', [formatter, '-i', *cpp_files()])
    elif run('format check', [formatter, '--dry-run', '-Werror', *cpp_files()]) != 0:
        raise Failed('some files are not formatted: run ./dev format')


def lint(_):
    configure('clang')
    compile_preset('clang')  # generated headers must be there before clang-tidy reads the files that include them
    sources = [name for name in cpp_files() if re.match(r'src/.*\.cc$', name)]
    failed = [run('clang-tidy', [tool('run-clang-tidy'), '-quiet', '-p', 'build/clang', '-j', str(job_count()), *sources]),
              run('layering', [sys.executable, 'tests/layering_test.py']), run('style', [sys.executable, 'tests/style_test.py'])]
    if any(failed):
        raise Failed()


def make_packages(options):
    package.run(options.kinds or ['tarball', 'deb'], job_count())


def root(options):
    raise Failed(status=subprocess.run(['tests/roots/root', options.suite, *options.arguments], check=False).returncode)


def clean(_):
    shutil.rmtree('build', ignore_errors=True)
    print('removed build/')


# ---- arguments ----


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Failed(f"{message} ('./dev help' lists the commands)", 2)


def preset(name):
    if name not in presets():
        raise argparse.ArgumentTypeError(f"no preset '{name}'; there are: {' '.join(presets())}")
    return name


def package_kind(name):
    if name not in ('tarball', 'deb'):
        raise argparse.ArgumentTypeError(f"expected tarball or deb, found '{name}'")
    return name


def number(least, kind):
    def read(text):
        if not re.fullmatch(r'\d+(\.\d+)?', text) or float(text) <= least:
            raise argparse.ArgumentTypeError(f"expected a number over {least}, found '{text}'")
        return kind(float(text))
    return read


def parser():
    result = Parser(prog='./dev', allow_abbrev=False, add_help=False)
    commands = result.add_subparsers(dest='command', required=True)

    def command(name, function, packages, help_text):
        added = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        added.set_defaults(run=function, packages=packages)
        return added

    def add_preset(to, otherwise):
        to.add_argument('preset', nargs='?', type=preset, default=otherwise, help=f'a preset of CMakePresets.json ({otherwise})')

    command('demo', demo, 'demo', 'render a sample pipeline definition')
    added = command('test', test, None, 'build everything and run the tests, unless they passed and nothing has changed since')
    added.add_argument('--all', action='store_true', help='also the long ones, the sanitizers, coverage, mutation, fuzzing '
                       'and the two commands of README in clean roots of Debian 12 and 13')
    added.add_argument('--again', action='store_true', help='run them all the same')
    add_preset(added, 'release')
    added = command('build', build, None, 'build a preset')
    add_preset(added, 'release')
    added = command('bench', bench, 'bench', 'build and run the benchmarks')
    added.set_defaults(arguments=[])
    added = command('coverage', coverage, 'all', "run the tests with gcov's counters and judge what they cover")
    added.add_argument('--write', action='store_true', help='bring the figures of docs/coverage.md up to date')
    added = command('fuzz', fuzz, 'all', 'run the fuzz targets')
    added.add_argument('-s', dest='seconds', type=number(0, int), default=60, help='for so many seconds each (60)')
    added.add_argument('--campaign', type=number(0, float), metavar='HOURS', help='run them in turns for so many hours of '
                       'processor time in all, and note each turn in fuzz/LEDGER.tsv; PIPEXPR_FUZZ_LENGTH=N keeps inputs '
                       'to N bytes')
    added.add_argument('targets', nargs='*', help='all unless named')
    added = command('format', format_files, 'format', 'format every C++ file')
    added.add_argument('--check', action='store_true', help='say which ones are not formatted')
    command('lint', lint, 'all', 'clang-tidy over src/, and the layering and style tests')
    added = command('mutate', mutate, 'all', 'spoil the engine in small ways and see whether the tests notice')
    added.set_defaults(arguments=[])
    added = command('root', root, 'root', 'run a command in a clean root of a Debian suite, such as: root trixie ./dev demo')
    added.add_argument('suite')
    added.add_argument('arguments', nargs=argparse.REMAINDER)
    added = command('package', make_packages, 'package', 'make Debian packages and a tarball with a static command')
    added.add_argument('kinds', nargs='*', type=package_kind, help='tarball, deb, or both')
    command('clean', clean, '', 'remove build/')
    return result, list(commands.choices)


def packages_of(options):
    """The name of the list of packages in the script dev that a command needs."""
    if options.packages is not None:
        return options.packages
    return 'everything' if getattr(options, 'all', False) else PRESET_PACKAGES.get(options.preset, 'all')


def parse(arguments):
    parsed, names = parser()
    word = arguments[0] if arguments else ''
    if word not in names:
        near = difflib.get_close_matches(word, names, 1)
        hint = f", did you mean '{near[0]}'? ('./dev help' lists the commands)" if near else "; './dev help' lists the commands"
        raise Failed(f"unknown command '{word}'{hint}", 2)
    # What follows these is for another program, options and all.
    passed_on = arguments[1:] if word in ('bench', 'mutate') else []
    options = parsed.parse_args(arguments[:1] if passed_on else arguments)
    if passed_on:
        options.arguments = passed_on
    if options.command == 'test' and options.all and (options.again or options.preset != 'release'):
        raise Failed('test takes --all alone', 2)
    return options


def main(arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chdir(ROOT)
    try:
        if arguments[:1] == ['--needs']:
            print(packages_of(parse(arguments[1:])))
        else:
            options = parse(arguments)
            options.run(options)
        return 0
    except Failed as failure:
        if failure.message:
            print(f'{phases.RED}dev: {failure.message}{phases.PLAIN}', file=sys.stderr)
        return failure.status
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
