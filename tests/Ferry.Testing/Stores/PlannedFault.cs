using Ferry.Core.Storage;

namespace Ferry.Testing.Stores;

/// <summary>The calls of a store that faults are planned for.</summary>
public enum StoreCall
{
    Find,
    Read,
    Write,
    List,
    Remove,
}

/// <summary>What happens to one call. Made by the methods here, one use each.</summary>
public sealed record PlannedFault
{
    private PlannedFault()
    {
    }

    /// <summary>What the call fails with; null where it does not fail.</summary>
    public StoreException? Failure { get; private init; }

    /// <summary>How many bytes of a body, or how many keys of a list, arrive before it fails; 0 fails the call itself.</summary>
    public long After { get; private init; }

    /// <summary>Whether the call takes place, and only its answer is lost.</summary>
    public bool LosesAnswer { get; private init; }

    /// <summary>Keys of a removal that fail with <see cref="Failure"/>; the others are removed.</summary>
    public IReadOnlyList<string>? Keys { get; private init; }

    /// <summary>Done before the call takes place.</summary>
    public Func<IObjectStore, Task>? Before { get; private init; }

    /// <summary>The call fails, and does nothing.</summary>
    public static PlannedFault Fail(StoreError error, TimeSpan? retryAfter = null) => new() { Failure = Planned(error, retryAfter) };

    /// <summary>The call does what it should and then fails.</summary>
    public static PlannedFault LoseAnswer(StoreError error = StoreError.Transient) => new() { Failure = Planned(error, null), LosesAnswer = true };

    /// <summary>The body of a read, or a list, breaks after so many bytes or keys.</summary>
    public static PlannedFault Break(long after, StoreError error = StoreError.Transient) => new() { Failure = Planned(error, null), After = after };

    /// <summary>A removal reports that it failed for these keys.</summary>
    public static PlannedFault FailKeys(StoreError error, params string[] keys) => new() { Failure = Planned(error, null), Keys = keys };

    /// <summary>Somebody else does something to the store right before the call, which then takes place.</summary>
    public static PlannedFault Meanwhile(Func<IObjectStore, Task> act) => new() { Before = act };

    /// <summary>The call takes place as if nothing were planned: to reach a later one.</summary>
    public static PlannedFault None() => new();

    private static StoreException Planned(StoreError error, TimeSpan? retryAfter) => new(error, $"planned: {error}") { RetryAfter = retryAfter };
}
