#!/usr/bin/env python3
"""A small task runner: polls for tasks of a worker group, runs their shell commands, and reports how they ended.

usage: runner.py ENDPOINT WORKER_GROUP [--runs N] [--idle SECONDS]

Ends after N tasks, or when there was nothing to do for that long. Credentials come from where boto3 looks for them.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import threading
import time

import boto3
import botocore.client


def first(item, key):
    for field in item['fields']:
        if field['key'] == key:
            return field.get('stringValue', field.get('refValue'))
    return None


class Runner:
    def __init__(self, endpoint, group):
        config = botocore.client.Config(read_timeout=120, retries={'max_attempts': 3})
        self.client = boto3.client('datapipeline', endpoint_url=endpoint, config=config)
        self.group = group
        self.name = f'{socket.gethostname()}-{os.getpid()}'

    def run_one(self):
        """True when there was a task."""
        self.client.report_task_runner_heartbeat(taskrunnerId=self.name, workerGroup=self.group, hostname=self.name)
        task = self.client.poll_for_task(workerGroup=self.group, hostname=self.name).get('taskObject')
        if task is None:
            return False
        self.client.report_task_progress(taskId=task['taskId'])
        stop = threading.Event()
        process = self.start(task)
        reporter = threading.Thread(target=self.report, args=(task, process, stop))
        reporter.start()
        _, errors = process.communicate()
        stop.set()
        reporter.join()
        result = {'taskStatus': 'FINISHED'}
        if process.returncode != 0:
            kind = first(task['objects'][task['attemptId']], 'type') or ''
            result = {'taskStatus': 'FALSE' if kind.endswith('Precondition') else 'FAILED', 'errorId': 'ShellCommandFailed',
                      'errorMessage': f'exit status {process.returncode}', 'errorStackTrace': errors[-1000:]}
        self.client.set_task_status(taskId=task['taskId'], **result)
        print(json.dumps({'attempt': task['attemptId'], 'status': result['taskStatus']}), flush=True)
        return True

    def start(self, task):
        item = task['objects'][task['attemptId']]
        environment = dict(os.environ)
        for number, reference in enumerate((f['refValue'] for f in item['fields'] if f['key'] == 'output'), 1):
            path = first(task['objects'].get(reference, {'fields': []}), 'directoryPath')
            if path:
                environment[f'OUTPUT{number}_STAGING_DIR'] = path
        arguments = [field['stringValue'] for field in item['fields'] if field['key'] == 'scriptArgument']
        # -u: a command that uses an output without a path ends there, and does not write to the root folder.
        return subprocess.Popen(['/bin/sh', '-u', '-c', first(item, 'command') or 'true', 'task', *arguments], env=environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def report(self, task, process, stop):
        while not stop.wait(30):
            if self.client.report_task_progress(taskId=task['taskId'])['canceled']:
                process.terminate()
                return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('endpoint')
    parser.add_argument('worker_group')
    parser.add_argument('--runs', type=int, default=sys.maxsize)
    parser.add_argument('--idle', type=float, default=float('inf'))
    arguments = parser.parse_args()
    runner = Runner(arguments.endpoint, arguments.worker_group)
    done, last = 0, time.monotonic()
    while done < arguments.runs and time.monotonic() - last < arguments.idle:
        if runner.run_one():
            done, last = done + 1, time.monotonic()
    return 0


if __name__ == '__main__':
    sys.exit(main())
