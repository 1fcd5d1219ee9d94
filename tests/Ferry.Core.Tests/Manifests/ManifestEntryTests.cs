using System.Buffers.Binary;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Tests.Copying;
using FsCheck;
using FsCheck.Fluent;

namespace Ferry.Core.Tests.Manifests;

public sealed class ManifestEntryTests
{
    [Fact]
    public void A_file_comes_back_as_it_was_written() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>(), ArbMap.Default.ArbFor<ulong>(), Gen.Choose(0, 0xFFF).ToArbitrary(), (number, inode, permissions) =>
        {
            var status = Status.Of(
                EntryKind.File, number & long.MaxValue, new Timestamp(-number, 999_999_999), new Timestamp(number, 1), inode, permissions, 4_000_000_000, 7);
            var digest = new byte[Digest.Size];
            BinaryPrimitives.WriteInt64LittleEndian(digest, number);
            var buffer = new ByteBuffer();
            ManifestEntry.Write(buffer, EntryFlags.Racy | EntryFlags.OwnTargetTime, "caf\u00e9"u8, status, digest, new Timestamp(number, 5));
            var offset = 0;
            var entry = ManifestEntry.Read(buffer.Written, ref offset);
            return offset == buffer.Length && entry.Kind == EntryKind.File && entry.IsRacy && !entry.IsGone && !entry.IsUnproven
                && entry.Name.SequenceEqual("caf\u00e9"u8) && entry.Size == status.Size && entry.Modified == status.Modified
                && entry.Changed == status.Changed && entry.Inode == inode && entry.Permissions == permissions
                && entry.Uid == 4_000_000_000 && entry.Gid == 7 && entry.Digest == Digest.FromBytes(digest)
                && entry.TargetModified == new Timestamp(number, 5);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_link_comes_back_with_its_target_and_the_time_of_its_source()
    {
        var buffer = new ByteBuffer();
        var target = Enumerable.Repeat((byte)'t', 4_095).ToArray();
        ManifestEntry.Write(buffer, EntryFlags.None, Enumerable.Repeat((byte)'n', 255).ToArray(), Status.Of(EntryKind.Symlink, 4_095), target, default);
        var offset = 0;
        var entry = ManifestEntry.Read(buffer.Written, ref offset);
        Assert.Equal(EntryKind.Symlink, entry.Kind);
        Assert.Equal(target, entry.LinkTarget.ToArray());
        Assert.Equal(255, entry.Name.Length);
        Assert.Equal(entry.Modified, entry.TargetModified);
    }

    [Fact]
    public void Flags_are_added_and_removed_and_all_else_stays()
    {
        var buffer = new ByteBuffer();
        ManifestEntry.Write(buffer, EntryFlags.Racy, "name"u8, Status.Of(), new byte[Digest.Size], default);
        var first = buffer.Length;
        var offset = 0;
        ManifestEntry.WriteFlagged(buffer, ManifestEntry.Read(buffer.Written.ToArray(), ref offset), EntryFlags.Gone, EntryFlags.Racy);
        var entry = ManifestEntry.Read(buffer.Written, ref offset);
        Assert.True(entry.IsGone && !entry.IsRacy);
        Assert.Equal(EntryKind.File, entry.Kind);
        Assert.Equal(buffer.Written[1..first].ToArray(), entry.Encoded[1..].ToArray());
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_name_that_leads_elsewhere_is_refused(string name)
    {
        var buffer = new ByteBuffer();
        ManifestEntry.Write(buffer, EntryFlags.None, System.Text.Encoding.UTF8.GetBytes(name), Status.Of(), new byte[Digest.Size], default);
        Assert.Throws<ManifestException>(() => SampleTree.Entries(buffer));
    }

    [Theory]
    [InlineData(EntryKind.Directory, 0L)]
    [InlineData(EntryKind.Other, 0L)]
    [InlineData(EntryKind.Symlink, -1L)]
    [InlineData(EntryKind.Symlink, 65_536L)]
    [InlineData(EntryKind.Symlink, long.MaxValue)]
    [InlineData(EntryKind.Symlink, long.MinValue)]
    public void A_kind_or_size_that_cannot_be_is_refused(EntryKind kind, long size)
    {
        var bytes = new byte[70_000];
        (bytes[0], bytes[1], bytes[ManifestEntry.FixedLength]) = ((byte)kind, 1, (byte)'n');
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), size);
        var offset = 0;
        Assert.Throws<ManifestException>(() => ManifestEntry.Read(bytes, ref offset));
    }

    [Fact]
    public void An_entry_cut_anywhere_is_refused()
    {
        var buffer = new ByteBuffer();
        ManifestEntry.Write(buffer, EntryFlags.OwnTargetTime, "name"u8, Status.Of(), new byte[Digest.Size], new Timestamp(1, 2));
        for (var length = 1; length < buffer.Length; length++)
        {
            var cut = new ByteBuffer();
            cut.Append(buffer.Written[..length]);
            Assert.Throws<ManifestException>(() => SampleTree.Entries(cut));
        }
    }

    [Fact]
    public void Random_bytes_are_refused_or_read_within_their_bounds()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var buffer = new ByteBuffer();
            random.NextBytes(buffer.Reserve(random.Next(1, 300)));
            try
            {
                SampleTree.Entries(buffer);
            }
            catch (ManifestException)
            {
                // What it should be.
            }
        }
    }
}
