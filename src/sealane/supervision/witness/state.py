"""What a witness keeps in its folder, for the owner's eyes only.

    witness.key                     PRIVATE+KEY+name+id+base64: its name and its key
    heads/3f2a...e1.note            the last checkpoint it cosigned of each log, named by the SHA-256 of the origin
    evidence/3f2a...e1-<us>.note    a checkpoint that it refused although the log had signed it, with the one before

A head is on the disk before its cosignature leaves, so a crash makes the witness forget nothing it said.
"""

import hashlib
from pathlib import Path

from sealane.keys.files import read_secret, write_secret
from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, Misconfigured, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, parse_checkpoint
from sealane.supervision.folder import write_whole
from sealane.supervision.note import COSIGNING, NoteKey, parse_secret_key, parse_vkey, split_note, write_secret_key

__all__ = ["WitnessFolder"]

_KEY = "witness.key"


class WitnessFolder:
    """The files of one witness; used by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def identity(self, name: str | None) -> tuple[str, Signer]:
        """Return name and key, made on first use; the name is kept from then on.

        Raises:
            Misconfigured: when the key file is damaged or readable by others, when there is none and no name is given
                or it cannot be one, or when another name is given than the one kept.
        """
        text = read_secret(self.path / _KEY)
        if text is None:
            return self._make(name)
        try:
            known, signer = parse_secret_key(text.strip(), COSIGNING)
        except InvalidInput as error:
            raise Misconfigured(
                f"{self.path / _KEY} does not hold a witness's key.", remedy="Restore it from its backup."
            ) from error
        if name not in {None, known}:
            raise Misconfigured(
                f"This witness is called {known}, not {name}.", remedy="Leave --name out, or use another folder."
            )
        return known, signer

    def _make(self, name: str | None) -> tuple[str, Signer]:
        signer = Signer.generate()
        try:
            parse_vkey(str(NoteKey(name or "", signer.public_key, COSIGNING)), COSIGNING)
        except InvalidInput:
            raise Misconfigured(
                "A new witness needs a name without spaces and plus signs.",
                remedy="Give one for good, usually a host and a path: --name witness.example.com/w1",
            ) from None
        write_secret(self.path / _KEY, write_secret_key(name or "", signer, COSIGNING) + "\n")
        return name or "", signer

    def head(self, origin: str) -> Checkpoint | None:
        """Return the last checkpoint that was cosigned of the log with this origin.

        Raises:
            Misconfigured: when its file is damaged; starting at zero again would make the witness worthless.
        """
        path = self._head_path(origin)
        try:
            return parse_checkpoint(split_note(path.read_bytes())[0])
        except FileNotFoundError:
            return None
        except ProofInvalid as error:
            raise Misconfigured(f"{path} is damaged: {error.detail}.", remedy="Restore it from a backup.") from error

    def keep_head(self, origin: str, note: bytes) -> None:
        """Put a checkpoint in the place of the one before, durably.

        Raises:
            DependencyUnavailable: when the folder cannot be written; the one before then still stands.
        """
        write_whole(self._head_path(origin), note)

    def keep_evidence(self, origin: str, note: bytes, now_us: int) -> None:
        """Keep a refused checkpoint beside the one it contradicts.

        Raises:
            DependencyUnavailable: when the folder cannot be written.
        """
        known = self._head_path(origin)
        before = known.read_bytes() if known.exists() else b""
        write_whole(self.path / "evidence" / f"{known.stem}-{now_us}.note", before + b"\n" + note)

    def _head_path(self, origin: str) -> Path:
        return self.path / "heads" / f"{hashlib.sha256(origin.encode()).hexdigest()}.note"
