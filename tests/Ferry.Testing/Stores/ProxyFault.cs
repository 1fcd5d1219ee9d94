namespace Ferry.Testing.Stores;

/// <summary>What a <see cref="FaultProxy"/> does to a request.</summary>
public enum ProxyFaultKind
{
    /// <summary>Answers by itself, with <see cref="ProxyFault.Status"/>, <see cref="ProxyFault.Body"/> and <see cref="ProxyFault.RetryAfter"/>; the server gets nothing.</summary>
    Answer,

    /// <summary>Resets both connections after <see cref="ProxyFault.At"/> bytes of the request's body.</summary>
    ResetRequest,

    /// <summary>Resets the client's connection after <see cref="ProxyFault.At"/> bytes of the answer's body.</summary>
    ResetAnswer,

    /// <summary>Closes the client's connection, as if all was sent, after <see cref="ProxyFault.At"/> bytes of the answer's body.</summary>
    TruncateAnswer,

    /// <summary>Turns over the lowest bit of byte <see cref="ProxyFault.At"/> of the request's body.</summary>
    FlipRequestBit,

    /// <summary>Turns over the lowest bit of byte <see cref="ProxyFault.At"/> of the answer's body.</summary>
    FlipAnswerBit,

    /// <summary>Moves the range that the answer claims to be by one byte.</summary>
    WrongRange,

    /// <summary>Sends <see cref="ProxyFault.At"/> bytes of the answer's body and then nothing more, until the client gives up.</summary>
    Stall,

    /// <summary>Answers as it did to the request before with the same method and path, the query aside: a page of a listing comes twice.</summary>
    Repeat,
}

/// <summary>A fault that is planned for one request.</summary>
/// <param name="Kind">What happens.</param>
public sealed record ProxyFault(ProxyFaultKind Kind)
{
    /// <summary>Method of the requests that are meant; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>What their path and query hold; null for anything.</summary>
    public string? Target { get; init; }

    /// <summary>How many of them pass before it happens.</summary>
    public int After { get; init; }

    /// <summary>At which byte of the body.</summary>
    public long At { get; init; }

    /// <summary>Status of an answer.</summary>
    public int Status { get; init; } = 503;

    /// <summary>Body of an answer.</summary>
    public string Body { get; init; } = "";

    /// <summary>Seconds that an answer asks to wait; null for none.</summary>
    public int? RetryAfter { get; init; }

    internal bool IsFor(HttpHead request) =>
        (Method is null || Method == request.Method) && (Target is null || request.Target.Contains(Target, StringComparison.Ordinal));
}
