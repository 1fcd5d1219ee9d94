using System.CommandLine;
using Ferry.Cli.Commands.Outline;
using Ferry.Cli.Shell.Completion;
using Ferry.Cli.Shell.Manual;
using Ferry.Testing;

namespace Ferry.Cli.Tests.Shell;

/// <summary>Manual pages and completion scripts of commands whose texts are full of what their languages treat as special.</summary>
public sealed class ManualTests : IDisposable
{
    private const string Hostile = ".sp 'tis \\fBnot\\fR a \"macro\" -- it's $HOME `date` [x] a:b {c} 100% #1 ~ ^ <d> ä \\";

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [RequiresFact("groff")]
    public void Any_text_arrives_on_paper()
    {
        var page = _tree.Write("page.1", ManualPage.Text(Outline(), null, "1.2.3"));
        var shown = Tool.Run("groff", ["-man", "-ww", "-Tutf8", "-Kutf8", "-P-cbou", "-rLL=300n", page]).OrThrow();
        Assert.Equal("", shown.Stderr);
        Assert.Equal(4, shown.Text.Split(Hostile).Length - 1);
        Assert.Contains("--hostile-option VALUE", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_codes_become_a_list() => Assert.Contains(
        ".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nok\n.TP\n\\fB1\\fR\nsomething failed\n", ManualPage.Text(Outline().Children[0], Outline(), "1.2.3"), StringComparison.Ordinal);

    [RequiresTheory("bash", "zsh", "fish")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Any_text_is_one_word_of_a_script(string shell)
    {
        var text = CompletionScript.Text(Ferry.Cli.Shell.ShellKinds.Parse(shell), Outline(), "ef", "/opt/it's here/ferry");
        Assert.Equal("", Tool.Run(shell, ["-n", _tree.Write("script", text)]).OrThrow().Stderr);
        if (shell == "fish")
        {
            var offers = Tool.Run("fish", ["--no-config", "-c", $"source {_tree["script"]}; complete -C 'ferry hos'"]).OrThrow();
            Assert.Equal($"hostile\t{Hostile}\n", offers.Text);
        }
    }

    private static CommandOutline Outline()
    {
        var root = new RootCommand(Hostile);
        var command = new Ferry.Cli.Commands.DocumentedCommand("hostile", Hostile) { Examples = [Hostile], ExitCodes = "0 ok; 1 something failed" };
        foreach (var parent in (Command[])[root, command])
            parent.Options.Add(new Option<string>("--hostile-option") { Description = Hostile });
        root.Subcommands.Add(command);
        return CommandOutline.Of(root);
    }
}
