#!/usr/bin/env python3
"""Four times the objects cost at most five times the instructions and five times the memory, whatever is right or wrong with them.

usage: growth_test.py PIPEXPR [--long] [--only SHAPE] [--self-test]

Every shape is a definition of a given size. Instructions are counted by perf where that is allowed, otherwise by valgrind; what the
command takes for a definition of size 1 is subtracted. Peak memory is that of an ordinary run. Without --long every other shape is
measured, with small sizes: checking, and one of the other commands in turn. With --long it is every shape with every command. Each
command loads the definition, so that loading is measured with all of them.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FACTOR = 5
AT = ['--at', '2024-05-24T17:00:00']
ACTIVITY = {'type': 'ShellCommandActivity'}
SHARED = [{'id': 'Default', 'schedule': {'ref': 'Sched'}},
          {'id': 'Sched', 'type': 'Schedule', 'startDateTime': '2024-01-01T00:00:00', 'period': '1 day', 'occurrences': '3'}]


def definition(objects, parameters=None, values=None, shared=True):
    parts = {'objects': (SHARED if shared else []) + objects}
    if parameters is not None:
        parts['parameters'] = parameters
    if values is not None:
        parts['values'] = values
    return json.dumps(parts)


def activities(n, fields):
    """n activities; `fields` gives the fields of the one with that number."""
    return definition([dict(ACTIVITY, id=f'Obj{i}', **fields(i)) for i in range(n)])


def one(**fields):
    return definition([dict(ACTIVITY, id='Obj0', **fields)])


def parent(i):
    return {'parent': {'ref': f'Obj{i}'}}


def parameters(n, **attributes):
    return [dict({'id': f'myP{i}', 'type': 'String', 'default': 'x'}, **attributes) for i in range(n)]


SHAPES = {
    'right': lambda n: activities(n, lambda i: {'command': f'echo {i} #{{@scheduledStartTime}} #{{id}}'}),
    'unknown names': lambda n: activities(n, lambda i: {'command': f'#{{nameUnknown{i}}}'}),
    'unknown names among parameters': lambda n: definition(
        [dict(ACTIVITY, id=f'Obj{i}', command=f'#{{myQ{i}}}') for i in range(n)], parameters(n)),
    'unknown names of one object': lambda n: one(command='x', **{f'field{i}': f'#{{feeld{i}}}' for i in range(n)}),
    'references to nowhere': lambda n: activities(n, lambda i: {'command': 'x', 'input': {'ref': f'Oqj{i}'}}),
    'unknown functions': lambda n: activities(n, lambda i: {'command': f'#{{fooo{i}(1)}}'}),
    'chain of parents': lambda n: activities(n, lambda i: dict({'command': '#{id}'}, **(parent(i - 1) if i else {}))),
    'chain of parents without types': lambda n: definition(
        [dict(ACTIVITY if i == n - 1 else {}, id=f'Obj{i}', command='#{nope}', **(parent(i - 1) if i else {})) for i in range(n)]),
    'fan of descendants': lambda n: definition([{'id': 'Base', 'command': '#{id} #{nope}'}] + [
        dict(ACTIVITY, id=f'Obj{i}', parent={'ref': 'Base'}) for i in range(n)]),
    'fan of descendants of many fields': lambda n: definition([{'id': 'Base', **{f'f{i}': '#{id}' for i in range(20)}}] + [
        dict(ACTIVITY, id=f'Obj{i}', parent={'ref': 'Base'}, command='x') for i in range(n)]),
    'chain of parents with fields of their own': lambda n: activities(
        n, lambda i: dict({'command': 'x', f'my{i}': f'#{{id}} {i}'}, **(parent(i - 1) if i else {}))),
    'chain of parents, read to its end': lambda n: activities(
        n, lambda i: dict({'command': '#{my0}', f'my{i}': f'#{{id}} {i}'}, **(parent(i - 1) if i else {}))),
    'cycle of parents': lambda n: activities(n, lambda i: dict(parent((i + 1) % n), command='x')),
    'cycle of values': lambda n: activities(n, lambda i: {'command': '#{next.command}', 'next': {'ref': f'Obj{(i + 1) % n}'}}),
    'cycle of dependencies': lambda n: activities(n, lambda i: {'command': 'x', 'dependsOn': {'ref': f'Obj{(i + 1) % n}'}}),
    'many cycles through one object': lambda n: activities(
        n, lambda i: {'command': 'x', 'dependsOn': [{'ref': f'Obj{(i + 1) % n}'}, {'ref': 'Obj0'}]}),
    'chain of values': lambda n: activities(
        n, lambda i: {'command': '#{prev.command}x', 'prev': {'ref': f'Obj{i - 1}'}} if i % 20 else {'command': 'y'}),
    'chain of wrong values': lambda n: activities(
        n, lambda i: {'command': '#{prev.command}x', 'prev': {'ref': f'Obj{i - 1}'}} if i % 20 else {'command': '#{nope}'}),
    'ids given twice': lambda n: activities(n, lambda i: {'command': 'x'}).replace('Obj1', 'Obj'),
    'one id': lambda n: definition([dict(ACTIVITY, id='Obj0', command='x') for _ in range(n)]),
    'parameters given twice': lambda n: definition([dict(ACTIVITY, id='Obj0', command='x')], parameters(n) + parameters(n)),
    'long text': lambda n: one(command='word ' * 20 * n),
    'many expressions': lambda n: one(command='#{id} ' * n),
    'many errors in one text': lambda n: one(command='#{nope} ' * n),
    'many errors in one escaped text': lambda n: one(command='#{nope} "\n' * n),
    'many broken expressions': lambda n: one(command='#{1 +} ' * n),
    'many open expressions': lambda n: one(command='#{ ' * n),
    'many calls without braces': lambda n: one(command='format(@scheduledStartTime, "YYYY") ' * n),
    'many parameters': lambda n: definition([dict(ACTIVITY, id='Obj0', command=' '.join(f'#{{myP{i}}}' for i in range(n)))], parameters(n)),
    'unused parameters of a wrong type': lambda n: definition([dict(ACTIVITY, id='Obj0', command='x')], parameters(n, type='Strin')),
    'parameters of wrong values': lambda n: definition([dict(ACTIVITY, id='Obj0', command='x')], parameters(n, type='Integer')),
    'parameters that read unknown names': lambda n: definition(
        [dict(ACTIVITY, id=f'Obj{i}', command='x') for i in range(n)], parameters(n, default='#{nowhere}')),
    'values of unknown parameters': lambda n: definition(
        [dict(ACTIVITY, id='Obj0', command='x')], parameters(n), {f'myQ{i}': 'x' for i in range(n)}),
    'many values': lambda n: definition([dict(ACTIVITY, id='Obj0', command='#{myP0}')], parameters(1), {'myP0': ['x'] * n}),
    'many fields': lambda n: one(command='x', **{f'field{i}': f'#{{id}} {i}' for i in range(n)}),
    'misspelt fields': lambda n: activities(n, lambda i: {'comand': 'x'}),
    'misspelt fields of one object': lambda n: one(**{f'comman{i}': 'x' for i in range(n)}),
    'misspelt types': lambda n: definition([{'id': f'Obj{i}', 'type': 'ShelCommandActivity', 'command': 'x'} for i in range(n)]),
    'objects without types': lambda n: definition([{'id': f'Obj{i}', 'command': '#{id}'} for i in range(n)]),
    'many items': lambda n: one(command='x', scriptArgument=[f'#{{id}} {i}' for i in range(n)]),
    'many wrong items': lambda n: one(command='x', scriptArgument=[f'#{{ix}} {i}' for i in range(n)]),
    'wide wrong JSON': lambda n: '{"objects":[' + ','.join(['[]'] * n) + ']}',
    'deep JSON': lambda n: '{"objects":[{"id":"Obj0","command":' + '[' * n + ']' * n + '}]}',
    'many schedules': lambda n: definition(
        [dict(SHARED[1], id=f'S{i}') for i in range(n)] +
        [dict(ACTIVITY, id=f'Obj{i}', command='#{@scheduledStartTime}', schedule={'ref': f'S{i}'}) for i in range(n)], shared=False),
    'wrong schedules': lambda n: definition(
        [dict(SHARED[1], id=f'S{i}', period='1 dy') for i in range(n)] +
        [dict(ACTIVITY, id=f'Obj{i}', command='x', schedule={'ref': f'S{i}'}) for i in range(n)], shared=False),
    'one alarm': lambda n: definition(
        [{'id': 'Alarm', 'type': 'SnsAlarm', 'subject': '#{node.name}', 'message': '#{node.@status}', 'topicArn': 'arn:x', 'role': 'r'}] +
        [dict(ACTIVITY, id=f'Obj{i}', command='x', onFail={'ref': 'Alarm'}) for i in range(n)]),
    'secrets': lambda n: activities(n, lambda i: {'*password': f'secret{i}', 'command': 'echo #{*password} #{nope}'}),
    'outputs of one path': lambda n: definition(
        [{'id': 'Out', 'type': 'S3DataNode', 'filePath': 's3://b/#{@scheduledStartTime}'}] +
        [dict(ACTIVITY, id=f'Obj{i}', command='x', output={'ref': 'Out'}) for i in range(n)]),
    'list in a text': lambda n: one(command='a #{items} b', items=[f'i{i}' for i in range(n)]),
    'wrong kinds': lambda n: activities(n, lambda i: {'command': '#{1 + "a" * 2} #{format(1, 2)} #{minusDays("x", 1)}'}),
}
COMMANDS = {
    'check': lambda path: ['check', path],
    'render': lambda path: ['render', path, *AT],
    'diff': lambda path: ['diff', path, path, *AT],
    'explain': lambda path: ['explain', path, *AT, '--object', 'Obj0', '--field', 'command'],
}


# Linux counts the memory of who starts a program as the program's own until it is loaded, and this test takes more than a
# small definition does. So a bare interpreter starts it, which takes as much as the command without any definition.
STARTER = """import os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
sys.stderr.write(f'\\npeak {usage.ru_maxrss} {os.waitstatus_to_exitcode(status)}\\n')
"""


def peak(command):
    """Peak memory in KiB, and the status."""
    ran = subprocess.run([sys.executable, '-ISc', STARTER, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    memory, status = ran.stderr.rsplit(b'\npeak ', 1)[1].split()
    return int(memory), int(status)


def by_perf(command):
    ran = subprocess.run(['perf', 'stat', '-x', ',', '-e', 'instructions:u', *command], capture_output=True, text=True)
    found = re.search(r'^(\d+),', ran.stderr, re.MULTILINE)
    return int(found[1]) if found else None


def by_valgrind(command):
    ran = subprocess.run(['valgrind', '--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', *command],
                         capture_output=True, text=True, errors='replace')
    found = re.search(r'I\s+refs:\s+([\d,]+)', ran.stderr)
    return int(found[1].replace(',', '')) if found else None


def counter(program):
    for count in (by_perf, by_valgrind):
        try:
            if count([program, '--version']):
                return count
        except FileNotFoundError:
            pass
    sys.exit('neither perf nor valgrind can count instructions here')


def grows(small, large, base):
    """Whether four times as much costs more than it may. Differences below a tenth of what the start costs are noise."""
    return large - base > FACTOR * max(small - base, base // 10)


def stripped(program, folder):
    """A copy without symbols, which valgrind starts faster, or the program itself where there is no strip."""
    copy = str(pathlib.Path(folder) / 'pipexpr')
    try:
        return copy if subprocess.run(['strip', '-o', copy, program], stderr=subprocess.DEVNULL).returncode == 0 else program
    except FileNotFoundError:
        return program


def chosen(long, only):
    """The pairs of shape and command to measure."""
    for number, shape in enumerate(SHAPES):
        if only:
            commands = COMMANDS if shape == only else ()
        elif long:
            commands = COMMANDS
        else:
            commands = ('check', ('render', 'diff', 'explain')[number // 2 % 3]) if number % 2 == 0 else ()
        yield from ((shape, command) for command in commands)


def measure(program, folder, count, sizes, base, shape, command):
    """What is wrong with the growth of one command on one shape. `base` has the instructions of a command for any shape of size 1, as
    far as they are known."""
    used, memory = [], []
    for size in (1, *sizes):
        path = pathlib.Path(folder) / f'{shape}-{size}.json'
        line = [program, *COMMANDS[command](str(path))]
        peak_kib, status = peak(line)
        memory.append(peak_kib)
        if status not in (0, 1, 2, 3):
            return f'{shape}: {command} of {size}: status {status}'
        used.append(base.get(command) if size == 1 else None)
        used[-1] = used[-1] or count(line) or sys.exit(f'{shape}: {command} of {size}: instructions were not counted')
    problems = []
    if grows(used[1], used[2], used[0]):
        problems.append(f'instructions {used[1] - used[0]:,} -> {used[2] - used[0]:,}')
    if grows(memory[1], memory[2], memory[0]):
        problems.append(f'memory {memory[1]:,} -> {memory[2]:,} KiB')
    return f'{shape}: {command}: ' + ', '.join(problems) if problems else None


def self_test():
    assert not grows(200, 499, 100) and grows(200, 601, 100) and not grows(100, 149, 100) and grows(100, 151, 100)
    assert len(SHAPES) >= 20 and all(json.loads(make(3)) for make in SHAPES.values())
    print('growth self-test: passed')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program', nargs='?')
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--only')
    parser.add_argument('--self-test', action='store_true')
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    sizes = (500, 2000) if options.long else (100, 400)
    with tempfile.TemporaryDirectory() as folder:
        program = stripped(options.program, folder)
        count = counter(program)
        jobs = list(chosen(options.long, options.only))
        for shape in {shape for shape, _ in jobs}:
            for size in (1, *sizes):
                (pathlib.Path(folder) / f'{shape}-{size}.json').write_text(SHAPES[shape](size))
        base = {}
        if not options.long and not options.only:  # a run of each command less for every shape
            path = pathlib.Path(folder) / 'base.json'
            path.write_text(SHAPES['right'](1))
            base = {command: count([program, *line(str(path))]) for command, line in COMMANDS.items()}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda job: measure(program, folder, count, sizes, base, *job), jobs)
            problems = [problem for problem in found if problem]
    for problem in problems:
        print(problem)
    print(f'{len(SHAPES)} shapes, {len(jobs)} measured, {len(problems)} grow too fast')
    return 1 if problems or not jobs else 0


if __name__ == '__main__':
    sys.exit(main())
