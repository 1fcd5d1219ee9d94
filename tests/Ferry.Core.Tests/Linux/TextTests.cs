using System.Text;
using Ferry.Core.Linux;
using FsCheck;
using FsCheck.Fluent;

namespace Ferry.Core.Tests.Linux;

/// <summary>What people get to see of names and sizes.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("plain/path.txt", "plain/path.txt")]
    [InlineData("caf\u00e9 \u65e5\u672c \ud83d\ude00", "caf\u00e9 \u65e5\u672c \ud83d\ude00")]
    [InlineData("new\nline", "new\\nline")]
    [InlineData("\t\r", "\\t\\r")]
    [InlineData("\u001b[31m", "\\x1b[31m")]
    [InlineData("\u007f\u0085\u009b", "\\x7f\\x85\\x9b")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("a\u202eb\u2066c", "a\\u202eb\\u2066c")]
    [InlineData("", "")]
    public void Text_is_shown_so_that_it_cannot_play_tricks(string name, string shown) =>
        Assert.Equal(shown, PathText.Display(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Bytes_that_are_not_text_are_shown_as_numbers()
    {
        Assert.Equal("a\\xffb", PathText.Display([(byte)'a', 0xff, (byte)'b']));
        Assert.Equal("\\xc3(", PathText.Display([0xc3, 0x28]));
        Assert.Equal("\\xed\\xa0\\x80", PathText.Display([0xed, 0xa0, 0x80]));
        Assert.Equal("end\\xe2\\x82", PathText.Display([.. "end"u8, 0xe2, 0x82]));
    }

    [Fact]
    public void What_is_shown_has_no_controls_and_tells_different_names_apart() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (a, b) =>
        {
            var (shownA, shownB) = (PathText.Display(a), PathText.Display(b));
            return !shownA.Any(char.IsControl) && (shownA == shownB) == a.AsSpan().SequenceEqual(b);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Paths_are_joined_and_ended_as_system_calls_want_them()
    {
        Assert.Equal("name"u8.ToArray(), PathText.Join(""u8, "name"u8));
        Assert.Equal("a/b/name"u8.ToArray(), PathText.Join("a/b"u8, "name"u8));
        Assert.Equal("name\0"u8.ToArray(), PathText.Terminated("name"u8));
        Assert.Equal("caf\u00e9\0"u8.ToArray(), PathText.ToTerminated("caf\u00e9"));
        Assert.Throws<ArgumentException>(() => PathText.ToBytes("a\0b"));
    }

    [Fact]
    public void Only_bytes_that_survive_the_way_through_text_count_as_UTF8() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        PathText.IsUtf8(bytes) == Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)).AsSpan().SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.00 kB")]
    [InlineData(1_004, "1.00 kB")]
    [InlineData(1_006, "1.01 kB")]
    [InlineData(1_205_000, "1.21 MB")]
    [InlineData(9_994, "9.99 kB")]
    [InlineData(9_996, "10.0 kB")]
    [InlineData(99_960, "100 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.00 MB")]
    [InlineData(34_000_000_000, "34.0 GB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void Sizes_have_three_digits_and_a_decimal_unit(long bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));

    [Fact]
    public void Sizes_are_never_longer_than_a_column() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>(), bytes => ByteText.Of(bytes & long.MaxValue).Length <= 7).QuickCheckThrowOnFailure();

    [Fact]
    public void Temporary_names_are_unique_recognized_and_fit_their_buffer()
    {
        var seen = new HashSet<string>();
        var buffer = new byte[TemporaryName.MaxLength];
        for (var i = 0; i < 1_000; i++)
        {
            var name = TemporaryName.Next(buffer);
            Assert.Equal(0, name[^1]);
            Assert.True(TemporaryName.IsTemporary(name[..^1]) && TemporaryName.IsOwn(name[..^1]));
            Assert.True(seen.Add(Encoding.ASCII.GetString(name)));
        }

        Assert.False(TemporaryName.IsTemporary(".ferry-tm"u8));
        Assert.False(TemporaryName.IsTemporary("x.ferry-tmp-1"u8));
        Assert.True(TemporaryName.IsTemporary(".ferry-tmp-of-another-process"u8));
        Assert.False(TemporaryName.IsOwn(".ferry-tmp-of-another-process"u8));
    }
}
