using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>What every refusal owes its user.</summary>
internal static class Refusal
{
    /// <summary>The exit code, no export, exactly one line on standard error, and in it what it is about.</summary>
    public static void Expect(ToolResult result, int exitCode, params string[] words)
    {
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Equal("", result.Text);
        var line = Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'));
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }

    /// <summary>As <see cref="Expect"/>, and nothing below the directory was made, changed or removed.</summary>
    public static void ExpectUntouched(string directory, Func<ToolResult> run, int exitCode, params string[] words)
    {
        var before = Snapshot(directory);
        Expect(run(), exitCode, words);
        Assert.Equal(before, Snapshot(directory));
    }

    /// <summary>Every name below a directory with kind, mode, size, time, link target and checksum; without a user's history, where failures stand too.</summary>
    public static string Snapshot(string directory) => Tool.Bash(
        "cd \"$1\" && others() { find . -path ./home/.local -prune -o -path ./home -o \"$@\"; } && others -printf '%y %m %s %T@ %p %l\\n' | LC_ALL=C sort "
        + "&& others -type f -exec sha256sum {} + | LC_ALL=C sort", directory).OrThrow().Text;
}
