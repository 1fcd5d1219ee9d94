using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Says what a failure of the hub means.</summary>
internal static class HubFailure
{
    private const int MessageChars = 200;

    // A server that asks for more is not waited for in one go.
    private const int LongestWaitSeconds = 3600;

    /// <summary>What to throw for an answer that is none of what was asked for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="place">What was asked for.</param>
    /// <param name="token">Must not be in the message, whatever the server says.</param>
    /// <param name="now">The time.</param>
    public static HubException ToException(HttpResponseMessage response, string place, string? token, DateTimeOffset now)
    {
        var (error, what) = Judge((int)response.StatusCode, HeaderOf(response, "X-Error-Code"), token is not null);
        var said = Line(HeaderOf(response, "X-Error-Message"), token);
        var message = said.Length == 0 || error is HubError.Gated ? $"{place}: {what}" : $"{place}: {what} ({said})";
        return new HubException(error, message) { RetryAfter = error is HubError.Throttled or HubError.Transient ? RetryAfterOf(response, now) : null };
    }

    /// <summary>What to throw for a failure of the network; null if it is none.</summary>
    public static HubException? Explain(Exception e, StallGuard guard, string place) => e switch
    {
        HubException => null,
        OperationCanceledException when guard.HasStalled =>
            new HubException(HubError.Transient, $"{place}: not a byte moved for {guard.Limit.TotalSeconds:0} seconds", e),
        HttpRequestException { InnerException: AuthenticationException cause } =>
            new HubException(HubError.Invalid, $"{place}: the server's certificate is not accepted: {Line(cause.Message, null)}", e),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse } =>
            new HubException(HubError.Invalid, $"{place}: {Line(e.Message, null)}", e),
        HttpRequestException or IOException => new HubException(HubError.Transient, $"{place}: {Line(Innermost(e).Message, null)}", e),
        _ => null,
    };

    /// <summary>The value of a header; empty where there is none.</summary>
    public static string HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : "";

    private static (HubError Error, string What) Judge(int status, string code, bool hasToken) => (status, code) switch
    {
        (_, "GatedRepo") => (HubError.Gated, hasToken
            ? "is gated: accept its terms on the hub's page of it, with the account of the token"
            : "is gated: accept its terms on the hub's page of it, and set HF_TOKEN"),
        (401, _) => (HubError.Denied, hasToken ? "the hub does not know the token" : "is not at the hub, or not for everybody: set HF_TOKEN"),
        (403 or 407, _) => (HubError.Denied, "the hub does not allow it"),
        (_, "RevisionNotFound") => (HubError.RevisionNotFound, "has no such revision"),
        (_, "EntryNotFound") => (HubError.EntryNotFound, "is not in that revision"),
        (_, "RepoNotFound") or (404, _) or (410, _) => (HubError.RepoNotFound, hasToken
            ? "is not at the hub, or not for the account of the token"
            : "is not at the hub, or not for everybody (HF_TOKEN is not set)"),
        (429, _) => (HubError.Throttled, "too many requests"),
        (408 or >= 500, _) => (HubError.Transient, $"the hub answered {status}"),
        _ => (HubError.Invalid, $"the hub answered {status}"),
    };

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - now;
        if (wait is null && response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            wait = ResetOf(HeaderOf(response, "RateLimit"));
        }

        return wait is { } asked ? TimeSpan.FromSeconds(Math.Clamp(asked.TotalSeconds, 0, LongestWaitSeconds)) : null;
    }

    // As in: "api";r=0;t=55
    private static TimeSpan? ResetOf(string limit)
    {
        foreach (var range in limit.AsSpan().Split(';'))
        {
            var part = limit.AsSpan()[range].Trim();
            if (part.StartsWith("t=") && int.TryParse(part[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        return null;
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    // One line, with nothing in it that a terminal would obey.
    private static string Line(string text, string? token)
    {
        var line = new string([.. text.ReplaceLineEndings(" ").Where(static c => !char.IsControl(c))]).Trim().TrimEnd('.');
        line = token is { Length: > 0 } ? line.Replace(token, "***", StringComparison.Ordinal) : line;
        return line.Length <= MessageChars ? line : line[..MessageChars] + "...";
    }
}
