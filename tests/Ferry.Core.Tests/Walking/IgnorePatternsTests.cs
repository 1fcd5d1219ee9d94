using System.Text;
using Ferry.Core.Walking;

namespace Ferry.Core.Tests.Walking;

public class IgnorePatternsTests
{
    [Theory]
    // Names at any depth; a slash binds to the base directory.
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "a/b/foo", true)]
    [InlineData("foo", "foobar", false)]
    [InlineData("foo", "Foo", false)]
    [InlineData("/foo", "foo", true)]
    [InlineData("/foo", "a/foo", false)]
    [InlineData("a/foo", "a/foo", true)]
    [InlineData("a/foo", "b/a/foo", false)]
    [InlineData("//foo", "foo", false)]
    // Directories only.
    [InlineData("foo/", "foo", false)]
    [InlineData("foo/", "foo/", true)]
    [InlineData("foo/", "a/foo/", true)]
    [InlineData("/foo/", "a/foo/", false)]
    [InlineData("a/foo/", "a/foobar/", false)]
    [InlineData("/", "foo/", false)]
    [InlineData("!", "foo", false)]
    // The last match decides.
    [InlineData("*.log\n!keep.log", "keep.log", false)]
    [InlineData("*.log\n!keep.log", "a/other.log", true)]
    [InlineData("!keep.log\n*.log", "keep.log", true)]
    [InlineData("*\n!*/\n!*.c", "a/b.c", false)]
    [InlineData("*\n!*/\n!*.c", "a/b.h", true)]
    [InlineData("!!foo", "!foo", false)]
    [InlineData("*\n!!foo", "!foo", false)]
    [InlineData("*\n!!foo", "foo", true)]
    // Comments, blank lines, escapes of the first character.
    [InlineData("#foo\n\n   \n", "#foo", false)]
    [InlineData("\\#foo", "#foo", true)]
    [InlineData("\\!foo", "!foo", true)]
    [InlineData("*\n!#foo", "#foo", false)]
    [InlineData(" #foo", " #foo", true)]
    // Spaces at the end.
    [InlineData("foo  ", "foo", true)]
    [InlineData("foo\\ ", "foo ", true)]
    [InlineData("foo\\ ", "foo", false)]
    [InlineData("foo \\ ", "foo  ", true)]
    [InlineData("foo\\  ", "foo ", true)]
    [InlineData("foo\\\\ ", "foo\\", true)]
    [InlineData("foo\t", "foo", false)]
    [InlineData("foo\t", "foo\t", true)]
    [InlineData(" foo", "foo", false)]
    [InlineData("a b", "a b", true)]
    // Line ends and byte order mark.
    [InlineData("foo\r\nbar\r\n", "foo", true)]
    [InlineData("foo\r\nbar\r", "bar", true)]
    [InlineData("foo \r\n", "foo", true)]
    [InlineData("fo\ro", "fo\ro", true)]
    [InlineData("\ufefffoo", "foo", true)]
    // One star, question mark.
    [InlineData("*", "anything", true)]
    [InlineData("*.tmp", "a/b/x.tmp", true)]
    [InlineData("*.tmp", ".tmp", true)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a/*", "a/b/c", false)]
    [InlineData("a/*", "a/b", true)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/c", false)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("/a*b", "a/b", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("?", "", false)]
    // Two stars.
    [InlineData("**/foo", "foo", true)]
    [InlineData("**/foo", "a/b/foo", true)]
    [InlineData("**/foo/bar", "x/foo/bar", true)]
    [InlineData("**/foo/bar", "x/foo/y/bar", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a/", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "ab", false)]
    [InlineData("a/**/b/**/c", "a/b/b/x/b/c", true)]
    [InlineData("a/x**y/b", "a/xzzy/b", true)]
    [InlineData("a/x**y/b", "a/xz/zy/b", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("/***/b", "a/b", true)]
    [InlineData("**/*/b", "a/b", true)]
    [InlineData("**/*/b", "b", false)]
    [InlineData("**\\/b", "a/b", true)]
    [InlineData("**\\/b", "b", false)]
    // As git has it: right after the literal beginning two stars cross directories.
    [InlineData("/a**/b", "axb", false)]
    [InlineData("/a**/b", "ab", true)]
    // Classes.
    [InlineData("[ab]c", "bc", true)]
    [InlineData("[!ab]c", "bc", false)]
    [InlineData("[^ab]c", "xc", true)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[c-a]", "b", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[]-]", "-", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[a\\-c]", "b", false)]
    [InlineData("[a-\\c]", "b", true)]
    [InlineData("[[:alpha:]]", "q", true)]
    [InlineData("[[:alpha:]-]", "-", true)]
    [InlineData("[![:digit:]x]", "5", false)]
    [InlineData("[[:nothing:]]", "n", false)]
    [InlineData("[[:a]", ":", true)]
    [InlineData("a[!x]b", "a/b", false)]
    [InlineData("x/a[/]b", "x/a/b", false)]
    // Malformed patterns match nothing, not even themselves.
    [InlineData("[a", "[a", false)]
    [InlineData("a[", "a[", false)]
    [InlineData("foo\\", "foo\\", false)]
    [InlineData("foo\\/", "foo/", false)]
    [InlineData("\\[a", "[a", true)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    public void A_path_is_ignored_as_gitignore_says(string patterns, string path, bool ignored)
    {
        bool isDirectory = path.EndsWith('/');
        byte[] bytes = Encoding.UTF8.GetBytes(path.TrimEnd('/'));
        Assert.Equal(ignored, IgnorePatterns.Parse(Encoding.UTF8.GetBytes(patterns)).IsIgnored(bytes, isDirectory));
        Assert.Equal(ignored, IgnorePatterns.Parse(patterns.Split('\n')).IsIgnored(bytes, isDirectory));
        Assert.Equal(ignored, IgnorePatterns.Parse([patterns]).IsIgnored(bytes, isDirectory));
    }

    [Theory]
    [InlineData("build/", "build/x.c", true)]
    [InlineData("build/\n!x.c", "build/x.c", true)]
    [InlineData("build/*\n!build/x.c", "build/x.c", false)]
    [InlineData("a", "x/a/y/z", true)]
    [InlineData("!a", "x/a/y/z", false)]
    [InlineData("z/", "x/a/y/z", false)]
    public void A_path_under_an_ignored_directory_is_ignored(string patterns, string path, bool ignored) =>
        Assert.Equal(ignored, IgnorePatterns.Parse(patterns.Split('\n')).IsIgnoredOrUnderIgnored(Encoding.UTF8.GetBytes(path), false));

    [Fact]
    public void The_rule_that_decides_is_named()
    {
        var patterns = IgnorePatterns.Parse("# logs\n*.log\n\n!keep.log \ntmp/\n"u8);
        Assert.Equal((2, "*.log"), Named(patterns.FindIgnoring("a/b.log"u8, false)));
        Assert.Equal((5, "tmp/"), Named(patterns.FindIgnoring("x/tmp/keep.log"u8, false)));
        Assert.Null(patterns.FindIgnoring("keep.log"u8, false));
        Assert.Equal((4, "!keep.log"), Named(patterns.LastMatch("keep.log"u8, false)));
        Assert.Null(patterns.LastMatch("other"u8, false));
        Assert.Equal(3, patterns.Rules.Count);
    }

    [Fact]
    public void Names_need_not_be_utf8()
    {
        var patterns = IgnorePatterns.Parse([0xFF, (byte)'*', (byte)'\n', (byte)'[', 0x80, (byte)'-', 0x90, (byte)']']);
        Assert.True(patterns.IsIgnored([0xFF, 0xFE], false));
        Assert.True(patterns.IsIgnored([0x88], false));
        Assert.False(patterns.IsIgnored([0x91], false));
    }

    [Fact]
    public void No_pattern_ignores_nothing()
    {
        Assert.True(IgnorePatterns.Empty.IsEmpty);
        Assert.True(IgnorePatterns.Parse("# only\n\n/\n"u8).IsEmpty);
        Assert.False(IgnorePatterns.Empty.IsIgnoredOrUnderIgnored("a/b"u8, true));
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("**/**/**/**/**/**/**/**/**/**/**/**/**/b", "a/")]
    [InlineData("**/*a/**/*a/**/*a/**/*a/**/*a/**/*a/**/*a/**/*a/b", "aaaaaaa/")]
    [InlineData("/*/*/*/*/*/*/*/*/*/*/*/*/**/*a*a*a*a*b", "aaa/")]
    [InlineData("x[a-a]*?*?*?*?*?*?*?*?*?*?*?*?*?*?b", "xa")]
    public void Hostile_patterns_end(string pattern, string piece)
    {
        byte[] path = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 4096 / piece.Length)).TrimEnd('/'));
        Assert.False(IgnorePatterns.Parse([pattern]).IsIgnored(path, false));
    }

    [Fact]
    public void The_longest_patterns_and_paths_end()
    {
        string stars = string.Concat(Enumerable.Repeat("*a", 2047)) + "b";
        string deep = string.Concat(Enumerable.Repeat("**/a/", 800)) + "b";
        var patterns = IgnorePatterns.Parse(["/" + stars, deep, stars]);
        byte[] flat = Encoding.UTF8.GetBytes(new string('a', 4095));
        byte[] nested = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a/", 2047)) + "a");
        Assert.False(patterns.IsIgnored(flat, false));
        Assert.False(patterns.IsIgnored(nested, false));
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_by_name()
    {
        var tooLong = Assert.Throws<IgnorePatternException>(() => IgnorePatterns.Parse(["ok", new string('a', 4097)]));
        Assert.Equal(2, tooLong.Line);
        Assert.Contains("aaa...\" (line 2): is longer than 4096 bytes", tooLong.Message, StringComparison.Ordinal);
        var nul = Assert.Throws<IgnorePatternException>(() => IgnorePatterns.Parse("a\0b"u8));
        Assert.Equal("ignore pattern \"a\\0b\" (line 1): holds a NUL byte, which no path can", nul.Message);
        Assert.Throws<IgnorePatternException>(() => IgnorePatterns.Parse(["\ud800"]));
        Assert.Throws<IgnorePatternException>(() => IgnorePatterns.Parse(Enumerable.Repeat("x", 100_001)));
        Assert.Equal(100_000, IgnorePatterns.Parse(Enumerable.Repeat("x", 100_000)).Rules.Count);
    }

    private static (int, string)? Named(IgnoreRule? rule) => rule is null ? null : (rule.Line, rule.Text);
}
