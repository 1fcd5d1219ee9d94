using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>A good answer whose body is to be read.</summary>
/// <param name="response">The answer.</param>
/// <param name="guard">Ends what stalls; paused until something is waited for.</param>
/// <param name="place">What was asked for, for messages.</param>
internal sealed class HubAnswer(HttpResponseMessage response, StallGuard guard, string place) : IDisposable
{
    public HttpResponseMessage Response => response;

    public StallGuard Guard => guard;

    /// <summary>Reads some bytes of the body; 0 at its end.</summary>
    /// <exception cref="HubException">The connection broke off, or nothing moved.</exception>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        guard.Restart();
        using var registration = cancellation.UnsafeRegister(static state => ((StallGuard)state!).Cancel(), guard);
        try
        {
            return await body.ReadAsync(buffer, guard.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cancellation.ThrowIfCancellationRequested();
            if (HubFailure.Explain(e, guard, place) is { } explained)
            {
                throw explained;
            }

            throw;
        }
        finally
        {
            guard.Pause();
        }
    }

    /// <summary>Reads a body that is kept in memory.</summary>
    /// <exception cref="HubException">It has more bytes than that, or did not arrive.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAllAsync(int maxBytes, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var bytes = new byte[Math.Min(response.Content.Headers.ContentLength + 1 ?? 64 * 1024, maxBytes + 1)];
            var count = 0;
            while (await ReadAsync(body, bytes.AsMemory(count), cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                count += read;
                if (count > maxBytes)
                {
                    throw new HubException(HubError.Invalid, $"{place}: the answer has more than {maxBytes} bytes");
                }

                if (count == bytes.Length)
                {
                    Array.Resize(ref bytes, (int)Math.Min(2L * count, maxBytes + 1L));
                }
            }

            return bytes.AsMemory(0, count);
        }
    }

    public void Dispose()
    {
        response.Dispose();
        guard.Dispose();
    }
}
