"""S3 objects as Iceberg's files, over a boto3 client."""

import io
from typing import Any

from botocore.exceptions import ClientError
from pyiceberg.io import FileIO, InputFile, OutputFile

CLIENT = "omnibus.s3-client"
_SCHEME = "s3://"


class S3Objects(FileIO):
    """An Iceberg FileIO over the boto3 S3 client in its property `CLIENT`; each file is read and written whole."""

    def new_input(self, location: str) -> "S3Input":
        return S3Input(location, self.properties[CLIENT])

    def new_output(self, location: str) -> "S3Output":
        return S3Output(location, self.properties[CLIENT])

    def delete(self, location: str | InputFile | OutputFile) -> None:
        path = location if isinstance(location, str) else location.location
        self.properties[CLIENT].delete_object(**_object(path))


class S3Input(InputFile):
    """An object to read; it is fetched once."""

    def __init__(self, location: str, client: Any) -> None:
        super().__init__(location)
        self._client = client
        self._content: bytes | None = None

    def __len__(self) -> int:
        if self._content is not None:
            return len(self._content)
        return int(self._client.head_object(**_object(self.location))["ContentLength"])

    def exists(self) -> bool:
        return _exists(self._client, self.location)

    def open(self, seekable: bool = True) -> io.BytesIO:  # noqa: ARG002, FBT001, FBT002 - pyiceberg's signature
        if self._content is None:
            self._content = _fetch(self._client, self.location)
        return io.BytesIO(self._content)


class S3Output(OutputFile):
    """An object to write; it is stored when the stream is closed."""

    def __init__(self, location: str, client: Any) -> None:
        super().__init__(location)
        self._client = client
        self._length: int | None = None

    def __len__(self) -> int:
        return len(self.to_input_file()) if self._length is None else self._length

    def exists(self) -> bool:
        return _exists(self._client, self.location)

    def to_input_file(self) -> S3Input:
        return S3Input(self.location, self._client)

    def create(self, overwrite: bool = False) -> io.BytesIO:  # noqa: FBT001, FBT002 - as S3Input.open
        return _Upload(self, overwrite=overwrite)

    def store(self, content: bytes, *, overwrite: bool) -> None:
        """Put the whole object. Raises FileExistsError when there is one already and it may not be replaced."""
        condition = {} if overwrite else {"IfNoneMatch": "*"}
        try:
            self._client.put_object(**_object(self.location), Body=content, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "PreconditionFailed":
                raise FileExistsError(self.location) from error
            raise
        self._length = len(content)


class _Upload(io.BytesIO):
    def __init__(self, output: S3Output, *, overwrite: bool) -> None:
        super().__init__()
        self._output, self._overwrite = output, overwrite

    def close(self) -> None:
        if not self.closed:
            self._output.store(self.getvalue(), overwrite=self._overwrite)
        super().close()


def _fetch(client: Any, location: str) -> bytes:
    try:
        content: bytes = client.get_object(**_object(location))["Body"].read()
    except client.exceptions.NoSuchKey as error:
        raise FileNotFoundError(location) from error
    return content


def _exists(client: Any, location: str) -> bool:
    try:
        client.head_object(**_object(location))
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004 - HTTP's own number
            return False
        raise
    return True


def _object(location: str) -> dict[str, str]:
    bucket, _, key = location.removeprefix(_SCHEME).partition("/")
    return {"Bucket": bucket, "Key": key}
