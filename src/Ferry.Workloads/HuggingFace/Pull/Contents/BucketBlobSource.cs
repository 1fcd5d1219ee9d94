using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Reads contents from a team's bucket, where all repositories share them.</summary>
internal sealed class BucketBlobSource(HubBucket bucket) : IBlobSource
{
    public string Name => bucket.Store.Facts.Name;

    public int Requests => bucket.Store.Facts.Requests;

    public long ReadRangeBytes => bucket.Store.Facts.ReadRangeBytes;

    public Task<ObjectReading> OpenAsync(ManifestFile file, ByteRange? range, CancellationToken cancellation) =>
        bucket.Store.ReadAsync(bucket.Keys.Blob(file.Blob), range, cancellation);
}
