using System.Buffers;
using System.Threading.Channels;
using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Hashes a content in order while its ranges are still written: what was written just now is in the page cache.</summary>
/// <param name="file">What is written.</param>
/// <param name="progress">How far that is.</param>
internal sealed class HashBehind(SafeFileHandle file, RangeProgress progress)
{
    private const int BufferBytes = 1 << 20;

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that more is written.</summary>
    public void Tell() => _news.Writer.TryWrite(true);

    /// <summary>Hashes all of the content.</summary>
    /// <returns>Whether it has the name, and its SHA-256.</returns>
    /// <exception cref="IOException">It cannot be read back.</exception>
    public async Task<(bool IsRight, Digest Sha256)> RunAsync(BlobName name, long bytes, CancellationToken cancellation)
    {
        var hasher = new BlobHasher(name, bytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var at = 0L; at < bytes;)
            {
                var until = progress.Prefix;
                if (until == at)
                {
                    await _news.Reader.ReadAsync(cancellation).ConfigureAwait(false);
                    continue;
                }

                while (at < until)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(BufferBytes, until - at)), at);
                    hasher.Append(read > 0 ? buffer.AsSpan(0, read) : throw new IOException($"{name}: became shorter while it was written"));
                    at += read;
                }
            }

            var isRight = hasher.Finish(out var sha256);
            return (isRight, sha256);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
