using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>Which names are removed from a target.</summary>
public enum ExtraScope
{
    /// <summary>Whatever the source does not have, and what is in the way.</summary>
    All,

    /// <summary>
    /// What keeps a copy from being made: something else where the source has a directory, and a directory where the source has a file or a
    /// link.
    /// </summary>
    InTheWay,
}

/// <summary>What is to be removed from a target, made before anything is.</summary>
public sealed class ExtraPlan
{
    internal ExtraPlan(IReadOnlyList<ExtraDirectory> directories, IReadOnlyList<EntryProblem> problems, bool mayRun, int maxShown)
    {
        (Directories, Problems, MayRun) = (directories, problems, mayRun);
        Names = new ShownList<TreeName>(static name => name.Path, maxShown);
        var totals = new Dictionary<ExtraDirectory, (long Files, long Bytes)>();
        foreach (var directory in directories)
        {
            DirectoryCount += directory.Goes ? 1 : 0;
            var top = TopOf(directory);
            if (top is not null)
            {
                totals.TryAdd(top, default);
            }

            foreach (var (name, known) in directory.Entries)
            {
                Count(directory, top, name, known, totals);
            }
        }

        foreach (var (top, (files, bytes)) in totals)
        {
            Names.Add(new TreeName(top.Node.GetPath(), EntryKind.Directory, files, bytes));
        }
    }

    /// <summary>The names to remove; a directory once, with all that is below it.</summary>
    public ShownList<TreeName> Names { get; }

    /// <summary>Files, links and the like to remove, wherever they are.</summary>
    public long Files { get; private set; }

    /// <summary>Their sizes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Directories to remove.</summary>
    public long DirectoryCount { get; }

    /// <summary>What could not be read, and what stays although the source does not have it.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; }

    /// <summary>
    /// False when a part of the source could not be read: what is in it looks as if it were gone. That does not concern what is in the way, of
    /// which both sides were seen.
    /// </summary>
    public bool MayRun { get; }

    internal IReadOnlyList<ExtraDirectory> Directories { get; }

    /// <summary>The uppermost directory that goes with this one; null if it stays.</summary>
    private static ExtraDirectory? TopOf(ExtraDirectory directory)
    {
        if (!directory.Goes)
        {
            return null;
        }

        while (directory.Parent is { Goes: true } parent)
        {
            directory = parent;
        }

        return directory;
    }

    private void Count(
        ExtraDirectory directory, ExtraDirectory? top, byte[] name, in FileStatus known, Dictionary<ExtraDirectory, (long Files, long Bytes)> totals)
    {
        var bytes = known.Kind == EntryKind.File ? known.Size : 0;
        Files++;
        Bytes += bytes;
        if (top is not null)
        {
            var (files, sum) = totals[top];
            totals[top] = (files + 1, sum + bytes);
        }
        else
        {
            Names.Add(new TreeName(PathText.Join(directory.Node.GetPath(), name.AsSpan()[..^1]), known.Kind, 1, bytes));
        }
    }
}
