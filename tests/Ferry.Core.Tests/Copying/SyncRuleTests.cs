using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Tests.Copying;

/// <summary>The rule of a sync as a table: the source now, the record, the target now.</summary>
public sealed class SyncRuleTests
{
    private static readonly Timestamp Old = new(1_000, 5);
    private static readonly Timestamp New = new(1_500, 5);
    private static readonly Timestamp Newest = new(1_700, 5);

    public enum Source
    {
        AsRecorded,
        Touched,
        OtherInode,
        OtherSize,
        OtherTime,
        NowSymlink,
        NowPipe,
    }

    public enum Target
    {
        Missing,
        AsRecorded,
        OtherMode,
        Newer,
        NewerDirectory,
        Older,
        OtherSizeSameTime,
        LikeSource,
    }

    [Theory]
    [InlineData(Source.AsRecorded, Target.Missing, EntryAction.Copy)]
    [InlineData(Source.AsRecorded, Target.AsRecorded, EntryAction.Keep)]
    [InlineData(Source.AsRecorded, Target.OtherMode, EntryAction.Metadata)]
    [InlineData(Source.AsRecorded, Target.Newer, EntryAction.KeepChanged)]
    [InlineData(Source.AsRecorded, Target.NewerDirectory, EntryAction.KeepChanged)]
    [InlineData(Source.AsRecorded, Target.Older, EntryAction.KeepChanged)]
    [InlineData(Source.AsRecorded, Target.OtherSizeSameTime, EntryAction.Copy)]
    [InlineData(Source.Touched, Target.Missing, EntryAction.Copy)]
    [InlineData(Source.Touched, Target.AsRecorded, EntryAction.CompareSource)]
    [InlineData(Source.Touched, Target.OtherMode, EntryAction.CompareSource)]
    [InlineData(Source.Touched, Target.Newer, EntryAction.CompareChanged)]
    [InlineData(Source.OtherInode, Target.AsRecorded, EntryAction.CompareSource)]
    [InlineData(Source.OtherInode, Target.Newer, EntryAction.CompareChanged)]
    [InlineData(Source.OtherSize, Target.Missing, EntryAction.Copy)]
    [InlineData(Source.OtherSize, Target.AsRecorded, EntryAction.Copy)]
    [InlineData(Source.OtherSize, Target.Newer, EntryAction.Conflict)]
    [InlineData(Source.OtherTime, Target.AsRecorded, EntryAction.Copy)]
    [InlineData(Source.OtherTime, Target.Newer, EntryAction.Conflict)]
    [InlineData(Source.OtherTime, Target.Older, EntryAction.Conflict)]
    [InlineData(Source.OtherTime, Target.OtherSizeSameTime, EntryAction.Copy)]
    [InlineData(Source.OtherTime, Target.LikeSource, EntryAction.Adopt)]
    [InlineData(Source.NowSymlink, Target.AsRecorded, EntryAction.Copy)]
    [InlineData(Source.NowSymlink, Target.Newer, EntryAction.Conflict)]
    [InlineData(Source.NowPipe, Target.Missing, EntryAction.Skip)]
    [InlineData(Source.NowPipe, Target.Newer, EntryAction.Skip)]
    public void A_recorded_file(Source source, Target target, EntryAction expected) =>
        Assert.Equal(expected, Decide(source, target, EntryFlags.None));

    [Theory]
    [InlineData(Source.AsRecorded, Target.AsRecorded, EntryAction.Copy)]
    [InlineData(Source.AsRecorded, Target.Newer, EntryAction.CompareChanged)]
    [InlineData(Source.AsRecorded, Target.Missing, EntryAction.Copy)]
    [InlineData(Source.OtherSize, Target.Newer, EntryAction.Conflict)]
    public void A_file_recorded_so_young_that_a_later_change_may_not_show(Source source, Target target, EntryAction expected) =>
        Assert.Equal(expected, Decide(source, target, EntryFlags.Racy));

    [Theory]
    [InlineData(Source.AsRecorded, Target.AsRecorded, EntryAction.Prove)]
    [InlineData(Source.AsRecorded, Target.Newer, EntryAction.KeepChanged)]
    [InlineData(Source.AsRecorded, Target.Older, EntryAction.Copy)]
    [InlineData(Source.Touched, Target.AsRecorded, EntryAction.Copy)]
    [InlineData(Source.OtherSize, Target.AsRecorded, EntryAction.Copy)]
    public void A_file_recorded_by_a_run_whose_writes_may_be_lost(Source source, Target target, EntryAction expected) =>
        Assert.Equal(expected, Decide(source, target, EntryFlags.Unproven));

    [Theory]
    [InlineData(EntryKind.File, null, EntryAction.Copy)]
    [InlineData(EntryKind.File, Target.Older, EntryAction.Copy)]
    [InlineData(EntryKind.File, Target.Newer, EntryAction.Adopt)]
    [InlineData(EntryKind.File, Target.NewerDirectory, EntryAction.Copy)]
    [InlineData(EntryKind.Symlink, Target.Newer, EntryAction.Adopt)]
    [InlineData(EntryKind.Other, null, EntryAction.Skip)]
    [InlineData(EntryKind.Other, Target.Newer, EntryAction.Skip)]
    public void An_entry_that_a_run_may_have_left_unrecorded(EntryKind source, Target? target, EntryAction expected) => Assert.Equal(
        expected, SyncRule.Decide(Status.Of(source, modified: Old), target is { } found ? StatusOf(found) : null, isOurs: true));

    [Theory]
    [InlineData(EntryKind.File, null, EntryAction.Copy)]
    [InlineData(EntryKind.File, Target.Older, EntryAction.Adopt)]
    [InlineData(EntryKind.File, Target.Newer, EntryAction.Adopt)]
    [InlineData(EntryKind.File, Target.NewerDirectory, EntryAction.Copy)]
    [InlineData(EntryKind.Symlink, Target.Older, EntryAction.Adopt)]
    [InlineData(EntryKind.Other, Target.Older, EntryAction.Skip)]
    public void An_entry_that_only_a_job_can_have_made(EntryKind source, Target? target, EntryAction expected) => Assert.Equal(
        expected, SyncRule.Decide(Status.Of(source, modified: Old), target is { } found ? StatusOf(found) : null, isOurs: false));

    [Fact]
    public void Whatever_is_newer_on_the_target_is_never_simply_overwritten()
    {
        foreach (var source in Enum.GetValues<Source>())
            foreach (var flags in new[] { EntryFlags.None, EntryFlags.Racy, EntryFlags.Gone, EntryFlags.Unproven, EntryFlags.Racy | EntryFlags.Unproven })
                Assert.NotEqual(EntryAction.Copy, Decide(source, Target.Newer, flags));
    }

    private static EntryAction Decide(Source source, Target target, EntryFlags flags)
    {
        var buffer = new ByteBuffer();
        ManifestEntry.Write(buffer, flags, "name"u8, Status.Of(modified: Old), new byte[Digest.Size], default);
        var offset = 0;
        var prior = ManifestEntry.Read(buffer.Written, ref offset);
        return SyncRule.Decide(StatusOf(source), prior, target == Target.Missing ? null : StatusOf(target));
    }

    private static FileStatus StatusOf(Source source) => source switch
    {
        Source.Touched => Status.Of(modified: Old, changed: Newest),
        Source.OtherInode => Status.Of(modified: Old, inode: 8),
        Source.OtherSize => Status.Of(modified: Old, size: 101),
        Source.OtherTime => Status.Of(modified: New),
        Source.NowSymlink => Status.Of(EntryKind.Symlink, modified: Old),
        Source.NowPipe => Status.Of(EntryKind.Other, modified: Old),
        _ => Status.Of(modified: Old),
    };

    private static FileStatus StatusOf(Target target) => target switch
    {
        Target.OtherMode => Status.Of(modified: Old, inode: 99, permissions: 0x180),
        Target.Newer => Status.Of(modified: Newest, inode: 99, size: 55),
        Target.NewerDirectory => Status.Of(EntryKind.Directory, modified: Newest, inode: 99),
        Target.Older => Status.Of(modified: new Timestamp(500, 0), inode: 99),
        Target.OtherSizeSameTime => Status.Of(modified: Old, inode: 99, size: 55),
        Target.LikeSource => Status.Of(modified: New, inode: 99),
        _ => Status.Of(modified: Old, inode: 99),
    };
}
