"""Unmodified clients: the aws command line and the JavaScript SDK run all nineteen operations, signed."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import KEY, REGION, SECRET, ServerTest, tool

DEFINITION = {
    'objects': [
        {'id': 'Default', 'name': 'Default', 'workerGroup': 'cli-group', 'scheduleType': 'ondemand'},
        {'id': 'Hello', 'name': 'Hello', 'type': 'ShellCommandActivity', 'command': 'echo #{myWord}'},
    ],
    'parameters': [{'id': 'myWord', 'type': 'String', 'default': 'hello'}],
    'values': {'myWord': 'good morning'},
}


class AwsCommand(ServerTest):
    arguments = ('--long-poll', '1')

    def aws(self, *arguments, expect=0):
        environment = {'PATH': '/usr/bin:/bin', 'HOME': self.server.folder, 'AWS_ACCESS_KEY_ID': KEY,
                       'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_DEFAULT_REGION': REGION, 'AWS_PAGER': '',
                       'AWS_MAX_ATTEMPTS': '1', 'LC_ALL': 'C.UTF-8'}
        done = subprocess.run([tool('aws', 'awscli'), 'datapipeline', '--endpoint-url', self.server.url, '--output', 'json',
                               *arguments], capture_output=True, text=True, env=environment)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        if expect != 0:
            return done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def test_all_operations(self):
        definition = os.path.join(self.server.folder, 'definition.json')
        pathlib.Path(definition).write_text(json.dumps(DEFINITION), encoding='utf-8')
        p = self.aws('create-pipeline', '--name', 'cli', '--unique-id', 'cli')['pipelineId']
        put = self.aws('put-pipeline-definition', '--pipeline-id', p, '--pipeline-definition', f'file://{definition}')
        self.assertEqual(put['errored'], False)
        self.assertEqual(self.aws('validate-pipeline-definition', '--pipeline-id', p, '--pipeline-objects',
                                  '[{"id": "Default", "name": "Default", "fields": []}]')['errored'], False)
        got = self.aws('get-pipeline-definition', '--pipeline-id', p)
        self.assertEqual(got['values'], DEFINITION['values'])
        self.assertEqual({item['id'] for item in got['objects']}, {'Default', 'Hello'})
        self.aws('activate-pipeline', '--pipeline-id', p)
        self.aws('add-tags', '--pipeline-id', p, '--tags', 'key=a,value=b')
        self.aws('remove-tags', '--pipeline-id', p, '--tag-keys', 'a')
        self.assertIn(p, [item['id'] for item in self.aws('list-pipelines')['pipelineIdList']])
        self.assertEqual(self.aws('describe-pipelines', '--pipeline-ids', p)['pipelineDescriptionList'][0]['name'], 'cli')
        self.assertEqual(self.aws('describe-objects', '--pipeline-id', p, '--object-ids', 'Hello')['pipelineObjects'][0]['id'], 'Hello')
        self.assertEqual(self.aws('query-objects', '--pipeline-id', p, '--sphere', 'COMPONENT')['ids'], ['Default', 'Hello'])
        evaluated = self.aws('evaluate-expression', '--pipeline-id', p, '--object-id', 'Hello', '--expression', '#{myWord}!')
        self.assertEqual(evaluated, {'evaluatedExpression': 'good morning!'})
        self.aws('set-status', '--pipeline-id', p, '--object-ids', 'Hello', '--status', 'pause')
        self.aws('set-status', '--pipeline-id', p, '--object-ids', 'Hello', '--status', 'resume')
        self.assertEqual(self.aws('report-task-runner-heartbeat', '--taskrunner-id', 'r1')['terminate'], False)
        task = self.aws('poll-for-task', '--worker-group', 'cli-group')['taskObject']
        self.assertEqual(self.aws('report-task-progress', '--task-id', task['taskId'])['canceled'], False)
        self.aws('set-task-status', '--task-id', task['taskId'], '--task-status', 'FINISHED')
        self.assertEqual(self.aws('poll-for-task', '--worker-group', 'cli-group'), {})
        runs = self.aws('list-runs', '--pipeline-id', p)
        self.assertEqual([(run['@componentParent'], run['@status']) for run in runs], [('Hello', 'FINISHED')])
        self.aws('activate-pipeline', '--pipeline-id', p)
        self.aws('deactivate-pipeline', '--pipeline-id', p)
        self.aws('delete-pipeline', '--pipeline-id', p)
        error = self.aws('activate-pipeline', '--pipeline-id', p, expect=254)
        self.assertRegex(error, r'An error occurred \(PipelineDeletedException\) when calling the ActivatePipeline operation'
                                rf'.*: Pipeline with id: {p} has been deleted')


class JavaScript(ServerTest):
    arguments = ('--long-poll', '1')

    def test_all_operations(self):
        node = tool('node', 'nodejs')
        npm = tool('npm', 'npm')
        # Installed once for each build folder; the version is the one whose requests are known.
        folder = pathlib.Path(os.environ.get('PIPEXPR_TEST_NODE', os.path.join(self.server.folder, 'node')))
        script = pathlib.Path(__file__).with_name('client.mjs')
        package = {'private': True, 'type': 'module', 'dependencies': {'@aws-sdk/client-data-pipeline': '3.1029.0'}}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'package.json').write_text(json.dumps(package), encoding='utf-8')
        if not (folder / 'node_modules' / '@aws-sdk' / 'client-data-pipeline').is_dir():
            done = subprocess.run([npm, 'install', '--no-audit', '--no-fund', '--loglevel=error'], cwd=folder,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, 'npm could not install @aws-sdk/client-data-pipeline: ' + done.stderr)
        shutil.copy(script, folder / 'client.mjs')
        done = subprocess.run([node, 'client.mjs', self.server.url], cwd=folder, capture_output=True, text=True, timeout=120,
                              env={**os.environ, 'AWS_ACCESS_KEY_ID': KEY, 'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_REGION': REGION})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, re.compile(r'^19 operations$', re.MULTILINE))


if __name__ == '__main__':
    unittest.main()
