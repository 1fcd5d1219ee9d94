using System.Diagnostics.CodeAnalysis;
using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Which hub is asked, and how.</summary>
public sealed record HubClientOptions
{
    /// <summary>The hub's public address.</summary>
    public static readonly Uri PublicHub = new("https://huggingface.co");

    /// <summary>The hub: an address that <see cref="TryParseEndpoint"/> takes.</summary>
    public Uri Endpoint { get; init; } = PublicHub;

    /// <summary>Proves who asks; null for nobody. It goes to the endpoint alone, and only where nobody listens in: by https, or to this machine.</summary>
    public string? Token { get; init; }

    /// <summary>Names the program to the server.</summary>
    public required string UserAgent { get; init; }

    /// <summary>For how long nothing may move before a request is given up.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long is tried again.</summary>
    public RetryOptions Retry { get; init; } = new() { TotalTime = TimeSpan.FromMinutes(1) };

    /// <summary>The clock and its timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Numbers from 0 to 1 that spread repetitions; thread-safe.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    /// <summary>Reads an address as in <c>HF_ENDPOINT</c>.</summary>
    /// <param name="text">With or without a slash at its end.</param>
    /// <param name="endpoint">The address.</param>
    /// <param name="reason">Why it is none: half a sentence.</param>
    public static bool TryParseEndpoint(string text, [NotNullWhen(true)] out Uri? endpoint, [NotNullWhen(false)] out string? reason)
    {
        reason = !Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("https" or "http")
            ? "is not an address that begins with https:// or http://"
            : endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0
                ? "has a user, a query or a fragment in it"
                : null;
        endpoint = reason is null ? endpoint : null;
        return endpoint is not null;
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Endpoint} {(Token is null ? "without a token" : "with a token")}";
}
