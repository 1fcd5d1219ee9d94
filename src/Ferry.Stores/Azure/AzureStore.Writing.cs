using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <content>
/// Writing. A small object is one request; of a large one the blocks go side by side, and a list of them, last, makes the object. Blocks that no list has taken are seen by
/// nobody, and the service drops them after a week.
/// </content>
public sealed partial class AzureStore
{
    private const int MaxBlocks = 50_000;
    // Whole objects up to this size carry a digest that the service made itself of what it got.
    private const int CheckedBytes = 8 << 20;
    // All blocks of a blob must have names of one length: that which the vendor's own libraries use.
    private const int BlockNameBytes = 48;

    private readonly SemaphoreSlim _blocks;

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation)
    {
        var sent = new SentBytes(options.Progress);
        var written = false;
        try
        {
            written = content.Length <= _options.BlockBytes
                ? await PutBlobAsync(key, content, options, sent, cancellation).ConfigureAwait(false)
                : await PutBlocksAsync(key, content, options, sent, cancellation).ConfigureAwait(false);
            return written ? WriteOutcome.Written : WriteOutcome.Refused;
        }
        finally
        {
            if (!written) sent.TakeBack();
        }
    }

    private async Task<bool> PutBlobAsync(string key, ObjectContent content, WriteOptions options, SentBytes sent, CancellationToken cancellation)
    {
        var name = Name(key);
        using var body = await PartContent.CreateAsync(content, new ByteRange(0, content.Length), sent, cancellation).ConfigureAwait(false);
        return await PutAsync(key, new AzureRequest(HttpMethod.Put, name)
        {
            Headers = [("x-ms-blob-type", "BlockBlob"), .. Conditions(options)],
            Content = body,
        }, options, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> PutBlocksAsync(string key, ObjectContent content, WriteOptions options, SentBytes sent, CancellationToken cancellation)
    {
        // The service decides at the end; asking first saves sending it all in vain.
        if (await IsRefusedAsync(key, options, cancellation).ConfigureAwait(false)) return false;

        var blockBytes = Math.Max(_options.BlockBytes, (content.Length + MaxBlocks - 1) / MaxBlocks);
        var names = BlockNames((int)((content.Length + blockBytes - 1) / blockBytes));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelBlocks, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, names.Length), parallel, async (i, token) =>
        {
            var offset = i * blockBytes;
            await PutBlockAsync(key, names[i], content, new ByteRange(offset, Math.Min(blockBytes, content.Length - offset)), sent, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return await PutBlockListAsync(key, names, options, cancellation).ConfigureAwait(false);
    }

    private async Task PutBlockAsync(string key, string block, ObjectContent content, ByteRange range, SentBytes sent, CancellationToken cancellation)
    {
        await _blocks.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var body = await PartContent.CreateAsync(content, range, sent, cancellation).ConfigureAwait(false);
            var request = new AzureRequest(HttpMethod.Put, Name(key)) { Query = [("comp", "block"), ("blockid", block)], Content = body };
            await PutAsync(key, request, WriteOptions.Always, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _blocks.Release();
        }
    }

    private async Task<bool> PutBlockListAsync(string key, string[] names, WriteOptions options, CancellationToken cancellation)
    {
        var list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        foreach (var name in names) list.Append("<Uncommitted>").Append(name).Append("</Uncommitted>");
        var bytes = Encoding.UTF8.GetBytes(list.Append("</BlockList>").ToString());
        using var body = await PartContent.CreateAsync(ObjectContent.Of(bytes), new ByteRange(0, bytes.Length), new SentBytes(null), cancellation).ConfigureAwait(false);
        return await PutAsync(key, new AzureRequest(HttpMethod.Put, Name(key))
        {
            Query = [("comp", "blocklist")],
            Headers = [.. Conditions(options)],
            Content = body,
        }, options, cancellation).ConfigureAwait(false);
    }

    /// <returns>Whether it was taken; false where a condition does not hold.</returns>
    private async Task<bool> PutAsync(string key, AzureRequest request, WriteOptions options, CancellationToken cancellation)
    {
        var place = Place(key);
        using var answer = await _client.SendAsync(request, place, cancellation).ConfigureAwait(false);
        if (answer.Failure is { } failure)
        {
            if (IsConditional(options))
            {
                if (failure.IsRefusedCondition || (options.IfVersion is not null && failure.Code == "BlobNotFound")) return false;
                // The winner's list has dropped the blocks of all others.
                if (failure.Code == "InvalidBlockList" && await IsRefusedAsync(key, options, cancellation).ConfigureAwait(false)) return false;
            }
            throw _client.Exception(failure, place);
        }

        // The service tells what it has got; it should have refused what differs.
        if (answer.Response.Content.Headers.ContentMD5 is { } arrived && request.Content?.Headers.ContentMD5 is { } md5 && !arrived.AsSpan().SequenceEqual(md5))
            throw new StoreException(StoreError.Integrity, $"{place}: other bytes arrived than were sent");
        return true;
    }

    private async Task<bool> IsRefusedAsync(string key, WriteOptions options, CancellationToken cancellation)
    {
        if (!IsConditional(options)) return false;
        var found = await FindAsync(key, cancellation).ConfigureAwait(false);
        return options.OnlyIfAbsent ? found is not null : found?.Version != options.IfVersion;
    }

    private static bool IsConditional(WriteOptions options) => options.OnlyIfAbsent || options.IfVersion is not null;

    private static IEnumerable<(string Name, string Value)> Conditions(WriteOptions options)
    {
        if (options.OnlyIfAbsent) yield return ("If-None-Match", "*");
        if (options.IfVersion is { } version) yield return ("If-Match", $"\"{version}\"");
    }

    // Two writers of one key must not take each other's blocks for their own.
    private static string[] BlockNames(int count)
    {
        var name = new byte[BlockNameBytes];
        RandomNumberGenerator.Fill(name);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            BinaryPrimitives.WriteInt32BigEndian(name, i);
            return Convert.ToBase64String(name);
        })];
    }
}
