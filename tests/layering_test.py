#!/usr/bin/env python3
"""Checks what may include what, what engine code may not call, and how long files and how large classes may be.

usage: layering_test.py [--root DIR]      check the tree
       layering_test.py --self-test       plant one violation of each kind and see that it is found
"""

import argparse
import pathlib
import re
import statistics
import sys
import tempfile

# Rules about texts that the target pipexpr_support gives to the command and the service: those must not write them a
# second time, and they are no API.
SUPPORT = ['base/attempt_mark.h', 'base/char_class.h', 'base/definition_lists.h', 'base/display_width.h', 'base/json_error.h', 'base/json_writer.h',
           'base/kept_fields.h', 'base/runtime_fields.h', 'base/secret_mask.h', 'base/shown.h', 'base/similar_names.h', 'base/unset_runtime.h', 'base/utf8.h']

# Folder -> folders it may include. 'pipexpr' is include/pipexpr, the public headers; a folder may include itself.
# "folder/file" allows that one file. Includes go downhill: nothing below may name something above it.
EDGES = {
    'pipexpr': [],
    'base': ['pipexpr'],
    'time': ['pipexpr', 'base'],
    # The grammar is syntax's own: its rules build the tree as they match, and only the parser includes them.
    'grammar': ['pipexpr', 'base', 'syntax/node.h', 'syntax/builder.h'],
    'syntax': ['pipexpr', 'base'],
    # Built-in functions use what a host's functions could use: the public headers, and dates.
    'functions': ['pipexpr', 'time'],
    # Evaluation reads trees and finds openers; it never includes the parser.
    'eval': ['pipexpr', 'base', 'time', 'functions', 'syntax/node.h', 'syntax/printer.h', 'syntax/find_opener.h'],
    # The one stage that sees both the parser and the program it makes.
    'compile': ['pipexpr', 'base', 'time', 'syntax', 'functions', 'eval'],
    'definition': ['pipexpr', 'base', 'time', 'syntax', 'functions', 'eval'],
    'schedule': ['pipexpr', 'base', 'time', 'definition'],
    # The checker reads trees, and asks the parser for them.
    'checker': ['pipexpr', 'base', 'time', 'syntax', 'functions', 'definition', 'schedule'],
    # Explaining listens to an evaluation through the public interface.
    'explainer': ['pipexpr', 'base', 'syntax/find_opener.h', 'definition/json_document.h'],
    # Rendering evaluates fields through the public headers; it scans templates to spell them alike, and comparing asks
    # for the instants at which values that look alike differ.
    'renderer': ['pipexpr', 'base/attempt_mark.h', 'base/char_class.h', 'base/hash.h', 'base/runtime_fields.h', 'base/secret_mask.h', 'base/shown.h', 'base/utf8.h',
                 'definition/slot_table.h', 'definition/slot_words.h', 'schedule/probing_instants.h', 'specializer/literal.h',
                 'syntax/template_scanner.h'],
    # The C interface is written on the public C++ headers, as any binding would be.
    'c_api': ['pipexpr'],
    # Inspecting reads trees, and asks the checker what names stand for; for edits it reads the file's JSON again.
    'inspect': ['pipexpr', 'base', 'syntax', 'definition', 'checker/scope.h', 'checker/type_inference.h',
                'checker/parsed_template.h', 'checker/findings.h'],
    # Specializing evaluates parts with the engine, through the public headers, and writes what remains as text.
    'specializer': ['pipexpr', 'base', 'syntax/find_opener.h'],
    # A batch evaluates its rows, and specializes what they share, through the public headers.
    'batch': ['pipexpr', 'base/report.h', 'base/thrown_message.h'],
    # The adapter is the API's wire forms over the public headers; messages end with advice for its clients.
    'adapter': ['pipexpr', 'base/advice.h', 'base/char_class.h', 'base/json_escape.h', 'base/utf8.h'],
    # Translating walks the trees of texts, through the public headers, and looks parts up in its tables.
    'translator': ['pipexpr', 'base'],
    # The language server answers from the public headers; places need the documented slots and the words that they take.
    'lsp': ['pipexpr', 'base', 'syntax/template_scanner.h', 'definition/slot_table.h', 'definition/slot_words.h'],
    # Diagrams are drawn from the public headers; the documentation says which types are alarms and preconditions.
    'diagram': ['pipexpr', 'base', 'definition/slot_table.h'],
    # Other forms of definitions become JSON before the library loads them; texts of JSON are read as it reads them.
    'forms': ['pipexpr', 'base', 'definition/json_document.h'],
    # Expectations are read as definitions of other forms are, and evaluated through the public headers.
    'suite': ['pipexpr', 'base', 'forms', 'definition/json_document.h'],
    # The Python module is an ordinary user of the library.
    'python': ['pipexpr'],
    # Results as the command shows them. Snippets cover the secrets of a definition in whatever form it is.
    'report': ['pipexpr', 'forms/load.h', *SUPPORT],
    # Other programs and signals: what belongs to the process and not to one command.
    'process': [],
    # Certificates of translations, with the verdict of the real engine, which is a program.
    'certificate': ['pipexpr', 'process/process.h', *SUPPORT],
    # The expressions that AWS is asked about, as data.
    'evidence': [],
    # One line of eval --jsonl, as a request.
    'jsonl': ['pipexpr', *SUPPORT],
    # .pipexpr.json: which findings a project wants to see.
    'check_config': ['pipexpr', *SUPPORT],
    # The command and the service are ordinary users of the library, and of the texts' rules in SUPPORT.
    'cli': ['pipexpr', 'service/serve.h', 'forms/file_kind.h', 'forms/load.h', 'forms/convert.h',
            'forms/parameter_values.h', 'suite/run_tests.h', 'report', 'process', 'certificate', 'evidence', 'jsonl', 'check_config', *SUPPORT],
    'service': ['pipexpr', 'adapter', *SUPPORT],
}

# Single files that may include more than their folder, each with its reason.
FILE_EDGES = {
    'functions/registry.cc': ['base'],       # not a function: it refuses functions, with a diagnostic
    'syntax/parser.cc': ['grammar'],         # the one translation unit that sees Spirit
    'syntax/syntax_error.cc': ['grammar'],   # the words for what the grammar expected
}

# External library -> folders that may include it. Every folder may use the standard library.
EXTERNAL = {
    'boost/container': ['syntax'],  # its vector that begins without an allocation; Spirit stays where it is
    'boost': ['syntax', 'grammar', 'service'],
    'fmt': ['base', 'time', 'syntax', 'functions', 'eval', 'compile', 'definition', 'schedule', 'checker', 'renderer', 'inspect',
            'specializer', 'batch', 'translator', 'lsp', 'diagram', 'forms', 'suite', 'adapter', 'report', 'certificate',
            'jsonl', 'check_config', 'cli', 'service'],
    'date': ['time'],
    'rapidjson': ['base', 'definition', 'checker', 'translator', 'lsp', 'forms', 'adapter', 'report', 'certificate', 'jsonl',
                  'check_config', 'cli', 'service'],
    'CLI': ['cli'],
    'pybind11': ['python'],
    'datetime.h': ['python'],  # Python's own
    'openssl': ['service'],
    'sqlite3.h': ['service'],
    'libpq-fe.h': ['service'],
    'zlib.h': ['cli', 'service'],
    'yaml.h': ['forms'],
}
# Headers of the operating system and the processor, by the folders that may include them.
SYSTEM = {
    'pipexpr': ['stddef.h', 'stdint.h'],  # c.h is read by C compilers
    'syntax': ['emmintrin.h', 'immintrin.h'],
    'base': ['emmintrin.h', 'immintrin.h', 'locale.h', 'xlocale.h'],
    'adapter': ['sys'],
    'process': ['sys', 'unistd.h', 'fcntl.h', 'poll.h', 'signal.h', 'spawn.h'],
    'cli': ['sys', 'unistd.h', 'fcntl.h', 'poll.h', 'signal.h'],
    'service': ['sys', 'unistd.h', 'fcntl.h', 'poll.h', 'signal.h', 'netinet', 'malloc.h'],
}

ENGINE = [f for f in EDGES if f not in ('pipexpr', 'grammar', 'cli', 'service')]
FORBIDDEN = [
    (re.compile(r'#\s*include\s*<(iostream|cstdio|stdio\.h|cassert|assert\.h|print)>'), 'writes to or stops the process'),
    (re.compile(r'\bstd::(cout|cerr|clog)\b'), 'writes to a stream of the process'),
    (re.compile(r'(?<![\w.>])(std::|fmt::)?(printf|fprintf|puts|fputs|putchar|perror)\s*\('), 'prints'),
    (re.compile(r'\bfmt::print\b'), 'prints'),
    (re.compile(r'\b(stdout|stderr)\b'), 'writes to a stream of the process'),
    (re.compile(r'(?<![\w.>:])(std::|::)?(abort|exit|_exit|quick_exit|terminate)\s*\('), 'ends the process'),
    (re.compile(r'(?<![\w.>])assert\s*\('), 'ends the process'),
    (re.compile(r'\b(setlocale|std::locale|setenv|putenv)\b'), 'touches global state'),
]

# Texts are compiled above evaluation: the stages below get a TextCompiler with the program that they evaluate.
BELOW_COMPILE = ['base', 'time', 'syntax', 'functions', 'eval']
COMPILES = (re.compile(r'\bExpression::compile\s*\('), 'compiles a text; below the compile stage nothing does')

# Letters and digits have one home: a class that is written out again says something else sooner or later.
CHARACTERS = re.compile(r"[<>]=\s*'[azAZ09]'|(?<!_)\b(?:std::)?(?:is(?:alpha|digit|alnum|xdigit|upper|lower)|to(?:lower|upper))\s*\(")
CHARACTERS_HOME = 'base/char_class.h'

# A line for people is made by base::show, which escapes what a user's text could steer a terminal with.
SHOWN = ['cli', 'report']
UNSHOWN = re.compile(r'\b(?:print_error|out_?\.write)\(\s*fmt::format\b')

# A class of the evaluator with more member functions than this does several things, and can touch the members of all.
MAX_MEMBER_FUNCTIONS = 25
SMALL_CLASSES = ['eval']

# The command is arguments, files and terminal, with a file for each verb: what grows beyond that belongs in a stage
# outside.
MAX_FILES = {'cli': 42}

# CLI11 is a library of headers that takes seconds to compile: its seam, and those who read what was declared to it.
CLI11 = ['cli/options.cc', 'cli/main.cc', 'commands/help_commands.cc', 'commands/completion_command.cc']

MAX_LINES = 600
MAX_MEDIAN = 150
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def blank(match):
    """Replaces comments and literals by spaces, keeping line numbers."""
    return re.sub(r'[^\n]', ' ', match.group(0))


CLASS_HEAD = re.compile(r'(?:.*[\s>;])?(?<!enum )(?:class|struct)\s+([\w:]+)[^()]*$', re.DOTALL)
NO_FUNCTION = re.compile(r'\s*(?:using|friend|typedef|static_assert|enum|return)\b')
FUNCTION_HEAD = re.compile(r'[^(=]*(?:[\w>]|\boperator\s*[^\w\s(]+|\boperator\s*\(\))\s*\(')


def member_functions(code):
    """Yields (class, line, number of its member functions) for code without comments and literals."""
    code = re.sub(r'\[\[[^\]]*\]\]', '', code)
    scopes = []  # [name of a class or None, line, count]
    head, line, head_line = '', 1, 1

    def count():
        text = re.sub(r'^\s*(?:(?:public|protected|private)\s*:\s*)+', '', head)
        if scopes and scopes[-1][0] and not NO_FUNCTION.match(text) and FUNCTION_HEAD.match(text):
            scopes[-1][2] += 1

    for character in code:
        if character == '\n':
            line += 1
        if character == '{':
            found = CLASS_HEAD.match(head)
            if not found:
                count()
            scopes.append([found.group(1) if found else None, head_line, 0])
            head = ''
        elif character == '}' and scopes:
            name, begin, functions = scopes.pop()
            if name:
                yield name, begin, functions
            head = ''
        elif character == ';':
            count()
            head = ''
        else:
            if not head.strip():
                head_line = line
            head += character


class Tree:
    def __init__(self, root):
        self.root = root
        self.problems = []
        self.lengths = []

    def problem(self, path, line, text):
        self.problems.append(f'{path.relative_to(self.root)}:{line}: {text}')

    def folders(self):
        yield 'pipexpr', self.root / 'include' / 'pipexpr'
        yield 'grammar', self.root / 'grammar'
        for folder in sorted((self.root / 'src').iterdir()) if (self.root / 'src').is_dir() else []:
            if folder.is_dir():
                yield folder.name, folder

    def check(self):
        count = 0
        for folder, path in self.folders():
            files = [file for file in sorted(path.rglob('*')) if file.suffix in ('.h', '.cc', '.def', '.inc')]
            if len(files) > MAX_FILES.get(folder, len(files)):
                self.problems.append(f'src/{folder}: {len(files)} files, at most {MAX_FILES[folder]}: move what is no '
                                     'argument, file or terminal to a stage of its own')
            for file in files:
                count += 1
                if folder not in EDGES:
                    self.problem(file, 1, f"folder '{folder}' has no row in the table of layering_test.py")
                    continue
                self.check_file(folder, file)
        if count == 0:
            self.problems.append('no source files found')
        self.check_support()
        if self.lengths and statistics.median(self.lengths) > MAX_MEDIAN:
            self.problems.append(f'the median file has {statistics.median(self.lengths):.0f} lines, at most {MAX_MEDIAN}')
        return count

    def check_support(self):
        """A shared library hides what is no API, so the target pipexpr_support compiles what the command shares with it."""
        lists = self.root / 'src' / 'CMakeLists.txt'
        listed = re.search(r'add_library\(pipexpr_support([^)]*)\)', lists.read_text() if lists.is_file() else '')
        for header in SUPPORT:
            source = header.removesuffix('.h') + '.cc'
            if (self.root / 'src' / source).is_file() and (not listed or source not in listed.group(1).split()):
                self.problems.append(f'src/{source}:1: the command includes its header, so pipexpr_support in '
                                     'src/CMakeLists.txt has to list it: a shared library hides it')

    def check_file(self, folder, file):
        text = file.read_text(encoding='utf-8')
        first_line = text.split('\n', 1)[0]
        if 'generated by' not in first_line.lower():
            lines = text.count('\n')
            self.lengths.append(lines)
            if lines > MAX_LINES:
                self.problem(file, lines, f'{lines} lines, at most {MAX_LINES}: split it')
        for match in INCLUDE.finditer(text):
            self.check_include(folder, file, text.count('\n', 0, match.start(2)) + 1, match.group(2))
        if not str(file).endswith(CHARACTERS_HOME):
            for match in CHARACTERS.finditer(text):
                self.problem(file, text.count('\n', 0, match.start()) + 1,
                             f"'{match.group(0)}' writes a class of characters out; {CHARACTERS_HOME} has them all")
        if folder in SHOWN:
            for match in UNSHOWN.finditer(text):
                self.problem(file, text.count('\n', 0, match.start()) + 1,
                             'prints what fmt::format has made; base::show escapes what steers a terminal')
        if folder in SMALL_CLASSES:
            for name, line, functions in member_functions(COMMENT_OR_STRING.sub(blank, text)):
                if functions > MAX_MEMBER_FUNCTIONS:
                    self.problem(file, line, f'class {name} has {functions} member functions, '
                                             f'at most {MAX_MEMBER_FUNCTIONS}: split it')
        if folder in ENGINE:
            code = COMMENT_OR_STRING.sub(blank, text)
            for pattern, why in [*FORBIDDEN, *([COMPILES] if folder in BELOW_COMPILE else [])]:
                for match in pattern.finditer(code):
                    self.problem(file, code.count('\n', 0, match.start()) + 1,
                                 f"'{match.group(0).strip()}' {why}" +
                                 ('' if pattern is COMPILES[0] else '; the engine is silent and never dies'))

    def resolve(self, file, name):
        """The project folder and file an include names, or (None, None) for anything outside the project."""
        for base in (file.parent, self.root / 'src', self.root / 'grammar', self.root / 'include'):
            found = (base / name).resolve()
            if found.is_file() and self.root in found.parents:
                parts = found.relative_to(self.root).parts
                if parts[0] == 'grammar':
                    return 'grammar', found.name
                return parts[1], '/'.join(parts[1:])
        return None, None

    def check_include(self, folder, file, line, name):
        target, target_file = self.resolve(file, name)
        if target is not None:
            edges = [folder, *EDGES[folder], *FILE_EDGES.get(f'{file.parent.name}/{file.name}', [])]
            if target not in edges and target_file not in edges:
                allowed = ', '.join(EDGES[folder]) or 'nothing'
                self.problem(file, line, f"{folder} includes '{name}' of {target}; {folder} may include {allowed}")
            return
        head = name.split('/')[0]
        if head == 'CLI' and f'{file.parent.name}/{file.name}' not in CLI11:
            self.problem(file, line, f"includes <{name}>, which costs seconds: declare options with cli/options.h")
        if '/' in name and head in EDGES:
            self.problem(file, line, f"{folder} includes '{name}', which does not exist")
        elif head in EXTERNAL:
            part = '/'.join(name.split('/')[:2])
            if folder not in EXTERNAL[head] and folder not in EXTERNAL.get(part, []):
                self.problem(file, line, f"{folder} includes <{name}>; only {', '.join(EXTERNAL[head])} may use {head}")
        elif ('/' in name or name.endswith('.h')) and head not in SYSTEM.get(folder, []):
            self.problem(file, line, f"{folder} includes '{name}', which is neither ours nor the standard library's")


def check_tree(root):
    tree = Tree(root.resolve())
    count = tree.check()
    return count, tree.problems, tree.lengths


# What is planted: file, content, and what the complaint must say.
PLANTED = [
    ('src/eval/digit.cc', "bool f(char c) { return c >= '0'; }\n", 'a class of characters'),
    ('src/cli/letter.cc', 'bool f(char c) { return std::isalpha(c); }\n', 'a class of characters'),
    ('src/cli/raw.cc', 'void f() { print_error(fmt::format("{}", id)); }\n', 'base::show escapes'),
    ('src/cli/commands/eval_command.cc', '#include <CLI/CLI.hpp>\n', 'declare options with cli/options.h'),
    ('src/eval/a.cc', '#include "syntax/parser.h"\n', 'eval includes'),
    ('src/eval/b.cc', '#include "expression.h"\n', 'of grammar'),
    ('src/functions/a.cc', '#include "eval/walk.h"\n', 'functions includes'),
    ('src/time/a.cc', '#include "functions/table.h"\n', 'time includes'),
    ('src/compile/a.cc', '#include "service/serve.h"\n', 'compile includes'),
    ('src/cli/a.cc', '#include "eval/walk.h"\n', 'cli includes'),
    ('src/service/a.cc', '#include "base/source.h"\n', 'service includes'),
    ('src/eval/k.cc', '#include <boost/variant.hpp>\n', 'may use boost'),
    ('src/base/b.cc', '#include "syntax/parser.h"\n', 'base includes'),
    ('src/base/c.cc', '#include "base/gone.h"\n', 'does not exist'),
    ('include/pipexpr/a.h', '#include <boost/variant.hpp>\n', 'may use boost'),
    ('include/pipexpr/b.h', '#include <fmt/format.h>\n', 'may use fmt'),
    ('include/pipexpr/c.h', '#include <date/date.h>\n', 'may use date'),
    ('include/pipexpr/d.h', '#include <rapidjson/document.h>\n', 'may use rapidjson'),
    ('include/pipexpr/e.h', '#include "base/source.h"\n', 'may include nothing'),
    ('include/pipexpr/f.h', '#include <unistd.h>\n', 'neither ours'),
    ('src/eval/c.cc', '#include <iostream>\n', 'the engine is silent'),
    ('src/eval/d.cc', 'void f() { std::cerr << 1; }\n', 'the engine is silent'),
    ('src/eval/e.cc', 'void f() { printf("x"); }\n', 'prints'),
    ('src/eval/f.cc', 'void f() { std::abort(); }\n', 'ends the process'),
    ('src/eval/g.cc', 'void f(int x) { assert(x); }\n', 'ends the process'),
    ('src/eval/h.cc', 'void f() { exit(1); }\n', 'ends the process'),
    ('src/eval/i.cc', 'int x;\n' * 601, '601 lines'),
    ('src/eval/j.cc', 'auto e = Expression::compile(text);\n', 'below the compile stage'),
    ('src/eval/k.h', 'class Large {\n public:\n  Large() : a_(1) {}\n' + '  int get() const { return f(1); }\n' * 13 +
     '  bool set(int value);\n' * 12 + '  int a_;\n};\n', 'class Large has 26 member functions'),
    ('src/base/display_width.cc', 'int x;\n', 'pipexpr_support in src/CMakeLists.txt has to list it'),
    ('src/nowhere/a.cc', 'int x;\n', 'no row in the table'),
]
CLEAN = {
    'src/CMakeLists.txt': 'add_library(pipexpr_support STATIC base/secret_mask.cc\n            base/utf8.cc)\n',
    'src/base/utf8.cc': 'int x;\n',
    'include/pipexpr/value.h': '#pragma once\n#include <string>\n',
    'grammar/expression.h': '#pragma once\n#include <boost/spirit/home/x3.hpp>\n',
    'src/base/source.h': '#pragma once\n#include <pipexpr/value.h>\n',
    'src/compile/expression.cc': 'Result<Expression> Expression::compile(std::string_view text) {}\n',
    'src/syntax/parser.h': '#pragma once\n#include "base/source.h"\n',
    'src/functions/table.h': '#pragma once\n#include <pipexpr/value.h>\n',
    'src/eval/walk.h': '#pragma once\n// never exit(1) or printf("x")\nconst char* s = "std::cout << abort()"; // \'\n',
    'src/service/serve.h': '#pragma once\n#include <boost/asio.hpp>\n',
    'src/cli/commands/serve_command.cc': '#include "service/serve.h"\n#include <iostream>\n',
    'src/eval/small.h': 'struct Small {\n  enum class E { a };\n  struct In {\n' + '    void f();\n' * 20 + '  };\n' +
                        '  void f() { g(); h(); }\n' * 20 + '  int a = f(1), b{2};\n  using F = int(int);\n};\n',
    'src/eval/zone.cc': '// Generated by a script.\n' + 'int x;\n' * 700,
}


def self_test():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content in CLEAN.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
        _, problems, _ = check_tree(root)
        if problems:
            failures.append(f'a clean tree has problems: {problems}')
        for name, content, expected in PLANTED:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
            _, problems, _ = check_tree(root)
            if len(problems) != 1 or expected not in problems[0] or not problems[0].startswith(name):
                failures.append(f'{name} with {content[:40]!r}: expected one problem with {expected!r}, found {problems}')
            (root / name).unlink()
        for number in range(40):
            (root / f'src/eval/long{number}.cc').write_text('int x;\n' * 200)
        _, problems, _ = check_tree(root)
        if not any('median' in problem for problem in problems):
            failures.append(f'40 files of 200 lines: expected a problem about the median, found {problems}')
        for number in range(MAX_FILES['cli']):
            (root / f'src/cli/command{number}.cc').write_text('int x;\n')
        _, problems, _ = check_tree(root)
        if not any(f'src/cli: {MAX_FILES["cli"] + 1} files, at most {MAX_FILES["cli"]}' in problem for problem in problems):
            failures.append(f'one file too many in src/cli: expected a problem about their number, found {problems}')
    for failure in failures:
        print(failure)
    print(f'layering self-test: {len(PLANTED) + 3 - len(failures)} passed, {len(failures)} failed')
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument('--self-test', action='store_true')
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    count, problems, lengths = check_tree(arguments.root)
    for problem in problems:
        print(problem)
    if lengths:
        print(f'{count} files, median {statistics.median(lengths):.0f} lines, longest {max(lengths)}: '
              f'{len(problems)} problems')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
