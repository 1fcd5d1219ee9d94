using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Pushing;
using Ferry.Core.Tests.Copying;

namespace Ferry.Core.Tests.Pushing;

/// <summary>The rule of a push as a table: the staged tree now, the record of the last sync, the source now.</summary>
public sealed class PushRuleTests
{
    private static readonly Timestamp Old = new(1_000, 5);
    private static readonly Timestamp Older = new(500, 7);
    private static readonly Timestamp New = new(1_500, 5);

    /// <summary><see cref="PushAction"/>, which a public method may not have as a parameter.</summary>
    public enum Does
    {
        Keep = PushAction.Keep,
        Push = PushAction.Push,
        ProveSource = PushAction.ProveSource,
        ProveStaged = PushAction.ProveStaged,
        ChangedOnBoth = PushAction.ChangedOnBoth,
        GoneFromSource = PushAction.GoneFromSource,
    }

    public enum Staged
    {
        AsRecorded,
        Newer,
        Older,
        OtherSizeSameTime,
        NowSymlink,
        NowPipe,
    }

    public enum Source
    {
        Missing,
        AsRecorded,
        Touched,
        OtherInode,
        OtherSize,
        OtherTime,
        NowSymlink,
        NowDirectory,
    }

    [Theory]
    [InlineData(Staged.AsRecorded, Source.AsRecorded, Does.Keep)]
    [InlineData(Staged.AsRecorded, Source.OtherSize, Does.Keep)]
    [InlineData(Staged.AsRecorded, Source.Missing, Does.Keep)]
    [InlineData(Staged.OtherSizeSameTime, Source.AsRecorded, Does.Keep)]
    [InlineData(Staged.NowPipe, Source.AsRecorded, Does.Keep)]
    [InlineData(Staged.Newer, Source.AsRecorded, Does.Push)]
    [InlineData(Staged.Older, Source.AsRecorded, Does.Push)]
    [InlineData(Staged.NowSymlink, Source.AsRecorded, Does.Push)]
    [InlineData(Staged.Newer, Source.Missing, Does.GoneFromSource)]
    [InlineData(Staged.Newer, Source.Touched, Does.ProveSource)]
    [InlineData(Staged.Newer, Source.OtherInode, Does.ProveSource)]
    [InlineData(Staged.Newer, Source.OtherSize, Does.ChangedOnBoth)]
    [InlineData(Staged.Newer, Source.OtherTime, Does.ChangedOnBoth)]
    [InlineData(Staged.Older, Source.OtherTime, Does.ChangedOnBoth)]
    [InlineData(Staged.Newer, Source.NowSymlink, Does.ChangedOnBoth)]
    [InlineData(Staged.Newer, Source.NowDirectory, Does.ChangedOnBoth)]
    public void A_recorded_file(Staged staged, Source source, Does expected) =>
        Assert.Equal(expected, (Does)Decide(staged, source, EntryFlags.None));

    [Theory]
    [InlineData(Staged.AsRecorded, Source.AsRecorded, Does.ProveStaged)]
    [InlineData(Staged.AsRecorded, Source.Missing, Does.ProveStaged)]
    [InlineData(Staged.Newer, Source.AsRecorded, Does.ProveSource)]
    [InlineData(Staged.Newer, Source.OtherSize, Does.ChangedOnBoth)]
    public void A_file_recorded_so_young_that_a_later_change_may_not_show(Staged staged, Source source, Does expected) =>
        Assert.Equal(expected, (Does)Decide(staged, source, EntryFlags.Racy));

    [Theory]
    [InlineData(Staged.AsRecorded, Source.AsRecorded, Does.Keep)]
    [InlineData(Staged.Older, Source.AsRecorded, Does.Keep)]
    [InlineData(Staged.Newer, Source.AsRecorded, Does.Push)]
    [InlineData(Staged.Newer, Source.OtherSize, Does.ChangedOnBoth)]
    public void A_file_recorded_by_a_run_whose_writes_may_be_lost(Staged staged, Source source, Does expected) =>
        Assert.Equal(expected, (Does)Decide(staged, source, EntryFlags.Unproven));

    [Theory]
    [InlineData(Staged.AsRecorded, Source.Missing, Does.Keep)]
    [InlineData(Staged.Newer, Source.Missing, Does.GoneFromSource)]
    [InlineData(Staged.Newer, Source.AsRecorded, Does.ProveSource)]
    [InlineData(Staged.Newer, Source.OtherTime, Does.ChangedOnBoth)]
    public void A_file_that_a_sync_found_gone_from_the_source(Staged staged, Source source, Does expected) =>
        Assert.Equal(expected, (Does)Decide(staged, source, EntryFlags.Gone));

    [Theory]
    [InlineData(Staged.Newer, Source.Missing, Does.Push)]
    [InlineData(Staged.NowSymlink, Source.Missing, Does.Push)]
    [InlineData(Staged.NowPipe, Source.Missing, Does.Keep)]
    [InlineData(Staged.Newer, Source.AsRecorded, Does.ChangedOnBoth)]
    [InlineData(Staged.AsRecorded, Source.AsRecorded, Does.Keep)]
    [InlineData(Staged.AsRecorded, Source.NowSymlink, Does.ChangedOnBoth)]
    [InlineData(Staged.AsRecorded, Source.NowDirectory, Does.ChangedOnBoth)]
    public void An_entry_that_no_sync_has_recorded(Staged staged, Source source, Does expected) =>
        Assert.Equal(expected, (Does)PushRule.Decide(StatusOf(staged), StatusOf(source)));

    [Fact]
    public void What_was_changed_in_the_source_is_never_simply_replaced()
    {
        foreach (var staged in Enum.GetValues<Staged>())
            foreach (var source in (Source[])[Source.OtherSize, Source.OtherTime, Source.NowSymlink, Source.NowDirectory])
                foreach (var flags in (EntryFlags[])[EntryFlags.None, EntryFlags.Racy, EntryFlags.Gone, EntryFlags.Unproven, EntryFlags.Racy | EntryFlags.Unproven])
                    Assert.NotEqual(PushAction.Push, Decide(staged, source, flags));
    }

    private static PushAction Decide(Staged staged, Source source, EntryFlags flags)
    {
        var buffer = new ByteBuffer();
        ManifestEntry.Write(buffer, flags, "name"u8, Status.Of(modified: Old), new byte[Digest.Size], default);
        var offset = 0;
        var prior = ManifestEntry.Read(buffer.Written, ref offset);
        return PushRule.Decide(StatusOf(staged), prior, StatusOf(source));
    }

    private static FileStatus StatusOf(Staged staged) => staged switch
    {
        Staged.Newer => Status.Of(modified: New, inode: 99),
        Staged.Older => Status.Of(modified: Older, inode: 99),
        Staged.OtherSizeSameTime => Status.Of(modified: Old, inode: 99, size: 55),
        Staged.NowSymlink => Status.Of(EntryKind.Symlink, modified: New, inode: 99),
        Staged.NowPipe => Status.Of(EntryKind.Other, modified: New, inode: 99),
        _ => Status.Of(modified: Old, inode: 99),
    };

    private static FileStatus? StatusOf(Source source) => source switch
    {
        Source.Missing => null,
        Source.Touched => Status.Of(modified: Old, changed: new Timestamp(3_000, 5)),
        Source.OtherInode => Status.Of(modified: Old, inode: 8),
        Source.OtherSize => Status.Of(modified: Old, size: 101),
        Source.OtherTime => Status.Of(modified: New),
        Source.NowSymlink => Status.Of(EntryKind.Symlink, modified: Old),
        Source.NowDirectory => Status.Of(EntryKind.Directory, modified: Old),
        _ => Status.Of(modified: Old),
    };
}
