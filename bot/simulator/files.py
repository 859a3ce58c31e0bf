"""Files that were sent: kept in memory, known by file id, downloaded by path."""

import hashlib
import secrets
import struct
from dataclasses import dataclass

from bot.simulator.errors import Json, bad_request

PHOTO_BOXES = (90, 320, 800, 1280)
"""The larger sides, in pixels, of the sizes that Telegram makes of a photo."""
MOST_PHOTO_BYTES = 10 * 2**20
MOST_DOWNLOAD_BYTES = 20 * 2**20
MOST_PHOTO_SIDES = 10_000
MOST_PHOTO_RATIO = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in a request."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that Telegram keeps; every size of a photo is one, all with the same bytes here."""

    file_id: str
    unique_id: str
    kind: str
    upload: Upload
    path: str
    width: int = 0
    height: int = 0

    def json(self) -> Json:
        """The fields that all kinds of files share."""
        size = len(self.upload.content)
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": size}


class FileStore:
    """All files, by id and by path."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}
        self._photos: dict[str, list[Json]] = {}
        self._documents: dict[str, Json] = {}

    def _keep(self, kind: str, upload: Upload, width: int = 0, height: int = 0) -> StoredFile:
        folder = {"photo": "photos", "document": "documents"}[kind]
        extension = upload.name.rsplit(".", 1)[-1] if "." in upload.name else "bin"
        number = len(self.by_id)
        prefix = "AgACAgUAAxk" if kind == "photo" else "BQACAgUAAxk"
        digest = hashlib.sha256(upload.content + f"{width}x{height}".encode()).hexdigest()
        path = f"{folder}/file_{number}.{extension if extension.isalnum() else 'bin'}"
        file_id = prefix + secrets.token_urlsafe(33)
        stored = StoredFile(file_id, f"AQAD{digest[:12]}", kind, upload, path, width, height)
        self.by_id[file_id] = self.by_path[path] = stored
        return stored

    def add_photo(self, upload: Upload) -> list[Json]:
        """Keeps a picture and gives its sizes as Telegram `PhotoSize`s, the largest last."""
        width, height = _checked_sides(upload.content)
        sizes = []
        for box in PHOTO_BOXES:
            scale = min(1.0, box / max(width, height))
            shape = max(1, round(width * scale)), max(1, round(height * scale))
            stored = self._keep("photo", upload, *shape)
            sizes.append(stored.json() | {"width": stored.width, "height": stored.height})
            if scale == 1.0:
                break
        for size in sizes:
            self._photos[size["file_id"]] = sizes
        return sizes

    def add_document(self, upload: Upload) -> Json:
        """Keeps a file and gives it as a Telegram `Document`."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        stored = self._keep("document", upload)
        document = stored.json() | {"file_name": upload.name, "mime_type": upload.mime}
        self._documents[stored.file_id] = document
        return document

    def photo(self, file_id: str) -> list[Json]:
        """The sizes of a photo sent before."""
        self._known(file_id)
        if file_id not in self._photos:
            raise bad_request("can't use file of type Document as Photo")
        return self._photos[file_id]

    def document(self, file_id: str) -> Json:
        """A document sent before."""
        self._known(file_id)
        if file_id not in self._documents:
            raise bad_request("can't use file of type Photo as Document")
        return self._documents[file_id]

    def _known(self, file_id: str) -> StoredFile:
        if file_id not in self.by_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self.by_id[file_id]

    def download(self, file_id: str) -> Json:
        """What `getFile` tells: where to download the file."""
        if file_id not in self.by_id:
            raise bad_request("invalid file_id")
        stored = self.by_id[file_id]
        if len(stored.upload.content) > MOST_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return stored.json() | {"file_path": stored.path}


def _checked_sides(content: bytes) -> tuple[int, int]:
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > MOST_PHOTO_BYTES:
        raise bad_request("file is too big for a photo")
    sides = image_sides(content)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = sides
    if width + height > MOST_PHOTO_SIDES or max(sides) > MOST_PHOTO_RATIO * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return sides


def image_sides(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF or WebP picture; None for anything else."""
    sides = None
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        sides = struct.unpack(">II", content[16:24])
    elif content[:3] == b"GIF" and len(content) >= 10:
        sides = struct.unpack("<HH", content[6:10])
    elif content[:2] == b"\xff\xd8":
        return _jpeg_sides(content)
    elif content[:4] == b"RIFF" and content[12:16] == b"VP8X" and len(content) >= 30:
        sides = tuple(1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
    return (sides[0], sides[1]) if sides and min(sides) > 0 else None


def _jpeg_sides(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content):
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        # SOF0–SOF15 carry the frame's sides; C4, C8 and CC in that range are other segments.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
