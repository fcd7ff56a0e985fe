"""What was acknowledged is kept, and a task is handed out once: kill -9, several processes, migrations.

PIPEXPR_TEST_LONG=1 runs what the documentation promises; without it the same tests run with smaller numbers.
"""

import collections
import http.client
import json
import os
import random
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

from harness import BINARY, Postgres, Server, in_threads, obj

LONG = os.environ.get('PIPEXPR_TEST_LONG') == '1'
LEASE = 120  # seconds that a runner has to acknowledge a task


class Caller:
    """JSON calls on one connection, to the next server when one is gone. Unsigned: signatures are not the subject."""

    def __init__(self, servers):
        self.servers = servers
        self.connection = None

    def call(self, operation, again=True, **parameters):
        while True:
            try:
                if self.connection is None:
                    server = random.choice(self.servers)
                    self.connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=30)
                    self.connection.connect()
                    self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connection.request('POST', '/', json.dumps(parameters), {'X-Amz-Target': 'DataPipeline.' + operation})
                reply = self.connection.getresponse()
                body = reply.read()
                if reply.status == 500 and again:
                    time.sleep(0.05)
                    continue
                if reply.status != 200:
                    raise AssertionError(f'{operation}: {reply.status} {body!r}')
                return json.loads(body) if body else {}
            except (OSError, http.client.HTTPException):
                self.connection = None
                if not again:
                    raise
                time.sleep(0.05)


def definition(group, activities):
    return [obj('Default', workerGroup=group, scheduleType='ondemand', maximumRetries='5'),
            *[obj(f'A{number}', type='ShellCommandActivity', command='echo #{@scheduledStartTime}') for number in range(activities)]]


class HandOut(unittest.TestCase):
    def test_exactly_once_on_three_processes(self):
        runners, pipelines, activities, kill_every = (200, 103, 98, 5) if LONG else (20, 6, 50, None)
        postgres = Postgres()
        self.addCleanup(postgres.stop)
        url = postgres.new_database()
        arguments = ('--long-poll', '2', '--log-level', 'error')
        servers = [Server(store=url, signed=False, arguments=arguments) for _ in range(3)]
        total = pipelines * activities
        caller = Caller(servers)
        for number in range(pipelines):
            pipeline = caller.call('CreatePipeline', name='p', uniqueId=str(number))['pipelineId']
            caller.call('PutPipelineDefinition', pipelineId=pipeline, pipelineObjects=definition('group', activities))
            caller.call('ActivatePipeline', pipelineId=pipeline)
        handed = []  # (pipeline, attempt, time), in any order
        finished = {}
        lock = threading.Lock()
        done = threading.Event()
        killed = 0

        def kill_now_and_then():
            nonlocal killed
            while kill_every and not done.wait(kill_every):
                server = random.choice(servers)
                server.kill()
                killed += 1
                server.start()

        def run(number):
            if number == 0:
                return kill_now_and_then()
            own = Caller(servers)
            while not done.is_set():
                task = own.call('PollForTask', workerGroup='group', hostname=f'h{number}').get('taskObject')
                if task is None:
                    continue
                with lock:
                    handed.append((task['pipelineId'], task['attemptId'], time.monotonic()))
                own.call('ReportTaskProgress', taskId=task['taskId'])
                own.call('SetTaskStatus', taskId=task['taskId'], taskStatus='FINISHED')
                with lock:
                    finished[task['pipelineId'], task['attemptId'].rsplit('_Attempt=')[0]] = time.monotonic()
                    if len(finished) == total:
                        done.set()

        begin = time.monotonic()
        timer = threading.Timer(1500 if LONG else 120, done.set)
        timer.start()
        in_threads(runners + 1, run)
        timer.cancel()
        seconds = time.monotonic() - begin
        self.assertEqual(len(finished), total, 'tasks were lost')
        attempts = collections.Counter((pipeline, attempt) for pipeline, attempt, _ in handed)
        self.assertEqual([key for key, count in attempts.items() if count > 1], [], 'attempts were handed out twice')
        # A second attempt exists only where the first one's answer went down with its server, and after its lease.
        by_instance = collections.defaultdict(list)
        for pipeline, attempt, at in handed:
            by_instance[pipeline, attempt.rsplit('_Attempt=')[0]].append(at)
        for key, times in by_instance.items():
            times.sort()
            for earlier, later in zip(times, times[1:]):
                self.assertGreaterEqual(later - earlier, LEASE, f'{key} was handed out twice within its lease')
        if kill_every:
            self.assertGreater(killed, 0)
        print(f'{total} tasks, {runners} runners, 3 processes, {killed} kills: {seconds:.1f} s', flush=True)
        for server in servers:
            server.stop()


class WakeUp(unittest.TestCase):
    def test_a_runner_of_another_process_gets_the_task_at_once(self):
        postgres = Postgres()
        self.addCleanup(postgres.stop)
        url = postgres.new_database()
        near, far = (Server(store=url, signed=False, arguments=('--long-poll', '60')) for _ in range(2))
        got = []

        def wait():
            task = Caller([far]).call('PollForTask', workerGroup='group')['taskObject']
            got.append((time.monotonic(), task['pipelineId']))

        runner = threading.Thread(target=wait)
        runner.start()
        time.sleep(1)
        caller = Caller([near])
        pipeline = caller.call('CreatePipeline', name='p', uniqueId='1')['pipelineId']
        caller.call('PutPipelineDefinition', pipelineId=pipeline, pipelineObjects=definition('group', 1))
        begin = time.monotonic()
        caller.call('ActivatePipeline', pipelineId=pipeline)
        runner.join(timeout=30)
        self.assertEqual(got[0][1], pipeline)
        self.assertLess(got[0][0] - begin, 5)
        near.stop()
        far.stop()


class Sqlite(unittest.TestCase):
    def test_nothing_acknowledged_is_lost(self):
        rounds = 200 if LONG else 8
        server = Server(signed=False, arguments=('--long-poll', '0', '--log-level', 'error'))
        pipelines, handed, finished = {}, set(), set()
        lock = threading.Lock()

        def work(number):
            caller = Caller([server])
            try:
                while True:
                    name = os.urandom(8).hex()
                    pipeline = caller.call('CreatePipeline', again=False, name=name, uniqueId='1')['pipelineId']
                    with lock:
                        pipelines[pipeline] = None
                    caller.call('PutPipelineDefinition', again=False, pipelineId=pipeline, pipelineObjects=definition(f'g{number}', 3))
                    with lock:
                        pipelines[pipeline] = 'put'
                    caller.call('ActivatePipeline', again=False, pipelineId=pipeline)
                    while True:
                        task = caller.call('PollForTask', again=False, workerGroup=f'g{number}').get('taskObject')
                        if task is None:
                            break
                        key = (task['pipelineId'], task['attemptId'])
                        with lock:
                            self.assertNotIn(key, handed, 'handed out twice')
                            handed.add(key)
                        caller.call('SetTaskStatus', again=False, taskId=task['taskId'], taskStatus='FINISHED')
                        with lock:
                            finished.add(key)
            except (OSError, http.client.HTTPException):
                pass  # the server was killed

        for number in range(rounds):
            threads = [threading.Thread(target=work, args=(f'{number}-{n}',)) for n in range(3)]
            for thread in threads:
                thread.start()
            time.sleep(random.uniform(0.02, 0.4))
            server.kill()
            for thread in threads:
                thread.join()
            server.start()
            caller = Caller([server])
            # All of what this round made; the rounds before were looked at after their own end, and once more below.
            self.check(caller, dict(list(pipelines.items())[-40:]), handed, finished)
        self.check(Caller([server]), pipelines, handed, finished)
        print(f'{rounds} kills, {len(pipelines)} pipelines, {len(finished)} tasks finished', flush=True)
        self.assertGreater(len(finished), rounds)
        server.stop()

    def check(self, caller, pipelines, handed, finished):
        by_pipeline, taken = collections.defaultdict(set), collections.defaultdict(set)
        for pipeline, attempt in finished:
            by_pipeline[pipeline].add(attempt)
        for pipeline, attempt in handed:
            taken[pipeline].add(attempt)

        def attempts(status):
            query = {'selectors': [{'fieldName': '@status', 'operator': {'type': 'EQ', 'values': [status]}}]}
            return set(caller.call('QueryObjects', pipelineId=pipeline, sphere='ATTEMPT', query=query)['ids'])

        for pipeline, state in pipelines.items():
            described = caller.call('DescribePipelines', pipelineIds=[pipeline])['pipelineDescriptionList']
            self.assertEqual(described[0]['pipelineId'], pipeline)
            if state == 'put':
                objects = caller.call('GetPipelineDefinition', pipelineId=pipeline)['pipelineObjects']
                self.assertEqual(len(objects), 4)
            if by_pipeline[pipeline]:
                self.assertLessEqual(by_pipeline[pipeline], attempts('FINISHED'), 'an acknowledged result was lost')
            if taken[pipeline]:
                self.assertEqual(taken[pipeline] & attempts('WAITING_FOR_RUNNER'), set(), 'a task that is taken is offered again')

    def test_one_process_for_each_file(self):
        server = Server(signed=False)
        done = subprocess.run([BINARY, 'serve', '--listen', '127.0.0.1:0', '--store', server.store], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (1, 'pipexpr serve: the SQLite file is in use by another process: use one '
                                                             'server for each file, or PostgreSQL\n'))
        server.stop()

    def test_a_newer_store_is_refused(self):
        server = Server(signed=False)
        server.stop(remove=False)
        file = server.store.removeprefix('sqlite:')
        with sqlite3.connect(file) as connection:
            self.assertEqual(connection.execute('PRAGMA integrity_check').fetchall(), [('ok',)])
            connection.execute('UPDATE pipexpr_schema SET version = 99')
        connection.close()
        done = subprocess.run([BINARY, 'serve', '--listen', '127.0.0.1:0', '--store', server.store], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (1, 'pipexpr serve: the store has schema version 99, this program knows up to 4: '
                                                             'use a newer pipexpr\n'))


if __name__ == '__main__':
    unittest.main()
