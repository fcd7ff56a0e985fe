"""What the user of ./dev sees: one line for each phase, a counter while it runs, and the log's tail when it fails."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

LOGS = pathlib.Path('build/logs')
COLOR = sys.stdout.isatty() and not os.environ.get('NO_COLOR') and os.environ.get('TERM', 'dumb') != 'dumb'
BOLD, GREEN, RED, PLAIN = ('\x1b[1m', '\x1b[32m', '\x1b[31m', '\x1b[0m') if COLOR else ('', '', '', '')

# How far the command behind a log is: ninja writes [3/40], ctest writes 3/40, a fuzzer writes #1234.
PROGRESS = re.compile(rb'^\[(\d+/\d+)\]|^ *(\d+/\d+) (Test)|^#(\d+)', re.MULTILINE)


class Failed(Exception):
    """Ends ./dev with a message and an exit status; an empty message means that it has been said already."""

    def __init__(self, message='', status=1):
        super().__init__(message)
        self.message, self.status = message, status


def log_of(name):
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / (re.sub(r'[^A-Za-z0-9-]', '-', name) + '.log')


def tail(path, size):
    with path.open('rb') as file:
        file.seek(max(0, path.stat().st_size - size))
        return file.read()


def progress(path):
    found = list(PROGRESS.finditer(tail(path, 4000)))
    if not found:
        return ''
    build, tests, _, runs = found[-1].groups()
    return (build or (tests + b' tests' if tests else runs + b' runs')).decode()


def show_progress(name, path, seconds):
    line = f'  ..  {name:<34} {seconds:4.0f} s  {progress(path)}'
    if sys.stdout.isatty():
        print(f'\r\x1b[K{line}', end='', flush=True)
    else:
        print(line, flush=True)


def clear_progress():
    if sys.stdout.isatty():
        print('\r\x1b[K', end='', flush=True)


def report_failure(path):
    content = path.read_text(errors='replace').splitlines()
    # A compiler's first error is the one to read, and it is rarely among the last lines.
    errors = [line for line in content if re.search(r'[eE]rror:', line)][:5]
    if errors:
        print('\nThe first errors:\n', *errors, sep='\n', file=sys.stderr)
    lines = int(os.environ.get('PIPEXPR_LOG_LINES') or 60)
    print(f'\nThe last lines of {path}:\n', *content[-lines:], f'\nThe whole log: {path}', sep='\n', file=sys.stderr)


def run(name, command, environment=None):
    """Runs the command into a log; a line when it ends. Returns its exit status."""
    path, begin = log_of(name), time.monotonic()
    with path.open('wb') as log:
        try:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                     env={**os.environ, **(environment or {})})
        except FileNotFoundError:
            raise Failed(f"'{command[0]}' is not installed") from None
        try:
            status = None
            while status is None:
                try:
                    status = child.wait(timeout=1 if sys.stdout.isatty() else 60)
                except subprocess.TimeoutExpired:
                    show_progress(name, path, time.monotonic() - begin)
        except BaseException:
            child.send_signal(signal.SIGTERM)
            child.wait()
            raise
        finally:
            clear_progress()
    done(name, begin, status, path)
    return status


def done(name, begin, status, path):
    seconds = time.monotonic() - begin
    if status == 0:
        print(f'  {GREEN}ok{PLAIN}  {name:<34} {seconds:4.0f} s', flush=True)
        return
    print(f'{RED}fail{PLAIN}  {name:<34} {seconds:4.0f} s  (exit status {status})', flush=True)
    report_failure(path)


def must(name, command, environment=None, otherwise=''):
    """As run, but a failure ends ./dev."""
    if run(name, command, environment) != 0:
        raise Failed(otherwise)


def show(command):
    """Shows a command as one would type it, then its output."""
    words = [word if re.fullmatch(r'[A-Za-z0-9_./:=-]+', word) else f'"{word}"' for word in command]
    print(f'\n{BOLD}$ {" ".join(words)}{PLAIN}', flush=True)
    if subprocess.run(command, check=False).returncode != 0:
        raise Failed(f"'{command[0]}' has failed")
