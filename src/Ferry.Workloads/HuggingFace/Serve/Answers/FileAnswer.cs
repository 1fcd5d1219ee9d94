using System.Buffers;
using System.Net;
using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Serve.Sources;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Answers;

/// <summary>Sends a file of a revision, or a range of it.</summary>
/// <param name="context">The request.</param>
/// <param name="manifest">The revision.</param>
/// <param name="file">The file.</param>
/// <param name="guard">Gives up a client, or a source, over which nothing moves.</param>
internal sealed class FileAnswer(HttpListenerContext context, RepoManifest manifest, ManifestFile file, StallGuard guard)
{
    private const int BufferBytes = 256 * 1024;

    private readonly HttpListenerRequest _request = context.Request;
    private readonly HttpListenerResponse _response = context.Response;
    private readonly string _tag = $"\"{file.Blob}\"";

    /// <summary>Bytes that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Answers.</summary>
    /// <param name="revisions">Where contents come from.</param>
    /// <exception cref="IOException">The content cannot be read, or is not what its name says: the answer must not end as if it were whole.</exception>
    public async Task WriteAsync(ServedRevisions revisions)
    {
        AddHeaders();
        if (IsKnown(_request.Headers["If-None-Match"]))
        {
            _response.StatusCode = 304;
            return;
        }

        var (range, isBeyond) = RangeOf();
        if (isBeyond)
        {
            _response.StatusCode = 416;
            _response.AddHeader("Content-Range", $"bytes */{file.Bytes}");
            return;
        }

        var wanted = range ?? new ByteRange(0, file.Bytes);
        var isHead = _request.HttpMethod == "HEAD";
        var body = isHead || wanted.Length == 0 ? Stream.Null
            : await revisions.OpenAsync(manifest.Repo, file, wanted, guard.Token).ConfigureAwait(false)
                ?? throw new StoreException(StoreError.NotFound, $"the content {file.Blob} is neither in the cache nor in the bucket; push it again");
        await using (body.ConfigureAwait(false))
        {
            _response.ContentType = "application/octet-stream";
            _response.ContentLength64 = wanted.Length;
            if (range is not null)
            {
                _response.StatusCode = 206;
                _response.AddHeader("Content-Range", $"bytes {wanted.Offset}-{wanted.Offset + wanted.Length - 1}/{file.Bytes}");
            }

            if (!isHead)
            {
                await SendAsync(body, wanted).ConfigureAwait(false);
            }
        }
    }

    private void AddHeaders()
    {
        _response.AddHeader("ETag", _tag);
        _response.AddHeader("X-Repo-Commit", manifest.Revision.Hex);
        _response.AddHeader("Accept-Ranges", "bytes");
        _response.AddHeader("X-Content-Type-Options", "nosniff");
        _response.AddHeader("Content-Disposition", Disposition(file.Path.FileName));
        if (file.Blob.IsSha256)
        {
            _response.AddHeader("X-Linked-Etag", _tag);
            _response.AddHeader("X-Linked-Size", $"{file.Bytes}");
        }

        if (file.Bytes == 0)
        {
            // The JavaScript client asks for the first byte, and takes the size from here.
            _response.AddHeader("Content-Range", "bytes */0");
        }
    }

    private (ByteRange? Range, bool IsBeyond) RangeOf()
    {
        if (_request.HttpMethod == "HEAD" || file.Bytes == 0 || (_request.Headers["If-Range"] is { } tag && tag != _tag))
        {
            return (null, false);
        }

        var range = RequestedRange.Read(_request.Headers["Range"], file.Bytes, out var isBeyond);
        return (range, isBeyond);
    }

    private bool IsKnown(string? tags) => tags is not null && tags.Split(',').Select(static tag => tag.Trim()).Any(tag => tag == "*" || tag == _tag || tag == "W/" + _tag);

    /// <summary>Sends the bytes. What is sent from beginning to end is hashed, and the last bytes of what is wrong are kept back.</summary>
    private async Task SendAsync(Stream body, ByteRange wanted)
    {
        var hasher = wanted.Length == file.Bytes ? new BlobHasher(file.Blob, file.Bytes) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (Sent < wanted.Length)
            {
                guard.Restart();
                var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, wanted.Length - Sent)), guard.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new StoreException(StoreError.Integrity, $"the content {file.Blob} ends after {wanted.Offset + Sent} of {file.Bytes} bytes");
                }

                hasher?.Append(buffer.AsSpan(0, read));
                if (Sent + read == wanted.Length && hasher?.Finish(out _) == false)
                {
                    throw new StoreException(StoreError.Integrity, $"the content {file.Blob} is not what its name says; push it again with --verify-remote");
                }

                guard.Restart();
                await _response.OutputStream.WriteAsync(buffer.AsMemory(0, read), guard.Token).ConfigureAwait(false);
                Sent += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Disposition(string name)
    {
        var plain = string.Create(name.Length, name, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAscii(text[i]) && text[i] is not ('"' or '%' or ';') ? text[i] : '_';
            }
        });
        return $"inline; filename*=UTF-8''{Uri.EscapeDataString(name)}; filename=\"{plain}\";";
    }
}
