using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests;

/// <summary>
/// What is known of a target from earlier runs: the committed manifest, overlaid with what unfinished runs had recorded.
/// Thread-safe.
/// </summary>
internal sealed class PriorTree : IDisposable
{
    private readonly ManifestFile? _committed;
    private readonly PartialManifest _partial;

    public PriorTree(ManifestFile? committed, PartialManifest partial)
    {
        _committed = committed;
        _partial = partial;
    }

    /// <summary>Opens what is known. A damaged manifest is none, and a warning.</summary>
    /// <exception cref="LinuxException">The manifest cannot be read.</exception>
    public static PriorTree Open(string manifestPath, List<EntryProblem> problems)
    {
        ManifestFile? committed = null;
        try
        {
            committed = ManifestFile.Open(manifestPath);
        }
        catch (ManifestException e)
        {
            problems.Add(new EntryProblem(ProblemKind.Warning, manifestPath, $"{e.Message}; everything is compared again"));
        }

        return new PriorTree(committed, PartialManifest.Load(manifestPath));
    }

    public ManifestFile? Committed => _committed;

    /// <summary>A run was begun and not finished: it may have left temporary files.</summary>
    public bool HasUnfinishedRuns => _partial.WasFound;

    /// <summary>Large files that unfinished runs had begun, the latest last; they may have been finished since.</summary>
    public IReadOnlyList<UnfinishedFile> UnfinishedFiles => _partial.Files;

    /// <summary>Whether the target may have staged entries that nobody recorded, or was about to: by another tool, or by a first run.</summary>
    public bool MayHaveUnrecorded => _committed is null;

    /// <summary>Paths of the directories of which unfinished runs have recorded entries.</summary>
    public IEnumerable<byte[]> UnfinishedPaths => _partial.Paths;

    /// <summary>What unfinished runs have recorded of a directory, encoded.</summary>
    public ReadOnlySpan<byte> UnfinishedEntriesOf(ReadOnlySpan<byte> path) => _partial.EntriesOf(path) is { } entries ? entries.Written : default;

    public bool IsEmpty => _committed is null && _partial.IsEmpty;

    /// <summary>True when a run that was killed put this version in place, and did not record it any more.</summary>
    public bool WasIntended(PathBuffer directory, ReadOnlySpan<byte> name, in FileStatus found)
    {
        var intended = _partial.IntendedOf(directory.Path);
        for (var offset = 0; intended is not null && offset < intended.Length;)
        {
            var entry = ManifestEntry.Read(intended.Written, ref offset);
            if (entry.Name.SequenceEqual(name)
                && found.Kind == entry.Kind && found.Size == entry.Size && entry.TargetModified.SurvivesAs(found.Modified))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Position of a child directory in the committed index, or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> name) =>
        _committed is null || parent < 0 ? -1 : _committed.Index.FindChild(parent, name);

    /// <summary>Position of the root in the committed index, or -1.</summary>
    public int RootPosition => _committed is null ? -1 : 0;

    /// <summary>
    /// The entries known of a directory, ascending by name, in <paramref name="entries"/>.
    /// </summary>
    /// <returns>True when they are exactly the committed ones.</returns>
    /// <exception cref="ManifestException">A segment is damaged.</exception>
    public bool Read(int position, PathBuffer path, ByteBuffer entries, ByteBuffer scratch)
    {
        entries.Clear();
        if (position >= 0)
        {
            _committed!.ReadEntries(position, entries);
        }

        var recorded = _partial.EntriesOf(path.Path);
        if (recorded is not null || (position >= 0 && _committed!.Index[position].IsUnsorted))
        {
            Overlay(entries, recorded is null ? [] : recorded.Written, scratch);
        }

        return recorded is null && position >= 0;
    }

    /// <summary>Number of committed entries of a directory; 0 if its record is damaged, for then nothing is known to be staged there.</summary>
    public int CountEntries(int position, ByteBuffer scratch)
    {
        var count = 0;
        try
        {
            scratch.Clear();
            _committed!.ReadEntries(position, scratch);
            for (var offset = 0; offset < scratch.Length; count++)
            {
                ManifestEntry.Read(scratch.Written, ref offset);
            }
        }
        catch (ManifestException)
        {
            return 0;
        }

        return count;
    }

    public void Dispose() => _committed?.Dispose();

    private static void Overlay(ByteBuffer entries, ReadOnlySpan<byte> recorded, ByteBuffer scratch)
    {
        // Unfinished runs are rare and short of memory never: sorting by a dictionary is simple, and later records win in it.
        var merged = new SortedDictionary<byte[], byte[]>(Comparer<byte[]>.Create((a, b) => NameOrder.Compare(a, b)));
        foreach (var source in (ReadOnlySpan<byte[]>)[entries.Written.ToArray(), recorded.ToArray()])
        {
            for (var offset = 0; offset < source.Length;)
            {
                var entry = ManifestEntry.Read(source, ref offset);
                merged[entry.Name.ToArray()] = entry.Encoded.ToArray();
            }
        }

        scratch.Clear();
        foreach (var encoded in merged.Values)
        {
            scratch.Append(encoded);
        }

        entries.Clear();
        entries.Append(scratch.Written);
    }
}
