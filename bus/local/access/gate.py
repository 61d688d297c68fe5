"""The gate of `bus up --auth`: who calls, and whether they may."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.access.caller import Caller, Kind
from bus.local.access.denials import denied
from bus.local.access.dialect import Dialect, dialect_of
from bus.local.access.directory import Directory
from bus.local.access.evaluation import Denial, Judge
from bus.local.access.identities import Documents, Identities
from bus.local.access.keys import Keys, Known
from bus.local.access.legacy import LegacySignature, check_legacy_signature, read_legacy_signature
from bus.local.access.needs import Call, Need, needs_of
from bus.local.access.open_to_all import FREE, is_open
from bus.local.access.refusals import expired_token, unknown_key, unsigned, wrong_token
from bus.local.access.resource_policies import ResourcePolicies
from bus.local.access.sessions import Credentials, Sessions
from bus.local.access.signature import Signature, key_of, query_of, read_signature
from bus.local.access.signed import Signed
from bus.local.access.verification import check_signature
from bus.local.errors import OperationError
from bus.local.plane import Plane
from bus.local.policies import Request, keys_of_moment

Params = Mapping[str, Any]
_NONE = Documents()
_WITHOUT = (Kind.ROOT, Kind.ANONYMOUS)
_NOBODY = '{"Version": "2012-10-17", "Statement": []}'


class Gate:
    """Stands before a plane's operations and moto's.

    `root` is the access key and the secret of the account itself. With `enforce` False nothing is refused, and every
    call is let through as whoever its key says. `now` is the real time in epoch seconds: the gate decides what becomes
    an input of the plane, and is no part of it.
    """

    def __init__(
        self, plane: Plane, *, root: tuple[str, str], enforce: bool, now: Callable[[], float] = time.time
    ) -> None:
        self._account, self._region = plane.account, plane.region
        self._enforce, self._now = enforce, now
        self._identities, self._sessions = Identities(plane.account), Sessions(root[1])
        self._keys = Keys(plane.account, root, self._identities, self._sessions)
        self._directory = Directory(plane, self._identities)
        self._policies = ResourcePolicies(plane, self._directory)
        self._judge = Judge()

    def admit(self, request: Signed, service: str, operation: str, params: Params) -> Caller:
        """The caller of an operation of `service` (botocore's name), its parameters in boto3's shapes.

        Raises AwsError, as the service would answer it, for a signature that is wrong and for what the caller may not
        do; UnsupportedOperationError for what cannot be judged.
        """
        if not self._enforce:
            return self._named(request)
        dialect = dialect_of(service)
        caller = self._verified(request, dialect, operation)
        if caller.kind is not Kind.ANONYMOUS or not is_open(service, operation):
            self._authorize(caller, dialect, operation, params)
        return caller

    def permits(
        self, role_arn: str, service: str, operation: str, params: Params, *, session: str = "local"
    ) -> OperationError | None:
        """Why a session of a role may not do an operation; None when it may. `session` is a function's name."""
        caller = self._identities.session(role_arn, session)
        dialect = dialect_of(service)
        if caller is None:
            return unknown_key(dialect, "")
        try:
            self._authorize(caller, dialect, operation, params)
        except OperationError as error:
            return error
        return None

    def credentials(self, role_arn: str, session: str) -> Credentials:
        """What a function signs with: those of a session of its role, named after it; they never expire."""
        return self._sessions.credentials(role_arn, session)

    def _named(self, request: Signed) -> Caller:
        key = key_of(request)
        token = request.headers.get("x-amz-security-token") or query_of(request).get("X-Amz-Security-Token")
        known = None if key is None else self._keys.find(key, token)
        return Caller.root(self._account, key or "") if known is None else known.caller

    def _verified(self, request: Signed, dialect: Dialect, operation: str) -> Caller:
        signature = read_signature(request, dialect)
        if signature is not None:
            known = self._known(signature, dialect)
            check_signature(request, signature, known.secret, dialect, region=self._region, now=self._now())
        elif dialect.is_s3 and (legacy := read_legacy_signature(request)) is not None:
            known = self._known(legacy, dialect)
            check_legacy_signature(request, legacy, known.secret, now=self._now())
        elif dialect.is_s3 or is_open(dialect.service, operation):
            return Caller.anonymous()
        else:
            raise unsigned(dialect)
        if known.expires is not None and known.expires <= self._now():
            raise expired_token(dialect)
        return known.caller

    def _known(self, signature: Signature | LegacySignature, dialect: Dialect) -> Known:
        known = self._keys.find(signature.key, signature.token)
        if known is None:
            raise unknown_key(dialect, signature.key)
        if known.token != signature.token:
            raise wrong_token(dialect, signature.key)
        return known

    def _authorize(self, caller: Caller, dialect: Dialect, operation: str, params: Params) -> None:
        """Raises AwsError for the first thing that the call needs and the caller may not do."""
        call = Call(operation, params, self._directory, caller.arn)
        for need in needs_of(dialect.service, call):
            denial = self._denial(caller, need)
            if denial is not None:
                raise denied(dialect, caller, need.action, need.resource, denial)

    def _denial(self, caller: Caller, need: Need) -> Denial | None:
        if need.action in FREE:
            return None
        moment = keys_of_moment(datetime.fromtimestamp(self._now(), UTC))
        context = {"aws:RequestedRegion": self._region, **moment, **need.keys}
        request = Request(caller.principal, need.action, need.resource, context)
        documents = _NONE if caller.kind in _WITHOUT else self._identities.documents(caller)
        if need.action == "sts:AssumeRole":
            role = self._identities.role(need.resource.rpartition("/")[2])
            trust = _NOBODY if role is None or role.arn != need.resource else self._policies.trust(role)
            return self._judge.may_assume(caller, request, documents, trust)
        return self._judge.decide(caller, request, documents, self._policies.of(need.resource))
