namespace Ferry.Core.Storage;

/// <summary>A server did not do what was asked of it. Derived types say what to make of that.</summary>
/// <param name="message">One line.</param>
/// <param name="cause">What was thrown below.</param>
public abstract class RemoteException(string message, Exception? cause) : IOException(message, cause)
{
    /// <summary>How long the server asks to be left alone; null if it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed later.</summary>
    public abstract bool IsWorthRetrying { get; }

    /// <summary>The same failure in other words, with this one as its cause.</summary>
    public abstract RemoteException WithMessage(string message);
}
