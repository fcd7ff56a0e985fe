"""The plugin on the repository's own example, as a project tests its pipelines."""

from pipexpr.testing import assert_renders

ORDERS = '../../../docs/examples/orders.json'


def test_a_run(pipeline):
    assert_renders(pipeline(ORDERS), '2024-05-24T17:00:00', {
        'OrdersTable': {'tableName': 'orders_2024_05'},
        'OrdersLoaded': {'message': 'orders_2024_05 holds everything up to 2024-05-24T18:00:00.'}})


def test_may(pipeline, assert_month):
    assert_month(pipeline(ORDERS), '2024-05', objects=['OrdersTable'], fields=['tableName'])


def test_parameters(pipeline):
    assert 'OrdersTable' in pipeline(ORDERS, {'myTeam': 'other'})
