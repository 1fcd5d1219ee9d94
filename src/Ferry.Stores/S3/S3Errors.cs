using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>What failures of S3 servers, of the network and of the SDK mean to a caller, in one line that says what to do.</summary>
internal static class S3Errors
{
    /// <summary>Explains what was thrown.</summary>
    public static StoreException Explain(Exception failure, S3StoreOptions options, string verb, string key)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AmazonServiceException { StatusCode: not 0 } refusal) return Explain(refusal, options, verb, key);
            if (OfNetwork(cause) is var (error, text)) return new StoreException(error, Message(options, verb, key, text), failure);
        }

        return new StoreException(StoreError.Transient, Message(options, verb, key, OneLine(failure.Message)), failure);
    }

    /// <summary>Explains a code, as answers that tell of several objects hold them.</summary>
    public static StoreException Explain(string code, string? message, S3StoreOptions options, string verb, string key) =>
        new(Classify(0, code, key), Message(options, verb, key, Sentence(0, code, message, options, verb)));

    /// <summary>A message: store, key, what was tried, why it failed.</summary>
    public static string Message(S3StoreOptions options, string verb, string key, string why) =>
        $"{options.Name}{(key.Length == 0 ? "" : "/" + OneLine(key))}: cannot {verb}: {why}";

    private static StoreException Explain(AmazonServiceException refusal, S3StoreOptions options, string verb, string key)
    {
        var (status, code) = ((int)refusal.StatusCode, refusal.ErrorCode ?? "");
        var wait = RetryAfter(refusal);
        var error = Classify(status, code, key);
        if (status == 503 && wait is not null) error = StoreError.Throttled;
        return new StoreException(error, Message(options, verb, key, Sentence(status, code, refusal.Message, options, verb)), refusal)
        {
            RetryAfter = wait,
        };
    }

    private static StoreError Classify(int status, string code, string key) => code switch
    {
        "NoSuchBucket" => StoreError.NoStore,
        "NoSuchKey" => key.Length == 0 ? StoreError.NoStore : StoreError.NotFound,
        "NoSuchUpload" or "RequestTimeout" or "IncompleteBody" or "InternalError" or "OperationAborted" or "ConditionalRequestConflict"
            => StoreError.Transient,
        "SlowDown" or "TooManyRequests" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "BandwidthLimitExceeded"
            => StoreError.Throttled,
        "BadDigest" or "XAmzContentSHA256Mismatch" or "XAmzContentChecksumMismatch" => StoreError.Integrity,
        "QuotaExceeded" or "InsufficientStorage" or "XMinioStorageFull" => StoreError.Full,
        "AccessDenied" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "RequestTimeTooSkewed" or "RequestInTheFuture" or "ExpiredToken"
            or "InvalidToken" or "AccountProblem" or "AllAccessDisabled" => StoreError.Denied,
        _ => status switch
        {
            401 or 403 => StoreError.Denied,
            404 => key.Length == 0 ? StoreError.NoStore : StoreError.NotFound,
            408 => StoreError.Transient,
            429 => StoreError.Throttled,
            507 => StoreError.Full,
            501 or 505 => StoreError.Invalid,
            >= 500 => StoreError.Transient,
            // A success that cannot be understood was cut short or belongs to somebody else.
            >= 200 and < 300 => StoreError.Transient,
            _ => StoreError.Invalid,
        },
    };

    private static string Sentence(int status, string code, string? message, S3StoreOptions options, string verb) => code switch
    {
        "NoSuchBucket" => "there is no such bucket",
        "NoSuchKey" => "there is no such object",
        "InvalidAccessKeyId" => "the server does not know the access key",
        "SignatureDoesNotMatch" => "the secret key does not fit the access key, or the server does not know the access key",
        "RequestTimeTooSkewed" or "RequestInTheFuture" => "the clocks of this machine and of the server differ too much: set this machine's clock",
        "ExpiredToken" or "InvalidToken" => "the session token has expired or is wrong: ask for new credentials",
        "AccessDenied" when options.AccessKey is null => "the bucket is not public, and no access key is set",
        "AccessDenied" => $"these credentials do not allow to {verb}",
        "BadDigest" or "XAmzContentSHA256Mismatch" => $"other bytes arrived than were sent ({code})",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" =>
            $"the bucket is not in the region {options.Region}{Told(message)}",
        _ => status is 401 or 403 && string.IsNullOrWhiteSpace(message)
            ? $"these credentials do not allow to {verb} (status {status})"
            : $"the server says {(status > 0 ? $"{status} " : "")}{code}".TrimEnd() + Told(message),
    };

    private static string Told(string? message) => string.IsNullOrWhiteSpace(message) ? "" : $" ({OneLine(message.Trim())})";

    private static (StoreError Error, string Text)? OfNetwork(Exception cause) => cause switch
    {
        AuthenticationException => (StoreError.Invalid,
            $"the server's certificate is not trusted; if it is right, name its authority's file (AWS_CA_BUNDLE) ({OneLine(cause.Message)})"),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => (StoreError.Transient, "the server's name is not known: check the endpoint"),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => (StoreError.Transient, "nothing answers at the endpoint (connection refused)"),
        SocketException => (StoreError.Transient, OneLine(cause.Message)),
        EndOfStreamException => (StoreError.Transient, cause.Message),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => (StoreError.Transient, "the connection ended early"),
        OperationCanceledException => (StoreError.Transient, "it took too long to connect"),
        _ => null,
    };

    private static TimeSpan? RetryAfter(AmazonServiceException refusal)
    {
        if (refusal.InnerException is not HttpErrorResponseException { Response: { } response } || !response.IsHeaderPresent("Retry-After")) return null;
        return int.TryParse(response.GetHeaderValue("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private static string OneLine(string text) => string.Create(Math.Min(text.Length, 300), text, static (line, source) =>
    {
        for (var i = 0; i < line.Length; i++) line[i] = char.IsControl(source[i]) ? ' ' : source[i];
    });
}
