"""The test authority on loopback: CAs, OCSP responders, CRLs and time-stamp authorities of authority.yml, served by certomancer.

    with Authority(folder) as authority:
        authority.tsa("tsa"), authority.chain("rsa2048"), authority.key("rsa2048"), authority.root("root")

Keys are made once a folder. The port is drawn once, because the certificates name it; `start(at)` moves the clock of the server.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from functools import cache, partial
from pathlib import Path

import requests
import yaml
from asn1crypto import pem, x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_der_x509_certificate

HERE = Path(__file__).resolve().parent
ARCHITECTURE = "ca"
# What is not named here is P-256. The first generation lasts to 2060, longer than anyone believes in RSA-2048.
KEYS = {
    **dict.fromkeys(["root", "issuing", "tsa", "tsa-long", "ocsp", "root-ocsp", "rsa3072"], 3072),
    **dict.fromkeys(["rsa4096", "tsa-2"], 4096),
    **dict.fromkeys(["rsa2048", "office"], 2048),
    **dict.fromkeys(["root-2", "issuing-2", "ocsp-2", "root-ocsp-2", "root-3", "issuing-3", "ocsp-3", "root-ocsp-3", "tsa-3", "p384"], "P-384"),
    "weak": 1024,
    "ed25519": "Ed25519",
}
CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1}
# Where Debian puts the library that moves a program's clock.
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def make_key(kind):
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind]())
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, kind)


def moved_clock(at):
    """The environment in which a program's clock starts at this time (`2036-11-03 00:00:00`, UTC) and goes on."""
    if at is None:
        return dict(os.environ)
    return {**os.environ, "LD_PRELOAD": FAKETIME, "FAKETIME": f"@{at}", "TZ": "UTC", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Authority:
    def __init__(self, folder, port=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        architecture = yaml.safe_load((HERE / "authority.yml").read_text())
        keys = {name: {"path": f"{name}.pem"} for name in architecture[ARCHITECTURE]["entities"]}
        for name in keys:
            self._make_key(name)
        config = {"external-url-prefix": self.url, "keysets": {ARCHITECTURE: {"keys": keys}}, "pki-architectures": architecture}
        self.config = self.folder / "config.yml"
        self.config.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
        self.registry = CertomancerConfig(config, key_search_dir=str(self.folder), lazy_load_keys=True).get_pki_arch(ArchLabel(ARCHITECTURE))
        self.server = None
        self.written = set()

    def _make_key(self, name):
        path = self.folder / f"{name}.pem"
        if not path.exists():
            key = make_key(KEYS.get(name, "P-256"))
            encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            path.write_bytes(key.private_bytes(*encoding))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, at=None):
        """Serves, as if it were the time `at`; a server that runs is stopped first."""
        self.stop()
        command = [sys.executable, str(HERE / "authority.py"), str(self.config), str(self.folder), str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(command, env=moved_clock(at), stdout=log, stderr=log)
        for _ in range(300):
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.server.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the test authority did not start: see {self.folder / 'server.log'}")

    def stop(self):
        if self.server:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def tsa(self, name):
        return f"{self.url}/{ARCHITECTURE}/tsa/{name}"

    def ocsp(self, name):
        return f"{self.url}/{ARCHITECTURE}/ocsp/{name}"

    def crl(self, name):
        return f"{self.url}/{ARCHITECTURE}/crls/{name}/latest.crl"

    @cache
    def certificate(self, name):
        """An asn1crypto certificate, as the server made it."""
        answer = requests.get(f"{self.url}/_certomancer/any-cert/{ARCHITECTURE}/{name}.crt", timeout=30)
        answer.raise_for_status()
        return x509.Certificate.load(answer.content)

    @cache
    def private_key(self, name):
        return serialization.load_pem_private_key((self.folder / f"{name}.pem").read_bytes(), None)

    def issuers(self, name):
        """The certificates above one, the root last."""
        try:
            return [self.certificate(label.value) for label in self.registry.get_chain(CertLabel(name))]
        except LookupError:
            return []

    def key(self, name):
        """Path of a PEM file."""
        return self.folder / f"{name}.pem"

    def root(self, name):
        """Path of a PEM file."""
        return self._written(f"{name}.root.pem", [self.certificate(name)])

    def roots(self, names):
        """Path of a PEM file with these."""
        return self._written(f"{'+'.join(names)}.roots.pem", [self.certificate(name) for name in names])

    def trust(self, names, algorithms):
        """Path of a folder with these, and with the days until which algorithms are believed."""
        folder = self.folder / f"trust-{'+'.join(names)}"
        folder.mkdir(exist_ok=True)
        for name in names:
            self._written(f"{folder.name}/{name}.pem", [self.certificate(name)])
        (folder / "trust.toml").write_text('algorithms = "algorithms.toml"\n')
        (folder / "algorithms.toml").write_text(algorithms)
        return folder

    def chain(self, name):
        """Path of a PEM file: the certificate and those above it, without the root."""
        return self._written(f"{name}.chain.pem", [self.certificate(name), *self.issuers(name)[:-1]])

    def pkcs12(self, name, password=b"test"):
        """Path of a PKCS#12 file."""
        path = self.folder / f"{name}.p12"
        certificate, *issuers = [load_der_x509_certificate(one.dump()) for one in [self.certificate(name), *self.issuers(name)]]
        protection = serialization.BestAvailableEncryption(password)
        path.write_bytes(pkcs12.serialize_key_and_certificates(None, self.private_key(name), certificate, issuers, protection))
        return path

    def pin(self):
        """Path of a file with the PIN of tokens and the password of PKCS#12 files, which only its owner may read."""
        path = self.folder / "pin"
        path.write_text("test\n")
        path.chmod(0o600)
        return path

    @cache
    def token(self, name):
        """Label of a SoftHSM2 token that holds a key of the same label; SOFTHSM2_CONF is set for the programs that are started."""
        config, tokens = self.folder / "softhsm2.conf", self.folder / "tokens"
        if os.environ.get("SOFTHSM2_CONF") != str(config):
            # Those of an earlier run have the same labels.
            shutil.rmtree(tokens, ignore_errors=True)
            tokens.mkdir()
            config.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
            os.environ["SOFTHSM2_CONF"] = str(config)
        label = f"sohoa-{name}"
        run = partial(subprocess.run, check=True, capture_output=True)
        run(["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", "test", "--so-pin", "test"])
        run(["softhsm2-util", "--import", self.key(name), "--token", label, "--label", label, "--id", "a1", "--pin", "test"])
        return label

    def _written(self, name, certificates):
        path = self.folder / name
        if name not in self.written:
            self.written.add(name)
            path.write_bytes(b"".join(pem.armor("CERTIFICATE", one.dump()) for one in certificates))
        return path


def serve(config, keys, port):
    from certomancer.integrations.animator import Animator, AnimatorArchStore
    from werkzeug.serving import run_simple

    # certomancer loads a key anew for each signature, and the checks of an RSA key take longer than the signature.
    for name in ("load_der_private_key", "load_pem_private_key"):
        load = getattr(serialization, name)
        setattr(serialization, name, cache(partial(load, unsafe_skip_rsa_key_validation=True)))
    architectures = CertomancerConfig(yaml.safe_load(Path(config).read_text()), key_search_dir=keys, lazy_load_keys=True).pki_archs
    run_simple("127.0.0.1", port, Animator(AnimatorArchStore(architectures)), threaded=True)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
