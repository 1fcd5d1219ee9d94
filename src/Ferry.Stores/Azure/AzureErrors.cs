using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>What to make of the blob service's failures, and how to say it.</summary>
internal static class AzureErrors
{
    private const string NotPublic = "the container is not public: give an account key or a shared access signature";

    // The service refuses requests that are dated further off.
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(15);

    /// <summary>Makes the exception.</summary>
    /// <param name="failure">What the service answered.</param>
    /// <param name="place">Store and key.</param>
    /// <param name="signature">The shared access signature that was used; null for the account's key or nothing.</param>
    /// <param name="hasKey">Whether the account's key was used.</param>
    /// <param name="now">The time here.</param>
    public static StoreException ToException(AzureFailure failure, string place, string? signature, bool hasKey, DateTimeOffset now)
    {
        var (error, sentence) = Classify(failure, signature, hasKey, now);
        return new StoreException(error, $"{place}: {sentence}") { RetryAfter = failure.RetryAfter };
    }

    private static (StoreError Error, string Sentence) Classify(AzureFailure failure, string? signature, bool hasKey, DateTimeOffset now) => failure.Code switch
    {
        "BlobNotFound" => (StoreError.NotFound, "there is no such blob"),
        "ContainerNotFound" => (StoreError.NoStore, "there is no such container; make it, or correct its name"),
        "ContainerBeingDeleted" or "ContainerDisabled" => (StoreError.NoStore, "the container is being deleted"),
        "AuthenticationFailed" or "InvalidAuthenticationInfo" or "AuthorizationFailure" when WrongTime(failure, signature, hasKey, now) is { } wrong => (StoreError.Denied, wrong),
        "AuthenticationFailed" or "InvalidAuthenticationInfo" => (StoreError.Denied, Unauthenticated(failure, signature, hasKey)),
        "AuthorizationFailure" when hasKey => (StoreError.Denied, "the account key is wrong, or the account's network rules keep this machine out"),
        "AuthorizationFailure" when signature is null => (StoreError.Denied, NotPublic),
        "NoAuthenticationInformation" or "PublicAccessNotPermitted" or "ResourceNotFound" when signature is null && !hasKey
            => (StoreError.Denied, NotPublic),
        "KeyBasedAuthenticationNotPermitted" => (StoreError.Denied, "the account does not allow account keys; use a shared access signature"),
        "AuthorizationSourceIPMismatch" => (StoreError.Denied, "the shared access signature does not allow this machine's address"),
        "AuthorizationProtocolMismatch" => (StoreError.Denied, "the shared access signature allows https only"),
        "AuthorizationFailure" or "AuthorizationPermissionMismatch" or "AuthorizationResourceTypeMismatch" or "AuthorizationServiceMismatch"
            or "InsufficientAccountPermissions" => (StoreError.Denied, Unauthorized(signature)),
        "AccountIsDisabled" => (StoreError.Denied, "the account is disabled"),
        "BlobImmutableDueToPolicy" or "BlobImmutableDueToLegalHold" => (StoreError.Denied, "the container's policy forbids changing this blob"),
        "LeaseIdMissing" or "LeaseAlreadyPresent" => (StoreError.Denied, "somebody holds a lease on the blob"),
        "SnapshotsPresent" => (StoreError.Denied, "the blob has snapshots, which must be removed first"),
        "BlobArchived" => (StoreError.Denied, "the blob is in the archive tier; rehydrate it first"),
        "Md5Mismatch" or "Crc64Mismatch" => (StoreError.Integrity, "other bytes arrived than were sent"),
        // As the emulator says it.
        "InvalidOperation" when failure.Message.Contains("contentMD5", StringComparison.Ordinal) => (StoreError.Integrity, "other bytes arrived than were sent"),
        "InvalidBlockList" => (StoreError.Transient, "another writer has replaced the blob meanwhile"),
        "InvalidBlobOrBlock" => (StoreError.Invalid, "blocks of another program's unfinished upload are in the way; they go away within a week"),
        "InvalidRange" => (StoreError.Invalid, "the range lies beyond the blob's end"),
        "InvalidUri" or "InvalidResourceName" or "OutOfRangeInput" => (StoreError.Invalid, "the name is not allowed: " + Said(failure)),
        "ServerBusy" or "TooManyRequests" => (StoreError.Throttled, "the service is busy"),
        _ => ByStatus(failure, signature),
    };

    private static (StoreError Error, string Sentence) ByStatus(AzureFailure failure, string? signature) => failure.Status switch
    {
        429 => (StoreError.Throttled, "the service is busy"),
        503 when failure.RetryAfter is not null => (StoreError.Throttled, "the service is busy"),
        507 => (StoreError.Full, "the account has no room left"),
        408 or >= 500 => (StoreError.Transient, "the service failed: " + Said(failure)),
        401 or 403 => (StoreError.Denied, $"{Unauthorized(signature)} ({Said(failure)})"),
        404 => (StoreError.Invalid, $"the address answers as no blob service does: is the endpoint right? ({Said(failure)})"),
        _ => (StoreError.Invalid, "the service refused the request: " + Said(failure)),
    };

    // A signature is valid for some time only, and a request that is signed with a key for some minutes.
    private static string? WrongTime(AzureFailure failure, string? signature, bool hasKey, DateTimeOffset now)
    {
        if (hasKey)
        {
            return failure.ClockAhead is { } ahead && ahead.Duration() > s_clockTolerance
                ? $"this machine's clock is {Math.Round(ahead.Duration().TotalMinutes)} minutes {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the service's; set it"
                : null;
        }

        if (signature is null) return null;
        if (ParameterTime(signature, "se") is { } end && end <= now) return $"the shared access signature expired on {end:yyyy-MM-dd HH:mm} UTC";
        return ParameterTime(signature, "st") is { } start && start > now ? $"the shared access signature begins on {start:yyyy-MM-dd HH:mm} UTC" : null;
    }

    private static string Unauthenticated(AzureFailure failure, string? signature, bool hasKey)
    {
        if (hasKey) return "the account key is wrong";
        if (signature is null) return NotPublic;
        return failure.Detail.Contains("time frame", StringComparison.OrdinalIgnoreCase)
            ? "the shared access signature has expired, or this machine's clock is wrong"
            : "the shared access signature is wrong: it was cut, or its key was changed";
    }

    private static string Unauthorized(string? signature) => signature is null
        ? "the credentials do not allow this"
        : $"the shared access signature does not allow this{(Parameter(signature, "sp") is { Length: > 0 } rights ? $" (it has the rights {rights})" : "")}";

    private static string Said(AzureFailure failure) =>
        $"{failure.Status}{(failure.Code.Length > 0 ? " " + failure.Code : "")}{(failure.Message.Length > 0 ? ", " + failure.Message : "")}";

    private static DateTimeOffset? ParameterTime(string signature, string name) =>
        DateTimeOffset.TryParse(
            Parameter(signature, name), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : null;

    // Only what is no secret is asked for: the rights and the times.
    private static string? Parameter(string signature, string name) => signature.Split('&')
        .Where(p => p.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(p => Uri.UnescapeDataString(p[(name.Length + 1)..]))
        .FirstOrDefault();
}
