namespace Ferry.Core.Storage;

/// <summary>Compares two streams from where they are to their ends.</summary>
internal static class SameBytes
{
    private const int BlockBytes = 128 * 1024;

    /// <summary>Whether both have the same bytes to come.</summary>
    public static async Task<bool> AsyncOf(Stream one, Stream other, CancellationToken cancellation)
    {
        var (first, second) = (new byte[BlockBytes], new byte[BlockBytes]);
        while (true)
        {
            var length = await one.ReadAtLeastAsync(first, BlockBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            var otherLength = await other.ReadAtLeastAsync(second, BlockBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            if (length != otherLength || !first.AsSpan(0, length).SequenceEqual(second.AsSpan(0, length)))
            {
                return false;
            }

            if (length < BlockBytes)
            {
                return true;
            }
        }
    }
}
