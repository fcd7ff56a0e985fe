"""Every recorded fact agrees, by a test that exists, or is listed in docs/service.md with its reason; tests that docs name exist."""

import pathlib
import re
import unittest

HERE = pathlib.Path(__file__).parent
TOP = HERE.parent.parent
ROWS = [line.split('\t') for line in (HERE / 'evidence_rows.tsv').read_text(encoding='utf-8').splitlines()[1:]]
PUBLISHED = TOP.parent / 'shared/service/evidence.tsv'


def tests_of(file):
    return re.findall(r'^ +def (test_\w+)', (HERE / file).read_text(encoding='utf-8'), re.MULTILINE)


class Rows(unittest.TestCase):
    def test_what_agrees_has_a_test(self):
        for row, agrees, what in ROWS:
            self.assertIn(agrees, ('yes', 'no'), row)
            if agrees == 'yes':
                file, name = what.split(' ')
                self.assertIn(name, tests_of(file), row)

    def test_what_differs_stands_in_the_documentation(self):
        page = (TOP / 'docs/service.md').read_text(encoding='utf-8')
        listed = re.findall(r'^\| ([EP]\d\d) \| (.*) \|$', page, re.MULTILINE)
        self.assertEqual(listed, [(row, what) for row, agrees, what in ROWS if agrees == 'no'])
        self.assertIn(f'Of {len(ROWS)} recorded facts about the real service and programs that talk to it, {len(ROWS) - len(listed)} agree', page)

    def test_every_published_row_is_judged(self):
        if not PUBLISHED.exists():
            self.skipTest(f"'{PUBLISHED}' is not there: only the repository's own rows were looked at")
        lines = PUBLISHED.read_text(encoding='utf-8').splitlines()[1:]
        self.assertEqual([line.split('\t')[0] for line in lines], [row for row, _, _ in ROWS])

    def test_tests_that_documentation_names_exist(self):
        known = [name for file in HERE.glob('*_test.py') for name in tests_of(file.name)]
        for page in ('evidence.md', 'service-rules.md'):
            for name in re.findall(r'`(test_\w+)', (TOP / 'docs' / page).read_text(encoding='utf-8')):
                self.assertTrue(name in known or name.endswith('_') and any(one.startswith(name) for one in known), f'{page}: {name}')


if __name__ == '__main__':
    unittest.main()
