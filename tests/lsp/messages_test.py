#!/usr/bin/env python3
"""The language server's messages, over `pipexpr lsp`: what each request answers for a place in a definition.

usage: messages_test.py PROGRAM

The place is a ^ in the text. Each case compares the parts of the answer that its function picks, whole.
"""

import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from client import Client  # noqa: E402

ORDERS = (pathlib.Path(__file__).resolve().parent.parent.parent / 'docs/examples/orders.json').read_text()
URI = 'file:///a.json'
DAILY = ('{"objects": [{"id": "Daily", "type": "Schedule", "period": "1 day", "startDateTime": "2024-05-01T00:00:00",'
         ' "occurrences": "3"},\n{"id": "Default", "schedule": {"ref": "Daily"}},\n'
         '{"id": "In", "type": "S3DataNode", "filePath": "s3://b/#{format(@scheduledStartTime, \'YYYY/MM\')}"},\n'
         '{"id": "Copy", "type": "CopyActivity", "input": {"ref": "In"}, "*key": "geheim", "myNote": "ö😀 %s"}]}')


def position(text, offset):
    line = text.count('\n', 0, offset)
    return {'line': line, 'character': len(text[text.rfind('\n', 0, offset) + 1:offset].encode('utf-16-le')) // 2}


def labels(answer):
    return [item['label'] for item in sorted(answer['items'], key=lambda item: item['sortText'])] if answer else None


def value(answer):
    return answer and answer['contents']['value']


def ranges(answer):
    return [(one['range']['start']['line'], one['range']['start']['character'], one['range']['end']['character'])
            for one in answer]


def new_texts(answer):
    return [edit['newText'] for edit in answer['changes'][URI]] if 'changes' in answer else answer['message']


def first(count):
    return lambda answer: labels(answer)[:count]


def has(*wanted):
    return lambda answer: [label for label in wanted if label in (labels(answer) or [])]


# Request, text with ^ at the place, what to look at, what it must be, and further parameters.
CASES = [
    ('hover', DAILY % '#{input.file^Path}', value,
     "field `filePath` of `In`: `s3://b/#{format(@scheduledStartTime, 'YYYY/MM')}`\n\n"
     '```text\ninput.filePath = s3://b/2024/05\n```\n'
     'value in the run of 2024-05-01T00:00:00:\n\n```text\nö😀 s3://b/2024/05\n```\n\n'
     '```text\ninput.filePath = s3://b/2024/05\n  input = In\n'
     "    s3://b/#{format(@scheduledStartTime, 'YYYY/MM')} = s3://b/2024/05\n"
     "      format(@scheduledStartTime, 'YYYY/MM') = 2024/05\n        @scheduledStartTime = 2024-05-01T00:00:00\n```\n"),
    ('hover', DAILY % '#{*k^ey}', value,
     'field `*key` of `Copy`: `********`\n\n```text\n*key = ********\n```\n'
     'value in the run of 2024-05-01T00:00:00:\n\n```text\nö😀 ********\n```\n\n```text\n*key = ********\n```\n'),
    ('hover', DAILY % '#{no^thing}', value,
     "`nothing` is nothing that the definition has\n\nno value in the run of 2024-05-01T00:00:00: there is no field, parameter"
     " or object 'nothing'\n"),
    ('hover', (DAILY % '').replace('"period"', '"per^iod"'), value,
     '`period` of Schedule: Period, required\n\nfield `period` of `Daily`: `1 day`\n\n'),
    ('hover', (DAILY % '').replace('{"objects', '^{"objects'), value, None),
    ('completion', DAILY % '#{input.^}', first(3), ['type', 'filePath', 'schedule']),
    ('completion', DAILY % '#{input.^', has('filePath', 'format', 'myNote'), ['filePath', 'format']),
    ('completion', DAILY % '#{^}', has('input', 'myNote', '@scheduledStartTime', 'minusDays', 'filePath'),
     ['input', 'myNote', '@scheduledStartTime', 'minusDays']),
    ('completion', DAILY % "#{format(@scheduledStartTime, 'YYYY-^')}",
     lambda answer: [(item['label'], item['detail'], item['documentation']) for item in answer['items']
                     if item['label'] in ('MM', 'EEEE')],
     [('MM', '05', "month, two digits; 'YYYY-MM' prints 2024-05"),
      ('EEEE', 'Wednesday', "day of the week, full name; 'YYYY-EEEE' prints 2024-Wednesday")]),
    ('completion', DAILY % "#{minusDays('^')}", labels, []),
    ('completion', (DAILY % '').replace('"ref": "In"', '"ref": "^"'), labels, ['In', 'Daily', 'Default']),
    ('completion', (DAILY % '').replace('"id": "Default"', '"id": "Default", "scheduleType": "^"'), labels,
     ['cron', 'timeseries', 'ondemand']),
    ('completion', (DAILY % '').replace('"CopyActivity"', '"Copy^"'), has('CopyActivity', 'Schedule'),
     ['CopyActivity', 'Schedule']),
    ('completion', (DAILY % '').replace('"input"', '"^"'), has('input', 'output', 'type', 'runsOn'),
     ['input', 'output', 'runsOn']),
    ('completion', (DAILY % '').replace('"1 day"', '"1 ^day"'), labels, []),
    ('signatureHelp', DAILY % '#{minusDays(@scheduledStartTime, ^', lambda a: (a['signatures'][0]['label'], a['activeParameter']),
     ('minusDays(DateTime time, int count) -> DateTime', 1)),
    ('definition', DAILY % '#{input.file^Path}', ranges, [(2, 36, 44)]),
    ('definition', DAILY % '#{in^put.filePath}', ranges, [(3, 40, 45)]),
    ('definition', (DAILY % '').replace('"ref": "In"', '"ref": "I^n"'), ranges, [(2, 8, 10)]),
    ('definition', DAILY % '#{nothi^ng}', ranges, []),
    ('references', (DAILY % '#{input.filePath}').replace('"In", "type', '"I^n", "type'), ranges, [(2, 8, 10), (3, 57, 59)],
     {'context': {'includeDeclaration': True}}),
    ('references', (DAILY % '#{input.filePath}').replace('"filePath"', '"file^Path"'), ranges, [(3, 104, 112)]),
    ('prepareRename', (DAILY % '').replace('"In", "type', '"I^n", "type'), lambda a: a['placeholder'], 'In'),
    ('prepareRename', (DAILY % '').replace('"1 day"', '"1 ^day"'), lambda a: a, None),
    ('rename', (DAILY % '').replace('"In", "type', '"I^n", "type'), new_texts, ['"Source"', 'Source'], {'newName': 'Source'}),
    ('rename', (DAILY % '').replace('"In", "type', '"I^n", "type'), new_texts,
     "cannot rename 'In' to 'Copy': there is an object of that id", {'newName': 'Copy'}),
    ('rename', (DAILY % '#{myNote}').replace('"myNote"', '"my^Note"'), new_texts, ['"myText"', 'myText'], {'newName': 'myText'}),
    ('rename', (DAILY % '#{my^P}').replace(']}', '], "values": {"myP": "1"}}'), new_texts, ['myQ', '"myQ"'], {'newName': 'myQ'}),
    ('documentSymbol', '^' + DAILY % '', lambda a: [one['name'] for one in a], ['Daily', 'Default', 'In', 'Copy']),
    ('documentSymbol', '^{"objects": [{"id": "A", "x": [[[', lambda a: [one['name'] for one in a], ['A']),
    ('codeLens', '^' + DAILY % '', lambda a: [one['command']['title'] for one in a], ['3 runs from 2024-05-01T00:00:00']),
    ('inlayHint', '^' + DAILY % '#{1 + 2}', lambda a: [(one['label'], one['position']) for one in a],
     [('= s3://b/2024/05', {'line': 2, 'character': 97}), ('= ö😀 3', {'line': 3, 'character': 105})]),
    ('semanticTokens/full', '^' + DAILY % '', lambda a: a['data'][:15], [1, 39, 5, 6, 0, 1, 57, 6, 0, 0, 0, 7, 19, 3, 0]),
    ('hover', '^[1', lambda a: a, None),
    ('completion', '{"objects": [{"id": "A", "type": "^', has('Schedule'), ['Schedule']),
    ('nothing', '^{}', lambda a: a['message'], 'there is no such method'),
]


def run_case(client, case):
    method, marked, look, wanted = case[:4]
    offset = marked.index('^')
    text = marked.replace('^', '', 1)
    client.change(text)
    params = {'textDocument': {'uri': URI}, 'position': position(text, offset), **(case[4] if len(case) > 4 else {})}
    answer = client.ask(f'textDocument/{method}', params)
    try:
        found = look(answer)
    except (TypeError, KeyError, IndexError) as error:
        found = f'{error!r} in {answer}'
    if found == wanted:
        return []
    return [f'{method} {marked[max(0, offset - 40):offset + 20]!r}\n  wanted {wanted!r}\n  found  {found!r}']


def other_errors(program):
    """What needs a server of its own, or several messages."""
    errors = []

    def same(what, found, wanted):
        if found != wanted:
            errors.append(f'{what}\n  wanted {wanted!r}\n  found  {found!r}')

    client = Client(program, {'general': {'positionEncodings': ['utf-8', 'utf-16']}}, {'at': '2024-05-02T00:00:00'})
    same('encoding', client.started['capabilities']['positionEncoding'], 'utf-8')
    found = client.open(DAILY % '#{input.filPath}')
    same('finding in utf-8', [(one['code'], one['range']['start'], one['message']) for one in found][2:],
         [('C302', {'line': 3, 'character': 107}, "object 'In' has no field 'filPath', did you mean 'filePath'?")])
    whole = {'start': {'line': 0, 'character': 0}, 'end': {'line': 9, 'character': 0}}
    about = {'textDocument': {'uri': URI}}
    same('fix', [one['edit']['changes'][URI][0]['newText']
                 for one in client.ask('textDocument/codeAction', {**about, 'range': whole, 'context': {}})], ['filePath'])
    # The last good definition answers while the text is no JSON.
    client.change(DAILY % '#{input.filePath}')
    found = client.change((DAILY % '#{input.filePath}').replace(']}', ''))
    same('broken', [one['code'] for one in found], ['C608'])
    same('hover while broken', value(client.ask('textDocument/hover', {**about, 'position': {'line': 2, 'character': 60}}))
         is not None, True)
    # An edit of a range, and a chosen run.
    client.tell('textDocument/didChange', {**about, 'contentChanges': [
        {'range': {'start': {'line': 3, 'character': 9}, 'end': {'line': 3, 'character': 9}}, 'text': '2'},
        {'range': {'start': {'line': 9, 'character': 0}, 'end': {'line': 9, 'character': 0}}, 'text': ']}'}]})
    same('ranges', [one['code'] for one in client.read()['params']['diagnostics']], ['C404', 'C802'])
    hints = client.ask('textDocument/inlayHint', {**about, 'range': whole})
    same('run at start', hints[0]['tooltip'], 'in the run of 2024-05-02T00:00:00, for In')
    same('choose', client.ask('workspace/executeCommand', {'command': 'pipexpr.chooseRun', 'arguments': ['2023-06-01T00:00:00']}), None)
    same('chosen', client.ask('textDocument/inlayHint', {**about, 'range': whole})[0]['label'], '= s3://b/2023/06')
    same('no run', client.ask('workspace/executeCommand', {'command': 'pipexpr.chooseRun', 'arguments': ['x']})['code'], -32602)
    same('unknown document', client.ask('textDocument/hover', {'textDocument': {'uri': 'x'}})['message'], 'the document is not open')
    client.send(b'{')
    same('no JSON', client.read()['error']['code'], -32700)
    client.send(b'[' * 200_000)
    same('deep', client.read()['error']['code'], -32700)
    client.send(b'[' * 200_000 + b']' * 200_000)
    same('deep and whole', client.read()['error']['code'], -32600)
    same('exit', client.end(), 0)

    client = Client(program)
    client.tell('exit', None)
    same('exit without shutdown', client.process.wait(), 1)
    return errors


def random_errors(program):
    """Damaged texts, and every request at random places of them: each must be answered."""
    source = random.Random(22)
    client = Client(program)
    client.open(ORDERS)
    requests = ('hover', 'completion', 'signatureHelp', 'definition', 'references', 'prepareRename', 'documentSymbol',
                'inlayHint', 'codeLens', 'semanticTokens/full', 'codeAction')
    for _ in range(60):
        text = ORDERS
        for _ in range(source.randrange(4)):
            at = source.randrange(len(text))
            text = text[:at] + source.choice(['', '"', '}', '#{', '\\', 'ö', '\n', ']']) + text[at + source.randrange(9):]
        client.change(text)
        for method in requests:
            offset = source.randrange(len(text))
            answer = client.ask(f'textDocument/{method}', {'textDocument': {'uri': URI}, 'position': position(text, offset)})
            if isinstance(answer, dict) and 'code' in answer:
                return [f'{method} of a damaged text: {answer}']
            if 'not-a-real-password' in json.dumps(answer):
                return [f'{method} shows a secret']
    return [] if client.end() == 0 else ['the server has ended']


def main():
    program = sys.argv[1]
    client = Client(program, {'textDocument': {'completion': {'completionItem': {'snippetSupport': True}}}})
    client.open('{}')
    errors = [error for case in CASES for error in run_case(client, case)]
    client.end()
    errors += other_errors(program) + random_errors(program)
    print('\n'.join(errors))
    print(f'{len(CASES)} cases, {len(errors)} errors')
    sys.exit(1 if errors else 0)


if __name__ == '__main__':
    main()
