"""What a node says of TLS, and what is made of it; the causes are those of OpenSSL."""

import pytest

from dragoman.indexer.opensearch.address import address_of
from dragoman.indexer.opensearch.refusals import untrusted

exceptions = pytest.importorskip("opensearchpy.exceptions")
FAILED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
AUTHORITY = "let SSL_CERT_FILE name a PEM file with the certificate of its authority"


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (
            f"{FAILED}IP address mismatch, certificate is not valid for '127.0.0.2'. (_ssl.c:1006)",
            "can't be trusted (IP address mismatch, certificate is not valid for '127.0.0.2'); use "
            "a name for it that is in its certificate, or make one with this name",
        ),
        (
            f"{FAILED}certificate has expired (_ssl.c:1006)",
            "can't be trusted (certificate has expired); renew it",
        ),
        (
            f"{FAILED}self-signed certificate in certificate chain (_ssl.c:1006)",
            f"can't be trusted (self-signed certificate in certificate chain); {AUTHORITY}",
        ),
        (
            "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
            "does not speak TLS ([SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)); "
            "write http:// where it need not, or start it with certificates",
        ),
    ],
)
def test_no_trusted_tls_is_told_with_address_and_remedy(cause: str, told: str) -> None:
    error = untrusted(
        address_of("https://me:hush@one:9200"), exceptions.SSLError("N/A", cause, None)
    )
    assert "https://one:9200/dragoman" in str(error)
    assert str(error).endswith(told)
    assert "hush" not in str(error)
