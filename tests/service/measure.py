#!/usr/bin/env python3
"""Measures the service on this machine and prints a table: requests a second and latency with wrk, a string of 20 MiB,
idle connections and long polls.

usage: measure.py PIPEXPR EMPTY_HANDLER [--seconds N]

The server runs on the first processor and wrk on the second. A signed request is signed once and sent again and again,
which is within the 15 minutes of a signature: the server verifies it every time.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time

import harness
from harness import KEY, REGION, SECRET, obj, tool

EXPRESSION = "#{myBucket}/#{format(myDate, 'YYYY-MM-dd')}/part-#{1 + 2}.csv"
BODY = {'objectId': 'Act', 'expression': EXPRESSION}


def rss(pid, field='VmRSS'):
    """Memory of a process in MiB."""
    text = pathlib.Path(f'/proc/{pid}/status').read_text(encoding='ascii')
    return int(re.search(rf'{field}:\s+(\d+) kB', text).group(1)) / 1024


def cpu_seconds(pid):
    """What a process has used of its processor so far: on a machine with other work it says more than the time that passed."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text(encoding='ascii').rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def wrk(url, headers, body, seconds):
    """(requests a second, p99 in ms, responses that were no success)."""
    with tempfile.NamedTemporaryFile('w', suffix='.lua', encoding='utf-8') as script:
        script.write(f'wrk.method = "POST"\nwrk.body = [==[{body}]==]\n')
        for name, value in headers.items():
            script.write(f'wrk.headers["{name}"] = [==[{value}]==]\n')
        script.write('done = function(summary, latency) io.write(string.format("\\nP99 %d BAD %d\\n", latency:percentile(99), '
                     'summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout)) end\n')
        script.flush()
        done = subprocess.run(['taskset', '-c', '1', tool('wrk', 'wrk'), '-t1', '-c64', f'-d{seconds}s', '-s', script.name, url],
                              capture_output=True, text=True, check=True)
    rate = float(re.search(r'Requests/sec:\s+([\d.]+)', done.stdout).group(1))
    found = re.search(r'P99 (\d+) BAD (\d+)', done.stdout)
    return rate, int(found.group(1)) / 1000, int(found.group(2))


class PinnedServer(harness.Server):
    def start(self):
        super().start()
        os.sched_setaffinity(self.process.pid, {0})
        for thread in os.listdir(f'/proc/{self.process.pid}/task'):
            os.sched_setaffinity(int(thread), {0})


def prepare(server):
    client = server.client()
    pipeline = client.create_pipeline(name='measure', uniqueId='1')['pipelineId']
    result = client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=[
        obj('Act', type='ShellCommandActivity', command='x', workerGroup='g', myDate='2012-12-12T00:00:00')],
        parameterObjects=[], parameterValues=[{'id': 'myBucket', 'stringValue': 's3://bucket'}])
    assert not result['errored'], result
    return json.dumps({'pipelineId': pipeline, **BODY})


def signed_headers(url, body):
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
    request = botocore.awsrequest.AWSRequest('POST', url, data=body, headers={
        'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'DataPipeline.EvaluateExpression', 'Host': url.split('/')[2]})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(KEY, SECRET), 'datapipeline', REGION).add_auth(request)
    return dict(request.headers.items())


def rates(empty, seconds):
    handler = subprocess.Popen(['taskset', '-c', '0', empty], stdout=subprocess.PIPE, text=True)
    port = handler.stdout.readline().strip()
    unsigned, signed = PinnedServer(signed=False), PinnedServer()
    plain = prepare(unsigned)
    secret = prepare(signed)
    headers = {'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'DataPipeline.EvaluateExpression'}
    print(f'load average {os.getloadavg()[0]:.1f}', flush=True)
    for name, pid, arguments in (
            ('empty Beast handler', handler.pid, (f'http://127.0.0.1:{port}/', headers, plain)),
            ('EvaluateExpression, unsigned', unsigned.process.pid, (unsigned.url + '/', headers, plain)),
            ('EvaluateExpression, signed', signed.process.pid, (signed.url + '/', signed_headers(signed.url + '/', secret), secret))):
        wrk(*arguments, 1)
        before = cpu_seconds(pid)
        rate, p99, bad = wrk(*arguments, seconds)
        used = cpu_seconds(pid) - before
        print(f'{name:32} {rate:9.0f} requests/s   p99 {p99:6.2f} ms   {used * 1e6 / (rate * seconds):5.1f} us of processor time each   '
              f'{bad} failures', flush=True)
    handler.kill()
    unsigned.stop()
    signed.stop()


def long_text():
    server = harness.Server(signed=False)
    request = json.loads(prepare(server))
    text = 'x' * (20 * 1024 * 1024 - 100) + '#{1 + 2}'
    body = json.dumps({**request, 'expression': text}).encode()
    times = []
    for _ in range(7):
        with socket.create_connection(('127.0.0.1', server.port)) as peer:
            head = (f'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.EvaluateExpression\r\n'
                    f'Content-Length: {len(body)}\r\nConnection: close\r\n\r\n').encode()
            begin = time.perf_counter()
            peer.sendall(head + body)
            received = bytearray(len(body) + 1000)
            view, size = memoryview(received), 0
            while count := peer.recv_into(view[size:]):
                size += count
            times.append(time.perf_counter() - begin)
        assert received[:15] == b'HTTP/1.1 200 OK' and size > len(text) - 10, bytes(received[:200])
    print(f'{"text of 20 MiB":32} {min(times) * 1000:9.0f} ms at best, {sorted(times)[3] * 1000:.0f} ms median, '
          f'peak memory {rss(server.process.pid, "VmHWM"):.0f} MiB', flush=True)
    server.stop()


def many_connections(idle, polls):
    server = harness.Server(signed=False, arguments=('--long-poll', '90', '--max-connections', '20000'))
    before = rss(server.process.pid)
    peers = [socket.create_connection(('127.0.0.1', server.port)) for _ in range(idle)]
    request = json.dumps({'workerGroup': 'nobody', 'hostname': 'h'})
    for _ in range(polls):
        peer = socket.create_connection(('127.0.0.1', server.port))
        peer.sendall(f'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DataPipeline.PollForTask\r\nContent-Length: {len(request)}'
                     f'\r\n\r\n{request}'.encode())
        peers.append(peer)
    metrics = ''
    for _ in range(100):
        metrics = server.http('GET', '/metrics')[2].decode()
        if f'pipexpr_long_polls {polls}\n' in metrics:
            break
        time.sleep(0.1)
    open_now = int(re.search(r'(?m)^pipexpr_connections (\d+)$', metrics).group(1))
    waiting = int(re.search(r'(?m)^pipexpr_long_polls (\d+)$', metrics).group(1))
    print(f'{"connections":32} {open_now:9} open, {waiting} of them long polls, memory {rss(server.process.pid):.0f} MiB '
          f'({before:.0f} MiB without)', flush=True)
    begin = time.perf_counter()
    server.stop()
    print(f'{"SIGTERM with all of them open":32} {(time.perf_counter() - begin) * 1000:9.0f} ms', flush=True)
    for peer in peers:
        peer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pipexpr')
    parser.add_argument('empty')
    parser.add_argument('--seconds', type=int, default=10)
    parser.add_argument('--idle', type=int, default=10000)
    arguments = parser.parse_args()
    harness.BINARY = arguments.pipexpr
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    rates(arguments.empty, arguments.seconds)
    long_text()
    many_connections(arguments.idle, 500)
    return 0


if __name__ == '__main__':
    sys.exit(main())
