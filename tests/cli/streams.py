#!/usr/bin/env python3
"""What a case in a file cannot show: pipes that close, signals, streaming, large input and files without permission.

usage: streams.py PIPEXPR
"""

import json
import os
import pathlib
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PIPEXPR = ''
SANITIZED = False
CHECKS = []
MEBIBYTE = 1 << 20


def fewer(count):
    """A tenth of a count that only takes time in a build with sanitizers: there it is memory errors that count."""
    return count // 10 if SANITIZED else count


def check(function):
    CHECKS.append(function)
    return function


def start(*arguments, **options):
    return subprocess.Popen([PIPEXPR, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            **options)


def run(*arguments, stdin=b'', **options):
    done = subprocess.run([PIPEXPR, *arguments], input=stdin, capture_output=True, timeout=300, **options)
    return done.returncode, done.stdout, done.stderr


def limit_memory(mebibytes):
    """Sanitizers reserve terabytes of addresses, so that only plain builds can be limited."""
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes * MEBIBYTE, mebibytes * MEBIBYTE))


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f'expected {str(wanted)[:400]}, found {str(found)[:400]}')


@check
def closed_pipe_ends_the_command_quietly():
    """With SIGPIPE's default action the signal ends it, where it is ignored the status says the same."""
    request = b'{"template": "' + b'x' * 1000 + b'"}\n'
    for restore, status in ((True, -signal.SIGPIPE), (False, 141)):
        process = start('eval', '--jsonl', restore_signals=restore)
        process.stdin.write(request)
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        try:
            for _ in range(10_000):
                process.stdin.write(request)
            process.stdin.close()
        except BrokenPipeError:
            pass
        expect(process.stderr.read(), b'')
        expect(process.wait(30), status)


@check
def head_takes_what_it_wants():
    done = subprocess.run(['bash', '-c', f"'{PIPEXPR}' codes | head -1; echo ${{PIPESTATUS[1]}}"], capture_output=True)
    expect((done.stdout.split(b' ')[0], done.stderr), (b'E101', b''))


@check
def an_answer_arrives_before_the_next_request_is_sent():
    process = start('eval', '--jsonl')
    for number in range(100):
        process.stdin.write(b'{"template": "#{%d + 1}"}\n' % number)
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 10)
        expect(bool(ready), True)
        expect(process.stdout.readline(), b'{"value":%d}\n' % (number + 1))
    process.stdin.close()
    expect(process.wait(10), 0)


@check
def ctrl_c_ends_a_waiting_stream_after_its_answers():
    process = start('eval', '--jsonl')
    process.stdin.write(b'{"template": "a"}\n')
    process.stdin.flush()
    expect(process.stdout.readline(), b'{"value":"a"}\n')
    process.send_signal(signal.SIGINT)
    expect(process.wait(10), -signal.SIGINT)
    expect((process.stdout.read(), process.stderr.read()), (b'', b''))


@check
def ctrl_c_while_a_template_is_awaited_is_silent():
    process = start('eval', '-')
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    expect((process.returncode, out, err), (-signal.SIGINT, b'', b''))


@check
def ctrl_c_stops_a_long_evaluation():
    """A chain of fields, each of which names the next one four times, within limits raised as far as they go."""
    chain = [f'my{i}=' + f'#{{my{i + 1}}}' * 4 for i in range(12)] + ['my12=' + 'x' * 8]
    flags = [word for one in chain for word in ('--set', one)]
    with tempfile.NamedTemporaryFile() as file:
        file.write(b'#{my0}' * 60_000)
        file.flush()
        process = start('eval', '--file', file.name, *flags, '--max-steps', '100000000',
                        '--max-output-bytes', '268435456', '--max-references', '1000000', '--max-nodes', '1000000',
                        '--max-memory-bytes', '1073741824')
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    expect(process.returncode, -signal.SIGINT)


@check
def ctrl_c_in_a_long_render_leaves_whole_instances_and_no_messages():
    """The evaluation under way is cut off: its object must not show as it is written, nor be complained about."""
    objects = [{'id': f'A{i}', 'type': 'ShellCommandActivity', 'schedule': {'ref': 'S'},
                'command': '#{format(@scheduledStartTime, "YYYY-MM-dd HH:mm")} #{@id}'} for i in range(50)]
    objects.append({'id': 'S', 'type': 'Schedule', 'period': '15 minutes', 'startDateTime': '2000-01-01T00:00:00'})
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file, tempfile.TemporaryFile() as out:
        json.dump({'objects': objects}, file)
        file.flush()
        process = subprocess.Popen([PIPEXPR, 'render', file.name, '--runs', '10000000', '--format', 'jsonl'], stdout=out,
                                   stderr=subprocess.PIPE)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        out.seek(0)
        lines = out.read().splitlines()
    expect((process.returncode, err), (-signal.SIGINT, b''))
    expect((len(lines) > 0, [line for line in lines if b'#{' in line]), (True, []))
    json.loads(lines[-1])


@check
def runs_of_a_month_and_a_year_fit_into_64_mebibytes():
    """Fifty objects: 2,976 runs of 15 minutes, and 8,760 hours, written and forgotten one by one."""
    for period, end, runs in [('15 minutes', '2024-02-01', 2976), ('1 hour', '2025-01-01', 8784)][:1 if SANITIZED else 2]:
        objects = [{'id': 'Default', 'schedule': {'ref': 'S'}, 'workerGroup': 'w', 'pipelineLogUri': 's3://logs/#{name}'},
                   {'id': 'S', 'type': 'Schedule', 'period': period, 'startDateTime': '2024-01-01T00:00:00'}]
        for number in range(24):
            objects.append({'id': f'Out{number}', 'type': 'S3DataNode',
                            'directoryPath': f"s3://b{number}/#{{format(@scheduledStartTime, 'YYYY-MM-dd/HH-mm')}}"})
            objects.append({'id': f'Act{number}', 'type': 'ShellCommandActivity', 'output': {'ref': f'Out{number}'},
                            'command': f'load {number} --to #{{@scheduledEndTime}} --out #{{output.directoryPath}}'})
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file, tempfile.TemporaryFile() as out:
            json.dump({'objects': objects}, file)
            file.flush()
            process = subprocess.Popen([PIPEXPR, 'render', file.name, '--from', '2024-01-01T00:00:00', '--to',
                                        f'{end}T00:00:00', '--format', 'jsonl'], stdout=out,
                                       preexec_fn=lambda: limit_memory(64))
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            lines = sum(1 for _ in out)
        expect((process.returncode, lines), (0, runs * 48))
        if not SANITIZED:
            expect(used.ru_utime < 20, True)  # a release build takes 0.5 s and 1.6 s


@check
def findings_of_a_file_in_one_line_take_linear_time():
    """Every finding's line and column used to be counted from the beginning of the file."""
    objects = [{'id': f'A{i}', 'type': 'ShellCommandActivity', 'workerGroup': 'w',
                'command': "#{format(@scheduledStartTime, 'hh')} #{nosuch}" + 'x' * 100} for i in range(fewer(8000))]
    definition = json.dumps({'objects': objects}).encode()
    for form in ('text', 'json', 'sarif'):
        started = time.monotonic()
        status, out, _ = run('check', '-', '--rule', 'C901', '--rule', 'C301', '--format', form, stdin=definition)
        expect((status, out.count(b'C901') >= fewer(8000)), (1, True))
        if not SANITIZED:
            expect(time.monotonic() - started < 20, True)  # 16,000 times 2 MB would take minutes


@check
def a_template_of_20_mebibytes_is_in_memory_once():
    text = b"select 1 -- it's\n" * (20 * MEBIBYTE // 17 - 2) + b'#{1 + 1}\n'
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        # The text, the program and its libraries; a second copy of the text would not fit.
        status, out, err = run('eval', '--file', file.name, preexec_fn=lambda: limit_memory(54))
        expect((status, err), (0, b''))
        expect(out == text.replace(b'#{1 + 1}', b'2'), True)
        file.write(b'x' * MEBIBYTE)
        file.flush()
        status, out, err = run('eval', '--file', file.name)
        expect((status, out, b'error[E601]' in err), (1, b'', True))


@check
def an_endless_input_is_refused_at_the_limit():
    with open('/dev/zero', 'rb') as zero:
        done = subprocess.run([PIPEXPR, 'eval', '-'], stdin=zero, capture_output=True, timeout=300)
    expect((done.returncode, done.stdout, b'error[E601]' in done.stderr), (1, b'', True))


@check
def a_stream_takes_constant_memory():
    """80 megabytes of requests, every one with a template of its own, in less memory than that."""
    count, filler = fewer(100_000), b'x' * 800
    requests = b''.join(b'{"template": "#{%d + 1} %s"}\n' % (i, filler) for i in range(count))
    process = start('eval', '--jsonl', preexec_fn=lambda: limit_memory(64))
    out, err = process.communicate(requests, timeout=300)
    lines = out.splitlines()
    expect((process.returncode, err, len(lines)), (0, b'', count))
    expect(lines[-1], b'{"value":"%d %s"}' % (count, filler))


@check
def a_long_render_shows_how_far_it_is_and_clears_the_line():
    runs = fewer(1_000_000)
    ours, theirs = os.openpty()
    child = subprocess.Popen([PIPEXPR, 'render', 'files/copy.json', '--runs', str(runs), '--object', 'In',
                              '--object', 'Uses', '--format', 'jsonl', '--summary'], stdout=subprocess.DEVNULL, stderr=theirs,
                             cwd=HERE)
    os.close(theirs)
    shown = b''
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    expect(child.wait(), 0)
    bar, _, rest = shown.rpartition(b'\r\x1b[K')
    expect((bar.startswith(b'\r\x1b[K['), b' of %d instances' % (2 * runs) in bar), (True, True))
    expect(rest.startswith(b'files/copy.json: %d runs, %d instances, ' % (runs, 2 * runs)), True)


@check
def an_explanation_fits_the_terminal():
    """Lines are no wider than the terminal; of a long path the end is shown, with line and column."""
    import fcntl
    import struct
    import termios
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, 'a-folder-with-a-long-name', 'another-folder-with-a-long-name', 'copy.json')
        path.parent.mkdir(parents=True)
        path.write_bytes((HERE / 'files/copy.json').read_bytes())
        for columns in (60, 100):
            ours, theirs = os.openpty()
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
            process = subprocess.Popen([PIPEXPR, 'explain', str(path), '--object', 'Copy', '--field', 'command', '--at',
                                        '2024-05-24T00:00:00', '--color', 'never'], stdout=theirs)
            os.close(theirs)
            shown = b''
            try:
                while piece := os.read(ours, 65536):
                    shown += piece
            except OSError:  # the end of a terminal whose other end is closed
                pass
            os.close(ours)
            process.wait()
            widths = [len(line) for line in shown.decode().splitlines()]
            expect((max(widths) <= columns, max(widths) > columns - 20), (True, True))
            expect(b'...' in shown and b'copy.json:9:7' in shown, True)


@check
def a_render_of_many_runs_takes_constant_memory():
    for count in ('100', str(fewer(200_000))):
        status, out, _ = run('render', HERE / 'files/copy.json', '--runs', count, '--object', 'In', '--format', 'jsonl',
                             preexec_fn=lambda: limit_memory(64))
        expect((status, out.count(b'\n')), (0, int(count)))


@check
def every_answer_is_json_whatever_the_bytes():
    for byte in range(256):
        if byte in b'"\\\n':
            continue
        line = b'{"template": "a' + bytes([byte]) + b'b", "fields": {"x": "\xc3' + bytes([byte]) + b'"}}\n'
        _, out, err = run('eval', '--jsonl', stdin=line)
        expect((err, list(json.loads(out.decode('utf-8')))), (b'', ['error']))


@check
def an_unreadable_file_is_named():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'secret.json'
        path.write_text('{}')
        path.chmod(0)
        if os.access(path, os.R_OK):
            path = pathlib.Path('/proc/self/mem')  # even root's reads fail there
        for arguments in (('eval', '--file', str(path)), ('render', str(path))):
            status, out, err = run(*arguments)
            expect((status, out), (3, b''))
            expect(err.startswith(f"pipexpr {arguments[0]}: cannot read '{path}': ".encode()), True)


@check
def output_to_a_file_keeps_its_mode_and_leaves_nothing_behind():
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'out.json'
        expect(run('render', str(here / 'files/api.json'), '--output', str(path), umask=0o027), (0, b'', b''))
        expect(oct(path.stat().st_mode & 0o777), oct(0o640))
        path.chmod(0o604)
        expect(run('render', str(here / 'files/api.json'), '--output', str(path)), (0, b'', b''))
        expect((oct(path.stat().st_mode & 0o777), os.listdir(folder)), (oct(0o604), ['out.json']))
        expect([o['id'] for o in json.loads(path.read_text())['pipelineObjects']], ['Default', 'Act'])


@check
def a_full_disk_is_reported():
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([PIPEXPR, 'eval', 'x'], stdout=full, stderr=subprocess.PIPE)
    expect((done.returncode, done.stderr), (3, b'pipexpr: cannot write standard output: No space left on device\n'))


def main():
    global PIPEXPR, SANITIZED
    PIPEXPR = str(pathlib.Path(sys.argv[1]).resolve())
    libraries = subprocess.run(['ldd', PIPEXPR], capture_output=True).stdout
    SANITIZED = b'libasan' in libraries or b'libtsan' in libraries or b'__asan_init' in pathlib.Path(PIPEXPR).read_bytes()
    failed = 0
    for function in CHECKS:
        try:
            function()
        except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError) as problem:
            failed += 1
            print(f'{function.__name__}: {type(problem).__name__}: {problem}')
    print(f'{len(CHECKS) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
