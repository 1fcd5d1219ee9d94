using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>One name of a source and its target, with what each has under it; at least one has something.</summary>
/// <param name="directory">The directory that holds it.</param>
/// <param name="name">With its terminator.</param>
/// <param name="sourceFd">The directory, open; negative where the walk does not look at the source.</param>
/// <param name="targetFd">As <paramref name="sourceFd"/>.</param>
/// <param name="source">Null if the source does not have the name.</param>
/// <param name="target">Null if the target does not have the name.</param>
internal readonly ref struct EntryPair(
    PairDirectory directory, ReadOnlySpan<byte> name, int sourceFd, int targetFd, FileStatus? source, FileStatus? target)
{
    public PairDirectory Directory { get; } = directory;

    public ReadOnlySpan<byte> Name { get; } = name;

    public int SourceFd { get; } = sourceFd;

    public int TargetFd { get; } = targetFd;

    public FileStatus? Source { get; } = source;

    public FileStatus? Target { get; } = target;

    /// <summary>The path below the roots.</summary>
    public byte[] Path => PathText.Join(Directory.Node.GetPath(), Name[..^1]);

    /// <summary>The same as a directory to walk, on both sides or on one.</summary>
    public PairDirectory AsDirectory(FileStatus? source, FileStatus? target, object? tag) =>
        new(new DirectoryNode(Directory.Node, Name[..^1], (source ?? target)!.Value), source, target) { Tag = tag };
}

/// <summary>Which end of a copy.</summary>
internal enum TreeSide
{
    Source,
    Target,
}

/// <summary>Receives the walk of a pair of trees. Called on several threads at once; for a directory before what is in it.</summary>
internal interface IPairVisitor
{
    /// <summary>A name of either side.</summary>
    /// <returns>The directory to walk under this name; null for none.</returns>
    PairDirectory? Visit(in EntryPair pair, EngineWorker worker);

    /// <summary>Something could not be read. The walk goes on beside it.</summary>
    void Report(TreeSide side, EntryProblem problem);
}
