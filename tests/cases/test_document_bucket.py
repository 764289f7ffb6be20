"""Documents in a bucket of S3: the same acts, against a server that speaks its protocol on this machine."""

import io

import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from cases.models import DocumentText
from cases.services import take_document
from tests.cases import papers
from tests.clock import TODAY


@pytest.fixture
def bucket(settings):
    """A bucket, and the settings that lead to it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "bucket_name": "papers",
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "eu-west-2",
        "access_key": "key",
        "secret_key": "secret",
        "default_acl": "private",
        "file_overwrite": False,
        "object_parameters": {"ServerSideEncryption": "AES256"},
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    default_storage.connection.create_bucket(
        Bucket="papers", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    yield default_storage.bucket
    server.stop()


def test_a_document_goes_into_the_bucket_and_comes_back_through_the_policy(
    bucket, case, cast, northgate, acting, client_for
):
    with acting(cast.specialist):
        document = take_document(
            case,
            file=io.BytesIO(papers.PDF),
            file_name="letter.pdf",
            title="Letter",
            kind="family",
            dated_on=TODAY,
            by=cast.specialist.membership,
        )
        stored = DocumentText.objects.get().stored_name

    assert [kept.key for kept in bucket.objects.all()] == [stored]
    answer = client_for(cast.specialist, northgate).get(f"/documents/{document.public_id}/")
    assert b"".join(answer) == papers.PDF
    assert client_for(cast.coordinator, northgate).get(f"/documents/{document.public_id}/").status_code == 404
