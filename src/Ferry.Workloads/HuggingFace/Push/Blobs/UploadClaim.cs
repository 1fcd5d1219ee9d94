using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>
/// Says in the bucket that this process is sending a content, so that others do something else meanwhile. It only saves bytes: contents are right whoever sends them, and where a store does not
/// decide conditions two may hold the same claim.
/// </summary>
internal sealed class UploadClaim : IAsyncDisposable
{
    /// <summary>A claim that did not change for so long has nobody behind it any more.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(90);

    private const int TokenDigits = 32;
    private const int MaxBytes = 512;

    private static readonly TimeSpan s_renewEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_releaseWithin = TimeSpan.FromSeconds(10);

    private readonly HubBucket _bucket;
    private readonly string _key;
    private readonly string _token;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _released = new();
    private readonly Task _renewing;

    private UploadClaim(HubBucket bucket, string key, string token, TimeProvider time)
    {
        (_bucket, _key, _token, _time) = (bucket, key, token, time);
        _renewing = RenewAsync(_released.Token);
    }

    /// <summary>Claims a content.</summary>
    /// <param name="bucket">Where.</param>
    /// <param name="name">The content.</param>
    /// <param name="dead">The version of a claim that nobody is behind; null if there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Null if somebody else has it.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public static async Task<UploadClaim?> TryTakeAsync(HubBucket bucket, BlobName name, string? dead, TimeProvider time, CancellationToken cancellation)
    {
        var key = bucket.Keys.Claim(name);
        var token = RandomNumberGenerator.GetHexString(TokenDigits, lowercase: true);
        return await TryWriteAsync(dead).ConfigureAwait(false)
            || (dead is null && await FindOrphanAsync().ConfigureAwait(false) is { } orphan && await TryWriteAsync(orphan).ConfigureAwait(false))
            ? new UploadClaim(bucket, key, token, time)
            : null;

        async Task<bool> TryWriteAsync(string? former) => await bucket.Store.WriteAsync(
            key, Text(token, 0), former is null ? WriteOptions.IfAbsent : new WriteOptions { IfVersion = former }, cancellation).ConfigureAwait(false) == WriteOutcome.Written;

        // Whoever was killed here, and begins again, need not wait.
        async Task<string?> FindOrphanAsync() => await bucket.TryReadAsync(key, MaxBytes, cancellation).ConfigureAwait(false) is (var info, { } bytes)
            && Encoding.ASCII.GetString(bytes).Split(' ') is [_, _, var owner] && ClaimOwner.IsGone(owner) ? info.Version : null;
    }

    /// <summary>Gives the claim up, also after a failure or a cancellation.</summary>
    public async ValueTask DisposeAsync()
    {
        await _released.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _released.Dispose();
        try
        {
            using var limit = new CancellationTokenSource(s_releaseWithin);
            if (await FindOwnAsync(limit.Token).ConfigureAwait(false) is not null)
            {
                await _bucket.Store.RemoveAsync([_key], limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // The others find it dead.
        }
    }

    private async Task RenewAsync(CancellationToken cancellation)
    {
        try
        {
            for (var count = 1; ; count++)
            {
                await Task.Delay(s_renewEvery, _time, cancellation).ConfigureAwait(false);
                if (await FindOwnAsync(cancellation).ConfigureAwait(false) is not { } version)
                {
                    return;
                }

                await _bucket.Store.WriteAsync(_key, Text(_token, count), new WriteOptions { IfVersion = version }, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // Over, or it will be found dead: then somebody else sends the same bytes.
        }
    }

    /// <summary>The claim's version; null if it is somebody else's by now.</summary>
    private async Task<string?> FindOwnAsync(CancellationToken cancellation) =>
        await _bucket.TryReadAsync(_key, MaxBytes, cancellation).ConfigureAwait(false) is (var info, { } bytes)
        && Encoding.ASCII.GetString(bytes).StartsWith(_token, StringComparison.Ordinal) ? info.Version : null;

    /// <summary>Other bytes each time, so that the version changes: token, count, owner.</summary>
    private static ObjectContent Text(string token, int count) => ObjectContent.Of(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{token} {count} {ClaimOwner.Self}")));
}
