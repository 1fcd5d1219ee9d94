namespace Ferry.Core.Storage;

/// <summary>What to make of a store's failure.</summary>
public enum StoreError
{
    /// <summary>There is no such object.</summary>
    NotFound,

    /// <summary>There is no such bucket, container or directory.</summary>
    NoStore,

    /// <summary>The credentials are unknown, or do not allow this. Trying again does not help, nor does anybody else's copy.</summary>
    Denied,

    /// <summary>Too many requests: later, and fewer.</summary>
    Throttled,

    /// <summary>The network, or a moment of weakness on the other side: again.</summary>
    Transient,

    /// <summary>Other bytes arrived than were sent.</summary>
    Integrity,

    /// <summary>The request cannot be right, or the answer makes no sense.</summary>
    Invalid,

    /// <summary>No room is left.</summary>
    Full,
}

/// <summary>A store did not do what was asked of it.</summary>
public sealed class StoreException : RemoteException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What to make of it.</param>
    /// <param name="message">One line: which store and key, what is wrong, and what to do where that is known.</param>
    /// <param name="cause">What the store's library threw.</param>
    public StoreException(StoreError error, string message, Exception? cause = null) : base(message, cause) => Error = error;

    /// <summary>What to make of it.</summary>
    public StoreError Error { get; }

    /// <inheritdoc/>
    public override bool IsWorthRetrying => Error is StoreError.Throttled or StoreError.Transient or StoreError.Integrity;

    /// <inheritdoc/>
    public override RemoteException WithMessage(string message) => new StoreException(Error, message, this) { RetryAfter = RetryAfter };
}
