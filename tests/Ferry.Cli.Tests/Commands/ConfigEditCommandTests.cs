using Ferry.Cli.Commands;
using Ferry.Cli.Config;
using Ferry.Cli.Tests.Support;
using Ferry.Core.Processes;

namespace Ferry.Cli.Tests.Commands;

public sealed class ConfigEditCommandTests
{
    [Fact]
    public void What_the_editor_leaves_is_taken_over()
    {
        var editor = new Editor("version: 1\n# new\n");
        using var context = new TestContext("", editor);
        context.Environment.Variables["EDITOR"] = "code --wait";
        context.WriteConfig("version: 1\n");
        Assert.Equal(0, ConfigEditCommand.Run(context.Command));
        Assert.Equal("version: 1\n# new\n", File.ReadAllText(context.ConfigPath));
        Assert.Equal(["code", "--wait"], editor.Calls[0][..2]);
        Assert.False(File.Exists(editor.Calls[0][2]));
    }

    [Fact]
    public void What_is_not_valid_is_edited_again_or_dropped()
    {
        var editor = new Editor("version: 1\njobs: 4\n", "version: 1\ntransfer: { jobs: 4 }\n");
        using var context = new TestContext("y\n", editor);
        Assert.Equal(0, ConfigEditCommand.Run(context.Command));
        Assert.Contains($"{context.ConfigPath}:2:1: unknown key 'jobs'", context.Error, StringComparison.Ordinal);
        Assert.Equal("version: 1\ntransfer: { jobs: 4 }\n", File.ReadAllText(context.ConfigPath));
        Assert.Equal("vi", editor.Calls[0][0]);

        using var second = new TestContext("n\n", new Editor("nonsense\n"));
        second.WriteConfig("version: 1\n");
        Assert.Equal(2, ConfigEditCommand.Run(second.Command));
        Assert.Equal("version: 1\n", File.ReadAllText(second.ConfigPath));
    }

    [Fact]
    public void A_broken_file_can_be_mended()
    {
        using var context = new TestContext("", new Editor("version: 1\n"));
        context.WriteConfig("version: \"\n");
        Assert.Equal(0, ConfigEditCommand.Run(context.Command));
        Assert.Equal("version: 1\n", File.ReadAllText(context.ConfigPath));
    }

    [Fact]
    public void Nothing_is_written_when_the_editor_fails_or_changes_nothing_or_nobody_is_there()
    {
        using var same = new TestContext("", new Editor("version: 1\n"));
        Assert.Equal(0, ConfigEditCommand.Run(same.Command));
        Assert.False(File.Exists(same.ConfigPath));
        using var failed = new TestContext("", new Editor());
        Assert.Equal(1, ConfigEditCommand.Run(failed.Command));
        Assert.False(File.Exists(failed.ConfigPath));
        using var nobody = new TestContext(null, new Editor("version: 1\n# x\n"));
        Assert.Contains("config edit needs a terminal", Assert.Throws<ConfigException>(() => ConfigEditCommand.Run(nobody.Command)).Message, StringComparison.Ordinal);
    }

    /// <summary>Writes one text after the other; then fails.</summary>
    private sealed class Editor(params string[] texts) : IProcessRunner
    {
        public List<string[]> Calls { get; } = [];

        public ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) => throw new NotSupportedException();

        public ProcessResult Ask(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) => throw new NotSupportedException();

        public ProcessResult Exchange(string tool, IReadOnlyList<string> arguments, ToolStreams streams, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public int RunOnTerminal(string tool, IReadOnlyList<string> arguments)
        {
            Calls.Add([tool, .. arguments]);
            if (Calls.Count > texts.Length)
                return 3;
            File.WriteAllText(arguments[^1], texts[Calls.Count - 1]);
            return 0;
        }
    }
}
