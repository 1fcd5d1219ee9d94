using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Xml;
using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>A container of Azure Blob Storage, or what is below a prefix of it, as a store.</summary>
public sealed partial class AzureStore : IObjectStore
{
    private const int Requests = 32;
    private const long ReadRangeBytes = 16 << 20;
    private const int KeyChars = 1_024;
    // Pages may be empty and not the last; an endless row of them is no listing.
    private const int EmptyPages = 1_000;

    private readonly AzureStoreOptions _options;
    private readonly AzureClient _client;
    private readonly string _prefix;

    /// <summary>Opens it; nothing is asked of the service yet.</summary>
    public AzureStore(AzureStoreOptions options)
    {
        _options = options with { Prefix = options.Prefix.Trim('/') };
        _prefix = _options.Prefix.Length == 0 ? "" : _options.Prefix + "/";
        _client = new AzureClient(_options);
        _blocks = new SemaphoreSlim(_options.ParallelBlocks);
        Facts = new StoreFacts(_options.Name, Requests, HasConditionalWrites: true, ReadRangeBytes);
    }

    /// <inheritdoc/>
    public StoreFacts Facts { get; }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation)
    {
        var place = Place(key);
        using var answer = await _client.SendAsync(new AzureRequest(HttpMethod.Head, Name(key)), place, cancellation).ConfigureAwait(false);
        if (answer.Failure is { Code: "BlobNotFound" }) return null;
        if (answer.Failure is { } failure) throw _client.Exception(failure, place);
        return Info(key, answer, answer.Response.Content.Headers.ContentLength, place);
    }

    /// <inheritdoc/>
    public async Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation)
    {
        var place = Place(key);
        var request = new AzureRequest(HttpMethod.Get, Name(key))
        {
            Headers = range is { } r ? [("x-ms-range", string.Create(CultureInfo.InvariantCulture, $"bytes={r.Offset}-{r.Offset + r.Length - 1}"))] : [],
        };
        var answer = await _client.SendAsync(request, place, cancellation).ConfigureAwait(false);
        try
        {
            if (answer.Failure is { } failure) throw _client.Exception(failure, place);
            return await ReadingAsync(key, range, answer, place, cancellation).ConfigureAwait(false);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var order = new ListingOrder(Facts.Name);
        var markers = new HashSet<string>();
        var (marker, empty) = ("", 0);
        do
        {
            var page = await ListPageAsync(_prefix + prefix, marker, cancellation).ConfigureAwait(false);
            foreach (var blob in page.Blobs)
            {
                if (!blob.Key.StartsWith(_prefix + prefix, StringComparison.Ordinal)) throw Nonsense(Facts.Name, "the listing has what was not asked for");
                // The prefix itself, which some programs keep as an empty blob, is no object of this store.
                if (blob.Key.Length == _prefix.Length) continue;
                foreach (var info in order.Add(blob with { Key = blob.Key[_prefix.Length..] })) yield return info;
            }

            marker = page.NextMarker;
            empty = page.Blobs.Count == 0 ? empty + 1 : 0;
            if (!markers.Add(marker) || empty > EmptyPages) throw Nonsense(Facts.Name, "the listing goes in circles");
        }
        while (marker.Length > 0);
        foreach (var info in order.Finish()) yield return info;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var failed = new ConcurrentBag<FailedRemoval>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Requests, CancellationToken = cancellation };
        await Parallel.ForEachAsync(keys, parallel, async (key, token) =>
        {
            try
            {
                await RemoveAsync(key, token).ConfigureAwait(false);
            }
            catch (StoreException e)
            {
                failed.Add(new FailedRemoval(key, e));
            }
        }).ConfigureAwait(false);
        return [.. failed];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _blocks.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RemoveAsync(string key, CancellationToken cancellation)
    {
        var place = Place(key);
        using var answer = await _client.SendAsync(new AzureRequest(HttpMethod.Delete, Name(key)), place, cancellation).ConfigureAwait(false);
        if (answer.Failure is { Code: not "BlobNotFound" } failure) throw _client.Exception(failure, place);
    }

    private async Task<AzureListing> ListPageAsync(string prefix, string marker, CancellationToken cancellation)
    {
        var request = new AzureRequest(HttpMethod.Get, Key: null)
        {
            Query =
            [
                ("restype", "container"), ("comp", "list"), ("maxresults", AzureListing.PageBlobs.ToString(CultureInfo.InvariantCulture)),
                .. prefix.Length == 0 ? ((string, string)[])[] : [("prefix", prefix)],
                .. marker.Length == 0 ? ((string, string)[])[] : [("marker", marker)],
            ],
        };
        using var answer = await _client.SendAsync(request, Facts.Name, cancellation).ConfigureAwait(false);
        if (answer.Failure is { } failure) throw _client.Exception(failure, Facts.Name);
        var body = await answer.Response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        // Its end is told by its own last element; the length only guards against what never ends.
        using var stream = new BodyStream(body, answer.Response.Content.Headers.ContentLength, md5: null, answer, Facts.Name);
        try
        {
            return await AzureListing.ReadAsync(stream).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            throw Nonsense(Facts.Name, $"the listing cannot be read: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static async Task<ObjectReading> ReadingAsync(string key, ByteRange? range, AzureAnswer answer, string place, CancellationToken cancellation)
    {
        var headers = answer.Response.Content.Headers;
        var length = headers.ContentLength ?? throw Nonsense(place, "the answer does not tell its length");
        long total = length;
        if (range is { } asked)
        {
            // At its very end some servers answer with nothing, instead of refusing.
            if (length == 0) throw Nonsense(place, "the range lies beyond the blob's end");
            // Bytes of another place than was asked for would be taken for the right ones.
            if (answer.Response.StatusCode != HttpStatusCode.PartialContent || headers.ContentRange is not { From: { } from, To: { } to, Length: { } all }
                || from != asked.Offset || to != Math.Min(asked.Offset + asked.Length, all) - 1 || to - from + 1 != length)
                throw new StoreException(StoreError.Integrity, $"{place}: the answer has another range than was asked for");
            total = all;
        }

        var info = Info(key, answer, total, place);
        var md5 = range is null && length is > 0 and <= CheckedBytes ? headers.ContentMD5 : null;
        var body = await answer.Response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return new ObjectReading(info, length, new BodyStream(body, length, md5, answer, place), owner: null);
    }

    private static ObjectInfo Info(string key, AzureAnswer answer, long? length, string place) => length is { } bytes && answer.Version.Length > 0
        ? new ObjectInfo(key, bytes, answer.Version, answer.Response.Content.Headers.LastModified)
        : throw Nonsense(place, "the answer tells no length or version");

    private static StoreException Nonsense(string place, string what) => new(StoreError.Invalid, $"{place}: {what}");

    private string Place(string key) => $"{Facts.Name}/{key}";

    // What has no form of its own in an address would reach another blob: the service takes a backslash for a slash.
    private string Name(string key)
    {
        var name = _prefix + key;
        return key.Length > 0 && name.Length <= KeyChars && !key.Contains('\\') && !key.Split('/').Any(segment => segment is "." or "..") && IsText(key)
            ? name
            : throw Nonsense(Place(key), "the service cannot have such a key");
    }

    private static bool IsText(string key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            if (!char.IsSurrogate(key[i])) continue;
            if (i + 1 == key.Length || !char.IsSurrogatePair(key[i], key[i + 1])) return false;
            i++;
        }
        return true;
    }
}
