"""Scenarios of what moto keeps."""

import json
import re

from tests.delivery.aws import Aws
from tests.local.up.rooms.bench import Bench

PART = b"x" * (5 * 1024 * 1024)
_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def objects(aws: Aws, bench: Bench) -> None:
    """Versions, and large objects in parts: one upload is finished after the snapshot, one is under way."""
    bucket = aws.bucket()
    bench.s3(
        "PUT",
        f"/{bucket}",
        "versioning",
        b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    )
    for text in (b"one", b"two"):
        bench.s3("PUT", f"/{bucket}/small", "", text)
    early = _upload(bench, f"/{bucket}/early")
    bench.s3("PUT", f"/{bucket}/early", f"partNumber=1&uploadId={early}", PART)
    bench.snapshot()
    late = _upload(bench, f"/{bucket}/late")
    bench.s3("PUT", f"/{bucket}/early", f"partNumber=2&uploadId={early}", b"end")
    for path, upload, parts in ((f"/{bucket}/early", early, (1, 2)), (f"/{bucket}/late", late, (1,))):
        if upload == late:
            bench.s3("PUT", path, f"partNumber=1&uploadId={late}", b"all of it")
        listed = bench.s3("GET", path, f"uploadId={upload}").decode()
        tags = re.findall(r"<ETag>(.*?)</ETag>", listed)
        chosen = "".join(
            f"<Part><PartNumber>{part}</PartNumber><ETag>{tag}</ETag></Part>"
            for part, tag in zip(parts, tags, strict=True)
        )
        whole = f"<CompleteMultipartUpload>{chosen}</CompleteMultipartUpload>"
        bench.s3("POST", path, f"uploadId={upload}", whole.encode())
    _upload(bench, f"/{bucket}/under-way")
    bench.s3("PUT", f"/{bucket}/small", "", b"three")


def secrets(aws: Aws, bench: Bench) -> None:
    """Secrets without tokens, keys and what was encrypted with them, roles and users, parameters, log events."""
    manager, kms, iam, ssm, logs = map(aws.client, ("secretsmanager", "kms", "iam", "ssm", "logs"))
    manager.create_secret(Name="before", SecretString="one")
    manager.put_secret_value(SecretId="before", SecretString="two")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    event = {"timestamp": int(aws.now() * 1000), "message": "m"}
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event, event])
    bench.snapshot()
    manager.create_secret(Name="after", SecretString="three")
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    for number, each in enumerate((key, other)):
        sealed = kms.encrypt(KeyId=each, Plaintext=b"open")["CiphertextBlob"]
        opened = kms.decrypt(CiphertextBlob=sealed)["Plaintext"]
        ssm.put_parameter(Name=f"/sealed/{number}", Value=f"{sealed.hex()} {opened!r}", Type="String")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=_TRUST)
    iam.create_user(UserName="u")
    made = iam.create_access_key(UserName="u")["AccessKey"]
    ssm.put_parameter(Name="/key", Value=f"{made['AccessKeyId']} {made['SecretAccessKey']}", Type="String")
    ssm.put_parameter(Name="/key", Value="again", Type="String", Overwrite=True)
    assumed = aws.client("sts").assume_role(RoleArn=aws.role(), RoleSessionName="somebody")["Credentials"]
    ssm.put_parameter(Name="/session", Value=assumed["SessionToken"], Type="String")
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event])


def _upload(bench: Bench, path: str) -> str:
    answer = bench.s3("POST", path, "uploads").decode()
    return answer.partition("<UploadId>")[2].partition("</UploadId>")[0]
