using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Makes the directories that scratch has and the source lacks. They get the staged directory's permissions and, below one that is setgid,
/// its group and that bit, as the kernel gives them. Thread-safe.
/// </summary>
internal sealed class SourceDirectories(CopyContext context)
{
    private const ushort OrdinaryBits = 0x1FF;
    private const ushort OwnerAll = 0x1C0;
    private const ushort SetGroupId = 0x400;

    private readonly Lock _lock = new();
    private readonly List<PushDirectory> _restricted = [];

    /// <summary>Makes a directory and those above it; false when that failed, which was reported.</summary>
    public bool Ensure(PushDirectory directory)
    {
        var missing = new Stack<PushDirectory>();
        for (var at = directory; !at.IsInSource; at = at.Parent!)
        {
            missing.Push(at);
        }

        foreach (var next in missing)
        {
            lock (next.Making)
            {
                if (!next.IsInSource && !Make(next))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Gives directories that were made, and are not to be written to by their owner, the mode that they should have.</summary>
    public void Restrict()
    {
        _restricted.Sort(static (a, b) => b.Node.Depth.CompareTo(a.Node.Depth));
        foreach (var directory in _restricted)
        {
            var fd = context.Target.OpenDirectory(directory.Node.WritePath(new PathBuffer()));
            var result = fd < 0 ? fd : Kernel.StatusOf(fd, out var status) is < 0 and var failed ? failed
                : Kernel.SetPermissions(fd, (ushort)((status.Permissions & SetGroupId) | (directory.Node.Status.Permissions & OrdinaryBits)));
            if (result < 0)
            {
                Failed(directory, "chmod", result);
            }

            if (fd >= 0)
            {
                Kernel.Close(fd);
            }
        }
    }

    private bool Make(PushDirectory directory)
    {
        var parent = context.Target.OpenDirectory(directory.Parent!.Node.WritePath(new PathBuffer()));
        if (parent < 0)
        {
            return Failed(directory, "open", parent);
        }

        var name = PathText.Terminated(directory.Node.Name);
        var permissions = (ushort)(directory.Node.Status.Permissions & OrdinaryBits);
        var isRestricted = Kernel.EffectiveUser != 0 && (permissions & OwnerAll) != OwnerAll;
        var result = Kernel.MakeDirectory(parent, name, isRestricted ? (ushort)(permissions | OwnerAll) : permissions);
        if (result == 0)
        {
            if (isRestricted)
            {
                lock (_lock)
                {
                    _restricted.Add(directory);
                }
            }

            result = SetOwner(parent, name, directory);
        }
        else if (result == -Errno.EEXIST && Kernel.StatusOf(parent, name, out var found) == 0 && found.Kind == EntryKind.Directory)
        {
            // Another process that pushes the same, or somebody who works there.
            result = 0;
        }

        Kernel.Close(parent);
        directory.IsInSource = result == 0;
        return result == 0 || Failed(directory, "mkdir", result);
    }

    private static int SetOwner(int parent, byte[] name, PushDirectory directory)
    {
        _ = Kernel.StatusOf(parent, out var above);
        var isShared = (above.Permissions & SetGroupId) != 0;
        var fd = Kernel.Open(parent, name, Kernel.ReadDirectory);
        if (fd < 0)
        {
            return fd;
        }

        var status = directory.Node.Status;
        var inherited = isShared ? above.Gid : Kernel.EffectiveGroup;
        var result = Ownership.Set(fd, status.Uid, isShared ? above.Gid : status.Gid, Kernel.EffectiveUser, inherited);
        Kernel.Close(fd);
        return result;
    }

    private bool Failed(PushDirectory directory, string operation, int result)
    {
        context.Report(EntryProblem.OfCall(context.Target.Display(directory.Node.GetPath()), operation, -result));
        return false;
    }
}
