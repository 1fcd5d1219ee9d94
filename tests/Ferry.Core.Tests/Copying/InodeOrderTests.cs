using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Testing;

namespace Ferry.Core.Tests.Copying;

/// <summary>For disks that turn, files are copied in the order of their inodes; what is recorded of them ascends by name all the same.</summary>
public sealed class InodeOrderTests : IDisposable
{
    private const int Files = 60;

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_are_copied_in_the_order_that_is_asked_for(bool inInodeOrder)
    {
        // On the file systems of tests later files have higher inode numbers.
        var names = Enumerable.Range(0, Files).Select(static i => $"d{i / 10 % 2}/f{Files - i:d3}").ToArray();
        foreach (var name in names) _tree.Write($"source/{name}", name);
        Assert.Equal(names, names.OrderBy(name => InodeOf($"source/{name}")));
        _tree.MakeDirectory("target");
        Copy(inInodeOrder);
        foreach (var directory in names.GroupBy(static name => name[..2]))
        {
            Assert.Equal(
                inInodeOrder ? directory : directory.Order(StringComparer.Ordinal).AsEnumerable(), directory.OrderBy(name => InodeOf($"target/{name}")));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), Recorded());
    }

    private ulong InodeOf(string path)
    {
        Assert.Equal(0, Kernel.StatusOf(Fcntl.AT_FDCWD, PathText.ToTerminated(_tree[path]), out var status));
        return status.Inode;
    }

    private void Copy(bool inInodeOrder)
    {
        using var source = TreeRoot.Open(_tree["source"]);
        using var target = TreeRoot.Open(_tree["target"]);
        var options = new CopyOptions { Limiter = new AdaptiveLimiter(LimiterOptions.Fixed(1), TimeProvider.System), InInodeOrder = inInodeOrder };
        using var plan = TreePlanner.Make(source, target, _tree["manifest"], options, Timestamp.From(TimeProvider.System.GetUtcNow()), default);
        Assert.True(TreeCopier.Run(plan, source, target, _tree["manifest"], options, new TransferProgress(), default).IsComplete);
    }

    private List<string> Recorded()
    {
        var names = new List<string>();
        using var prior = PriorTree.Open(_tree["manifest"], []);
        foreach (var directory in (string[])["d0", "d1"])
        {
            var entries = new ByteBuffer();
            prior.Read(prior.FindChild(prior.RootPosition, PathText.ToBytes(directory)), new PathBuffer(), entries, new ByteBuffer());
            for (var offset = 0; offset < entries.Length;)
                names.Add($"{directory}/{PathText.Display(ManifestEntry.Read(entries.Written, ref offset).Name)}");
        }

        return names;
    }
}
