#!/usr/bin/env python3
"""Certificates: what they say with an engine, without one, and with engines that lie; and what --verify notices.

usage: certificate_test.py PIPEXPR
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PIPEXPR = ''
DEFINITION = {
    'objects': [
        {'id': 'Monthly', 'type': 'Schedule', 'period': '1 month', 'startDateTime': '2024-01-31T06:00:00', 'occurrences': '30'},
        {'id': 'Copy', 'type': 'ShellCommandActivity', 'schedule': {'ref': 'Monthly'},
         'command': "#{myBucket}/#{format(minusDays(@scheduledStartTime, 1), 'YYYY-MM-dd')}",
         'stdout': '#{@scheduledEndTime}', 'myZone': "#{inTimeZone(@scheduledStartTime, 'CET')}", '*password': '#{myBucket}'}],
    'parameters': [{'id': 'myBucket', 'type': 'String'}], 'values': {'myBucket': 's3://b'}}
TEXT = "('s3://b/' + (start - timedelta(days=1)).strftime('%Y-%m-%d'))"


class CertificateTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write(DEFINITION)

    def write(self, definition):
        (self.folder / 'definition.json').write_text(json.dumps(definition))

    def translate(self, *arguments):
        done = subprocess.run([PIPEXPR, 'translate', 'definition.json', '--to', 'python', '--object', 'Copy', *arguments],
                              cwd=self.folder, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def certificate(self, *arguments):
        status, _, said = self.translate('--certificate', 'c.json', *arguments)
        return status, json.loads((self.folder / 'c.json').read_text()), said

    def engine(self, script):
        path = self.folder / 'engine.sh'
        path.write_text('#!/bin/sh\n' + script)
        path.chmod(0o755)
        return '--engine', str(path)

    def test_equal(self):
        status, found, said = self.certificate('--field', 'command', '--field', 'stdout', '--strict')
        self.assertEqual(status, 0, said)
        self.assertEqual([found['target'], found['definition']], ['python', 'definition.json'])
        command = found['fields'][0]
        self.assertEqual(command['name'], 'Copy.command')
        self.assertEqual(command['status'], 'equal')
        self.assertEqual(command['source'], DEFINITION['objects'][1]['command'])
        self.assertEqual(command['residual'], "s3://b/#{format(minusDays(@scheduledStartTime, 1), 'YYYY-MM-dd')}")
        self.assertEqual(command['text'], TEXT)
        self.assertEqual(list(command['engine']), ['python'])
        self.assertEqual(command['instants']['schedule'], 30)
        self.assertEqual(command['equal'], sum(command['instants'].values()))
        self.assertGreater(command['equal'], 6000)
        self.assertIsNone(command['counterexample'])
        self.assertGreaterEqual(command['mutants']['made'], 5)
        self.assertEqual(command['mutants']['killed'], command['mutants']['made'])
        for key in ('source', 'residual', 'text'):
            self.assertEqual(command['sha256'][key], hashlib.sha256(command[key].encode()).hexdigest())
        self.assertRegex(said, r'^2 translated, 0 refused; 2 equal, at \d+ instants in all, by python [\d.]+; (\d+) of \1 '
                               r'spoiled texts noticed\n$')

    def test_refused_and_secret(self):
        status, found, said = self.certificate()
        self.assertEqual(status, 1)
        self.assertEqual([(one['name'], one['status']) for one in found['fields']],
                         [('Copy.command', 'equal'), ('Copy.stdout', 'equal'), ('Copy.myZone', 'refused')])
        self.assertEqual([why['code'] for why in found['fields'][2]['why']], ['E813'])
        self.assertIn('Copy.myZone:1:3: error[E813]: inTimeZone works on the clock of a time zone', said)

    def test_range(self):
        _, found, _ = self.certificate('--from', '2024-06-01T00:00:00', '--until', '2024-09-01T00:00:00')
        self.assertEqual(found['fields'][0]['instants']['schedule'], 3)

    def test_no_engine_is_never_equal(self):
        status, found, said = self.certificate('--field', 'command', '--engine', '/no/such/engine')
        self.assertEqual(status, 0)
        self.assertEqual(found['fields'], [{'status': 'unverified', 'name': 'Copy.command', 'text': TEXT,
                                            'source': DEFINITION['objects'][1]['command'],
                                            'residual': "s3://b/#{format(minusDays(@scheduledStartTime, 1), 'YYYY-MM-dd')}"}])
        self.assertEqual(said, '1 translated, 0 refused; unverified: /no/such/engine cannot be started\n')
        self.assertEqual(self.certificate('--field', 'command', '--engine', '/no/such/engine', '--strict')[0], 1)
        self.assertEqual(self.translate('--field', 'command', '--engine', '/no/such/engine', '--verify', 'c.json')[0], 1)

    def test_engines_that_fail_or_lie(self):
        line = json.dumps({'name': 'Copy.command', 'text': TEXT, 'engine': {'x': '1'}, 'instants': {'random': 1}, 'equal': 1,
                           'counterexample': None, 'mutants': {'made': 0, 'killed': 0}})
        for script, status, verdict, end in [
                ('exit 3', 0, 'unverified', 'unverified: ENGINE \n'),
                ('echo needs jinja2 >&2; exit 3', 0, 'unverified', 'unverified: ENGINE needs jinja2\n'),
                ('exit 0', 0, 'unverified', 'unverified: ENGINE ended too early: \n'),
                ('cat >/dev/null; echo "{"; echo broken; exit 1', 0, 'unverified', 'unverified: ENGINE ended too early: broken\n'),
                ('echo \'{"engine": 1, "counterexample": null}\'', 0, 'unverified', None),
                (f"cat <<'END'\n{line}\nEND", 1, 'different', None),  # says equal, of fewer instants than it was given
                (f"cat <<'END'\n{line.replace('strftime', 'x')}\nEND", 0, 'unverified', None),  # says it of another text
                ("sed 's/%Y-/%G-/; s/YYYY/xxxx/' | python3 -", 0, 'unverified', None)]:
            found_status, found, said = self.certificate('--field', 'command', *self.engine(script))
            self.assertEqual((found_status, found['fields'][0]['status']), (status, verdict), script)
            if end:
                self.assertEqual(said, '1 translated, 0 refused; ' + end.replace('ENGINE', str(self.folder / 'engine.sh')))

    def test_different(self):
        # An engine in which a day has 23 hours.
        status, found, said = self.certificate(
            '--field', 'command', *self.engine("sed 's/^from datetime import timedelta/&\\ntimedelta = lambda days: "
                                               "datetime.timedelta(hours=23 * days)/' | python3 -"))
        self.assertEqual((status, found['fields'][0]['status']), (1, 'different'), said)
        difference = found['fields'][0]['counterexample']
        self.assertNotEqual(difference['expected'], difference['found'])
        self.assertRegex(said, r"Copy.command: different: of the run from [\dT:-]+ to [\dT:-]+ the text is 's3://b/[\d-]+', and "
                               r"the target gives 's3://b/[\d-]+'\n")

    def test_verify(self):
        self.certificate('--field', 'command', '--field', 'stdout')
        verify = ('--field', 'command', '--field', 'stdout', '--verify', 'c.json')
        self.assertEqual(self.translate(*verify)[0], 0)
        for change, what in [(lambda d: d['values'].update(myBucket='s3://c'), 'what remains of it is not the certificate\'s'),
                             (lambda d: d['objects'][1].update(command='#{myBucket}'), 'the source is not the certificate\'s'),
                             (lambda d: d['objects'][1].update(command='plain'), 'it is translated no more')]:
            definition = json.loads(json.dumps(DEFINITION))
            change(definition)
            self.write(definition)
            status, _, said = self.translate(*verify)
            self.assertEqual(status, 1)
            self.assertEqual(said.split('\n')[0], f'Copy.command: changed: {what}')
        self.write(DEFINITION)
        stored = json.loads((self.folder / 'c.json').read_text())
        stored['fields'][0]['text'] = "'wrong'"
        del stored['fields'][1]
        (self.folder / 'c.json').write_text(json.dumps(stored))
        status, _, said = self.translate(*verify)
        self.assertEqual(status, 1)
        self.assertEqual(said.split('\n')[:2], ["Copy.command: changed: the translation is not the certificate's",
                                                'Copy.stdout: changed: it is not in the certificate'])
        for content, why in [('[]', 'expected a certificate of \'pipexpr translate\', a JSON object with "fields"'),
                             ('{"fields": [], "target": "jsonata"}', 'expected a certificate for python, found one for jsonata')]:
            (self.folder / 'c.json').write_text(content)
            status, _, said = self.translate(*verify)
            self.assertEqual(status, 3)
            self.assertEqual(said.split('\n')[0], f"pipexpr translate: 'c.json': {why}")
        self.assertEqual(self.translate('--field', 'command', '--verify', 'none.json')[0], 3)

    def test_check_program_stands_alone(self):
        self.assertEqual(self.translate('--field', 'command', '--check', 'check.py')[0], 0)
        program = self.folder / 'check.py'
        run = lambda: subprocess.run([sys.executable, program], capture_output=True, text=True, cwd=self.folder)
        done = run()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIsNone(json.loads(done.stdout)['counterexample'])
        program.write_text(program.read_text().replace('strftime(\\u0027%Y-', 'strftime(\\u0027%G-'))
        done = run()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)['counterexample']['found'][:7], 's3://b/')
        status, _, said = self.translate('--field', 'command', '--check', '/no/such/folder/check.py')
        self.assertEqual(status, 3)
        self.assertTrue(said.startswith("pipexpr translate: cannot write '/no/such/folder/check.py': "), said)


if __name__ == '__main__':
    PIPEXPR = os.path.abspath(sys.argv.pop(1))
    unittest.main()
