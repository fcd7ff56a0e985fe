#!/usr/bin/env python3
"""Starts the example servers that have the adapter in them, and asks them as AWS's own clients do.

usage: adapter_test.py ROOT SERVER CGI        needs Debian's boto3 and awscli
"""

import os
import pathlib
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

ROOT, SERVER, CGI = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
DEFINITION = ROOT / 'docs/examples/orders.json'
EXPRESSION = 'aws s3 ls #{myBucket}/ for #{name}'
KEYS = {'AWS_ACCESS_KEY_ID': 'key', 'AWS_SECRET_ACCESS_KEY': 'secret', 'AWS_DEFAULT_REGION': 'us-east-1'}


def wanted():
    """What the command says of the same expression; the adapter must say the same."""
    return subprocess.run([os.environ['PIPEXPR'], 'eval', EXPRESSION, '-d', DEFINITION, '-o', 'CleanTheOrders'],
                          capture_output=True, text=True, check=True).stdout.rstrip('\n')


class Adapter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = subprocess.Popen([SERVER, DEFINITION, '0'], stdout=subprocess.PIPE, text=True)
        cls.url = f'http://127.0.0.1:{int(cls.server.stdout.readline())}'
        cls.want = wanted()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        cls.server.stdout.close()

    def client(self):
        return boto3.client('datapipeline', endpoint_url=self.url, region_name='us-east-1', aws_access_key_id='key',
                            aws_secret_access_key='secret',
                            config=botocore.config.Config(retries={'total_max_attempts': 1}))

    def test_page_shows_the_sources(self):
        page = (ROOT / 'docs/embedding.md').read_text(encoding='utf-8')
        for name in ('adapter_server', 'adapter_cgi'):
            source = (ROOT / f'docs/examples/{name}.cc').read_text(encoding='utf-8')
            self.assertIn(f'```cpp\n{source}```', page)

    def test_boto3(self):
        client = self.client()
        got = client.evaluate_expression(pipelineId='df-1', objectId='CleanTheOrders', expression=EXPRESSION)
        self.assertEqual(got['evaluatedExpression'], self.want)
        with self.assertRaises(client.exceptions.InvalidRequestException) as failed:
            client.evaluate_expression(pipelineId='df-1', objectId='CleanTheOrders', expression='#{nam}')
        self.assertIn("did you mean 'name'?", failed.exception.response['Error']['Message'])
        with self.assertRaises(botocore.exceptions.ClientError) as failed:
            client.list_pipelines()
        self.assertEqual(failed.exception.response['Error']['Code'], 'UnknownOperationException')

    def test_aws_command(self):
        got = subprocess.run(['/usr/bin/aws', 'datapipeline', '--endpoint-url', self.url, '--output', 'text',
                              'evaluate-expression', '--pipeline-id', 'df-1', '--object-id', 'CleanTheOrders',
                              '--expression', EXPRESSION], env={**os.environ, **KEYS}, capture_output=True, text=True,
                             check=False)
        self.assertEqual((got.stdout, got.stderr), (self.want + '\n', ''))

    def test_query_form(self):
        query = urllib.parse.urlencode({'Action': 'EvaluateExpression', 'pipelineId': 'df-1',
                                        'objectId': 'CleanTheOrders', 'expression': '#{1 + 2}'})
        with urllib.request.urlopen(f'{self.url}/?{query}', timeout=10) as got:
            self.assertEqual(got.read(), b'{"evaluatedExpression":"3"}')

    def test_cgi(self):
        body = b'{"pipelineId":"df-1","objectId":"CleanTheOrders","expression":"#{1 +}"}'
        got = subprocess.run([CGI], input=body, capture_output=True, check=True, env={
            'PIPEXPR_DEFINITION': str(DEFINITION), 'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': str(len(body)),
            'CONTENT_TYPE': 'application/x-amz-json-1.1', 'HTTP_X_AMZ_TARGET': 'DataPipeline.EvaluateExpression'}).stdout
        head, _, answer = got.partition(b'\r\n\r\n')
        self.assertEqual(head.split(b'\r\n'), [b'Status: 400', b'Content-Type: application/x-amz-json-1.1',
                                               b'x-amzn-ErrorType: InvalidRequestException'])
        self.assertTrue(answer.startswith(b'{"__type":"InvalidRequestException","message":"E103: '), answer)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
