using System.Buffers.Binary;
using Ferry.Core.Manifests;

namespace Ferry.Core.Tests.Manifests;

/// <summary>Indexes with a right checksum and wrong contents: somebody made them so.</summary>
public sealed class ManifestIndexTests
{
    private const long SegmentsEnd = 1_000;

    private static readonly ManifestDirectory Root = new() { Parent = -1, Name = [] };

    [Fact]
    public void A_good_index_comes_back() => Assert.Equal(3, Decode(Encode(Root, Child("a"), Child("b"))).Count);

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("a\0")]
    public void A_name_that_is_no_name_is_refused(string name) => Refused(Encode(Root, Child(name)));

    [Fact]
    public void The_root_has_no_name_and_no_parent()
    {
        Refused(Encode(new ManifestDirectory { Parent = -1, Name = "root"u8.ToArray() }));
        Refused(Encode(new ManifestDirectory { Parent = 0, Name = [] }));
    }

    [Theory]
    [InlineData(1)] // its own
    [InlineData(2)] // a later one's: a cycle
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_parent_must_come_before(int parent) => Refused(EncodeRaw(Root, Child("a", parent), Child("b", 1)));

    [Fact]
    public void Siblings_lie_together_in_order_and_have_different_names()
    {
        Refused(Encode(Root, Child("b"), Child("a")));
        Refused(Encode(Root, Child("a"), Child("a")));
        Refused(Encode(Root, Child("a"), Child("x", 1), Child("b")));
    }

    [Theory]
    [InlineData(0, 20)] // in the header
    [InlineData(-5, 20)]
    [InlineData(990, 20)] // beyond the end
    [InlineData(32, 5)] // shorter than a segment's own header
    [InlineData(32, -1)]
    [InlineData(long.MaxValue, 20)]
    [InlineData(long.MaxValue - 10, int.MaxValue)]
    public void A_segment_lies_within_the_file(long offset, int length) =>
        Refused(Encode(new ManifestDirectory { Parent = -1, Name = [], Segments = [new SegmentLocation(offset, length)] }));

    [Fact]
    public void Segments_together_are_no_larger_than_the_file()
    {
        SegmentLocation[] segments = [.. Enumerable.Repeat(new SegmentLocation(32, 900), 2)];
        Refused(Encode(new ManifestDirectory { Parent = -1, Name = [], Segments = segments }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    [InlineData(int.MaxValue)]
    public void The_count_of_directories_is_that_of_the_bytes(int count)
    {
        var bytes = Encode(Root);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, count);
        Refused(bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void The_count_of_segments_is_that_of_the_bytes(int count)
    {
        var bytes = Encode(Root);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 + 40), count);
        Refused(bytes);
    }

    [Fact]
    public void An_index_cut_anywhere_is_refused()
    {
        var bytes = Encode(Root, Child(new string('n', 200)), Child("o"), Child(new string('p', 255)), Child("q", 1));
        for (var length = 0; length < bytes.Length; length++) Refused(bytes[..length]);
        Refused([.. bytes, 0]);
    }

    [Fact]
    public void A_byte_changed_anywhere_is_refused_or_makes_another_good_index()
    {
        var bytes = Encode(Root, Child("a"), Child("b"), Child("c", 1));
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])bytes.Clone();
                changed[i] = (byte)value;
                try
                {
                    var index = Decode(changed);
                    for (var position = 1; position < index.Count; position++)
                        Assert.Equal(position, index.FindChild(index[position].Parent, index[position].Name));
                }
                catch (ManifestException)
                {
                    // What it should be.
                }
            }
        }
    }

    private static ManifestDirectory Child(string name, int parent = 0) => new() { Parent = parent, Name = System.Text.Encoding.UTF8.GetBytes(name) };

    private static void Refused(byte[] bytes) => Assert.Throws<ManifestException>(() => Decode(bytes));

    private static ManifestIndex Decode(byte[] bytes) => ManifestIndex.Decode(bytes, SegmentsEnd, "manifest");

    /// <summary>As <see cref="EncodeRaw"/>; parents are in range.</summary>
    private static byte[] Encode(params ManifestDirectory[] directories) => EncodeRaw(directories);

    /// <summary>Each directory encoded by itself, since an index with wrong parents cannot be made.</summary>
    private static byte[] EncodeRaw(params ManifestDirectory[] directories)
    {
        var bytes = new List<byte>(BitConverter.GetBytes(directories.Length));
        foreach (var directory in directories)
        {
            var output = new ByteBuffer();
            new ManifestIndex([directory]).Encode(output);
            bytes.AddRange(output.Written[4..].ToArray());
        }

        return [.. bytes];
    }
}
