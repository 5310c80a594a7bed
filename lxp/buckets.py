"""Where uploaded files lie when they are not on this disk."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def media_hosts(environment: Mapping[str, str]) -> list[str]:
    """The origins from which a browser may fetch pictures and films beside our own; none where files are on this disk."""
    bucket, endpoint = environment.get("LXP_S3_BUCKET"), environment.get("LXP_S3_ENDPOINT")
    if not bucket:
        return []
    if endpoint:
        parts = urlsplit(endpoint)
        return [f"{parts.scheme}://{parts.netloc}"]
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    places = ["s3", *([f"s3.{region}"] if region else [])]
    return [f"https://{bucket}.{place}.amazonaws.com" for place in places]
