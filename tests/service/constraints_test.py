"""Every constraint of the service model, tried from both sides. The cases are made from the model itself."""

import copy
import json
import re
import unittest

import botocore.loaders

from harness import ServerTest

MODEL = botocore.loaders.Loader().load_service_model('datapipeline', 'service-2')
SHAPES = MODEL['shapes']
PATTERN = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*'
# Making 20 MiB of text once is enough; the model's other bounds are small.
LONG = 1_000_000


def sample(name, depth=0):
    """A smallest valid value of a shape."""
    shape = SHAPES[name]
    kind = shape['type']
    if kind == 'structure':
        members = shape.get('required', []) if depth else shape.get('members', {})
        return {member: sample(shape['members'][member]['shape'], depth + 1) for member in members}
    if kind == 'list':
        return [sample(shape['member']['shape'], depth + 1)]
    if kind == 'string':
        return shape['enum'][0] if 'enum' in shape else 'x' * max(1, shape.get('min', 0))
    return {'integer': 1, 'boolean': True, 'timestamp': 1_400_000_000}[kind]


def places(name, path=(), depth=0):
    """(path, shape name, required) of every value inside a shape; a list's items are at index 0."""
    shape = SHAPES[name]
    if shape['type'] == 'structure':
        for member, target in shape.get('members', {}).items():
            yield (*path, member), target['shape'], member in shape.get('required', [])
            yield from places(target['shape'], (*path, member), depth + 1)
    elif shape['type'] == 'list':
        yield (*path, 0), shape['member']['shape'], True
        yield from places(shape['member']['shape'], (*path, 0), depth + 1)


def changed(request, path, value=None, remove=False):
    """A copy of the request with another value at the path; structures on the way are made when they are missing."""
    result = copy.deepcopy(request)
    at = result
    for step in path[:-1]:
        at = at[step]
    if remove:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return result


def spelled(path):
    """pipelineObjects.1.member.id, as the service spells places."""
    return '.'.join('1.member' if step == 0 else step for step in path)


def full(name):
    """A request with every member, optional ones too."""
    shape = SHAPES[name]
    if shape['type'] == 'structure':
        return {member: full(target['shape']) for member, target in shape.get('members', {}).items()}
    if shape['type'] == 'list':
        return [full(shape['member']['shape'])]
    return sample(name)


WRONG = {'structure': [5, 'x', []], 'list': [5, 'x', {}], 'string': [5, True, [], {}], 'integer': ['1', True, 1.5],
         'boolean': ['true', 1], 'timestamp': ['now', True]}


class Constraints(ServerTest):
    arguments = ('--long-poll', '0')

    def call(self, operation, request):
        """(error type or None, message) of a raw request: clients would check some of it themselves."""
        body = json.dumps(request).encode()
        status, headers, answer = self.server.http('POST', '/', body, {
            'X-Amz-Target': 'DataPipeline.' + operation, 'Content-Type': 'application/x-amz-json-1.1'})
        if status == 200:
            self.assertIsNone(headers['x-amzn-errortype'])
            return None, ''
        decoded = json.loads(answer)
        self.assertEqual(status, 400, decoded)
        self.assertEqual(decoded['__type'], headers['x-amzn-errortype'])
        return decoded['__type'], decoded['message']

    signed = False

    def refused(self, operation, request, path, value, constraint):
        """The request is refused with the service's own words."""
        kind, message = self.call(operation, request)
        place = f"at '{spelled(path)}' failed to satisfy constraint: {constraint}"
        self.assertEqual(kind, 'ValidationException', message)
        self.assertRegex(message, r'^1 validation error detected: Value ')
        self.assertTrue(message.endswith(place), f'{message} <> {place}')
        self.assertNotIn('x' * 100, message)

    def accepted(self, operation, request):
        """The validator has nothing against the request; what the operation says of it is another matter."""
        kind, message = self.call(operation, request)
        self.assertNotRegex(message, 'validation error|^expected .* at ', (kind, operation))
        self.assertNotEqual(kind, 'SerializationException')

    def test_every_row(self):
        rows = 0
        for operation, model in sorted(MODEL['operations'].items()):
            name = model['input']['shape']
            request = full(name)
            for path, shape_name, required in places(name):
                shape = SHAPES[shape_name]
                with self.subTest(operation=operation, path=spelled(path)):
                    rows += self.try_row(operation, request, path, shape, required)
        self.assertGreater(rows, 900)

    def try_row(self, operation, request, path, shape, required):
        rows = 0
        if required and path[-1] != 0:
            for broken in (changed(request, path, remove=True), changed(request, path, None)):
                self.refused(operation, broken, path, 'null', 'Member must not be null')
                rows += 1
        if not required:
            self.accepted(operation, changed(request, path, remove=True))
            rows += 1
        for wrong in WRONG[shape['type']]:
            kind, message = self.call(operation, changed(request, path, wrong))
            self.assertEqual(kind, 'SerializationException', (wrong, message))
            self.assertRegex(message, rf"^expected (a|an) [a-z ]+ at '{re.escape(spelled(path))}', found ")
            rows += 1
        if shape['type'] == 'string':
            rows += self.try_text(operation, request, path, shape)
        if shape['type'] == 'list' and 'max' in shape:
            item = full(shape['member']['shape'])
            self.accepted(operation, changed(request, path, [item] * shape['max']))
            self.refused(operation, changed(request, path, [item] * (shape['max'] + 1)), path, '',
                         f"Member must have length less than or equal to {shape['max']}")
            rows += 2
        return rows

    def try_text(self, operation, request, path, shape):
        if 'enum' in shape:
            for word in shape['enum']:
                self.accepted(operation, changed(request, path, word))
            for word in ('', shape['enum'][0].lower(), 'x'):
                self.refused(operation, changed(request, path, word), path, word,
                             f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]")
            return len(shape['enum']) + 3
        rows = 1
        if shape.get('min', 0) > 0:
            self.refused(operation, changed(request, path, ''), path, '', 'Member must have length greater than or equal to 1')
        else:
            self.accepted(operation, changed(request, path, ''))
        if 0 < shape.get('max', 0) <= LONG:
            # Lengths are in characters and not in bytes.
            for character in ('x', 'é', '\U0001F600'):
                self.accepted(operation, changed(request, path, character * shape['max']))
                self.refused(operation, changed(request, path, character * (shape['max'] + 1)), path, '',
                             f"Member must have length less than or equal to {shape['max']}")
                rows += 2
        if 'pattern' in shape:
            self.accepted(operation, changed(request, path, 'a\r\n\t~'))
            for bad in ('a\x01', '\x00', '\x1b[1m', '\ufffe'):
                self.refused(operation, changed(request, path, bad), path, '',
                             f'Member must satisfy regular expression pattern: {PATTERN}')
                rows += 1
        return rows

    def test_longest_expression(self):
        request = {'pipelineId': 'x', 'objectId': 'x', 'expression': 'x' * 20_971_520}
        self.assertEqual(self.call('EvaluateExpression', request)[0], 'PipelineNotFoundException')
        request['expression'] += 'x'
        self.refused('EvaluateExpression', request, ('expression',), '', 'Member must have length less than or equal to 20971520')

    def test_several_at_once(self):
        kind, message = self.call('CreatePipeline', {'name': ''})
        self.assertEqual(kind, 'ValidationException')
        self.assertEqual(message, "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must "
                                  "have length greater than or equal to 1; Value null at 'uniqueId' failed to satisfy "
                                  'constraint: Member must not be null')

    def test_unknown_members_are_ignored(self):
        self.accepted('ListPipelines', {'noSuchMember': {'a': [1, 2, {'b': None}]}})


if __name__ == '__main__':
    unittest.main()
