using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>What can be wrong with a content that a source gives.</summary>
internal static class BlobFailure
{
    public static StoreException Wrong(IBlobSource source, ManifestFile file) => new(
        StoreError.Integrity, $"{source.Name}: the blob {file.Blob} is not what its name says; push it again from a machine that has the right one, with --verify-remote");

    public static StoreException Length(IBlobSource source, ManifestFile file, long length) => new(
        StoreError.Integrity, $"{source.Name}: the blob {file.Blob} has {length} bytes, and by the manifest {file.Bytes}; push it again from a machine that has the right one, with --verify-remote");

    public static StoreException Short(IBlobSource source, ManifestFile file) =>
        new(StoreError.Transient, $"{source.Name}: the blob {file.Blob} ended early; pull again");
}
