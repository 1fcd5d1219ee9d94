using Amazon.Runtime;
using Amazon.S3.Model;
using Ferry.Core.Storage;
using ByteRange = Ferry.Core.Storage.ByteRange;

namespace Ferry.Stores.S3;

/// <summary>Writes objects: small ones in one request, large ones in parts side by side.</summary>
internal sealed class S3Writer(S3Connection connection, S3Conditions conditions, Func<string, CancellationToken, Task<ObjectInfo?>> find)
{
    /// <summary>Up to here it is cheaper to send the bytes in vain than to ask first.</summary>
    private const long AskFirstBytes = 128 << 10;

    private readonly S3StoreOptions _options = connection.Options;

    /// <summary>Writes an object: see <see cref="IObjectStore.WriteAsync"/>.</summary>
    public async Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
    {
        var keyInBucket = S3Keys.InBucket(_options, key);
        var inParts = content.Length > _options.PartBytes;
        var condition = await ConditionAsync(options, inParts, cancellation).ConfigureAwait(false);
        if (options is { OnlyIfAbsent: false, IfVersion: null }) return await SendAsync().ConfigureAwait(false);
        if ((!condition.IsDecidedByServer || content.Length > AskFirstBytes) && !await HoldsAsync(key, options, cancellation).ConfigureAwait(false))
            return WriteOutcome.Refused;
        return await SendAsync().ConfigureAwait(false);

        Task<WriteOutcome> SendAsync() => inParts
            ? WriteInPartsAsync(key, keyInBucket, content, options, condition, cancellation)
            : WriteInOneAsync(key, keyInBucket, content, options, condition, cancellation);
    }

    private async Task<bool> HoldsAsync(string key, WriteOptions options, CancellationToken cancellation)
    {
        var found = await find(key, cancellation).ConfigureAwait(false);
        return (!options.OnlyIfAbsent || found is null) && (options.IfVersion is null || found?.Version == options.IfVersion);
    }

    private async Task<S3Condition> ConditionAsync(WriteOptions options, bool inParts, CancellationToken cancellation)
    {
        if (options is { OnlyIfAbsent: false, IfVersion: null }) return default;
        if (inParts && !await conditions.InPartsAsync(cancellation).ConfigureAwait(false)) return default;
        if (options.OnlyIfAbsent) return new S3Condition(await conditions.IfAbsentAsync(cancellation).ConfigureAwait(false) ? "*" : null, null);
        var form = await conditions.IfVersionAsync(cancellation).ConfigureAwait(false);
        return new S3Condition(null, form == VersionForm.Ignored ? null : S3Conditions.Write(options.IfVersion!, form));
    }

    private async Task<WriteOutcome> WriteInOneAsync(
        string key, string keyInBucket, ObjectContent content, WriteOptions options, S3Condition condition, CancellationToken cancellation)
    {
        var range = new ByteRange(0, content.Length);
        var outcome = WriteOutcome.Written;
        await S3Sending.SendAsync(connection, key, content, range, options.Progress, async (s3, body, token) =>
        {
            var request = new PutObjectRequest
            {
                BucketName = _options.Bucket, Key = keyInBucket, InputStream = body, AutoCloseStream = false, UseChunkEncoding = false,
                IfNoneMatch = condition.IfNoneMatch, IfMatch = condition.IfMatch,
            };
            try
            {
                await s3.PutObjectAsync(request, token).ConfigureAwait(false);
            }
            catch (AmazonServiceException e) when (condition.IsRefusedBy(e))
            {
                body.TakeBack();
                outcome = WriteOutcome.Refused;
            }

            return outcome;
        }, cancellation).ConfigureAwait(false);
        return outcome;
    }

    private async Task<WriteOutcome> WriteInPartsAsync(
        string key, string keyInBucket, ObjectContent content, WriteOptions options, S3Condition condition, CancellationToken cancellation)
    {
        var partBytes = S3Parts.PartBytes(content.Length, _options.PartBytes);
        var tags = new PartETag[(int)((content.Length + partBytes - 1) / partBytes)];
        var upload = await S3Parts.BeginAsync(connection, key, keyInBucket, cancellation).ConfigureAwait(false);
        var sent = 0L;
        var isComplete = false;
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelParts, CancellationToken = cancellation };
            await Parallel.ForAsync(0, tags.Length, parallel, async (i, token) =>
            {
                var range = new ByteRange(i * partBytes, Math.Min(partBytes, content.Length - i * partBytes));
                tags[i] = await upload.SendAsync(i + 1, content, range, options.Progress, token).ConfigureAwait(false);
                Interlocked.Add(ref sent, range.Length);
            }).ConfigureAwait(false);
            // Where the server does not decide, the question is put once more, as late as possible.
            if (options is not { OnlyIfAbsent: false, IfVersion: null } && !condition.IsDecidedByServer
                && !await HoldsAsync(key, options, cancellation).ConfigureAwait(false))
                return WriteOutcome.Refused;
            var outcome = await upload.CompleteAsync(tags, condition, cancellation).ConfigureAwait(false);
            isComplete = outcome == WriteOutcome.Written;
            return outcome;
        }
        finally
        {
            if (!isComplete)
            {
                if (sent > 0) options.Progress?.Invoke(-sent);
                await upload.AbortAsync().ConfigureAwait(false);
            }
        }
    }
}
