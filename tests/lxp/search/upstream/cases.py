"""Upstream's suite as a test case. Run by test_upstream_suite.py in a process of its own, since it brings its own apps."""

from __future__ import annotations

from django.test import TestCase
from modelsearch.tests.test_backends import BackendTests

from tests.lxp.search.upstream.rows import Rows


class WhooshTests(Rows, BackendTests, TestCase):
    """Everything that upstream asks of an engine."""

    backend_path = "lxp.search.whoosh"


del BackendTests
