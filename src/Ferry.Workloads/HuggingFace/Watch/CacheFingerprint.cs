using System.Globalization;
using System.Text;
using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Cache;

namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>What a cache holds, in few bytes.</summary>
/// <param name="Contents">What there is to push: snapshots and refs.</param>
/// <param name="Downloads">Downloads in progress, and how far they are.</param>
internal sealed record CacheFingerprint(Digest Contents, Digest Downloads)
{
    /// <summary>Reads a cache.</summary>
    /// <exception cref="Core.Linux.LinuxException">It cannot be read.</exception>
    public static CacheFingerprint Of(string directory, CancellationToken cancellation)
    {
        var contents = new Blake3();
        var downloads = new Blake3();
        foreach (var repo in HubCacheReader.Read(directory, cancellation).Repos)
        {
            foreach (var reference in repo.Refs)
            {
                Append(contents, $"{repo.Id.Folder} {reference.Name} {reference.Commit}");
            }

            foreach (var revision in repo.Revisions)
            {
                Append(contents, $"{repo.Id.Folder} {revision.Commit} {(revision.IsComplete ? "whole" : "")}");
                foreach (var file in revision.Files)
                {
                    var blob = file.Blob;
                    Append(contents, string.Create(CultureInfo.InvariantCulture, $"{file.Path} {blob.Name} {blob.Bytes} {blob.Content.Inode} {blob.Modified.Seconds}.{blob.Modified.Nanoseconds}"));
                }
            }

            foreach (var part in repo.Incomplete)
            {
                Append(downloads, string.Create(CultureInfo.InvariantCulture, $"{part.Path} {part.Bytes}"));
            }
        }

        return new CacheFingerprint(contents.Finish(), downloads.Finish());
    }

    private static void Append(Blake3 hasher, string line) => hasher.Append(Encoding.UTF8.GetBytes(line + "\n"));
}
