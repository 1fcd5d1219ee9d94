using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>What <c>ferry self-install</c> places, and that shells and man find it there.</summary>
public sealed class SelfInstallTests : IDisposable
{
    private readonly FerryUser _user = new();

    public SelfInstallTests() => _user.Tree.MakeDirectory("home");

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void All_is_placed_once_and_can_be_taken_away_again()
    {
        var before = _user.Tree.Files("home");
        Assert.All(Install("--dry-run").Lines, line => Assert.StartsWith("to place  ", line, StringComparison.Ordinal));
        Assert.Equal(before, _user.Tree.Files("home"));

        Assert.All(Install().Lines, line => Assert.StartsWith("placed  ", line, StringComparison.Ordinal));
        var files = _user.Tree.Files("home/.local");
        foreach (var expected in (string[])["bin/ferry", "share/bash-completion/completions/ferry", "share/bash-completion/completions/ef",
            "share/zsh/site-functions/_ferry", "share/fish/vendor_completions.d/ferry.fish", "share/man/man1/ferry.1", "share/man/man1/ferry-config-show.1"])
            Assert.Contains(expected, files);

        Assert.All(Install().Lines, line => Assert.StartsWith("in place  ", line, StringComparison.Ordinal));
        Assert.Equal(files, _user.Tree.Files("home/.local"));
        Assert.All(Install("--uninstall").Lines, line => Assert.StartsWith("removed  ", line, StringComparison.Ordinal));
        Assert.Equal(before, _user.Tree.Files("home"));
        Assert.All(Install("--uninstall").Lines, line => Assert.StartsWith("not there  ", line, StringComparison.Ordinal));
    }

    [RequiresTheory("ferry")]
    [InlineData("bin/ferry")]
    [InlineData("share/zsh/site-functions/_ferry")]
    [InlineData("share/man/man1/ferry-sync.1")]
    public void What_is_not_ferrys_is_not_touched_without_force(string file)
    {
        _user.Tree.Write($"home/.local/{file}", "#!/bin/sh\necho somebody else's\n");
        var refused = _user.Run("self-install");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal($"ferry: {_user.Home}/.local/{file}: is not ferry's; move it away, or pass --force to replace it\n", refused.Stderr);
        Assert.Equal([file], _user.Tree.Files("home/.local"));
        Assert.Equal(1, _user.Run("self-install", "--uninstall").ExitCode);
        Assert.Equal([file], _user.Tree.Files("home/.local"));

        Install("--force");
        Install("--uninstall");
        Assert.Empty(_user.Tree.Files("home/.local"));
    }

    [RequiresFact("ferry")]
    public void Files_of_another_version_are_replaced()
    {
        Install();
        var page = _user.Tree["home/.local/share/man/man1/ferry-sync.1"];
        var (text, program) = (File.ReadAllText(page), _user.Tree["home/.local/bin/ferry"]);
        File.AppendAllText(page, "older\n");
        File.AppendAllText(program, "older");
        var lines = Install().Lines;
        Assert.Equal(["placed     program", "placed     manual"], lines.Where(line => line.StartsWith("placed", StringComparison.Ordinal)).Select(line => line[..27].TrimEnd()));
        Assert.Equal(text, File.ReadAllText(page));
        Assert.Equal(new FileInfo(FerryBinary.Path).Length, new FileInfo(program).Length);
    }

    [RequiresFact("ferry", "bash", "fish")]
    public void Shells_find_the_completions()
    {
        Install();
        var env = new Dictionary<string, string?> { ["HOME"] = _user.Home, ["PATH"] = $"{_user.Home}/.local/bin:{Environment.GetEnvironmentVariable("PATH")}" };
        var options = new ToolOptions { CleanEnv = true, Env = env };
        Assert.StartsWith("sync\t", Tool.Run("fish", ["-c", "complete -C 'ferry sy'"], options).OrThrow().Text, StringComparison.Ordinal);
        // As the package bash-completion does it when "ef" is typed for the first time.
        var script = ". ~/.local/share/bash-completion/completions/ef; COMP_WORDS=(ef sy); COMP_CWORD=1; _ferry; echo $COMPREPLY; complete -p ef";
        Assert.Equal("sync\ncomplete -F _ferry ef\n", Tool.Run("bash", ["--norc", "-c", script], options).OrThrow().Text);
    }

    [RequiresFact("ferry", "man", "groff")]
    public void The_manual_has_no_faults_and_says_what_help_says()
    {
        Install();
        foreach (var file in _user.Tree.Files("home/.local/share/man/man1"))
        {
            var page = _user.Tree[$"home/.local/share/man/man1/{file}"];
            Assert.Equal("", Tool.Run("groff", ["-man", "-ww", "-Tutf8", "-Z", page]).OrThrow().Stderr);
            var options = new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["MANWIDTH"] = "400", ["HOME"] = _user.Home } };
            var shown = Tool.Run("man", ["-l", "--warnings", page], options).OrThrow();
            Assert.Equal("", shown.Stderr);
            var command = Docs.CommandHelp.All.Keys.Single(words => words.Replace(' ', '-') == file[..^2]);
            Assert.All(Docs.CommandHelp.Listed(Docs.CommandHelp.All[command], "Examples:"), example => Assert.Contains(example, shown.Text, StringComparison.Ordinal));
            Assert.All(Docs.CommandHelp.Options(Docs.CommandHelp.All[command]).Where(option => option != "-?"), option => Assert.Contains(option, shown.Text, StringComparison.Ordinal));
        }
    }

    private ToolResult Install(params string[] args) => _user.Run(["self-install", .. args]).OrThrow();
}
