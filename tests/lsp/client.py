"""A client of `pipexpr lsp`: sends messages, and reads what comes back until the answer."""

import json
import subprocess


class Client:
    def __init__(self, program, capabilities=None, options=None):
        self.process = subprocess.Popen([program, 'lsp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        self.others = []  # what came between
        self.started = self.ask('initialize', {'capabilities': capabilities or {}, 'initializationOptions': options})
        self.tell('initialized', {})

    def send(self, message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(b'Content-Length: %d\r\n\r\n' % len(body) + body)
        self.process.stdin.flush()

    def read(self):
        size = 0
        while (line := self.process.stdout.readline()) not in (b'\r\n', b''):
            size = int(line.split(b':')[1])
        return json.loads(self.process.stdout.read(size))

    def tell(self, method, params):
        self.send({'jsonrpc': '2.0', 'method': method, 'params': params})

    def ask(self, method, params):
        self.number += 1
        self.send({'jsonrpc': '2.0', 'id': self.number, 'method': method, 'params': params})
        while (message := self.read()).get('id') != self.number or 'method' in message:
            self.others.append(message)
        return message['result'] if 'result' in message else message['error']

    def open(self, text, uri='file:///a.json'):
        self.tell('textDocument/didOpen', {'textDocument': {'uri': uri, 'languageId': 'json', 'version': 1, 'text': text}})
        return self.read()['params']['diagnostics']

    def change(self, text, uri='file:///a.json'):
        self.tell('textDocument/didChange', {'textDocument': {'uri': uri, 'version': 2}, 'contentChanges': [{'text': text}]})
        return self.read()['params']['diagnostics']

    def end(self):
        self.ask('shutdown', None)
        self.tell('exit', None)
        return self.process.wait()
