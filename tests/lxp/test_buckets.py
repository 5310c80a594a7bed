"""The content security policy lets in the bucket of this installation, and no other."""

from __future__ import annotations

import pytest

from lxp.buckets import media_hosts


@pytest.mark.parametrize(
    ("environment", "hosts"),
    [
        ({}, []),
        ({"LXP_S3_ENDPOINT": "https://s3.example.nl"}, []),
        ({"LXP_S3_BUCKET": "lxp", "LXP_S3_ENDPOINT": "https://s3.example.nl:9000/"}, ["https://s3.example.nl:9000"]),
        ({"LXP_S3_BUCKET": "lxp"}, ["https://lxp.s3.amazonaws.com"]),
        (
            {"LXP_S3_BUCKET": "lxp", "AWS_DEFAULT_REGION": "eu-central-1"},
            ["https://lxp.s3.amazonaws.com", "https://lxp.s3.eu-central-1.amazonaws.com"],
        ),
    ],
    ids=["disk", "no bucket", "own server", "Amazon", "Amazon with a region"],
)
def test_pictures_and_films_come_from_our_own_bucket_only(environment, hosts):
    assert media_hosts(environment) == hosts
