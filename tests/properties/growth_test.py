#!/usr/bin/env python3
"""Four times the objects cost at most five times the instructions and five times the memory, whatever is right or wrong with them.

usage: growth_test.py PIPEXPR HEAP_PEAK [--long] [--only SHAPE] [--self-test]

Every shape is a definition of a given size. Instructions are counted by perf where that is allowed, otherwise by valgrind; memory is
the most that the program has allocated at once, counted by the library HEAP_PEAK. Neither depends on how busy the machine is. What
the command takes for a definition of size 1 is subtracted. Without --long a few shapes are measured with each command, with --long
every shape with every command, and what is over is measured again with four times as many objects: there, what does not depend on
their number no longer counts. A definition is compared with one that differs in places.

What a command must evaluate or show is part of the size. Each object of a chain of n parents with fields of their own has all
fields of those before it, n * n / 2 in all, which max_inherited_fields bounds. Fields that are alike and cannot fail cost diff
nothing there, and such chains are measured as others are. Fields that calculate may fail or differ in each heir: diff evaluates all
of them, and these shapes have as many pairs of object and field as their size says. The same holds for heirs of a long list.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

FACTOR = 5
SIZES = (600, 2400)
LARGER = (2400, 9600)
AT = ['--at', '2024-05-24T17:00:00']
ACTIVITY = {'type': 'ShellCommandActivity', 'workerGroup': 'w'}
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


def squared(n):
    """So many objects in a chain have n pairs of an object and a field that it has or inherits, or twice that."""
    return 4 * int(n**0.5)


def alarm(name):
    return {'id': name, 'type': 'SnsAlarm', 'subject': '#{node.name}', 'message': '#{node.@status}', 'topicArn': 'arn:x', 'role': 'r'}


def service_form(n, command):
    """As get-pipeline-definition of the service's API gives it."""
    return json.dumps({'pipelineObjects': [
        {'id': f'Obj{i}', 'name': f'Obj{i}', 'fields': [
            {'key': 'type', 'stringValue': 'ShellCommandActivity'}, {'key': 'workerGroup', 'stringValue': 'w'}, {'key': 'command', 'stringValue': command(i)},
            {'key': 'dependsOn', 'refValue': f'Obj{(i + 7) % n}'}]} for i in range(n)]})


def changed(text):
    """The definition with the fourth of every ten commands changed."""
    numbers = itertools.count()
    return re.sub(r'"command"(: |, "stringValue": )"', lambda begin: begin[0] + ('changed ' if next(numbers) % 10 == 3 else ''), text)


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
    'chain of parents with fields that calculate': lambda n: activities(
        squared(n), lambda i: dict({'command': 'x', f'my{i}': f'#{{1 + 1}} #{{@scheduledStartTime}} {i}'}, **(parent(i - 1) if i else {}))),
    'chain of parents with fields that fail': lambda n: activities(
        squared(n), lambda i: dict({'command': 'x', f'my{i}': f'#{{nope{i}}}'}, **(parent(i - 1) if i else {}))),
    'tree of heirs': lambda n: activities(n, lambda i: dict({'command': f'#{{id}} {i}'}, **(parent((i - 1) // 2) if i else {}))),
    'heirs of a long list': lambda n: definition(
        [{'id': 'Base', 'scriptArgument': [f'#{{id}} #{{@scheduledStartTime}} {i}' for i in range(squared(n))]}] +
        [dict(ACTIVITY, id=f'Obj{i}', parent={'ref': 'Base'}, command='x') for i in range(squared(n))]),
    'fan of heirs of parents that do not exist': lambda n: activities(n, lambda i: {'command': 'x', **parent(n + i)}),
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
    'misspelt types': lambda n: definition([dict(ACTIVITY, id=f'Obj{i}', type='ShelCommandActivity', command='x') for i in range(n)]),
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
    'one field of many references': lambda n: definition(
        [dict(ACTIVITY, id=f'Obj{i}', command='x') for i in range(n)] +
        [dict(ACTIVITY, id='Last', command='x', dependsOn=[{'ref': f'Obj{i}'} for i in range(n)])]),
    'one field of many references to nowhere': lambda n: one(command='x', dependsOn=[{'ref': f'Opj{i}'} for i in range(n)]),
    'one object of many alarms': lambda n: definition(
        [alarm(f'Alarm{i}') for i in range(n)] + [dict(ACTIVITY, id='Obj0', command='x', onFail=[{'ref': f'Alarm{i}'} for i in range(n)])]),
    'heirs of one alarm': lambda n: definition(
        [alarm('Alarm'), {'id': 'Base', 'onFail': {'ref': 'Alarm'}}] +
        [dict(ACTIVITY, id=f'Obj{i}', parent={'ref': 'Base'}, command='x') for i in range(n)]),
    'chain of alarms': lambda n: definition(
        [dict(alarm(f'Alarm{i}'), **({'parent': {'ref': f'Alarm{i - 1}'}} if i else {})) for i in range(n)] +
        [dict(ACTIVITY, id=f'Obj{i}', command='x', onFail={'ref': f'Alarm{i}'}) for i in range(n)]),
    'alarms of nobody': lambda n: definition([dict(ACTIVITY, id='Obj0', command='x')] + [alarm(f'Alarm{i}') for i in range(n)]),
    'one precondition': lambda n: definition(
        [{'id': 'Ready', 'type': 'S3KeyExists', 's3Key': 's3://b/#{node.id}'}] +
        [dict(ACTIVITY, id=f'Obj{i}', command='x', precondition={'ref': 'Ready'}) for i in range(n)]),
    'pipeline of files': lambda n: definition(
        [{'id': f'File{i}', 'type': 'S3DataNode', 'filePath': f's3://b/{i}/#{{format(@scheduledStartTime, "YYYY-MM-dd")}}'} for i in range(n + 1)] +
        [dict(ACTIVITY, id=f'Obj{i}', command='#{input.filePath} #{output.filePath}', input={'ref': f'File{i}'}, output={'ref': f'File{i + 1}'})
         for i in range(n)]),
    'deep nesting in many fields': lambda n: activities(n, lambda i: {'command': '#{' + '(' * 40 + '1' + ')' * 40 + f' + {i}}}'}),
    'too deep nesting in many fields': lambda n: activities(n, lambda i: {'command': '#{' + '(' * 100 + '1' + ')' * 100 + f' + {i}}}'}),
    'long sums': lambda n: one(command='#{' + '+'.join(['1'] * squared(n)) + '}'),  # explain shows the text of every step
    'calls in calls': lambda n: activities(
        n, lambda i: {'command': f'#{{format(minusDays(plusMonths(@scheduledStartTime, {i}), {i}), "YYYY-MM-dd")}}'}),
    'unset runtime fields': lambda n: activities(n, lambda i: {'command': '#{@status} #{errorMessage}'}),
    'secret parameters': lambda n: definition(
        [dict(ACTIVITY, id='Obj0', command=' '.join(f'#{{*myP{i}}}' for i in range(n)))],
        [{'id': f'*myP{i}', 'type': 'String', 'default': f'secret number {i}'} for i in range(n)]),
    'secrets in clear': lambda n: activities(n, lambda i: {'command': f'mysql --password=Hunter{i}x3 #{{nope}}'}),
    'secrets of secrets': lambda n: activities(
        n, lambda i: {'command': 'x', '*password': f'#{{prev.*password}}{i}' if i % 20 else 'secret', 'prev': {'ref': f'Obj{max(i - 1, 0)}'}}),
    'many fields of one wrong name': lambda n: definition(
        [{'id': f'S{i}', 'type': 'Schedule', 'startDateTime': f'2024-13-{i}', 'period': f'{i} fortnights'} for i in range(n)] +
        [dict(ACTIVITY, id='Obj0', command='x')]),
    'many errors in one text of umlauts': lambda n: one(command='#{nöpe} ä' * n),
    'escapes': lambda n: one(command='#{id} "\n\u00e4' * n),
    'service form': lambda n: service_form(n, lambda i: f'echo {i} #{{@scheduledStartTime}} #{{id}}'),
    'service form of unknown names': lambda n: service_form(n, lambda i: f'#{{nameUnknown{i}}}'),
    'many lines': lambda n: json.dumps(json.loads(activities(n, lambda i: {'command': f'#{{nope{i}}}'})), indent=1),
    'wrong kinds': lambda n: activities(n, lambda i: {'command': '#{1 + "a" * 2} #{format(1, 2)} #{minusDays("x", 1)}'}),
}
COMMANDS = {
    'load': lambda path: ['eval', 'x', '--definition', path],
    'check': lambda path: ['check', path],
    'render': lambda path: ['render', path, *AT],
    'diff': lambda path: ['diff', path, path.replace('.json', '-changed.json'), *AT],
    'explain': lambda path: ['explain', path, *AT, '--object', 'Obj0', '--field', 'command'],
}

# What is measured without --long: first what once grew too fast or would soonest, so that no shape comes twice.
FEW = {
    'load': ['right', 'cycle of parents', 'ids given twice', 'many fields', 'references to nowhere'],
    'check': ['unknown names', 'many errors in one escaped text', 'secrets in clear', 'chain of parents without types', 'misspelt fields'],
    'render': ['wrong schedules', 'one alarm', 'chain of values', 'service form', 'unknown functions'],
    'diff': ['chain of parents with fields of their own', 'fan of descendants', 'cycle of values', 'many items', 'wrong kinds'],
    'explain': ['many parameters', 'escapes', 'secret parameters', 'many errors in one text', 'list in a text'],
}


def peak(heap_peak, folder, command):
    """The bytes that a command has allocated at most at once, and its status."""
    path = pathlib.Path(folder) / f'peak-{threading.get_ident()}'
    path.unlink(missing_ok=True)
    ran = subprocess.run(command, env={**os.environ, 'LD_PRELOAD': heap_peak, 'PIPEXPR_HEAP_PEAK': str(path)}, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    return int(path.read_text()), ran.returncode


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


def factor(small, large, base):
    """How many times more the large definition costs, with what the start costs subtracted. Less than a tenth of that tells nothing."""
    return large / max(small, base / 10)


def stripped(program, folder):
    """A copy without symbols, which valgrind starts faster, or the program itself where there is no strip."""
    copy = str(pathlib.Path(folder) / 'pipexpr')
    try:
        return copy if subprocess.run(['strip', '-o', copy, program], stderr=subprocess.DEVNULL).returncode == 0 else program
    except FileNotFoundError:
        return program


def chosen(long, only):
    """The pairs of shape and command to measure."""
    if only or long:
        return [(shape, command) for shape in SHAPES if not only or shape == only for command in COMMANDS]
    return [(shape, command) for command, shapes in FEW.items() for shape in shapes]


def measure(cost, write, base, attempts, shape, command):
    """What is wrong with the growth of one command on one shape. `base` has what each command costs for a definition of size 1."""
    for sizes in attempts:
        costs = []
        for size in sizes:
            path = write(f'{shape}-{command}-{size}', SHAPES[shape](size))
            costs.append({what: spent - base[command][what] for what, spent in cost(COMMANDS[command](path)).items()})
        factors = {what: factor(costs[0][what], costs[1][what], base[command][what]) for what in base[command]}
        print(f'{shape}: {command}: {sizes[0]} to {sizes[1]}: ' + ', '.join(f'{what} x {times:.2f}' for what, times in factors.items()),
              flush=True)
        over = [f'{what} {costs[0][what]:,} -> {costs[1][what]:,}, x {times:.2f}' for what, times in factors.items() if times > FACTOR]
        if not over:
            return None
    return f'{shape}: {command}: {sizes[0]} to {sizes[1]}: ' + ', '.join(over)


def self_test():
    assert factor(100, 499, 100) < FACTOR < factor(100, 501, 100) and factor(0, 49, 100) < FACTOR < factor(0, 51, 100)
    assert len(SHAPES) >= 20 and all(json.loads(make(3)) for make in SHAPES.values())
    pairs = chosen(False, None)
    assert len({shape for shape, _ in pairs}) >= 20 and all(shape in SHAPES for shape, _ in pairs)
    assert FEW.keys() == COMMANDS.keys() and all(len(shapes) >= 4 for shapes in FEW.values())
    print('growth self-test: passed')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program', nargs='?')
    parser.add_argument('heap_peak', nargs='?')
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--only')
    parser.add_argument('--self-test', action='store_true')
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    with tempfile.TemporaryDirectory() as folder:
        program = stripped(options.program, folder)
        count = counter(program)
        jobs = chosen(options.long, options.only)
        attempts = [SIZES, LARGER] if options.long or options.only else [SIZES]

        def write(name, text):
            path = pathlib.Path(folder) / f'{name}.json'
            path.write_text(text)
            path.with_name(f'{name}-changed.json').write_text(changed(text))
            return str(path)

        def cost(arguments):
            memory, status = peak(options.heap_peak, folder, [program, *arguments])
            if status not in (0, 1, 2, 3):
                sys.exit(f'{arguments}: status {status}')
            return {'instructions': count([program, *arguments]) or sys.exit(f'{arguments}: no instructions were counted'), 'memory': memory}

        first = write('first', SHAPES['right'](1))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            base = dict(zip(COMMANDS, pool.map(lambda line: cost(line(first)), COMMANDS.values())))
            found = pool.map(lambda job: measure(cost, write, base, attempts, *job), jobs)
            problems = [problem for problem in found if problem]
    for problem in problems:
        print(problem)
    print(f'{len(SHAPES)} shapes, {len(jobs)} measured, {len(problems)} grow too fast')
    return 1 if problems or not jobs else 0


if __name__ == '__main__':
    sys.exit(main())
