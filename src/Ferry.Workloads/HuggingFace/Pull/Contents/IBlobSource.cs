using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Reads contents of one revision. Nothing of what it gives is believed: the reader hashes it. Thread-safe.</summary>
public interface IBlobSource
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>How many requests at a time it takes well, 1 or more.</summary>
    int Requests { get; }

    /// <summary>How large ranges of a large content are best read at a time.</summary>
    long ReadRangeBytes { get; }

    /// <summary>Begins to read a content, or a range of it.</summary>
    /// <param name="file">A file with the content.</param>
    /// <param name="range">Which bytes; null for all.</param>
    /// <param name="cancellation">Ends the call, and reading from what it returns.</param>
    /// <exception cref="StoreException">As <see cref="IObjectStore.ReadAsync"/>; so does reading the body.</exception>
    Task<ObjectReading> OpenAsync(ManifestFile file, ByteRange? range, CancellationToken cancellation);
}
