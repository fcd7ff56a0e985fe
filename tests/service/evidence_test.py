"""`pipexpr evidence` with the unmodified aws command, and `pipexpr serve` in the role of AWS."""

import json
import os
import pathlib
import signal
import subprocess
import unittest

from harness import KEY, REGION, SECRET, ServerTest, tool, wait_until

# An aws command whose answers differ for one expression, and which puts an account's names into one error.
OTHER_AWS = r"""#!/bin/bash
for word in "$@"; do
  case $word in
    *'"#{1/2}"}') echo '{"evaluatedExpression": "0.5"}'; exit 0 ;;
    *'"#{1 +}"}') echo 'An error occurred (InvalidRequestException) when calling the EvaluateExpression operation: no:' \
      'df-0123456789ABCDEFGHIJ of arn:aws:iam::123456789012:user/me in 123456789012, us-gov-west-1, AKIAIOSFODNN7EXAMPLE' >&2; exit 254 ;;
    *'"#{3}"}') echo 'An error occurred (ThrottlingException) when calling the EvaluateExpression operation: slowly' >&2
      exit 254 ;;
    *'"#{4}"}') echo '{"evaluatedExpression": "4 123456789012 202405240000 at https://datapipeline.eu-west-1.amazonaws.com"}'; exit 0 ;;
  esac
done
exec AWS "$@"
"""


class Evidence(ServerTest):
    def command(self, expressions, aws, output, *arguments):
        file = pathlib.Path(self.server.folder) / 'expressions'
        file.write_text('\n'.join(expressions), encoding='utf-8')
        return [os.environ['PIPEXPR'], 'evidence', '--yes', '--endpoint-url', self.server.url, '--aws', aws or tool('aws', 'awscli'),
                '--expressions', file, '--output', output, *arguments]

    def environment(self):
        folder = str(self.server.folder)
        return {'PATH': '/usr/bin:/bin', 'HOME': folder, 'AWS_ACCESS_KEY_ID': KEY, 'AWS_PAGER': '', 'AWS_SECRET_ACCESS_KEY': SECRET,
                'AWS_DEFAULT_REGION': REGION, 'AWS_MAX_ATTEMPTS': '1', 'LC_ALL': 'C.UTF-8', 'TMPDIR': folder}

    def start_evidence(self, expressions, aws):
        return subprocess.Popen(self.command(expressions, aws, os.devnull), env=self.environment(), start_new_session=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run_evidence(self, expressions, *arguments, aws=None, output=None):
        folder = pathlib.Path(self.server.folder)
        done = subprocess.run(self.command(expressions, aws, output or folder / 'evidence.json', *arguments), capture_output=True, text=True,
                              env=self.environment(), check=False)
        self.assertEqual(self.client.list_pipelines()['pipelineIdList'], [], 'the pipeline is deleted at the end')
        self.assertEqual([path.name for path in folder.glob('pipexpr-evidence-*')], [], 'no file is left behind')
        return done

    def other_aws(self):
        path = pathlib.Path(self.server.folder) / 'aws'
        path.write_text(OTHER_AWS.replace('AWS "$@"', tool('aws', 'awscli') + ' "$@"'), encoding='utf-8')
        path.chmod(0o755)
        return path

    def test_answers_that_agree(self):
        done = self.run_evidence(['#{1/2}', "#{'it\\'s'} #{myList}", '#{1 +}'])
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         ('3 of 3 expressions asked, 3 the same, 0 different\n', '', 0))
        answers = json.loads((pathlib.Path(self.server.folder) / 'evidence.json').read_text())['answers']
        self.assertEqual(answers[0], {'expression': '#{1/2}', 'same': True, 'aws': {'value': '0'}, 'pipexpr': {'value': '0'}})
        self.assertEqual((answers[2]['aws']['error'], answers[2]['pipexpr']['error']), ('InvalidRequestException', 'E103'))

    def test_answers_that_differ_and_names_that_stay_here(self):
        done = self.run_evidence(['#{1/2}', '#{1 +}', '#{2}'], aws=self.other_aws())
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         ("differs  #{1/2}\n  aws      '0.5'\n  pipexpr  '0'\n"
                          '3 of 3 expressions asked, 2 the same, 1 different\n', '', 1))
        answers = json.loads((pathlib.Path(self.server.folder) / 'evidence.json').read_text())['answers']
        self.assertEqual(answers[1]['aws']['message'], 'no: ... of ... in ..., ..., ...')

    def test_the_pipeline_s_id_stays_here(self):
        done = self.run_evidence(['id #{@pipelineId}, #{@pipelineId}', '#{202405240000}'])
        self.assertEqual((done.stdout, done.stderr), ('2 of 2 expressions asked, 2 the same, 0 different\n', ''))
        text = (pathlib.Path(self.server.folder) / 'evidence.json').read_text()
        self.assertEqual([one['aws']['value'] for one in json.loads(text)['answers']], ['id ..., ...', '202405240000'])
        self.assertNotIn('df-', text)

    def test_the_account_and_its_region_stay_here(self):
        self.run_evidence(['#{4}', "#{'eu-west-1 202405240000'}"], aws=self.other_aws())
        answers = json.loads((pathlib.Path(self.server.folder) / 'evidence.json').read_text())['answers']
        self.assertEqual([one['aws']['value'] for one in answers],
                         ['4 ... ... at https://datapipeline.....amazonaws.com', 'eu-west-1 202405240000'])

    def test_what_the_aws_command_would_read_as_an_address_is_sent_as_it_is(self):
        """It puts the file or the page in place of an option's value that begins so."""
        lines = [f'{self.server.url}/healthz', 'file:///etc/hostname', 'fileb:///nonexistent', 'https://#{1}', '"quoted" \\ #{2}']
        done = self.run_evidence(lines)
        self.assertEqual((done.stdout, done.stderr, done.returncode), ('5 of 5 expressions asked, 5 the same, 0 different\n', '', 0))
        answers = json.loads((pathlib.Path(self.server.folder) / 'evidence.json').read_text())['answers']
        self.assertEqual([one['aws']['value'] for one in answers], lines[:3] + ['https://1', '"quoted" \\ 2'])

    def test_what_ends_it_early_leaves_no_pipeline(self):
        """A terminal that is closed sends SIGHUP twice, and to the aws command as well."""
        for number, times in ((signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGHUP, 2)):
            with self.subTest(number.name):
                aws = self.other_aws()
                started = pathlib.Path(self.server.folder) / 'started'
                started.unlink(missing_ok=True)
                aws.write_text(aws.read_text().replace('case $word in', f"""case $word in
    *'"#{{5}}"}}') touch '{started}'; sleep 30; exit 1 ;;"""))
                with self.start_evidence(['#{2}', '#{5}'], aws) as running:
                    wait_until(started.exists)
                    for _ in range(times):
                        os.killpg(running.pid, number)
                    running.wait(60)
                self.assertEqual(running.returncode, -number)
                self.assertEqual(self.client.list_pipelines()['pipelineIdList'], [])

    def test_an_output_that_cannot_be_written_is_seen_first(self):
        done = self.run_evidence(['#{2}'], output='/nowhere/e.json', aws='false')
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         ('', "pipexpr evidence: --output: cannot write '/nowhere/e.json'; nothing has been asked\n", 3))

    def test_a_refusal_that_says_nothing_about_the_language_ends_it(self):
        done = self.run_evidence(['#{2}', '#{3}'], aws=self.other_aws())
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, '1 of 2 expressions asked, 1 the same, 0 different\n')
        self.assertIn('(ThrottlingException)', done.stderr)

    def test_a_definition_that_aws_refuses(self):
        path = self.other_aws()
        path.write_text(path.read_text().replace('case $word in', """case $word in
    put-pipeline-definition) echo '{"errored": true, "validationErrors": [{"id": "Probe", "errors": ["no df-0123456789 here"]}]}'; exit 0 ;;"""))
        done = self.run_evidence(['#{2}'], aws=path)
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         ('', 'pipexpr evidence: put-pipeline-definition: AWS refused: no ... here\n', 3))

    def test_no_access(self):
        done = self.run_evidence(['#{2}'], aws='false')
        self.assertEqual((done.stdout, done.stderr, done.returncode),
                         ('', 'pipexpr evidence: false datapipeline: exit status 1\n', 3))


if __name__ == '__main__':
    unittest.main()
