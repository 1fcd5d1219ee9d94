using Ferry.Core.Hashing;
using Ferry.Testing;

namespace Ferry.Core.Tests.Hashing;

public sealed class GitBlobSha1Tests
{
    [RequiresFact("git")]
    public void Names_are_those_that_git_gives()
    {
        var hasher = new GitBlobSha1(0);
        foreach (var length in (int[])[0, 1, 9, 10, 63, 64, 4_096, 1_000_000])
        {
            var content = new byte[length];
            new Random(length).NextBytes(content);
            var expected = Tool.Run("git", ["hash-object", "--stdin"], new ToolOptions { Stdin = content }).OrThrow().Text.TrimEnd();
            hasher.Begin(length);
            hasher.Append(content.AsSpan(0, length / 3));
            hasher.Append(content.AsSpan(length / 3));
            Assert.Equal(expected, GitBlobSha1.ToHex(hasher.Finish()));
            hasher.Reset();
            hasher.Append(content);
            Assert.Equal(expected, GitBlobSha1.ToHex(hasher.Finish()));
        }
    }

    [Fact]
    public void The_empty_content_has_the_name_that_everybody_knows() =>
        Assert.Equal("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", GitBlobSha1.ToHex(new GitBlobSha1(0).Finish()));

    [Fact]
    public void What_was_appended_before_a_beginning_does_not_count()
    {
        var hasher = new GitBlobSha1(7);
        hasher.Append("abc"u8);
        hasher.Begin(0);
        Assert.Equal("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", GitBlobSha1.ToHex(hasher.Finish()));
    }
}
