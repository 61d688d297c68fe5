"""The operations that need no signature: they come with proof of their own, a token or a password.

botocore marks them ("authtype": "none"); SNS's two are answered by links in mails (API reference, Unsubscribe and
ConfirmSubscription). GetCallerIdentity and GetSessionToken need a signature and no permission (STS API reference).
"""

_OPEN = {
    "cognito-identity": frozenset({"GetCredentialsForIdentity", "GetId", "GetOpenIdToken", "UnlinkIdentity"}),
    "cognito-idp": frozenset(
        {
            "AssociateSoftwareToken",
            "ChangePassword",
            "CompleteWebAuthnRegistration",
            "ConfirmDevice",
            "ConfirmForgotPassword",
            "ConfirmSignUp",
            "DeleteUser",
            "DeleteUserAttributes",
            "DeleteWebAuthnCredential",
            "ForgetDevice",
            "ForgotPassword",
            "GetDevice",
            "GetTokensFromRefreshToken",
            "GetUser",
            "GetUserAttributeVerificationCode",
            "GetUserAuthFactors",
            "GlobalSignOut",
            "InitiateAuth",
            "ListDevices",
            "ListUserSessions",
            "ListWebAuthnCredentials",
            "ResendConfirmationCode",
            "RespondToAuthChallenge",
            "RevokeToken",
            "RevokeUserSession",
            "SetUserMFAPreference",
            "SetUserSettings",
            "SignUp",
            "StartWebAuthnRegistration",
            "UpdateAuthEventFeedback",
            "UpdateDeviceStatus",
            "UpdateUserAttributes",
            "VerifySoftwareToken",
            "VerifyUserAttribute",
        }
    ),
    "sns": frozenset({"ConfirmSubscription", "Unsubscribe"}),
    "sts": frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}),
}
FREE = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})


def is_open(service: str, operation: str) -> bool:
    """Whether anybody may call it without a signature."""
    return operation in _OPEN.get(service, ())
