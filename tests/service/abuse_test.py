"""Slow, large, half-open and hostile clients, and a store that hangs or goes away: others are served all the while."""

import json
import os
import signal
import socket
import struct
import time
import unittest
import urllib.parse

from harness import Postgres, Server, in_threads, obj, wait_until

BODY_LIMIT = 3_000_000
BUFFER_LIMIT = 25_000_000


def head(operation, length):
    return (f'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.{operation}\r\nContent-Length: {length}\r\n\r\n').encode()


def receive_all(peer, may_reset=False):
    """What comes until the other side ends."""
    received = b''
    try:
        while chunk := peer.recv(1 << 20):
            received += chunk
    except ConnectionResetError:
        if not may_reset:
            raise
    return received


def receive(peer):
    """The same, with the status as a number first."""
    received = receive_all(peer)
    return int(received[9:12]), received


class Memory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(signed=False, arguments=('--max-body-bytes', str(BODY_LIMIT), '--max-buffered-bytes', str(BUFFER_LIMIT)))
        client = cls.server.client()
        cls.pipeline = client.create_pipeline(name='memory', uniqueId='1')['pipelineId']
        client.put_pipeline_definition(pipelineId=cls.pipeline, pipelineObjects=[obj('A', myText='x' * 10_000)])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def connect(self, receive_buffer=None):
        peer = socket.socket()
        self.addCleanup(peer.close)
        if receive_buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        peer.settimeout(20)
        peer.connect(('127.0.0.1', self.server.port))
        return peer

    def evaluate(self, expression):
        body = json.dumps({'pipelineId': self.pipeline, 'objectId': 'A', 'expression': expression}).encode()
        status, _, answer = self.server.http('POST', '/', body, {'X-Amz-Target': 'DataPipeline.EvaluateExpression'})
        return status, json.loads(answer)

    def assert_serves(self):
        """What is large and what is small, of others."""
        text = 'y' * 1_000_000
        self.assertEqual(self.evaluate(text), (200, {'evaluatedExpression': text}))
        self.assertEqual(self.evaluate('#{1 + 2}'), (200, {'evaluatedExpression': '3'}))

    def test_bodies_that_are_announced_and_do_not_come(self):
        for _ in range(100):
            self.connect().sendall(head('ListPipelines', BODY_LIMIT) + b'{"marker"')
        self.assert_serves()

    def test_large_bodies_are_bounded_together(self):
        peers = [self.connect() for _ in range(10)]
        sent = BODY_LIMIT - 10_000
        in_threads(len(peers), lambda number: peers[number].sendall(head('ListPipelines', BODY_LIMIT) + b'x' * sent))
        # Ten of them are more than there is room for: some were answered, the others go on waiting.
        refused = []
        for peer in peers:
            peer.settimeout(1)
            try:
                refused.append(receive(peer))
            except TimeoutError:
                pass
        self.assertEqual({status for status, _ in refused}, {503})
        self.assertIn(b'too many large requests at once', refused[0][1])
        self.assertIn(len(refused), range(1, 10))
        self.assertEqual(self.evaluate('#{1 + 2}'), (200, {'evaluatedExpression': '3'}))
        for peer in peers:
            peer.close()
        wait_until(lambda: self.evaluate('y' * 2_000_000)[0] == 200)

    def test_answers_that_nobody_takes_are_bounded_together(self):
        body = json.dumps({'pipelineId': self.pipeline, 'objectId': 'A', 'expression': '#{myText}' * 1000}).encode()
        peers = []
        for _ in range(4):
            peers.append(self.connect(receive_buffer=4096))
            peers[-1].sendall(head('EvaluateExpression', len(body)) + body)
            time.sleep(0.3)
        self.assertIn(b'HTTP/1.1 503', peers[-1].recv(4096))
        self.assertEqual(self.evaluate('#{1 + 2}'), (200, {'evaluatedExpression': '3'}))
        for peer in peers:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            peer.close()
        wait_until(lambda: self.evaluate('#{myText}' * 1000) == (200, {'evaluatedExpression': 'x' * 10_000_000}))

    def test_a_refusal_can_be_read_by_a_client_that_sends_on(self):
        peer = self.connect()
        peer.sendall(head('ListPipelines', BODY_LIMIT + 1) + b'x' * (BODY_LIMIT + 1))
        self.assertEqual(receive(peer)[0], 413)


class Descriptors(unittest.TestCase):
    def test_more_connections_than_a_shell_allows(self):
        server = Server(signed=False, prefix=('/bin/sh', '-c', 'ulimit -Sn 128; exec "$@"', 'sh'))
        peers = [socket.create_connection(('127.0.0.1', server.port)) for _ in range(300)]
        self.assertEqual(server.http('GET', '/healthz')[0], 200)
        for peer in peers:
            peer.close()
        server.stop()

    def test_a_limit_that_cannot_be_raised(self):
        server = Server(signed=False, prefix=('/bin/sh', '-c', 'ulimit -n 256; exec "$@"', 'sh'))
        wait_until(lambda: server.log_lines('started'))
        self.assertEqual(server.log_lines('started')[0]['connections'], 192)
        peers = [socket.create_connection(('127.0.0.1', server.port)) for _ in range(300)]
        for peer in peers:
            peer.close()
        wait_until(lambda: b'pipexpr_connections 1\n' in server.http('GET', '/metrics')[2])
        server.stop()


class Timeouts(unittest.TestCase):
    def test_connections_that_take_too_long_are_closed(self):
        server = Server(signed=False, arguments=('--header-timeout', '1', '--transfer-timeout', '1', '--idle-timeout', '1'))
        pipeline = server.client().create_pipeline(name='slow', uniqueId='1')['pipelineId']
        body = json.dumps({'pipelineId': pipeline, 'objectId': 'A', 'expression': 'x' * 20_000_000}).encode()
        answered = b'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
        sent = {'silent': b'', 'half a header': answered[:-2], 'half a body': head('ListPipelines', 2) + b'{',
                'half a chunk': head('ListPipelines', 0).replace(b'Content-Length: 0', b'Transfer-Encoding: chunked') + b'2\r\n{',
                'idle again': answered, 'takes nothing': head('EvaluateExpression', len(body)) + body}
        peers = {}
        for name, text in sent.items():
            peers[name] = socket.socket()
            peers[name].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peers[name].connect(('127.0.0.1', server.port))
            peers[name].sendall(text)
        wait_until(lambda: b'pipexpr_connections 1\n' in server.http('GET', '/metrics')[2], seconds=10)
        for name, peer in peers.items():
            with self.subTest(connection=name):
                received = receive_all(peer, may_reset=True)
                peer.close()
                if name == 'idle again':
                    self.assertTrue(received.endswith(b'\r\n\r\nok\n'))
                elif name == 'takes nothing':
                    self.assertLess(len(received), 20_000_000)
                else:
                    self.assertEqual(received, b'')
        server.stop()

    def test_a_request_that_comes_slowly_but_in_time_is_answered(self):
        server = Server(signed=False, arguments=('--header-timeout', '4', '--transfer-timeout', '4', '--idle-timeout', '4'))
        peer = socket.create_connection(('127.0.0.1', server.port), timeout=20)
        for text in (b'POST / HTTP/1.1\r\nHost: loc', b'alhost\r\nX-Amz-Target: DataPipeline.ListPipelines\r\n',
                     b'Content-Length: 2\r\n\r\n{', b'}'):
            time.sleep(0.9)
            peer.sendall(text)
        self.assertIn(b'200 OK', peer.recv(65536))
        peer.close()
        server.stop()


class Pages(unittest.TestCase):
    def test_names_of_this_machine(self):
        server = Server(signed=False)
        for host, status in (('localhost', 200), ('LOCALHOST:8321', 200), ('127.0.0.1', 200), ('127.0.0.2:80', 200), ('[::1]:80', 200),
                             ('datapipeline.us-east-1.amazonaws.com', 200), ('127.example.com', 400), ('evil.example', 400)):
            for path in ('/?Action=ListPipelines', '/admin/alarms'):
                with self.subTest(host=host, path=path):
                    self.assertEqual(server.http('GET', path, headers={'Host': host})[0], status)
        self.assertEqual(server.http('GET', '/admin/clock', headers={'Sec-Fetch-Site': 'cross-site'})[0], 400)
        self.assertEqual(server.http('POST', '/admin/clock', b'{}', {'Origin': 'http://localhost'})[0], 400)
        server.stop()


class Numbers(unittest.TestCase):
    def test_times_that_are_none(self):
        server = Server(signed=False)
        pipeline = server.client().create_pipeline(name='n', uniqueId='1')['pipelineId']
        for time_text in ('1e300', '-1e300', '-1', '253402300800'):
            body = f'{{"pipelineId": "{pipeline}", "startTimestamp": {time_text}}}'.encode()
            status, _, answer = server.http('POST', '/', body, {'X-Amz-Target': 'DataPipeline.ActivatePipeline'})
            self.assertEqual((status, json.loads(answer)), (400, {'__type': 'InvalidRequestException', 'message':
                             'expected a startTimestamp from 1970 to 9999, in seconds since 1970'}))
        server.stop()


class Store(unittest.TestCase):
    def setUp(self):
        self.postgres = Postgres()
        self.addCleanup(self.postgres.stop)
        self.server = Server(store=self.postgres.new_database(), signed=False, arguments=('--long-poll', '1'))

    def call(self, action, **parameters):
        status, _, body = self.server.http('GET', '/?' + urllib.parse.urlencode({'Action': action, **parameters}))
        return status, json.loads(body)

    def test_a_store_that_hangs(self):
        backends = self.postgres.backends()
        for process in backends:
            os.kill(process, signal.SIGSTOP)
        try:
            # More than there are workers.
            waiting = []
            for _ in range(10):
                waiting.append(socket.create_connection(('127.0.0.1', self.server.port), timeout=20))
                waiting[-1].sendall(b'GET /?Action=ListPipelines HTTP/1.1\r\nHost: localhost\r\n\r\n')
            time.sleep(0.3)
            begin = time.monotonic()
            self.assertEqual(self.server.http('GET', '/healthz')[::2], (200, b'ok\n'))
            self.assertEqual(self.server.http('GET', '/metrics')[0], 200)
            self.assertLess(time.monotonic() - begin, 2)
        finally:
            for process in backends:
                os.kill(process, signal.SIGCONT)
        for peer in waiting:
            self.assertIn(b'200 OK', peer.recv(65536))
            peer.close()
        self.server.stop()

    def test_a_store_that_goes_away_and_comes_back(self):
        self.assertEqual(self.call('ListPipelines')[0], 200)
        self.postgres.crash()
        status, body = self.call('ListPipelines')
        self.assertEqual((status, body['__type']), (500, 'InternalServiceError'))
        self.assertRegex(body['message'], "^the store failed; the log has the reason under this request's id$")
        self.assertEqual(self.server.http('GET', '/readyz')[::2], (503, b'the store failed\n'))
        self.assertEqual(self.server.http('GET', '/healthz')[0], 200)
        self.postgres.start()
        # The first statement on each connection notices, and is said again.
        for _ in range(10):
            self.assertEqual(self.call('ListPipelines')[0], 200)
        self.assertEqual(self.server.http('GET', '/readyz')[0], 200)
        self.server.stop()

    def test_a_restart_between_two_requests_is_not_noticed(self):
        self.assertEqual(self.call('CreatePipeline', name='a', uniqueId='1')[0], 200)
        self.postgres.crash()
        self.postgres.start()
        for number in range(10):
            self.assertEqual(self.call('ListPipelines')[0], 200)
            self.assertEqual(self.call('CreatePipeline', name='a', uniqueId=str(number))[0], 200)
        self.server.stop()


if __name__ == '__main__':
    unittest.main()
