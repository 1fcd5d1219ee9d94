using Ferry.Core.Linux;

namespace Ferry.Workloads.Mirror;

/// <summary>Both ends of a mirror, open.</summary>
internal sealed class MirrorPlaces : IDisposable
{
    private MirrorPlaces(TreeRoot source, TreeRoot? target)
    {
        Source = source;
        Target = target;
    }

    /// <summary>The tree that is mirrored.</summary>
    public TreeRoot Source { get; }

    /// <summary>Where to; null if there is none, or if it does not exist yet and nothing may be made.</summary>
    public TreeRoot? Target { get; }

    /// <summary>Opens both, and makes the target if it is missing and may be made.</summary>
    /// <exception cref="IOException">The source is no directory that can be read; one end lies in the other; the target cannot be made.</exception>
    public static MirrorPlaces Open(MirrorOptions options)
    {
        var source = OpenRoot(options.SourceTree, options is { IsBag: true, Target: null } ? "payload" : "source");
        try
        {
            if (options.TargetTree is not { } path)
            {
                return new MirrorPlaces(source, null);
            }

            Refuse(source.RealPath, PathNesting.RealPathOf(options.Target!), options);
            var isCopied = options.Step is MirrorStep.All or MirrorStep.Copy;
            if (isCopied && options.IsBag && new FileInfo(path).LinkTarget is not null)
            {
                throw new IOException($"{path}: is a symbolic link, and the payload of a bag a directory; remove it");
            }

            if (isCopied && !options.DryRun && !Path.Exists(path))
            {
                Directory.CreateDirectory(path);
            }

            return new MirrorPlaces(source, !isCopied || Path.Exists(path) ? OpenRoot(path, options.IsBag ? "payload" : "destination") : null);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Opens the one tree that is on this machine.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="role">For messages: <c>source</c> or <c>destination</c>.</param>
    /// <exception cref="IOException">It is no directory that can be read.</exception>
    public static MirrorPlaces OpenOne(string path, string role) => new(OpenRoot(path, role), null);

    public void Dispose()
    {
        Source.Dispose();
        Target?.Dispose();
    }

    private static void Refuse(string source, string target, MirrorOptions options)
    {
        if (source == target)
        {
            throw new IOException($"{options.Target}: is the source itself");
        }

        if (PathNesting.Contains(source, target))
        {
            throw new IOException($"{options.Target}: lies inside the source {options.Source}, which would be copied into itself; choose another destination");
        }

        if (PathNesting.Contains(target, source))
        {
            throw new IOException($"{options.Source}: lies inside the destination {options.Target}; choose another destination");
        }
    }

    private static TreeRoot OpenRoot(string path, string role)
    {
        try
        {
            return TreeRoot.Open(path);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            throw new IOException($"the {role} {path} does not exist", e);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOTDIR)
        {
            throw new IOException($"the {role} {path} is not a directory", e);
        }
    }
}
