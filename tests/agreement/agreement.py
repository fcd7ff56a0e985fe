#!/usr/bin/env python3
"""The same templates through every front end: any difference fails, and prints the template and both answers.

usage: agreement.py PIPEXPR PIPEXPR_AGREEMENT [--serve] [--sample]

The library's answer, from PIPEXPR_AGREEMENT, is what the others are compared with: `eval`, `eval --jsonl`, and, with
each template as a field of the object, `render`, `explain` and `diff` (against a definition that has the answers in
place of the templates). With --serve the server answers them too, for the components, and for the instances of a
scheduled run and of one on demand. With --sample only every eighth template gets a process of its own: with sanitizers
a process takes ten times as long.
"""

import concurrent.futures
import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
START, END = '2024-05-24T17:00:00', '2024-05-24T18:00:00'
SECRETS = ('hunter2', 'swordfish')
LIMITS = ('max_references=2', 'max_reference_depth=1', 'max_steps=12', 'max_output_bytes=24', 'max_list_items=2')
WORKERS = 2
EVERY = 8 if '--sample' in sys.argv else 1


class Number(str):
    """A number of JSON, whose text need not be the one that a template would hold."""


def same_number(text, number):
    try:
        return isinstance(number, Number) and float(text) == float(number)
    except ValueError:
        return False


def templates():
    """(templates, those that read what an emulated run sets), made from the tables of templates.txt."""
    tables, name = {}, None
    for line in (HERE / 'templates.txt').read_text(encoding='utf-8').split('\n'):
        if line.startswith('# ') and name is None or not line:
            continue
        if line.startswith('[') and line.endswith(']'):
            name = line[1:-1]
            tables[name] = []
        elif name is not None:
            tables[name].append(line)
    starred = [one[2:] for one in tables['values'] if one.startswith('* ')]
    values = [one.removeprefix('* ') for one in tables['values']]
    made = list(tables['templates'])
    made += [frame.replace('A', value) for frame in tables['single'] for value in values]
    made += [re.sub('[AB]', lambda found, a=a, b=b: a if found.group() == 'A' else b, frame)
             for frame in tables['pairs'] for a in starred for b in starred]
    return list(dict.fromkeys(made)), tables['unset']


class Agreement:
    def __init__(self, pipexpr, library):
        self.pipexpr, self.library = pipexpr, library
        self.asked = self.differences = 0
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='pipexpr-agreement-'))

    def compare(self, what, template, expected, got):
        self.asked += 1
        if expected == got or (isinstance(got, tuple) and same_number(expected[1], got[1])):
            return
        self.differences += 1
        if self.differences <= 40:
            print(f'{what}\n  template: {template}\n  library:  {expected}\n  {what.split(",")[0]}: {got}')

    def run(self, *arguments, data=None, good=(0, 1)):
        done = subprocess.run([self.pipexpr, *arguments], input=data, capture_output=True, encoding='utf-8', check=False)
        if done.returncode not in good:
            raise SystemExit(f'{arguments}: status {done.returncode}: {done.stderr}')
        return done

    def answers(self, texts, definition, start, end, delimiters, limits=()):
        """('V', text) or ('E', code) of the library for each."""
        done = subprocess.run([self.library, str(definition), 'Act', start or '-', end or '-', delimiters, *limits],
                              input=''.join(text + '\n' for text in texts), capture_output=True, encoding='utf-8', check=False)
        if done.returncode != 0:
            print(done.stderr)
            self.differences += 1
        lines = done.stdout.split('\n')[:-1]
        if len(lines) != len(texts):
            raise SystemExit(f'the library gave {len(lines)} answers to {len(texts)} templates: {done.stderr}')
        return [(line[0], re.sub(r'\\(.)', lambda found: '\n' if found.group(1) == 'n' else found.group(1), line[2:]))
                for line in lines]

    # --- the command ---------------------------------------------------------------------------------------------------
    def eval(self, texts, expected, flags):
        def one(text):
            done = self.run('eval', text, *flags)
            if done.returncode == 0:
                return 'V', done.stdout.removesuffix('\n')
            return 'E', re.search(r'error\[(\w+)\]', done.stderr).group(1)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for text, want, got in zip(texts[::EVERY], expected[::EVERY], pool.map(one, texts[::EVERY]), strict=True):
                self.compare(f'eval, {flags}', text, want, got)

    def jsonl(self, texts, expected, flags):
        requests = ''.join(json.dumps({'template': text}) + '\n' for text in texts)
        lines = self.run('eval', '--jsonl', *flags, data=requests).stdout.split('\n')[:-1]
        for text, want, line in zip(texts, expected, lines, strict=True):
            answer = json.loads(line, parse_int=str, parse_float=Number)
            if 'error' in answer:
                got = 'E', answer['error']['code']
            else:
                got = 'V', self.text_of(answer['value'])
            self.compare(f'eval --jsonl, {flags}', text, want, got)

    def with_fields(self, definition, texts):
        """The definition with each text as a field my0000 ... of the object."""
        made = json.loads(definition.read_text(encoding='utf-8'))
        act = next(one for one in made['objects'] if one['id'] == 'Act')
        for number, text in enumerate(texts):
            act[f'my{number:04}'] = text
        path = self.folder / f'{definition.stem}-fields.json'
        path.write_text(json.dumps(made, ensure_ascii=False), encoding='utf-8')
        return path

    def render(self, texts, expected, path, flags, what='render'):
        done = self.run('render', str(path), '--object', 'Act', '--show-secrets', *flags)
        fields = json.loads(done.stdout)['objects'][0]
        for number, (text, want) in enumerate(zip(texts, expected)):
            got = fields.get(f'my{number:04}', '')
            if want[0] == 'E':  # it keeps its text
                self.compare(f'{what}, {flags}', text, text, got)
            else:
                self.compare(f'{what}, {flags}', text, want[1], self.text_of(got))

    def explain(self, texts, expected, path, flags):
        def one(number):
            done = self.run('explain', str(path), '--object', 'Act', '--field', f'my{number:04}', '--format', 'json',
                            '--show-secrets', *flags)
            answer = json.loads(done.stdout, parse_int=str, parse_float=Number)
            if 'error' in answer:
                return 'E', answer['error']['code']
            return 'V', self.text_of(answer['nodes'][0]['value'])
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            numbers = range(0, len(texts), EVERY)
            for text, want, got in zip(texts[::EVERY], expected[::EVERY], pool.map(one, numbers), strict=True):
                self.compare(f'explain, {flags}', text, want, got)

    def diff(self, texts, expected, path, definition, flags):
        """A definition with the values in place of the templates is no other; with one value changed it is."""
        made = json.loads(path.read_text(encoding='utf-8'))
        act = next(one for one in made['objects'] if one['id'] == 'Act')
        for number, (text, want) in enumerate(zip(texts, expected)):
            name = f'my{number:04}'
            if want[0] == 'E' or re.search(r'#[{<]', want[1]):
                continue
            if want[1] == '':
                act.pop(name)
            elif want[1].startswith('[') and not text.startswith('['):  # a list
                act[name] = json.loads(want[1])
            else:
                act[name] = want[1]
        values = self.folder / f'{definition.stem}-values.json'
        values.write_text(json.dumps(made, ensure_ascii=False), encoding='utf-8')
        done = self.run('diff', str(path), str(values), '--object', 'Act', '--format', 'json', '--show-secrets', *flags)
        for one in json.loads(done.stdout)['fields']:
            if not re.fullmatch(r'my\d{4}', one['field']):
                continue
            if '_Attempt=' in one.get('first', ''):  # the instance's values are not those of its attempts, whose ids differ
                continue
            number = int(one['field'][2:])
            if one.get('a') == [''] and 'b' not in one:  # an empty text and none
                continue
            self.compare(f'diff, {flags}', texts[number], expected[number][1], ' '.join(one.get('a', ['nothing'])))
        self.asked += len(texts)

    @staticmethod
    def text_of(value):
        """The value as a template would hold it."""
        if isinstance(value, list):
            return '[' + ', '.join(json.dumps(one['ref'] if isinstance(one, dict) else one, ensure_ascii=False)
                                   for one in value) + ']'
        if isinstance(value, dict):
            return value['ref']
        return '' if value is None else value

    def secrets_stay_hidden(self, path, flags):
        """By default nothing that shows a definition shows a secret."""
        for arguments in (('render', path), ('render', path, '--format', 'table'), ('diff', path, path),
                          ('explain', path, '--object', 'Act', '--field', 'myShown'),
                          ('explain', path, '--object', 'Act', '--field', 'myShown', '--format', 'json')):
            done = self.run(*map(str, arguments), *flags)
            for secret in SECRETS:
                self.asked += 1
                if secret in done.stdout + done.stderr:
                    self.differences += 1
                    print(f'{arguments} shows the secret {secret!r}')

    def limits_reach_schedules(self):
        """A limit of the caller holds for the fields of a schedule as for all others."""
        path = self.folder / 'limits.json'
        path.write_text(json.dumps({'objects': [
            {'id': 'Hourly', 'type': 'Schedule', 'period': '1 hour', 'startDateTime': START, 'occurrences': '#{myNumber}'},
            {'id': 'Act', 'type': 'ShellCommandActivity', 'command': 'x', 'schedule': {'ref': 'Hourly'}}],
            'parameters': [{'id': 'myNumber', 'type': 'Integer', 'default': '2'}]}), encoding='utf-8')
        for flags, status in (((), 0), (('--max-references', '0'), 1)):
            done = self.run('render', str(path), '--runs', '5', *flags)
            self.compare(f'render --runs, {flags}', '#{myNumber}', status, done.returncode)

    def unset_runtime(self, definition, texts, word):
        """What stands for a runtime field without a value in a run, and that nothing does without one."""
        stands = {'null': 'null', 'empty': ''}[word]
        times = ['#{@scheduledStartTime}', '#{@scheduledEndTime}']
        for run, asked in ((('--at', START), texts), ((), texts + times)):
            flags = (*run, '--unset-runtime', word)
            expected = [('V', re.sub(r'#{[^}]*}', stands, text)) if run else ('E', 'E504') for text in asked]
            path = self.with_fields(definition, asked)
            on_act = ('--definition', str(definition), '--object', 'Act', *flags)
            self.eval(asked, expected, on_act)
            self.jsonl(asked, expected, on_act)
            self.render(asked, expected, path, flags)
            self.explain(asked, expected, path, flags)

    # --- the server ----------------------------------------------------------------------------------------------------
    def serve(self, texts, definitions, unset=('error', [])):
        command = [self.pipexpr, 'serve', '--listen', '127.0.0.1:0', '--store', f'sqlite:{self.folder}/store-{unset[0]}.db', '--clock',
                   f'virtual:{END}', '--log-level', 'error', '--unset-runtime', unset[0], '--load', *map(str, definitions)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=self.folder)
        try:
            loaded = {}
            for line in process.stdout:
                if found := re.match(r'loaded (.*) as (df-\w+)', line):
                    loaded[pathlib.Path(found.group(1)).name] = found.group(2)
                if found := re.match(r'listening on (\S+)', line):
                    self.url = f'http://{found.group(1)}'
                    break
            for path in definitions:
                self.serve_one(path, loaded[path.name], texts, unset[1])
        finally:
            process.terminate()
            process.wait(timeout=60)

    def call(self, operation, **body):
        request = urllib.request.Request(self.url, method='POST', data=json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': f'DataPipeline.{operation}'})
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError as error:
            return {'error': json.loads(error.read())['message']}

    def serve_one(self, path, pipeline, texts, unset):
        ids = []
        for _ in range(200):
            found = self.call('QueryObjects', pipelineId=pipeline, sphere='INSTANCE')
            ids = [one for one in found.get('ids', []) if one.startswith('@Act_')]
            if ids:
                break
            time.sleep(0.05)
        if not ids:
            raise SystemExit(f'{path.name}: the server made no instance of Act: {found}')
        fields = self.call('DescribeObjects', pipelineId=pipeline, objectIds=ids)['pipelineObjects'][0]['fields']
        times = {one['key']: one.get('stringValue') for one in fields}
        start, end = times['@scheduledStartTime'], times.get('@scheduledEndTime')
        for object_id, run in (('Act', (None, None)), (ids[0], (start, end))):
            expected = self.answers(texts, path, *run, 'both')
            for text, want in zip(texts, expected):
                if '@pipelineId' in text:
                    continue  # only the server has a pipeline
                answer = self.call('EvaluateExpression', pipelineId=pipeline, objectId=object_id, expression=text)
                got = ('E', answer['error'].split(':')[0]) if 'error' in answer else ('V', answer['evaluatedExpression'])
                self.compare(f'serve, {path.name} {object_id}', text, want, got)
            for text in unset:
                answer = self.call('EvaluateExpression', pipelineId=pipeline, objectId=object_id, expression=text)
                got = ('E', answer['error'].split(':')[0]) if 'error' in answer else ('V', answer['evaluatedExpression'])
                want = ('V', re.sub(r'#{[^}]*}', 'null', text)) if run[0] else ('E', 'E504')
                self.compare(f'serve, {path.name} {object_id} --unset-runtime null', text, want, got)


def main():
    began = time.monotonic()
    texts, unset = templates()
    everything = texts + unset
    agreement = Agreement(*(str(pathlib.Path(one).resolve()) for one in sys.argv[1:3]))
    hourly, on_demand = HERE / 'hourly.json', HERE / 'ondemand.json'

    ways = [(hourly, (START, END), ('--at', START), 'both'),
            (hourly, (START, END), ('--at', START), 'braces'),
            (hourly, (START, END), ('--at', START), 'angles'),
            (hourly, (None, None), (), 'both'),
            (on_demand, (START, None), ('--at', START), 'both')]
    for number, (definition, run, flags, delimiters) in enumerate(ways):
        flags = (*flags, '--delimiters', delimiters)
        expected = agreement.answers(everything, definition, *run, delimiters)
        path = agreement.with_fields(definition, everything)
        on_act = ('--definition', str(definition), '--object', 'Act', *flags)
        agreement.jsonl(everything, expected, on_act)
        agreement.render(everything, expected, path, flags)
        if run[0]:
            agreement.diff(everything, expected, path, definition, flags)
        if number in (0, 4):  # a process for each template: both kinds of run are enough
            agreement.eval(everything, expected, on_act)
            agreement.explain(everything, expected, path, flags)
    # Runs of the schedule and of an activation are those of --at.
    for definition, run, flags in ((hourly, (START, END), ('--runs', '1')),
                                   (on_demand, (START, None), ('--activation', START, '--runs', '1'))):
        expected = agreement.answers(everything, definition, *run, 'both')
        path = agreement.with_fields(definition, everything)
        done = agreement.run('render', str(path), '--object', 'Act', '--show-secrets', *flags, '--format', 'jsonl')
        fields = json.loads(done.stdout)['fields']
        for at, (text, want) in enumerate(zip(everything, expected)):
            got = fields.get(f'my{at:04}', '')
            agreement.compare(f'render, {flags}', text, text if want[0] == 'E' else want[1],
                              got if want[0] == 'E' else agreement.text_of(got))
    for limit in LIMITS:
        name, value = limit.split('=')
        flags = ('--at', START, f'--{name.replace("_", "-")}', value)
        expected = agreement.answers(everything, hourly, START, END, 'both', (limit,))
        path = agreement.with_fields(hourly, everything)
        agreement.jsonl(everything, expected, ('--definition', str(hourly), '--object', 'Act', *flags))
        agreement.render(everything, expected, path, flags)
    for definition in (hourly, on_demand):
        shown = json.loads(definition.read_text(encoding='utf-8'))
        next(one for one in shown['objects'] if one['id'] == 'Act')['myShown'] = 'login with #{*mySecret}'
        path = agreement.folder / f'{definition.stem}-shown.json'
        path.write_text(json.dumps(shown), encoding='utf-8')
        agreement.secrets_stay_hidden(path, ('--at', START))
    agreement.limits_reach_schedules()
    for word in ('null', 'empty'):
        agreement.unset_runtime(hourly, unset, word)

    own = subprocess.run([sys.argv[2], '--functions'], capture_output=True, encoding='utf-8', check=False)
    if own.returncode != 0:
        agreement.differences += 1
        print(own.stderr)
    if '--serve' in sys.argv:
        # It activates no definition with errors.
        sound = []
        for definition in (hourly, on_demand):
            made = json.loads(definition.read_text(encoding='utf-8'))
            for name in ('myBroken', 'myCycle'):
                next(one for one in made['objects'] if one['id'] == 'Act').pop(name, None)
            sound.append(agreement.folder / definition.name)
            sound[-1].write_text(json.dumps(made), encoding='utf-8')
        agreement.serve(texts, sound)
        never_set = [text for text in unset if '@' not in text]
        agreement.serve([], sound, ('null', never_set))

    for path in agreement.folder.glob('*'):
        path.unlink()
    with contextlib.suppress(OSError):
        agreement.folder.rmdir()
    seconds = time.monotonic() - began
    print(f'{len(everything)} templates, {agreement.asked} comparisons, {agreement.differences} differences, {seconds:.0f} s')
    return 1 if agreement.differences else 0


if __name__ == '__main__':
    sys.exit(main())
