"""Tests of the plugin for pytest run pytest."""

pytest_plugins = ['pytester', 'pipexpr.testing']
