"""What the tests of the service share: a server, a throwaway PostgreSQL, clients, and definitions.

A missing tool is a failure that names its Debian package, never a skip.
"""

import atexit
import contextlib
import glob
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

try:
    import boto3
    import botocore.client
    import botocore.exceptions
except ImportError as error:
    sys.exit(f'{error}: install the Debian package python3-boto3 and run this with /usr/bin/python3')

KEY = 'AKIDEXAMPLE'
SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
# Longer than a block of SHA-256, beyond which HMAC takes a key for a string.
LONG_KEY, LONG_SECRET = 'AKIDLONG', SECRET * 3
REGION = 'us-east-1'
BINARY = os.environ.get('PIPEXPR', 'pipexpr')
STORE = os.environ.get('PIPEXPR_TEST_STORE', 'sqlite')


def tool(name, package):
    found = shutil.which(name, path='/usr/bin:/usr/sbin:/bin')
    if found is None:
        raise AssertionError(f"'{name}' is missing: install the Debian package {package}")
    return found


class Postgres:
    """A PostgreSQL of its own on a Unix socket in a temporary folder."""

    def __init__(self):
        bins = sorted(glob.glob('/usr/lib/postgresql/*/bin'))
        if not bins:
            raise AssertionError('PostgreSQL is missing: install the Debian package postgresql')
        self.bin = bins[-1]
        self.folder = tempfile.mkdtemp(prefix='pipexpr-pg-')
        self.data = os.path.join(self.folder, 'data')
        # The server refuses to run as root; Debian's package brings a user for it.
        self.prefix = ['runuser', '-u', 'postgres', '--'] if os.geteuid() == 0 else []
        if self.prefix:
            owner = pwd.getpwnam('postgres')
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.command('initdb', '-D', self.data, '-A', 'trust', '-U', 'postgres', '--no-sync')
        # Durability of a database that lives for a minute would only make the test slower.
        self.start()
        self.databases = 0

    def command(self, name, *arguments):
        done = subprocess.run([*self.prefix, os.path.join(self.bin, name), *arguments], cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise AssertionError(f'{name} failed: {done.stdout}')

    def backends(self):
        """Process ids of the server's connections."""
        with open(os.path.join(self.data, 'postmaster.pid'), encoding='ascii') as file:
            parent = int(file.readline())
        found = []
        for path in glob.glob('/proc/[0-9]*/stat'):
            with contextlib.suppress(OSError):
                text = pathlib.Path(path).read_text(encoding='utf-8')
                if int(text.rsplit(')', 1)[1].split()[1]) == parent:
                    found.append(int(path.split('/')[2]))
        return found

    def crash(self):
        with contextlib.suppress(AssertionError):  # it is down already
            self.command('pg_ctl', '-D', self.data, '-m', 'immediate', '-w', 'stop')

    def start(self):
        self.command('pg_ctl', '-D', self.data, '-w', '-t', '60', '-l', os.path.join(self.folder, 'log'), '-o',
                     f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=100", 'start')

    def new_database(self):
        """The URL of an empty database."""
        self.databases += 1
        name = f'test{self.databases}'
        self.command('createdb', '-h', self.folder, '-U', 'postgres', name)
        return f'postgresql:///{name}?host={self.folder}&user=postgres'

    def stop(self):
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """`pipexpr serve` on a port that the system chose."""

    def __init__(self, store=None, signed=True, arguments=(), binary=None, prefix=()):
        self.folder = tempfile.mkdtemp(prefix='pipexpr-serve-')
        self.store = store or f'sqlite:{self.folder}/store.db'
        self.signed = signed
        self.arguments = list(arguments)
        self.prefix = list(prefix)
        self.credentials = os.path.join(self.folder, 'credentials')
        with open(self.credentials, 'w', encoding='ascii') as file:
            file.write(f'[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n'
                       f'[long]\naws_access_key_id = {LONG_KEY}\naws_secret_access_key = {LONG_SECRET}\n')
        self.binary = binary or BINARY
        self.start()

    def start(self):
        command = [*self.prefix, self.binary, 'serve', '--listen', '127.0.0.1:0', '--store', self.store, *self.arguments]
        command += ['--credentials', self.credentials] if self.signed else ['--no-auth']
        self.log = open(os.path.join(self.folder, 'log'), 'ab')
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        atexit.register(self.process.kill)  # a test that fails does not get to stop it
        self.loaded = {}
        for line in self.process.stdout:
            loaded = re.match(r'loaded (.*) as (df-\w+)', line)
            if loaded:
                self.loaded[loaded.group(1)] = loaded.group(2)
            match = re.match(r'listening on 127\.0\.0\.1:(\d+)', line)
            if match:
                self.port = int(match.group(1))
                self.url = f'http://127.0.0.1:{self.port}'
                return
        raise AssertionError(f'the server did not start: {self.log_text()}')

    def log_text(self):
        return pathlib.Path(self.folder, 'log').read_text(encoding='utf-8')

    def log_lines(self, event=None):
        lines = [json.loads(line) for line in self.log_text().splitlines()]
        return [line for line in lines if event is None or line['event'] == event]

    def client(self, key=KEY, secret=SECRET, url=None, **config):
        settings = {'retries': {'max_attempts': 0}, 'read_timeout': 120, **config}
        return boto3.session.Session().client(
            'datapipeline', region_name=REGION, endpoint_url=url or self.url, aws_access_key_id=key,
            aws_secret_access_key=secret, config=botocore.client.Config(**settings))

    def http(self, method, path, body=None, headers=None, timeout=30):
        """(status, headers, body) of a plain request."""
        request = urllib.request.Request(self.url + path, method=method, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                return reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def advance(self, **where):
        """Moves a virtual clock; unsigned servers only."""
        status, _, body = self.http('POST', '/admin/clock', json.dumps(where).encode())
        assert status == 200, body
        return json.loads(body)['now']

    def alarms(self, pipeline=''):
        status, _, body = self.http('GET', f'/admin/alarms?pipelineId={pipeline}')
        assert status == 200, body
        return json.loads(body)['alarms']

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self, remove=True):
        """Ends the server as an operator would; anything but a clean exit is a failure."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.log.close()
        text = self.log_text()
        if remove:
            shutil.rmtree(self.folder, ignore_errors=True)
        assert status == 0, f'exit status {status}: {text[-2000:]}'
        return text


class Proxy:
    """Between clients and a server: what stands in `errors` happens to the next new connections, one each.

    'refuse' closes it, 'lose' passes the request on and closes before the answer, and a number is the status of an answer of
    its own; None and all connections after that are passed on.
    """

    ANSWERS = {400: 'ThrottlingException', 500: 'InternalServiceError', 503: 'ServiceUnavailableException'}

    def __init__(self, server):
        self.server = server
        self.errors = []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self.listener.getsockname()[1]}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                error = self.errors.pop(0) if self.errors else None
                threading.Thread(target=self.serve, args=(peer, error), daemon=True).start()

    def serve(self, peer, error):
        with contextlib.suppress(OSError), peer:
            if error == 'refuse':
                return
            if error in self.ANSWERS:
                peer.recv(65536)
                body = json.dumps({'__type': self.ANSWERS[error], 'message': 'later'})
                peer.sendall(f'HTTP/1.1 {error} x\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n'
                             f'Connection: close\r\n\r\n{body}'.encode())
                return
            with socket.create_connection(('127.0.0.1', self.server.port)) as other:
                threading.Thread(target=self.copy, args=(peer, other), daemon=True).start()
                if error == 'lose':
                    other.recv(65536)
                    peer.shutdown(socket.SHUT_RDWR)  # closing alone does not, while the thread above reads from it
                else:
                    self.copy(other, peer)

    @staticmethod
    def copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def stop(self):
        self.listener.close()


class ServerTest(unittest.TestCase):
    """A class's tests share one server, on SQLite or, with PIPEXPR_TEST_STORE=postgresql, on PostgreSQL."""

    arguments = ()
    signed = True

    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres() if STORE == 'postgresql' else None
        try:
            cls.server = Server(store=cls.postgres.new_database() if cls.postgres else None, signed=cls.signed,
                                arguments=cls.arguments)
        except BaseException:
            if cls.postgres:
                cls.postgres.stop()
            raise
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.server.stop()
        finally:
            if cls.postgres:
                cls.postgres.stop()

    def new_pipeline(self, objects=None, activate=False, parameters=(), values=(), **activation):
        """The id of a new pipeline with that definition."""
        name = self.id().split('.', 1)[-1]
        pipeline = self.client.create_pipeline(name=name, uniqueId=os.urandom(8).hex())['pipelineId']
        if objects is not None:
            result = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects,
                                                         parameterObjects=list(parameters), parameterValues=list(values))
            self.assertFalse(result['errored'], result)
        if activate:
            self.client.activate_pipeline(pipelineId=pipeline, **activation)
        return pipeline

    def assert_error(self, name, call, /, *arguments, message=None, http_status=None, **parameters):
        """The call fails with that error class, and, when given, with exactly that message."""
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*arguments, **parameters)
        error = caught.exception.response['Error']
        self.assertEqual(error['Code'], name, error)
        if message is not None:
            self.assertEqual(error['Message'], message)
        if http_status is not None:
            self.assertEqual(caught.exception.response['ResponseMetadata']['HTTPStatusCode'], http_status)

    def statuses(self, pipeline):
        """Status of every instance, by id."""
        ids = self.client.query_objects(pipelineId=pipeline, sphere='INSTANCE').get('ids', [])
        if not ids:
            return {}
        described = self.client.describe_objects(pipelineId=pipeline, objectIds=ids)['pipelineObjects']
        return {item['id']: field(item, '@status') for item in described}

    def poll(self, group, **more):
        return self.client.poll_for_task(workerGroup=group, **more).get('taskObject')


def field(item, key):
    """The first value of a field; None when it has none."""
    for entry in item['fields']:
        if entry['key'] == key:
            return entry.get('stringValue', entry.get('refValue'))
    return None


def fields(item, key):
    return [entry.get('stringValue', entry.get('refValue')) for entry in item['fields'] if entry['key'] == key]


def obj(identity, name=None, /, **members):
    """A pipeline object in the API's form: text values, ('ref', id) for references, lists for several."""
    result = []
    for key, values in members.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, tuple):
                result.append({'key': key, 'refValue': value[1]})
            else:
                result.append({'key': key, 'stringValue': value})
    return {'id': identity, 'name': name or identity, 'fields': result}


def ref(identity):
    return ('ref', identity)


def runtime(identity, /, **members):
    """obj() with keys that begin with @ or *, written with at_ and star_."""
    item = obj(identity, **members)
    for entry in item['fields']:
        entry['key'] = re.sub('^star_', '*', re.sub('^at_', '@', entry['key']))
    return item


def in_threads(count, work):
    """Runs work(number) in that many threads; the first exception is raised again."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:  # pylint: disable=broad-except
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def wait_until(condition, seconds=20, why='it did not happen'):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f'{why} within {seconds} s')
