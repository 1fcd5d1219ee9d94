using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Ferry.Core.Storage;
using ByteRange = Ferry.Core.Storage.ByteRange;

namespace Ferry.Stores.S3;

/// <summary>An object that is sent in parts: nobody sees it before it is completed.</summary>
internal sealed class S3Parts
{
    /// <summary>Most parts of an object.</summary>
    public const int MaxParts = 10_000;

    private readonly S3Connection _connection;
    private readonly string _key;
    private readonly string _keyInBucket;
    private readonly string _upload;

    private S3Parts(S3Connection connection, string key, string keyInBucket, string upload) =>
        (_connection, _key, _keyInBucket, _upload) = (connection, key, keyInBucket, upload);

    /// <summary>Begins.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="key">The caller's key, for messages.</param>
    /// <param name="keyInBucket">The key in the bucket.</param>
    /// <param name="cancellation">Ends the request.</param>
    public static async Task<S3Parts> BeginAsync(S3Connection connection, string key, string keyInBucket, CancellationToken cancellation)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = connection.Options.Bucket, Key = keyInBucket };
        var answer = await connection.CallAsync("write", key, (s3, guard) => s3.InitiateMultipartUploadAsync(request, guard.Token), cancellation)
            .ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.UploadId)
            ? throw new StoreException(StoreError.Transient, S3Errors.Message(connection.Options, "write", key, "the server's answer names no upload"))
            : new S3Parts(connection, key, keyInBucket, answer.UploadId);
    }

    /// <summary>Bytes of each part but the last.</summary>
    public static long PartBytes(long length, long wanted)
    {
        const long step = 1 << 20;
        var least = (length + MaxParts - 1) / MaxParts;
        return Math.Max(wanted, (least + step - 1) / step * step);
    }

    /// <summary>Sends a part.</summary>
    public async Task<PartETag> SendAsync(int number, ObjectContent content, ByteRange range, Action<long>? progress, CancellationToken cancellation)
    {
        var answer = await S3Sending.SendAsync(_connection, _key, content, range, progress, (s3, body, token) =>
        {
            var request = new UploadPartRequest
            {
                BucketName = _connection.Options.Bucket, Key = _keyInBucket, UploadId = _upload, PartNumber = number, PartSize = range.Length,
                InputStream = body, UseChunkEncoding = false,
            };
            return s3.UploadPartAsync(request, token);
        }, cancellation).ConfigureAwait(false);
        return new PartETag(number, answer.ETag);
    }

    /// <summary>Makes the object visible.</summary>
    /// <param name="parts">What <see cref="SendAsync"/> returned, ascending.</param>
    /// <param name="condition">When the server is to refuse; some ignore it.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task<WriteOutcome> CompleteAsync(IReadOnlyList<PartETag> parts, S3Condition condition, CancellationToken cancellation)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = _connection.Options.Bucket, Key = _keyInBucket, UploadId = _upload, PartETags = [.. parts],
            IfNoneMatch = condition.IfNoneMatch, IfMatch = condition.IfMatch,
        };
        var answer = await _connection.CallAsync("write", _key, async (s3, guard) =>
        {
            try
            {
                return await s3.CompleteMultipartUploadAsync(request, guard.Token).ConfigureAwait(false);
            }
            catch (AmazonServiceException e) when (condition.IsRefusedBy(e))
            {
                return null;
            }
        }, cancellation).ConfigureAwait(false);
        if (answer is null) return WriteOutcome.Refused;
        // A failure can come with status 200: there is then no ETag. Some servers leave it out of the answer altogether.
        if (S3Keys.Version(answer.ETag).Length == 0) await ExpectAsync(Composed(parts), cancellation).ConfigureAwait(false);
        return WriteOutcome.Written;
    }

    /// <summary>Gives the parts up, so that they take no room; a failure of that is nobody's concern.</summary>
    public async Task AbortAsync()
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var request = new AbortMultipartUploadRequest { BucketName = _connection.Options.Bucket, Key = _keyInBucket, UploadId = _upload };
            await _connection.CallAsync("write", _key, (s3, guard) => s3.AbortMultipartUploadAsync(request, guard.Token), soon.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // The bucket's lifecycle rules remove what is left.
        }
    }

    private async Task ExpectAsync(string version, CancellationToken cancellation)
    {
        var head = new GetObjectMetadataRequest { BucketName = _connection.Options.Bucket, Key = _keyInBucket };
        var found = await _connection.CallAsync("write", _key, (s3, guard) => s3.GetObjectMetadataAsync(head, guard.Token), cancellation)
            .ConfigureAwait(false);
        if (S3Keys.Version(found.ETag) != version && !await IsGoneAsync(cancellation).ConfigureAwait(false))
            throw new StoreException(StoreError.Transient, S3Errors.Message(_connection.Options, "write", _key, "the server did not put the parts together"));
    }

    /// <summary>An upload that was completed is gone; if its object is not there, another writer has replaced it since.</summary>
    private async Task<bool> IsGoneAsync(CancellationToken cancellation)
    {
        var request = new ListPartsRequest { BucketName = _connection.Options.Bucket, Key = _keyInBucket, UploadId = _upload, MaxParts = 1 };
        try
        {
            await _connection.CallAsync("write", _key, (s3, guard) => s3.ListPartsAsync(request, guard.Token), cancellation).ConfigureAwait(false);
            return false;
        }
        catch (StoreException e) when (e is { Error: StoreError.NotFound } or { InnerException: AmazonS3Exception { ErrorCode: "NoSuchUpload" } })
        {
            return true;
        }
    }

    /// <summary>The ETag of an object in parts: the MD5 of its parts' MD5s, and how many they are.</summary>
    private static string Composed(IReadOnlyList<PartETag> parts)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var part in parts)
        {
            var tag = S3Keys.Version(part.ETag);
            // Not a digest, as with some encryptions: then nothing can be foretold, and nothing will match.
            if (tag.Length != 32 || !tag.All(char.IsAsciiHexDigit)) return "";
            digest.AppendData(Convert.FromHexString(tag));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(digest.GetHashAndReset())}-{parts.Count}");
    }
}
