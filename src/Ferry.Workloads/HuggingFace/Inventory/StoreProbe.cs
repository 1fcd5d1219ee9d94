using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Inventory;

/// <summary>What may be done with a store, found out by doing it: a list, and an object of a few bytes that is written, read and removed.</summary>
public sealed record StoreProbe
{
    private static readonly byte[] s_content = Encoding.ASCII.GetBytes("Ferry asks whether it may write here. This object can be removed.\n");

    /// <summary>Why the store cannot be listed; null if it can.</summary>
    public StoreException? ListFailure { get; private init; }

    /// <summary>Whether the list is empty.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Why nothing can be written; null if it can.</summary>
    public StoreException? WriteFailure { get; private init; }

    /// <summary>Why the written object could not be read or removed, or is another one; null if all is well.</summary>
    public string? AfterFailure { get; private init; }

    /// <summary>The object, which stays where it could not be removed; null if none was written.</summary>
    public string? Key { get; private init; }

    /// <summary>How far the store's clock is ahead of ours; null where it does not tell.</summary>
    public TimeSpan? ClockSkew { get; private init; }

    /// <summary>How long a list of one object takes.</summary>
    public TimeSpan Latency { get; private init; }

    /// <summary>Finds out. A store that cannot be listed is written to all the same: the rights are separate ones.</summary>
    /// <param name="store">The store.</param>
    /// <param name="keys">The team's part of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<StoreProbe> RunAsync(IObjectStore store, HubKeys keys, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var (listFailure, isEmpty) = await ListAsync(store, keys.Prefix, cancellation).ConfigureAwait(false);
        var probe = new StoreProbe { ListFailure = listFailure, IsEmpty = isEmpty, Latency = time.GetElapsedTime(start) };
        // Where the store is not there or does not answer, the second question takes as long and tells as little.
        return listFailure is { Error: not StoreError.Denied }
            ? probe with { WriteFailure = listFailure }
            : await probe.WriteAsync(store, $"{keys.Prefix}ferry/doctor-{RandomNumberGenerator.GetHexString(16, lowercase: true)}", time, cancellation).ConfigureAwait(false);
    }

    private static async Task<(StoreException? Failure, bool IsEmpty)> ListAsync(IObjectStore store, string prefix, CancellationToken cancellation)
    {
        try
        {
            await foreach (var _ in store.ListAsync(prefix, cancellation).ConfigureAwait(false))
            {
                return (null, false);
            }

            return (null, true);
        }
        catch (StoreException e)
        {
            return (e, true);
        }
    }

    private async Task<StoreProbe> WriteAsync(IObjectStore store, string key, TimeProvider time, CancellationToken cancellation)
    {
        var before = time.GetUtcNow();
        try
        {
            await store.WriteAsync(key, ObjectContent.Of(s_content), WriteOptions.IfAbsent, cancellation).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            return this with { WriteFailure = e };
        }

        var after = time.GetUtcNow();
        try
        {
            var reading = await store.ReadAsync(key, null, cancellation).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                var read = new byte[s_content.Length];
                await reading.Body.ReadExactlyAsync(read, cancellation).ConfigureAwait(false);
                var failure = read.AsSpan().SequenceEqual(s_content) ? null : $"{key}: other bytes were read than were written";
                // A store finds out what it can when it is first asked for it: its facts are known after this.
                await store.WriteAsync(key, ObjectContent.Of(s_content), new WriteOptions { IfVersion = reading.Info.Version }, cancellation).ConfigureAwait(false);
                var removal = await RemoveAsync(store, key, cancellation).ConfigureAwait(false);
                return this with { Key = key, ClockSkew = Skew(reading.Info.Modified, before, after), AfterFailure = failure ?? removal };
            }
        }
        catch (Exception e) when (e is StoreException or EndOfStreamException)
        {
            return this with { Key = key, AfterFailure = await RemoveAsync(store, key, cancellation).ConfigureAwait(false) ?? e.Message };
        }
    }

    private static async Task<string?> RemoveAsync(IObjectStore store, string key, CancellationToken cancellation)
    {
        try
        {
            var failed = await store.RemoveAsync([key], cancellation).ConfigureAwait(false);
            return failed.Count == 0 ? null : failed[0].Error.Message;
        }
        catch (StoreException e)
        {
            return e.Message;
        }
    }

    /// <summary>Stores tell seconds: within the time that the call took, and one more, the clocks agree.</summary>
    private static TimeSpan? Skew(DateTimeOffset? modified, DateTimeOffset before, DateTimeOffset after)
    {
        var second = TimeSpan.FromSeconds(1);
        return modified is not { } at ? null : at < before - second ? at - before : at > after + second ? at - after : TimeSpan.Zero;
    }
}
