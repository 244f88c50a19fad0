"""What callers tell of themselves, sealed before the database sees it and opened only where it is shown or sent.

AES-256-GCM with a nonce of its own for each value; the column's name is sealed in, so that a number cannot be passed
off as a name. Equal values are found by a keyed digest in a column beside the sealed one (a blind index), never by
opening. Each key of the district gives three: one that seals, one for the digests, one that signs links. The first key
seals; all of them open, so that a key can be changed while old rows are still sealed with the one before it.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pydantic import SecretStr

from casebook.errors import ConfigurationError

SEALED = "s1"
KEY_BYTES, NONCE_BYTES, NAME_BYTES = 32, 12, 4
WHAT_TO_DO = "应为 64 位十六进制数（openssl rand -hex 32），换密钥时新旧两个用逗号隔开"


@dataclass(frozen=True, kw_only=True)
class _Key:
    name: str
    cipher: AESGCM
    index_key: bytes
    link_key: bytes

    @classmethod
    def read(cls, text: str) -> "_Key":
        try:
            master = bytes.fromhex(text)
        except ValueError:
            master = b""
        if len(master) != KEY_BYTES:
            raise ConfigurationError(f"个人信息密钥 MINHU_PERSONAL_KEY 写法不对：{WHAT_TO_DO}。")
        name = _derived(master, b"name")[:NAME_BYTES].hex()
        index_key, link_key = _derived(master, b"index"), _derived(master, b"link")
        return cls(name=name, cipher=AESGCM(_derived(master, b"seal")), index_key=index_key, link_key=link_key)


class Sealer:
    """Seals and opens with the district's keys."""

    def __init__(self, keys: SecretStr) -> None:
        """Read one key, or several with commas between, the one that seals first; ConfigurationError."""
        read = [_Key.read(part.strip()) for part in keys.get_secret_value().split(",")]
        self._first, self._keys = read[0], {key.name: key for key in read}

    @property
    def prefix(self) -> str:
        """How everything begins that the first key has sealed."""
        return f"{SEALED}.{self._first.name}."

    def seal(self, value: str, *, column: str) -> str:
        """Return a value as it may be stored in a column (`table.column`)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._first.cipher.encrypt(nonce, value.encode(), column.encode())
        return self.prefix + base64.urlsafe_b64encode(sealed).decode()

    def open(self, stored: str, *, column: str) -> str:
        """Return what was sealed; what is from before sealing is returned as it stands. ConfigurationError."""
        kind, _, rest = stored.partition(".")
        name, _, sealed = rest.partition(".")
        if kind != SEALED or not sealed:
            return stored
        if (key := self._keys.get(name)) is None:
            raise ConfigurationError(f"{column} 是用密钥 {name} 加密的，MINHU_PERSONAL_KEY 里没有它。请补上。")
        raw = base64.urlsafe_b64decode(sealed)
        try:
            return key.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], column.encode()).decode()
        except InvalidTag:
            raise ConfigurationError(f"{column} 里有一项被改动过，打不开。请从备份恢复这一行。") from None

    def index(self, value: str) -> str:
        """Return the digest by which a value is found."""
        return _digest(self._first, value)

    def indexes(self, value: str) -> list[str]:
        """Return the digests under which a value may stand while a key is being changed."""
        return [_digest(key, value) for key in self._keys.values()]

    def signatures(self, said: str) -> list[bytes]:
        """Return the signatures of what a link says, by each key, that of the first key first."""
        return [hmac.digest(key.link_key, said.encode(), "sha256") for key in self._keys.values()]


def _derived(master: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=b"minhu personal " + purpose).derive(master)


def _digest(key: _Key, value: str) -> str:
    return hmac.digest(key.index_key, value.encode(), "sha256").hex()
