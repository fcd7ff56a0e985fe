"""Whatever is passed to the package, there is a value or an exception: never a crash, and never an error of the binding."""

import datetime
import os
import pathlib
import pickle

import numpy
import pytest

import pipexpr

hypothesis = pytest.importorskip('hypothesis', reason='python3-hypothesis is not installed')
st = pytest.importorskip('hypothesis.strategies')

# In every run of the tests; more of them are for when the binding changes.
EXAMPLES = int(os.environ.get('PIPEXPR_PYTHON_EXAMPLES', '600'))
ORDERS = pipexpr.Definition.load(pathlib.Path(__file__).resolve().parents[2] / 'docs/examples/orders.json')
FUNCTIONS = pipexpr.Functions()
FUNCTIONS.add(lambda *given: given[0] if given else None, 'first')
PIECES = ['#{', '}', '1', ' + ', "format(@scheduledStartTime,'YYYY')", 'x', '(', ')', "'", 'first(x)', ' / ', '@status', 'a.b',
          'minusDays(x, 1)', '0', 'é', '\ud800', '\udcff', '\0', 'x' * 1000]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map(''.join)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from([2**63 - 1, -2**63, 2**63, 2**64, 10**400]), st.floats(), TEXTS,
    st.text(max_size=5), st.binary(max_size=5), st.datetimes(), st.dates(), st.timedeltas(), st.complex_numbers(),
    st.datetimes(timezones=st.just(datetime.timezone(datetime.timedelta(seconds=12345)))),
    st.sampled_from([numpy.datetime64('NaT'), numpy.datetime64('2024-05-24'), numpy.datetime64(2**62, 'Y'), numpy.datetime64(1, 'as'),
                     numpy.float32(1.5), numpy.float64('nan'), numpy.longdouble(1), numpy.int8(-1), numpy.uint64(2**64 - 1),
                     numpy.bool_(True), numpy.str_('x'), numpy.bytes_(b'x'), numpy.void(b'abc'), Ellipsis, object, len, float('inf'),
                     pipexpr.Ref('A'), pipexpr.Ref(1), pipexpr.Period(1, 'hours'), pipexpr.Period(-5, 'x'), pipexpr.Period('a', 1),
                     pipexpr.Field('#{x}'), pipexpr.Field('#{x}', type='datetime'), pipexpr.Field(1), pipexpr.Field('', type='no')]),
    # Made without their constructors.
    st.sampled_from([pipexpr.Expression, pipexpr.Definition, pipexpr.Graph, pipexpr.Functions]).map(lambda kind: kind.__new__(kind)))
DTYPES = ['int8', 'uint64', 'int64', 'float16', 'float64', 'datetime64[D]', 'datetime64[ns]', 'datetime64[Y]', 'timedelta64[s]', 'object',
          'U3', 'S3', 'bool', 'complex64', [('a', 'int32')]]


def array_of(dtype, shape, number):
    try:
        return numpy.full(shape, number, dtype='object' if dtype == 'object' else 'float64').astype(dtype)
    except (TypeError, ValueError, OverflowError):
        return numpy.zeros(shape, dtype=dtype)


def is_hashable(value):
    try:
        return hash(value) is not None
    except TypeError:
        return False


ARRAYS = st.builds(array_of, st.sampled_from(DTYPES), st.sampled_from([0, 1, 3, (2, 2), ()]),
                   st.sampled_from([0, 1, -1, 2**62, float('nan'), float('inf')]))
STRIDED = ARRAYS.map(lambda array: array[::-2] if array.ndim else array)
MASKED = ARRAYS.map(lambda array: numpy.ma.array(array, mask=array.ndim != 0))
ANYTHING = st.recursive(st.one_of(PLAIN, ARRAYS, STRIDED, MASKED), lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.dictionaries(st.sampled_from(['x', '@status', 'a', '']), inner, max_size=3),
    st.sets(st.integers(), max_size=2), st.lists(inner, max_size=2).map(iter)), max_leaves=5)
FIELDS = st.one_of(ANYTHING, st.dictionaries(st.one_of(st.sampled_from(['x', 'a', '@status', '*secret']), PLAIN.filter(is_hashable)), ANYTHING, max_size=3))
GRAPHS = st.one_of(st.none(), st.just(ORDERS), ANYTHING)

CALLS = [
    lambda a, b, c, d: pipexpr.Expression(a, b, c, functions=d),
    lambda a, b, c, d: pipexpr.Expression('#{x}', limits=a, delimiters=b, unset_runtime=c),
    lambda a, b, c, d: pipexpr.Expression('#{first(x)}', functions=FUNCTIONS).evaluate(fields={'x': a}),
    lambda a, b, c, d: pipexpr.Expression('#{first(x)}', functions=FUNCTIONS).evaluate_many(fields={'x': [a, b]}, errors='text'),
    lambda a, b, c, d: pipexpr.Expression('#{x}').evaluate(a, b, c, d),
    lambda a, b, c, d: pipexpr.Expression('#{x}#{@status}').evaluate(0, fields=a, run_fields=b, timeout=c),
    lambda a, b, c, d: pipexpr.Expression('#{x}').evaluate_many(a, b, c, errors='none'),
    lambda a, b, c, d: pipexpr.Expression('#{x}').evaluate_many(a, kind=b, errors=c, timeout=d),
    lambda a, b, c, d: pipexpr.Expression('#{x}').evaluate_many([0], fields={'x': a}, attempt=b, run_fields=c, max_errors=d),
    lambda a, b, c, d: pipexpr.Expression('#{x + 1}').evaluate_many(fields={'x': a, 'y': b}, kind='number', errors='none'),
    lambda a, b, c, d: pipexpr.Definition(a, b, runtime_fields=c, functions=d),
    lambda a, b, c, d: pipexpr.Definition.load(a, b, limits=c),
    lambda a, b, c, d: ORDERS.render(a, b, c, errors='keep'),
    lambda a, b, c, d: list(zip(range(3), ORDERS.instances(a, b, c, d, errors='keep'))),
    lambda a, b, c, d: list(zip(range(3), ORDERS.schedule().runs(a, b, c))),
    lambda a, b, c, d: (ORDERS.explain(a, b, c), ORDERS.diff(d)),
    lambda a, b, c, d: (ORDERS.fields(a), a in ORDERS),
    lambda a, b, c, d: pipexpr.Graph(a, b),
    lambda a, b, c, d: pipexpr.evaluate('#{x}#{a}', definition=pipexpr.Graph({'A': {'x': a, 'parent': b}}, {'a': c}), object='A'),
    lambda a, b, c, d: pipexpr.Functions(a).add(b, c, d),
    lambda a, b, c, d: pipexpr.Functions().add(lambda x=a: x, 'f'),
    lambda a, b, c, d: pickle.loads(pickle.dumps(pipexpr.Expression('#{x}', pipexpr.Graph({'A': {'x': a}}), 'A'))).evaluate(),
    lambda a, b, c, d: pipexpr.Expression.evaluate(a, b),
    lambda a, b, c, d: pipexpr._pipexpr.Template.names(a),
]


@hypothesis.settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                     suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(st.integers(0, len(CALLS) - 1), FIELDS, GRAPHS, ANYTHING, ANYTHING)
def test_anything(call, a, b, c, d):
    try:
        CALLS[call](a, b, c, d)
    except Exception as error:  # any but one that says that the binding itself is wrong
        assert not isinstance(error, SystemError), error


@hypothesis.settings(max_examples=EXAMPLES // 2, deadline=None, derandomize=True, database=None)
@hypothesis.given(TEXTS, st.one_of(st.none(), st.integers(-2**63, 2**63 - 1)), st.lists(st.sampled_from(['a', '1', '2024-05-24', 'é']), min_size=1, max_size=3))
def test_a_row_is_its_value(text, start, values):
    try:
        expression = pipexpr.Expression(text, functions=FUNCTIONS)
    except (pipexpr.Error, TypeError, UnicodeEncodeError):
        return
    starts = None if start in (None, -2**63) else [start] * len(values)
    column = expression.evaluate_many(starts, fields={'x': values}, errors='none')
    for row, value in enumerate(values):
        try:
            found = expression.evaluate(None if starts is None else start, fields={'x': value})
        except pipexpr.Error as error:
            assert column.to_list()[row] is None
            assert dict(column.errors)[row].diagnostics == error.diagnostics
        else:
            assert column.to_list()[row] is not None
            if isinstance(found, (str, int)):
                assert column.to_list()[row] == str(found)
