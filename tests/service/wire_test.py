"""What goes over the wire: both forms, signatures, and everything that is not as it should be."""

import datetime
import hashlib
import hmac
import json
import re
import socket
import struct
import time
import unittest
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from harness import KEY, LONG_KEY, LONG_SECRET, REGION, SECRET, Server, ServerTest, in_threads, obj, wait_until

JSON = {'Content-Type': 'application/x-amz-json-1.1'}


class QueryForm(ServerTest):
    signed = False
    arguments = ('--long-poll', '0')

    def setUp(self):
        self.pipeline = self.new_pipeline([
            obj('Default', workerGroup=self.id(), scheduleType='ondemand', myWord='hello & goodbye'),
            obj('Act', type='ShellCommandActivity', command='echo #{myWord}')], activate=True)

    def query(self, form=False, **parameters):
        text = urllib.parse.urlencode(parameters)
        if form:
            status, headers, body = self.server.http('POST', '/', text.encode(), {'Content-Type': 'application/x-www-form-urlencoded'})
        else:
            status, headers, body = self.server.http('GET', '/?' + text)
        return status, json.loads(body), headers

    def test_the_five_operations(self):
        for form in (False, True):
            if form:
                self.client.activate_pipeline(pipelineId=self.pipeline)
            status, body, headers = self.query(form, Action='EvaluateExpression', pipelineId=self.pipeline, objectId='Act',
                                               expression='#{myWord + "!"}', Version='2012-10-29')
            self.assertEqual((status, body), (200, {'evaluatedExpression': 'hello & goodbye!'}))
            self.assertEqual(headers['Content-Type'], 'application/json')
            task = self.query(form, Action='PollForTask', workerGroup=self.id(), hostname='h',
                              **{'instanceIdentity.document': 'd'})[1]['taskObject']
            self.assertEqual(self.query(form, Action='ReportTaskProgress', taskId=task['taskId'], **{
                'fields.1.key': 'percent', 'fields.1.stringValue': '50', 'fields.member.2.key': 'more',
                'fields.member.2.stringValue': 'x'})[:2], (200, {'canceled': False}))
            self.assertEqual(self.query(form, Action='SetTaskStatus', taskId=task['taskId'], taskStatus='FINISHED')[:2], (200, {}))
            self.assertEqual(self.query(form, Action='ReportTaskRunnerHeartbeat', taskrunnerId='r', workerGroup='g',
                                        hostname='h')[:2], (200, {'terminate': False}))

    def test_errors(self):
        cases = [
            ({'Action': 'Nothing'}, 'UnknownOperationException', 'unknown Action'),
            ({'Action': 'SetTaskStatus', 'taskId': 'x'}, 'ValidationException',
             "1 validation error detected: Value null at 'taskStatus' failed to satisfy constraint: Member must not be null"),
            ({'Action': 'PollForTask', 'workerGroups': 'x'}, 'InvalidRequestException', "PollForTask has no parameter 'workerGroups'"),
            ({'Action': 'ReportTaskProgress', 'taskId': 'x', 'fields.9999.key': 'x'}, 'InvalidRequestException',
             "ReportTaskProgress has no parameter 'fields.9999.key'"),
            ({'Action': 'ReportTaskProgress', 'taskId': 'x', 'fields.x.key': 'x'}, 'InvalidRequestException',
             "ReportTaskProgress has no parameter 'fields.x.key'"),
            ({'Action': 'ReportTaskProgress', 'taskId': 'x', 'fields.2.key': 'x'}, 'ValidationException',
             "1 validation error detected: Value null at 'fields.1.member' failed to satisfy constraint: Member must not be null"),
            ({'Action': 'EvaluateExpression', 'pipelineId': 'df-x', 'objectId': 'o', 'expression': 'e'}, 'PipelineNotFoundException',
             'Pipeline with id: df-x does not exist'),
        ]
        for parameters, kind, message in cases:
            with self.subTest(parameters):
                status, body, headers = self.query(**parameters)
                self.assertEqual((status, body, headers['x-amzn-errortype']), (400, {'__type': kind, 'message': message}, kind))


class JsonForm(ServerTest):
    signed = False
    arguments = ('--long-poll', '0')

    def post(self, body, target='DataPipeline.ListPipelines', content='application/x-amz-json-1.1'):
        return self.server.http('POST', '/', body, {'X-Amz-Target': target, 'Content-Type': content})

    def test_prefixes_and_versions(self):
        for target in ('DataPipeline.ListPipelines', 'DataPipeline_20121129.ListPipelines'):
            for version in ('1.0', '1.1'):
                status, headers, body = self.post(b'{}', target, f'application/x-amz-json-{version}')
                self.assertEqual((status, headers['Content-Type']), (200, f'application/x-amz-json-{version}'), body)
                self.assertRegex(headers['x-amzn-RequestId'], '.{20}')

    def test_errors(self):
        cases = [
            (b'{', 'DataPipeline.ListPipelines', 'SerializationException', 'expected a JSON object as the body, found an error at byte 1'),
            (b'[]', 'DataPipeline.ListPipelines', 'SerializationException', 'expected a JSON object as the body'),
            (b'{}', 'DataPipeline.Nothing', 'UnknownOperationException', "unknown operation 'DataPipeline.Nothing'"),
            (b'{}', 'ListPipelines', 'UnknownOperationException', "unknown operation 'ListPipelines'"),
            (b'[' * 1_000_00, 'DataPipeline.ListPipelines', 'SerializationException', None),
            (b'{"marker":"\xff"}', 'DataPipeline.ListPipelines', 'ValidationException', None),
        ]
        for body, target, kind, message in cases:
            with self.subTest(body=body[:20], target=target):
                status, headers, answer = self.post(body, target)
                decoded = json.loads(answer)
                self.assertEqual((status, decoded['__type'], headers['x-amzn-errortype']), (400, kind, kind))
                if message is not None:
                    self.assertEqual(decoded['message'], message)

    def test_what_the_model_does_not_have_is_dropped(self):
        """Unknown members, nested without end, repeated ones and nulls: none is stored, none ends the server."""
        deep = b'[' * 1_000_000 + b']' * 1_000_000
        body = (b'{"name": "odd", "uniqueId": "1", "tags": [{"key": "k", "value": "v", "key": "other", "odd": %s}]}' % deep)
        status, _, answer = self.post(body, 'DataPipeline.CreatePipeline')
        self.assertEqual(status, 200, answer)
        pipeline = json.loads(answer)['pipelineId']
        described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
        self.assertEqual(described['tags'], [{'key': 'k', 'value': 'v'}])
        body = (b'{"pipelineId": "%s", "pipelineObjects": [{"odd": %s, "name": "A", "id": "A", "fields": [{"key": "k", "odd": "\\u0000", '
                b'"refValue": null, "stringValue": "v", "stringValue": "\xff"}]}]}' % (pipeline.encode(), deep))
        status, _, answer = self.post(body, 'DataPipeline.PutPipelineDefinition')
        self.assertEqual(status, 200, answer)
        status, _, answer = self.post(b'{"pipelineId": "%s"}' % pipeline.encode(), 'DataPipeline.GetPipelineDefinition')
        self.assertEqual(json.loads(answer)['pipelineObjects'], [{'id': 'A', 'name': 'A', 'fields': [{'key': 'k', 'stringValue': 'v'}]}])

    def test_no_output_shape_means_no_body(self):
        pipeline = self.new_pipeline([obj('Default')])
        body = json.dumps({'pipelineId': pipeline, 'objectIds': ['Default'], 'status': 'PAUSE'}).encode()
        status, headers, answer = self.post(body, 'DataPipeline.SetStatus')
        self.assertEqual((status, headers['Content-Length'], answer), (200, '0', b''))

    def test_pages_of_a_browser_are_refused(self):
        for headers in ({'Origin': 'http://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}, {'Host': 'evil.example'}):
            status, _, body = self.server.http('GET', '/?Action=ListPipelines', headers=headers)
            self.assertEqual((status, json.loads(body)['__type']), (400, 'AccessDeniedException'), headers)

    def test_own_paths(self):
        self.assertEqual(self.server.http('GET', '/healthz')[::2], (200, b'ok\n'))
        self.assertEqual(self.server.http('GET', '/readyz')[::2], (200, b'ready\n'))
        self.post(b'{}')
        text = self.server.http('GET', '/metrics')[2].decode()
        self.assertRegex(text, r'(?m)^pipexpr_requests_total\{operation="ListPipelines",result="OK"\} \d+$')
        self.assertRegex(text, r'(?m)^pipexpr_connections \d+$')
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) .*|[a-z_]+(\{[^}]*\})? [0-9.e+-]+)$')
        self.assertEqual(self.server.http('GET', '/nowhere')[0], 404)
        status, _, body = self.server.http('POST', '/admin/clock', b'{"by": "1 day"}')
        self.assertEqual((status, json.loads(body)['message']), (400, "the clock is the wall's: start with --clock virtual"))


    def test_runners_are_told_to_end(self):
        beat = {'taskrunnerId': 'r9', 'workerGroup': 'g', 'hostname': 'h'}
        self.assertEqual(self.client.report_task_runner_heartbeat(**beat)['terminate'], False)
        self.assertEqual(self.server.http('POST', '/admin/runners', b'{"id": "r9", "terminate": true}')[0], 200)
        self.assertEqual(self.client.report_task_runner_heartbeat(**beat)['terminate'], True)
        runners = json.loads(self.server.http('GET', '/admin/runners')[2])['runners']
        self.assertEqual([(r['workerGroup'], r['hostname'], r['terminate']) for r in runners if r['id'] == 'r9'], [('g', 'h', True)])
        self.assertEqual(self.server.http('POST', '/admin/runners', b'{"id": "none", "terminate": true}')[0], 404)
        self.assertEqual(self.server.http('POST', '/admin/runners', b'{}')[0], 400)


class Signatures(ServerTest):
    arguments = ('--long-poll', '0')

    def sign(self, body=b'{}', key=KEY, secret=SECRET, service='datapipeline', at=None, method='POST', path='/', extra=None):
        """A signed request as botocore makes it, ready to be spoiled."""
        headers = {'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'DataPipeline.ListPipelines', **(extra or {})}
        request = botocore.awsrequest.AWSRequest(method, self.server.url + path, data=body, headers=headers)
        auth = botocore.auth.SigV4Auth(botocore.credentials.Credentials(key, secret), service, REGION)
        if at is None:
            auth.add_auth(request)
        else:
            # botocore signs for the present time; here it is for another one, by the same rules.
            stamp = at.strftime('%Y%m%dT%H%M%SZ')
            request.context['timestamp'] = stamp
            request.headers['X-Amz-Date'] = stamp
            canonical = auth.canonical_request(request)
            signature = auth.signature(auth.string_to_sign(request, canonical), request)
            auth._inject_signature_to_request(request, signature)  # pylint: disable=protected-access
        return dict(request.headers.items())

    def send(self, headers, body=b'{}', path='/', method='POST'):
        status, _, answer = self.server.http(method, path, body, headers)
        decoded = json.loads(answer)
        return status, decoded.get('__type'), decoded.get('message')

    def test_good(self):
        self.assertEqual(self.send(self.sign())[0], 200)
        # Any region, headers with odd blanks, more headers than needed.
        self.assertEqual(self.send(self.sign(extra={'X-Amz-User-Agent': '  a   b  '}))[0], 200)
        # Keys take turns, and each has its own.
        for _ in range(3):
            self.assertEqual(self.send(self.sign(key=LONG_KEY, secret=LONG_SECRET))[0], 200)
            self.assertEqual(self.send(self.sign())[0], 200)
            self.assertEqual(self.send(self.sign(key=LONG_KEY))[:2], (400, 'InvalidSignatureException'))

    def test_refused(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        minutes = datetime.timedelta(minutes=1)
        good = self.sign()

        def with_header(name, value):
            return {**good, name: value}

        wrong = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.'
        unknown = 'The security token included in the request is invalid.'
        cases = {
            'nothing': ({**JSON, 'X-Amz-Target': 'DataPipeline.ListPipelines'}, 400, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
            'a digit': (with_header('Authorization', good['Authorization'][:-1] + '01'[good['Authorization'][-1] == '0']), 400,
                        'InvalidSignatureException', wrong),
            'a digit less': (with_header('Authorization', good['Authorization'][:-1]), 400, 'InvalidSignatureException', wrong),
            'unknown key': (self.sign(key='AKIDOTHER'), 400, 'UnrecognizedClientException', unknown),
            'wrong secret': (self.sign(secret='x'), 400, 'InvalidSignatureException', wrong),
            'another body': (self.sign(body=b'{"marker": "x"}'), 400, 'InvalidSignatureException', wrong),
            'another operation': (with_header('X-Amz-Target', 'DataPipeline.CreatePipeline'), 400, 'InvalidSignatureException', wrong),
            'another service': (self.sign(service='s3'), 400, 'InvalidSignatureException', "Credential should be scoped to correct service: 'datapipeline'."),
            'old': (self.sign(at=now - 16 * minutes), 400, 'InvalidSignatureException', None),
            'early': (self.sign(at=now + 16 * minutes), 400, 'InvalidSignatureException', None),
            'unsigned header': (with_header('X-Amz-Security-Token', 'x'), 400, 'IncompleteSignatureException',
                                "'x-amz-security-token' must be a signed header, since it is sent"),
            'body hash': (self.sign(extra={'x-amz-content-sha256': '0' * 64}), 400, 'InvalidSignatureException',
                          "The provided 'x-amz-content-sha256' header does not match what was computed."),
            'no credential': (with_header('Authorization', 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=x'), 400,
                              'IncompleteSignatureException', "Authorization header requires 'Credential' parameter."),
            'basic': (with_header('Authorization', 'Basic x'), 400, 'IncompleteSignatureException', None),
            'scope': (with_header('Authorization', 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x'), 400,
                      'IncompleteSignatureException', None),
        }
        for name, (headers, status, kind, message) in cases.items():
            with self.subTest(name):
                found = self.send(headers)
                self.assertEqual(found[:2], (status, kind), found)
                if message is not None:
                    self.assertEqual(found[2], message)
                self.assertNotIn(SECRET, found[2])

    def test_skew_of_fourteen_minutes_is_fine(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        for minutes in (-14, 14):
            self.assertEqual(self.send(self.sign(at=now + datetime.timedelta(minutes=minutes)))[0], 200)

    def test_signed_query(self):
        request = botocore.awsrequest.AWSRequest('GET', self.server.url + '/', params={'Action': 'ListPipelines', 'marker': 'df-a b&c'})
        auth = botocore.auth.SigV4QueryAuth(botocore.credentials.Credentials(KEY, SECRET), 'datapipeline', REGION, expires=60)
        auth.add_auth(request)
        path = request.url[len(self.server.url):]
        self.assertEqual(self.send({}, None, path, 'GET')[0], 200)
        self.assertEqual(self.send({}, None, path.replace('marker=df-a', 'marker=df-b'), 'GET')[:2], (400, 'InvalidSignatureException'))
        self.assertEqual(self.send({}, None, re.sub('Expires=60', 'Expires=9999999', path), 'GET')[:2], (400, 'IncompleteSignatureException'))

    def test_admin_needs_a_signature(self):
        self.assertEqual(self.send({}, None, '/admin/alarms', 'GET')[:2], (400, 'MissingAuthenticationTokenException'))
        self.assertEqual(self.server.http('GET', '/healthz')[0], 200)

    def test_published_example(self):
        """The key derivation of AWS's documentation, so that our own use of botocore is not the only witness."""
        key = b'AWS4' + b'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
        for part in (b'20150830', b'us-east-1', b'iam', b'aws4_request'):
            key = hmac.new(key, part, hashlib.sha256).digest()
        self.assertEqual(key.hex(), 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9')


class Connections(ServerTest):
    signed = False
    arguments = ('--long-poll', '60', '--max-connections', '60', '--max-body-bytes', '100000')

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.server.port), timeout=20)

    def still_serves(self):
        self.assertEqual(self.server.http('GET', '/healthz')[0], 200)

    def answer(self, data):
        with self.connect() as peer:
            peer.sendall(data)
            received = b''
            while chunk := peer.recv(65536):
                received += chunk
                if b'Connection: close' not in received and b'\r\n\r\n' in received:
                    break
            return received

    def test_keep_alive_and_pipelining(self):
        request = b'GET /?Action=ListPipelines HTTP/1.1\r\nHost: localhost\r\n\r\n'
        with self.connect() as peer:
            for _ in range(3):
                peer.sendall(request)
                self.assertIn(b'200 OK', peer.recv(65536))
            peer.sendall(request * 5)
            received = b''
            while received.count(b'pipelineIdList') < 5:
                received += peer.recv(65536)
        self.assertEqual(received.count(b'HTTP/1.1 200 OK'), 5)

    def test_malformed(self):
        for data, expected in [
            (b'nonsense\r\n\r\n', b'400'), (b'GET / HTTP/9.9\r\n\r\n', b'400'), (b'\x16\x03\x01\x02\x00\x01\x00', b''),
            (b'GET /healthz HTTP/1.1\r\nHost: x\r\n' + b'X: ' + b'a' * 20000 + b'\r\n\r\n', b'413'),
            (b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n', b'413'),
            (b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n', b'400'),
            (b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', b'400'),
        ]:
            with self.subTest(data[:40]):
                with self.connect() as peer:
                    peer.sendall(data)
                    peer.shutdown(socket.SHUT_WR)
                    received = peer.recv(65536)
                self.assertTrue(not received or received.startswith(b'HTTP/1.1 ' + (expected or b'400')), received[:200])
                self.still_serves()

    def test_headers_near_their_limit(self):
        # Beast counts a few bytes more or less than 16 KiB, by how the headers are divided.
        for size, expected in (16_000, b'200'), (17_000, b'413'):
            request = b'GET /?Action=ListPipelines HTTP/1.1\r\nHost: localhost\r\nX: \r\n\r\n'
            request = request.replace(b'X: ', b'X: ' + b'a' * (size - len(request)))
            self.assertEqual(len(request), size)
            with self.subTest(size):
                self.assertEqual(self.answer(request)[9:12], expected)

    def test_bodies_at_their_limit(self):
        head = b'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.ListPipelines\r\n'
        for size, expected in (99_999, b'200'), (100_000, b'200'), (100_001, b'413'):
            body = b'{' + b' ' * (size - 2) + b'}'
            chunks = b''.join(b'%x\r\n%s\r\n' % (len(part), part) for part in (body[:70_000], body[70_000:]))
            for kind, request in (
                    ('whole', head + b'Content-Length: %d\r\n\r\n%s' % (size, body)),
                    ('chunks', head + b'Transfer-Encoding: chunked\r\n\r\n' + chunks + b'0\r\n\r\n')):
                with self.subTest(f'{size} bytes, {kind}'):
                    self.assertEqual(self.answer(request)[9:12], expected)

    def test_chunked_body(self):
        body = b'{"marker":""}'
        head = b'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.ListPipelines\r\nTransfer-Encoding: chunked\r\n\r\n'
        self.assertIn(b'200 OK', self.answer(head + b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body)))

    def test_requests_that_come_in_two_pieces(self):
        """Three of them, one after the other, cut at every byte."""
        head = b'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.ListPipelines\r\n'
        stream = (head + b'Transfer-Encoding: chunked\r\n\r\n6;x=y\r\n{"mark\r\n7\r\ner":""}\r\n0\r\nTrailer: z\r\n\r\n' +
                  head + b'Content-Length: 13\r\n\r\n{"marker":""}' + b'GET /?Action=ListPipelines HTTP/1.1\r\nHost: localhost\r\n\r\n')
        with self.connect() as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for cut in range(1, len(stream)):
                peer.sendall(stream[:cut])
                time.sleep(0.001)
                peer.sendall(stream[cut:])
                received = b''
                while received.count(b'pipelineIdList') < 3:
                    chunk = peer.recv(65536)
                    self.assertTrue(chunk, (cut, received))
                    received += chunk
                self.assertEqual(received.count(b'HTTP/1.1 200 OK'), 3, (cut, received))

    def test_expect_continue(self):
        with self.connect() as peer:
            peer.sendall(b'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.ListPipelines\r\nExpect: 100-continue\r\n'
                         b'Content-Length: 2\r\n\r\n')
            self.assertEqual(peer.recv(100), b'HTTP/1.1 100 Continue\r\n\r\n')
            peer.sendall(b'{}')
            self.assertIn(b'200 OK', peer.recv(65536))

    def test_half_open_and_reset(self):
        peers = [self.connect() for _ in range(20)]
        for number, peer in enumerate(peers):
            peer.sendall(b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"half'[:20 + number * 2])
        self.still_serves()
        for peer in peers:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            peer.close()
        self.still_serves()

    def metric(self, peer, name):
        """Asked on a connection that is open already: a new one would have to make room for itself."""
        peer.sendall(b'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n')
        received = b''
        while b'pipexpr_refused_connections_total ' not in received or not received.endswith(b'\n'):
            received += peer.recv(65536)
        return int(re.search(rf'(?m)^pipexpr_{name} (\d+)$', received.decode()).group(1))

    def test_the_longest_idle_connection_makes_room(self):
        wait_until(lambda: b'pipexpr_connections 1\n' in self.server.http('GET', '/metrics')[2])
        request = b'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
        peers = [self.connect() for _ in range(60)]
        for peer in peers:
            self.addCleanup(peer.close)
            peer.sendall(request)
            self.assertIn(b'200 OK', peer.recv(65536))
        evicted = self.metric(peers[0], 'evicted_connections_total')  # which makes the second the longest idle
        for gone in (1, 2, 3):
            peers.append(self.connect())
            self.addCleanup(peers[-1].close)
            peers[-1].sendall(request)
            self.assertIn(b'200 OK', peers[-1].recv(65536))
            self.assertEqual(peers[gone].recv(1), b'')
        self.assertEqual(self.metric(peers[0], 'evicted_connections_total'), evicted + 3)
        for peer in peers[:1] + peers[4:]:
            peer.sendall(request)
            self.assertIn(b'200 OK', peer.recv(65536))

    def test_connections_with_a_request_do_not_make_room(self):
        wait_until(lambda: b'pipexpr_connections 1\n' in self.server.http('GET', '/metrics')[2])
        watcher = self.connect()
        refused = self.metric(watcher, 'refused_connections_total')
        poll = b'{"workerGroup":"nobody"}'
        poll = (b'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.PollForTask\r\nContent-Length: %d\r\n\r\n%s'
                % (len(poll), poll))
        half = b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{'
        busy = [self.connect() for _ in range(59)]
        for number, peer in enumerate(busy):
            peer.sendall(poll if number % 2 else half)
        wait_until(lambda: self.metric(watcher, 'long_polls') == 29)
        time.sleep(1)  # for the halves, of which no metric tells
        # The watcher is the one that is idle; then none is.
        with self.connect() as peer:
            peer.sendall(half)
            self.assertEqual(watcher.recv(1), b'')
            time.sleep(1)  # for this half: until it is read, its connection is idle and makes room
            with self.connect() as other:
                self.assertEqual(other.recv(1), b'')
            peer.sendall(b'}       ')
            self.assertIn(b'UnknownOperation', peer.recv(65536))
            self.assertEqual(self.metric(peer, 'refused_connections_total'), refused + 1)
            self.assertEqual(self.metric(peer, 'connections'), 60)
        for peer in busy:
            peer.close()
        wait_until(lambda: b'pipexpr_connections 1\n' in self.server.http('GET', '/metrics')[2])


class Stopping(unittest.TestCase):
    def test_long_polls_are_answered_and_requests_finished(self):
        server = Server(signed=False, arguments=('--long-poll', '60'))
        client = server.client()
        answers = []

        def poll(number):
            if number == 5:
                wait_until(lambda: b'pipexpr_long_polls 5\n' in server.http('GET', '/metrics')[2], seconds=50)
                begin = time.monotonic()
                server.stop(remove=False)
                answers.append(('stopped', time.monotonic() - begin))
            else:
                answers.append(server.client().poll_for_task(workerGroup=f'g{number}').get('taskObject'))

        idle = [socket.create_connection(('127.0.0.1', server.port)) for _ in range(10)]
        in_threads(6, poll)
        for peer in idle:
            peer.close()
        self.assertEqual(answers.count(None), 5)
        self.assertLess(max(a[1] for a in answers if a), 5)
        self.assertEqual([line['event'] for line in server.log_lines()][-1], 'stopped')
        self.assertIsNotNone(client)

    def test_wrong_options(self):
        import subprocess
        from harness import BINARY
        for arguments, status, message in [
            (['--listen', 'nowhere'], 2, "expected --listen ADDRESS:PORT such as 127.0.0.1:8321, found 'nowhere'"),
            (['--listen', '0.0.0.0:0'], 2, "without --credentials it listens on the loopback only, found '0.0.0.0'"),
            (['--clock', 'sun'], 2, "expected --clock wall, virtual or virtual:TIME, found 'sun'"),
            (['--store', 'mysql:x'], 1, "expected a store like sqlite:FILE or postgresql://USER@HOST/DATABASE, found 'mysql:...'"),
            (['--store', 'sqlite:/nonexistent/file'], 1, "cannot open the SQLite file '/nonexistent/file': unable to open database file"),
            # No part of a password is in a message, however the URL is misspelt.
            *[(['--store', f'postgresql://user:{password}@localhost:1/db'], 1, "cannot read the PostgreSQL URL: write special characters of its "
               "user, password and host as %XX, and only what libpq knows after the '?'")
              for password in ('s3c%r3t', 's3/cr3t', 's3@cr3t', '12/s3@cr3t')],
            (['--store', 'postgresql://user:s3%2Fcr3t@localhost:1/db'], 1, 'cannot connect to PostgreSQL: connection to server at "localhost" '
             '(127.0.0.1), port 1 failed: Connection refused'),
            (['--credentials', '/nonexistent'], 2, "credentials file '/nonexistent': cannot be read"),
            (['--load', '/nonexistent', '--store', 'sqlite::memory:'], 1, "cannot read '/nonexistent'"),
        ]:
            with self.subTest(arguments):
                done = subprocess.run([BINARY, 'serve', *arguments], capture_output=True, text=True, timeout=20)
                self.assertEqual((done.returncode, done.stderr), (status, f'pipexpr serve: {message}\n'))


if __name__ == '__main__':
    unittest.main()
