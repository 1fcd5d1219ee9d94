using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;
using Ferry.Workloads.HuggingFace.Push.Revisions;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>Brings the contents of the repositories that may go together, each content once. Reads none of them, but for those without a name. For one thread.</summary>
internal sealed class PushPlanner(HubBucket bucket, BucketContents listed, LocalContents contents, PushTally tally)
{
    // The hub takes no larger files into git itself.
    private const long MaxGitBytes = 10 << 20;

    private readonly Dictionary<BlobName, BlobPush> _blobs = [];
    private readonly Dictionary<ContentId, BlobName> _named = [];

    /// <summary>All contents.</summary>
    public IReadOnlyCollection<BlobPush> Blobs => _blobs.Values;

    /// <summary>Adds a repository.</summary>
    public async Task<RepoPush> AddAsync(CachedRepo repo, GateDecision gate, CancellationToken cancellation)
    {
        var push = new RepoPush(repo, gate);
        foreach (var problem in repo.Problems)
        {
            tally.Warn(problem.Path, problem.Reason);
        }

        foreach (var revision in repo.Revisions)
        {
            if (revision.Broken > 0)
            {
                tally.Fail($"{repo.Id}@{revision.Commit}", $"{revision.Broken} names of its snapshot cannot be read, so that no ref can lead to it; download it again");
            }

            push.Revisions.Add(await AddAsync(push, revision, cancellation).ConfigureAwait(false));
        }

        return push;
    }

    private async Task<RevisionPush> AddAsync(RepoPush repo, CachedRevision revision, CancellationToken cancellation)
    {
        var files = new List<FilePush>(revision.Files.Count);
        Dictionary<string, ManifestFile>? there = null;
        foreach (var file in revision.Files)
        {
            var name = file.Blob.Name;
            if (name is null)
            {
                there ??= await FindThereAsync(repo.Id, revision.Commit, cancellation).ConfigureAwait(false);
                name = FindName(file, there, cancellation);
            }

            if (name is { } known)
            {
                files.Add(new FilePush(file.Path, Add(known, file.Blob, repo)));
            }
        }

        return new RevisionPush(revision, files, revision.Broken == 0 && files.Count == revision.Files.Count);
    }

    private BlobPush Add(BlobName name, CachedBlob source, RepoPush repo)
    {
        if (!_blobs.TryGetValue(name, out var blob))
        {
            _blobs[name] = blob = new BlobPush(name) { Bytes = source.Bytes };
        }

        if (!blob.Sources.Exists(each => each.Content == source.Content))
        {
            blob.Sources.Add(source);
        }

        blob.Users.Add(repo);
        return blob;
    }

    private async Task<Dictionary<string, ManifestFile>> FindThereAsync(RepoId repo, Revision commit, CancellationToken cancellation)
    {
        var place = await bucket.FindManifestAsync(repo, commit, listed, cancellation).ConfigureAwait(false);
        return place.Reading?.Manifest?.Files.ToDictionary(static file => file.Path.Text, StringComparer.Ordinal) ?? [];
    }

    /// <summary>
    /// The name of a copy that lies in a snapshot: the one that the bucket's manifest has for it, if that is right; else what the hub gives to most files of its size.
    /// </summary>
    private BlobName? FindName(CachedFile file, Dictionary<string, ManifestFile> there, CancellationToken cancellation)
    {
        if (_named.TryGetValue(file.Blob.Content, out var former))
        {
            return former;
        }

        try
        {
            using var content = contents.Open(file.Blob);
            var (sha256, git) = content.FindNames(cancellation);
            var wanted = there.TryGetValue(file.Path.Text, out var known) && (known.Blob.Hex == sha256 || known.Blob.Hex == git) ? known.Blob.Hex
                : content.Length > MaxGitBytes ? sha256 : git;
            return BlobName.TryParse(wanted, out var name, out _) ? _named[file.Blob.Content] = name : null;
        }
        catch (IOException e)
        {
            tally.Fail(file.Blob.Path, e.Message);
            return null;
        }
    }
}
