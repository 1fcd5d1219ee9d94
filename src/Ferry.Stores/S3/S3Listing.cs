using System.Runtime.CompilerServices;
using Amazon.S3.Model;
using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>Lists keys page by page, and makes sure that the pages advance.</summary>
internal static class S3Listing
{
    private const int PageKeys = 1000;

    /// <summary>As many pages without a key may follow each other; servers that filter send some.</summary>
    private const int MaxEmptyPages = 100;

    /// <summary>Lists: see <see cref="IObjectStore.ListAsync"/>.</summary>
    public static async IAsyncEnumerable<ObjectInfo> ListAsync(
        S3Connection connection, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var options = connection.Options;
        var (last, token, empty, isAskedAgain) = ("", (string?)null, 0, false);
        while (true)
        {
            var request = new ListObjectsV2Request
            {
                BucketName = options.Bucket, Prefix = options.Prefix + prefix, MaxKeys = PageKeys, ContinuationToken = token,
                StartAfter = token is null && last.Length > 0 ? last : null,
            };
            var page = await connection.CallAsync("list", "", (s3, guard) => s3.ListObjectsV2Async(request, guard.Token), cancellation)
                .ConfigureAwait(false);
            var objects = page.S3Objects ?? [];
            var isMore = page.IsTruncated == true;
            if (objects.Count > 0 && last.Length > 0 && S3Keys.Compare(objects[0].Key, last) <= 0)
            {
                // The page before, once more: go on behind what was seen.
                if (isAskedAgain) throw Endless("the same page comes again and again");
                (token, isAskedAgain) = (null, true);
                continue;
            }

            isAskedAgain = false;
            foreach (var found in objects)
            {
                if (!found.Key.StartsWith(request.Prefix, StringComparison.Ordinal)) throw Endless("keys have another prefix than was asked for");
                if (last.Length > 0 && S3Keys.Compare(found.Key, last) <= 0) throw Endless("keys are out of order");
                last = found.Key;
                yield return Info(options, found);
            }

            if (!isMore) yield break;
            empty = objects.Count == 0 ? empty + 1 : 0;
            if (empty > MaxEmptyPages) throw Endless("page after page is empty");
            // Without a token that leads on, the last key does.
            var next = string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == token ? null : page.NextContinuationToken;
            if (next is null && objects.Count == 0) throw Endless("it does not advance");
            token = next;
        }

        StoreException Endless(string why) => new(StoreError.Invalid, S3Errors.Message(options, "list", prefix, $"the server's list makes no sense: {why}"));
    }

    private static ObjectInfo Info(S3StoreOptions options, S3Object found) => new(
        found.Key[options.Prefix.Length..], found.Size ?? 0, S3Keys.Version(found.ETag), Modified(found.LastModified));

    /// <summary>A time of the SDK.</summary>
    public static DateTimeOffset? Modified(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;
}
