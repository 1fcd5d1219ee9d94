using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>A source directory and its target, open for one piece of work, with what new files in the target inherit.</summary>
internal readonly struct DirectoryPair : IDisposable
{
    private const ushort SetGroupId = 0x400;

    private DirectoryPair(int source, int target, uint inheritedGroup, bool isSetGroupId, bool hasDefaultAcl)
    {
        Source = source;
        Target = target;
        InheritedGroup = inheritedGroup;
        IsSetGroupId = isSetGroupId;
        HasDefaultAcl = hasDefaultAcl;
    }

    public int Source { get; }

    public int Target { get; }

    /// <summary>The group of a file made in the target: the directory's own where that is setgid.</summary>
    public uint InheritedGroup { get; }

    /// <summary>Whether the target gives new files its own group: a directory that several people share.</summary>
    public bool IsSetGroupId { get; }

    /// <summary>New files get an access control list that the source's files may not have.</summary>
    public bool HasDefaultAcl { get; }

    /// <summary>Opens both; on failure reports it and returns false.</summary>
    public static bool TryOpen(CopyContext context, DirectoryNode node, EngineWorker worker, out DirectoryPair pair)
    {
        pair = default;
        var path = node.WritePath(worker.SourcePath);
        var source = context.Source.OpenDirectory(path);
        if (source < 0)
        {
            context.Report(EntryProblem.OfRead(context.Source.Display(path.Path), "open", -source));
            return false;
        }

        var target = context.Target.OpenDirectory(path);
        if (target < 0)
        {
            Kernel.Close(source);
            context.Report(EntryProblem.OfCall(context.Target.Display(path.Path), "open", -target));
            return false;
        }

        _ = Kernel.StatusOf(target, out var status);
        var isSetGroupId = (status.Permissions & SetGroupId) != 0;
        var group = isSetGroupId ? status.Gid : Kernel.EffectiveGroup;
        var hasDefaultAcl = Kernel.GetAttribute(target, AttributeCopier.DefaultAcl, []) > 0;
        pair = new DirectoryPair(source, target, group, isSetGroupId, hasDefaultAcl);
        return true;
    }

    public void Dispose()
    {
        Kernel.Close(Source);
        Kernel.Close(Target);
    }
}
