namespace Ferry.Core.Hashing;

/// <summary>A program that hashes files with BLAKE3. Called on many threads at once.</summary>
public interface IExternalHasher
{
    /// <summary>Hashes files.</summary>
    /// <param name="paths">At least one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A digest for each, in their order; null where the program failed on any of them.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    IReadOnlyList<Digest>? Hash(IReadOnlyList<string> paths, CancellationToken cancellation);
}
