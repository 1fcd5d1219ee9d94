using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Push.Revisions;

/// <summary>
/// Puts together what a bucket has of a revision and what a cache has of it: caches often have only a few files of a commit, each another few. Nobody's files are lost by it.
/// </summary>
internal static class ManifestMerge
{
    /// <summary>All files of both.</summary>
    /// <param name="there">Of the bucket, those files whose contents it has; null for none.</param>
    /// <param name="ours">Of the cache, those files whose contents the bucket has.</param>
    /// <param name="wins">Whether our content of a path stands against another one: we have seen that it is what its name says.</param>
    /// <param name="conflicts">Gets the paths of which the two have different contents.</param>
    public static RepoManifest Merge(RepoManifest? there, RepoManifest ours, Func<BlobName, bool> wins, ICollection<RepoPath> conflicts)
    {
        var files = new SortedDictionary<string, ManifestFile>(StringComparer.Ordinal);
        var directories = new HashSet<string>(StringComparer.Ordinal);
        var sizes = new Dictionary<BlobName, long>();
        foreach (var file in ours.Files)
        {
            files[file.Path.Text] = file;
            sizes[file.Blob] = file.Bytes;
            AddParents(file.Path.Text, directories);
        }

        foreach (var file in there?.Files ?? [])
        {
            var other = sizes.TryGetValue(file.Blob, out var bytes) ? file with { Bytes = bytes } : file;
            if (files.TryGetValue(file.Path.Text, out var own))
            {
                if (own.Blob != other.Blob)
                {
                    conflicts.Add(file.Path);
                    files[file.Path.Text] = wins(own.Blob) ? own : other;
                }
            }
            else if (directories.Contains(file.Path.Text) || HasParent(file.Path.Text, files))
            {
                conflicts.Add(file.Path);
            }
            else
            {
                files[file.Path.Text] = other;
            }
        }

        return ours with
        {
            Files = [.. files.Values],
            IsComplete = ours.IsComplete || there is { IsComplete: true },
            Visibility = ours.Visibility == RepoVisibility.Unknown && there is not null ? there.Visibility : ours.Visibility,
            Sha256 = Digests(files.Values, ours.Sha256, there?.Sha256),
        };
    }

    /// <summary>Whether a bucket's manifest says all that another one would say in its place.</summary>
    public static bool IsSame(RepoManifest there, RepoManifest wanted) =>
        there.IsComplete == wanted.IsComplete && there.Visibility == wanted.Visibility
        && there.Files.Count == wanted.Files.Count && there.Files.ToHashSet().SetEquals(wanted.Files)
        && wanted.Sha256.All(each => there.Sha256.TryGetValue(each.Key, out var digest) && digest == each.Value);

    private static Dictionary<BlobName, Digest> Digests(
        IEnumerable<ManifestFile> files, IReadOnlyDictionary<BlobName, Digest> ours, IReadOnlyDictionary<BlobName, Digest>? theirs)
    {
        var digests = new Dictionary<BlobName, Digest>();
        foreach (var file in files)
        {
            var digest = default(Digest);
            if (!file.Blob.IsSha256 && (ours.TryGetValue(file.Blob, out digest) || theirs?.TryGetValue(file.Blob, out digest) == true))
            {
                digests[file.Blob] = digest;
            }
        }

        return digests;
    }

    private static void AddParents(string path, HashSet<string> directories)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            directories.Add(path[..slash]);
        }
    }

    private static bool HasParent(string path, SortedDictionary<string, ManifestFile> files)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (files.ContainsKey(path[..slash]))
            {
                return true;
            }
        }

        return false;
    }
}
