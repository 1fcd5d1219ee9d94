using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>What to make of the hub's refusal.</summary>
public enum HubError
{
    /// <summary>There is no such repository; without a token the hub says so of private ones too.</summary>
    RepoNotFound,

    /// <summary>The repository has no such branch, tag or commit.</summary>
    RevisionNotFound,

    /// <summary>The commit has no such file.</summary>
    EntryNotFound,

    /// <summary>The repository is gated, and its terms are not accepted with this token.</summary>
    Gated,

    /// <summary>The token is missing or unknown, or does not allow this.</summary>
    Denied,

    /// <summary>Too many requests: later, and fewer.</summary>
    Throttled,

    /// <summary>The network, or a moment of weakness on the other side: again.</summary>
    Transient,

    /// <summary>The answer makes no sense, or would lead where nobody is to be led.</summary>
    Invalid,
}

/// <summary>The hub did not do what was asked of it. No message has a token in it, or the query of an address.</summary>
public sealed class HubException : RemoteException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What to make of it.</param>
    /// <param name="message">One line: which hub and repository, what is wrong, and what to do where that is known.</param>
    /// <param name="cause">What was thrown below.</param>
    public HubException(HubError error, string message, Exception? cause = null) : base(message, cause) => Error = error;

    /// <summary>What to make of it.</summary>
    public HubError Error { get; }

    /// <inheritdoc/>
    public override bool IsWorthRetrying => Error is HubError.Throttled or HubError.Transient;

    /// <inheritdoc/>
    public override RemoteException WithMessage(string message) => new HubException(Error, message, this) { RetryAfter = RetryAfter };
}
