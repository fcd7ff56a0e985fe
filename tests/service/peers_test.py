"""Programs of others, unmodified, as Debian has them: Ansible's data_pipeline, boto 2, Ruby's fog, AWS's SDKs for Go and Ruby.

Each is skipped, and says so, where its package is not installed; `./dev test --all` installs them.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import KEY, REGION, SECRET, ServerTest

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    community.aws.data_pipeline: {name: peer, timeout: 20, region: us-east-1, endpoint_url: "URL"}
  tasks:
    - {name: create, community.aws.data_pipeline: {tags: {team: data}}, register: r1}
    - {name: create again, community.aws.data_pipeline: {tags: {team: data}}, register: r2}
    - name: define
      register: r3
      community.aws.data_pipeline: &definition
        tags: {team: data}
        objects:
          - {id: Default, name: Default, fields: [{key: scheduleType, stringValue: ondemand}]}
    - {name: define again, community.aws.data_pipeline: *definition, register: r4}
    - {name: activate, community.aws.data_pipeline: {state: active, tags: {team: data}}, register: r5}
    - {name: absent, community.aws.data_pipeline: {state: absent}, register: r6}
    - {name: absent again, community.aws.data_pipeline: {state: absent}, register: r7}
    - debug: {msg: "CHANGED {{ [r1, r2, r3, r4, r5, r6, r7] | map(attribute='changed') | list | to_json }}"}
"""

BOTO = """
import sys
from boto.datapipeline.layer1 import DataPipelineConnection
from boto.datapipeline import exceptions
from boto.regioninfo import RegionInfo
c = DataPipelineConnection(aws_access_key_id=sys.argv[2], aws_secret_access_key=sys.argv[3], is_secure=False, host='127.0.0.1',
                           port=int(sys.argv[1]), region=RegionInfo(name='us-east-1', endpoint='127.0.0.1'))
c.auth_region_name, c.auth_service_name = 'us-east-1', 'datapipeline'
p = c.create_pipeline('boto2', 'boto2', 'by boto 2')['pipelineId']
objects = [{'id': 'Default', 'name': 'Default', 'fields': [{'key': 'scheduleType', 'stringValue': 'ondemand'}, {'key': 'workerGroup', 'stringValue': 'b2'}]},
           {'id': 'A', 'name': 'A', 'fields': [{'key': 'type', 'stringValue': 'ShellCommandActivity'}, {'key': 'command', 'stringValue': 'x #{1 + 2}'}]}]
assert not c.validate_pipeline_definition(objects, p)['errored']
assert not c.put_pipeline_definition(objects, p)['errored']
assert len(c.get_pipeline_definition(p)['pipelineObjects']) == 2
c.activate_pipeline(p)
assert c.describe_pipelines([p])['pipelineDescriptionList'][0]['pipelineId'] == p
assert p in [i['id'] for i in c.list_pipelines()['pipelineIdList']]
assert c.evaluate_expression(p, '#{1 + 2}', 'A')['evaluatedExpression'] == '3'
ids = c.query_objects(p, 'INSTANCE')['ids']
assert len(ids) == 1 and len(c.describe_objects(ids, p)['pipelineObjects']) == 1, ids
assert c.report_task_runner_heartbeat('r1', 'b2', 'h')['terminate'] is False
task = c.poll_for_task('b2')['taskObject']['taskId']
assert c.report_task_progress(task)['canceled'] is False
c.set_task_status(task, 'FINISHED')
c.set_status(ids, 'RERUN', p)
c.delete_pipeline(p)
for wrong, call in ((exceptions.PipelineDeletedException, lambda: c.describe_pipelines([p])),
                    (exceptions.InvalidRequestException, lambda: c.query_objects(c.create_pipeline('o', 'o')['pipelineId'], 'INSTANCE', query={
                        'selectors': [{'fieldName': '@status', 'operator': {'type': 'EQ', 'values': ['a', 'b']}}]}))):
    try:
        call()
    except wrong:
        continue
    raise SystemExit('expected %s' % wrong)
print('done')
"""

FOG = """
require 'fog/aws'
c = Fog::AWS::DataPipeline.new(aws_access_key_id: ARGV[1], aws_secret_access_key: ARGV[2], region: 'us-east-1', host: '127.0.0.1',
                               port: ARGV[0].to_i, scheme: 'http')
# Some of its calls answer with the response, others with what it says.
def said(answer) answer.respond_to?(:body) ? (answer.body.is_a?(String) ? Fog::JSON.decode(answer.body) : answer.body) : answer end
p = said(c.create_pipeline('fog', 'fog'))['pipelineId']
objects = [{'id' => 'Default', 'name' => 'Default', 'scheduleType' => 'ondemand', 'workerGroup' => 'fog'},
           {'id' => 'A', 'name' => 'A', 'type' => 'ShellCommandActivity', 'command' => 'x'}]
raise 'put' if said(c.put_pipeline_definition(p, objects))['errored'] != false
raise 'get' unless said(c.get_pipeline_definition(p))['pipelineObjects'].size == 2
raise 'list' unless said(c.list_pipelines)['pipelineIdList'].any? { |one| one['id'] == p }
c.activate_pipeline(p)
raise 'describe' unless said(c.describe_pipelines([p]))['pipelineDescriptionList'].size == 1
ids = said(c.query_objects(p, 'INSTANCE'))['ids']
raise 'query' unless ids.size == 1 && said(c.describe_objects(p, ids))['pipelineObjects'].size == 1
c.delete_pipeline(p)
puts 'done'
"""

RUBY = """
require 'aws-sdk-v1'
c = AWS::DataPipeline::Client.new(access_key_id: ARGV[1], secret_access_key: ARGV[2], region: 'us-east-1', use_ssl: false, max_retries: 0,
                                  data_pipeline_endpoint: '127.0.0.1', data_pipeline_port: ARGV[0].to_i)
p = c.create_pipeline(name: 'ruby', unique_id: 'ruby')[:pipeline_id]
fields = lambda { |hash| hash.map { |key, text| {key: key.to_s, string_value: text} } }
objects = [{id: 'Default', name: 'Default', fields: fields.(scheduleType: 'ondemand', workerGroup: 'ruby')},
           {id: 'A', name: 'The A', fields: fields.(type: 'ShellCommandActivity', command: 'echo #{name}')}]
raise 'put' if c.put_pipeline_definition(pipeline_id: p, pipeline_objects: objects)[:errored] != false
raise 'get' unless c.get_pipeline_definition(pipeline_id: p)[:pipeline_objects].map { |one| one[:id] }.sort == %w[A Default]
c.activate_pipeline(pipeline_id: p)
raise 'list' unless c.list_pipelines[:pipeline_id_list].any? { |one| one[:id] == p }
ids = c.query_objects(pipeline_id: p, sphere: 'INSTANCE')[:ids]
raise 'query' unless ids.size == 1
name = c.describe_objects(pipeline_id: p, object_ids: ids)[:pipeline_objects][0][:name]
raise 'name' unless name.start_with?('@The A_2')
raise 'evaluate' unless c.evaluate_expression(pipeline_id: p, object_id: ids[0], expression: '#{name}')[:evaluated_expression] == name
task = c.poll_for_task(worker_group: 'ruby')[:task_object]
raise 'task' unless task[:objects].values[0][:fields].include?({key: 'command', string_value: 'echo ' + name + '_Attempt=1'})
c.set_task_status(task_id: task[:task_id], task_status: 'FINISHED')
state = c.describe_pipelines(pipeline_ids: [p])[:pipeline_description_list][0][:fields].find { |one| one[:key] == '@pipelineState' }
raise 'state' unless state[:string_value] == 'FINISHED'
c.delete_pipeline(pipeline_id: p)
begin
  c.describe_pipelines(pipeline_ids: [p])
rescue AWS::DataPipeline::Errors::PipelineDeletedException
  puts 'done'
end
"""

GO = """package main

import (
    "fmt"
    "os"

    "github.com/aws/aws-sdk-go/aws"
    "github.com/aws/aws-sdk-go/aws/awserr"
    "github.com/aws/aws-sdk-go/aws/session"
    "github.com/aws/aws-sdk-go/service/datapipeline"
)

func must(err error) {
    if err != nil {
        panic(err)
    }
}

func main() {
    c := datapipeline.New(session.Must(session.NewSession(&aws.Config{Endpoint: aws.String(os.Args[1]), Region: aws.String("us-east-1"), MaxRetries: aws.Int(0)})))
    made, err := c.CreatePipeline(&datapipeline.CreatePipelineInput{Name: aws.String("go"), UniqueId: aws.String("go")})
    must(err)
    _, err = c.DescribePipelines(&datapipeline.DescribePipelinesInput{PipelineIds: []*string{made.PipelineId}})
    must(err)
    _, err = c.DeletePipeline(&datapipeline.DeletePipelineInput{PipelineId: made.PipelineId})
    must(err)
    _, err = c.DescribePipelines(&datapipeline.DescribePipelinesInput{PipelineIds: []*string{made.PipelineId}})
    fmt.Println(err.(awserr.Error).Code())
}
"""


def skip_without(path, package):
    if not os.path.exists(path):
        raise unittest.SkipTest(f"'{path}' is missing: install the Debian package {package}")


class Peers(ServerTest):
    arguments = ('--long-poll', '0')

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix='pipexpr-peers-')
        self.addCleanup(self.folder.cleanup)
        self.environment = {'PATH': '/usr/bin:/bin', 'HOME': self.folder.name, 'LC_ALL': 'C.UTF-8', 'AWS_ACCESS_KEY_ID': KEY,
                            'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_DEFAULT_REGION': REGION}

    def run_program(self, text, name, *command, **environment):
        path = pathlib.Path(self.folder.name, name)
        path.write_text(text, encoding='utf-8')
        done = subprocess.run([word.replace('FILE', str(path)) for word in command], capture_output=True, text=True, cwd=self.folder.name,
                              env={**self.environment, **environment}, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        return done.stdout

    def test_ansible(self):
        skip_without('/usr/lib/python3/dist-packages/ansible_collections/community/aws', 'ansible')
        said = self.run_program(PLAY.replace('URL', self.server.url), 'play.yml', 'ansible-playbook', '-i', 'localhost,', '-e',
                                'ansible_python_interpreter=/usr/bin/python3', 'FILE')
        changed = re.search(r'CHANGED (\[.*?\])', said)
        self.assertTrue(changed, said)
        self.assertEqual(json.loads(changed.group(1).replace('\\"', '"')), [True, False, True, False, True, True, False])

    def test_boto_2(self):
        skip_without('/usr/lib/python3/dist-packages/boto/datapipeline', 'python3-boto')
        self.assertEqual(self.run_program(BOTO, 'old.py', '/usr/bin/python3', '-W', 'ignore', 'FILE', str(self.server.port), KEY, SECRET), 'done\n')

    def test_fog(self):
        skip_without('/usr/lib/ruby/vendor_ruby/fog/aws/data_pipeline.rb', 'ruby-fog-aws')
        self.assertEqual(self.run_program(FOG, 'fog.rb', 'ruby', '-W0', 'FILE', str(self.server.port), KEY, SECRET), 'done\n')

    def test_ruby_sdk(self):
        skip_without('/usr/lib/ruby/vendor_ruby/aws/data_pipeline.rb', 'ruby-aws-sdk')
        self.assertEqual(self.run_program(RUBY, 'sdk.rb', 'ruby', '-W0', 'FILE', str(self.server.port), KEY, SECRET), 'done\n')

    def test_go(self):
        skip_without('/usr/share/gocode/src/github.com/aws/aws-sdk-go/service/datapipeline', 'golang-github-aws-aws-sdk-go-dev')
        if shutil.which('go') is None:
            self.skipTest("'go' is missing: install the Debian package golang-go")
        said = self.run_program(GO, 'main.go', 'go', 'run', 'FILE', self.server.url, GO111MODULE='off', GOPATH='/usr/share/gocode',
                                GOCACHE=self.folder.name + '/cache', GOFLAGS='-p=2')
        self.assertEqual(said, 'PipelineDeletedException\n')


if __name__ == '__main__':
    unittest.main(verbosity=2)
