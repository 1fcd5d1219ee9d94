using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Sources;

/// <summary>
/// What is served, from two sources: where a ref leads the far one says, which others change, and the near one only if that cannot be asked or has no such ref; commits and contents never
/// change, and are the near one's if it has them. Remembers whole commits as long as there is room, and others and refs for a moment: clients ask for the same again for each file. Thread-safe.
/// </summary>
/// <param name="near">This machine's cache.</param>
/// <param name="far">The team's bucket; null if there is none.</param>
/// <param name="time">The clock.</param>
internal sealed class ServedRevisions(IServedHub near, IServedHub? far, TimeProvider time)
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(10);

    // Of all commits together; some 300 bytes each.
    private const int MaxFiles = ManifestFormat.MaxFiles / 4;
    private const int MaxRefs = 1_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<(ServedTree Tree, DateTimeOffset Until)> _trees = [];
    private readonly Dictionary<(RepoId, RefName), (Revision? Commit, DateTimeOffset Until)> _refs = [];

    /// <summary>Finds out what a revision consists of; null if there is none.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    public async Task<ServedTree?> FindAsync(RepoId repo, string text, CancellationToken cancellation)
    {
        if (!Revision.TryParse(text, out var commit, out _))
        {
            // The default branch has no name of its own in a bucket.
            commit = RefName.TryParse(text == "HEAD" ? "main" : text, out var name, out _) ? await FindRefAsync(repo, name, cancellation).ConfigureAwait(false) : null;
        }

        return commit is null ? null : Recall(repo, commit) ?? await LoadAsync(repo, commit, cancellation).ConfigureAwait(false);
    }

    /// <summary>The refs of a repository, of both sources.</summary>
    /// <exception cref="IOException">They cannot be told.</exception>
    public async Task<IReadOnlyList<CachedRef>> ListRefsAsync(RepoId repo, CancellationToken cancellation)
    {
        var refs = far is null ? [] : await far.ListRefsAsync(repo, cancellation).ConfigureAwait(false);
        var own = await near.ListRefsAsync(repo, cancellation).ConfigureAwait(false);
        return [.. refs, .. own.Where(each => refs.All(other => other.Name != each.Name))];
    }

    /// <summary>Opens a content; null if it is not there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<Stream?> OpenAsync(RepoId repo, ManifestFile file, ByteRange range, CancellationToken cancellation) =>
        await near.OpenAsync(repo, file, range, cancellation).ConfigureAwait(false)
        ?? (far is null ? null : await far.OpenAsync(repo, file, range, cancellation).ConfigureAwait(false));

    private async Task<ServedTree?> LoadAsync(RepoId repo, Revision commit, CancellationToken cancellation)
    {
        var manifest = await near.FindAsync(repo, commit, cancellation).ConfigureAwait(false)
            ?? (far is null ? null : await far.FindAsync(repo, commit, cancellation).ConfigureAwait(false));
        return manifest is null ? null : Remember(new ServedTree(manifest));
    }

    private async Task<Revision?> FindRefAsync(RepoId repo, RefName name, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_refs.TryGetValue((repo, name), out var known) && now < known.Until)
            {
                return known.Commit;
            }
        }

        var commit = await AskAsync(repo, name, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            if (_refs.Count >= MaxRefs)
            {
                _refs.Clear();
            }

            _refs[(repo, name)] = (commit, now + s_moment);
        }

        return commit;
    }

    private async Task<Revision?> AskAsync(RepoId repo, RefName name, CancellationToken cancellation)
    {
        try
        {
            if (far is not null && await far.FindRefAsync(repo, name, cancellation).ConfigureAwait(false) is { } commit)
            {
                return commit;
            }
        }
        catch (StoreException)
        {
            // As the clients do without the hub: what was so the last time.
            if (await near.FindRefAsync(repo, name, cancellation).ConfigureAwait(false) is { } last)
            {
                return last;
            }

            throw;
        }

        return await near.FindRefAsync(repo, name, cancellation).ConfigureAwait(false);
    }

    private ServedTree? Recall(RepoId repo, Revision commit)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            for (var node = _trees.First; node is not null; node = node.Next)
            {
                if (node.Value.Tree.Manifest.Revision == commit && node.Value.Tree.Manifest.Repo == repo)
                {
                    _trees.Remove(node);
                    if (now >= node.Value.Until)
                    {
                        return null;
                    }

                    _trees.AddFirst(node);
                    return node.Value.Tree;
                }
            }
        }

        return null;
    }

    private ServedTree Remember(ServedTree tree)
    {
        // To what is not the whole commit others may add.
        var until = tree.Manifest.IsComplete ? DateTimeOffset.MaxValue : time.GetUtcNow() + s_moment;
        lock (_lock)
        {
            _trees.AddFirst((tree, until));
            for (var files = _trees.Sum(static each => CostOf(each.Tree)); files > MaxFiles && _trees.Count > 1;)
            {
                files -= CostOf(_trees.Last!.Value.Tree);
                _trees.RemoveLast();
            }
        }

        return tree;
    }

    private static int CostOf(ServedTree tree) => tree.Manifest.Files.Count + 1;
}
