"""A certificate authority that lives as long as a control plane."""

import datetime
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Issues certificates for the names that servers are asked for.

    Attributes:
        certificate: its own, which clients have to trust, as PEM.
    """

    def __init__(self, name: str, folder: Path) -> None:
        """Makes its key and certificate.

        Args:
            name: its common name.
            folder: where the files of certificates are written, which OpenSSL reads.
        """
        self._folder, self._subject, self._key = folder, _named(name), _new_key()
        made = _certificate(self._subject, self._key, self._subject).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.certificate = _pem(made.sign(self._key, hashes.SHA256()))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def context(self, name: str) -> ssl.SSLContext:
        """The TLS settings of a server that clients reach by a name."""
        with self._lock:
            if name not in self._contexts:
                self._contexts[name] = self._issue(name)
            return self._contexts[name]

    def _issue(self, name: str) -> ssl.SSLContext:
        key = _new_key()
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        made = _certificate(_named("server"), key, self._subject).add_extension(names, False)
        file = self._folder / f"{name}.pem"
        file.touch(mode=0o600)
        file.write_bytes(_pem(made.sign(self._key, hashes.SHA256())) + _private(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
