using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Contents;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Reads contents of one commit from the hub.</summary>
internal sealed class HubBlobSource(HubClient client, RepoId repo, Revision commit) : IBlobSource
{
    public string Name => client.Name;

    // As many as the hub's own clients make.
    public int Requests => 8;

    public long ReadRangeBytes => 64 << 20;

    public async Task<ObjectReading> OpenAsync(ManifestFile file, ByteRange? range, CancellationToken cancellation)
    {
        var length = Math.Min(range?.Length ?? file.Bytes, file.Bytes - (range?.Offset ?? 0));
        try
        {
            var body = await client.OpenAsync(repo, commit, file, range, cancellation).ConfigureAwait(false);
            return new ObjectReading(new ObjectInfo(file.Path.Text, file.Bytes, file.Blob.Hex, null), length, new Body(body), owner: null);
        }
        catch (HubException e)
        {
            throw HubRepoSource.ToStoreException(e);
        }
    }

    private sealed class Body(Stream inner) : BodyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (HubException e)
            {
                throw HubRepoSource.ToStoreException(e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
