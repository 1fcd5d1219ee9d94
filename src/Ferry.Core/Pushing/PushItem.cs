using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>A directory of the staged tree, as a push sees it.</summary>
internal sealed class PushDirectory(DirectoryNode node, PushDirectory? parent, int prior)
{
    private readonly Lock _lock = new();
    private int _conflictReported;
    private int _isCleaned;

    public DirectoryNode Node => node;

    public PushDirectory? Parent => parent;

    /// <summary>Position in the committed manifest's index, or -1.</summary>
    public int Prior => prior;

    /// <summary>Whether the source has it.</summary>
    public bool IsInSource { get; set; }

    /// <summary>The source has something that is no directory in its place, or in that of one above.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>The source did not tell what it has of it, or of one above: that was reported, and nothing below it is compared.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Serializes its making.</summary>
    public Lock Making => _lock;

    /// <summary>True for the first who asks: of its units one looks for what killed pushes have left in it.</summary>
    public bool TakeCleaning() => Interlocked.Exchange(ref _isCleaned, 1) == 0;

    /// <summary>The topmost of the blocked directories above, for the first who asks, else null: one line is enough for all below it.</summary>
    public PushDirectory? TakeConflict()
    {
        var top = this;
        while (top.Parent is { IsBlocked: true } above)
        {
            top = above;
        }

        return Interlocked.Exchange(ref top._conflictReported, 1) == 0 ? top : null;
    }
}

/// <summary>One entry of the staged tree that is to be brought back, or looked at more closely.</summary>
internal sealed class PushItem(PushDirectory directory, ReadOnlySpan<byte> name, in FileStatus staged, PushAction action, ReadOnlySpan<byte> prior)
{
    private readonly byte[] _name = PathText.Terminated(name);
    private readonly byte[] _prior = prior.ToArray();
    private readonly FileStatus _staged = staged;

    public PushDirectory Directory => directory;

    public ReadOnlySpan<byte> Name => _name.AsSpan(0, _name.Length - 1);

    public ReadOnlySpan<byte> TerminatedName => _name;

    /// <summary>The staged entry's status when the plan was made.</summary>
    public ref readonly FileStatus Staged => ref _staged;

    /// <summary>What the plan says; decided again when its turn comes.</summary>
    public PushAction Action => action;

    public bool HasPrior => _prior.Length > 0;

    public ManifestEntry Prior
    {
        get
        {
            var offset = 0;
            return ManifestEntry.Read(_prior, ref offset);
        }
    }
}
