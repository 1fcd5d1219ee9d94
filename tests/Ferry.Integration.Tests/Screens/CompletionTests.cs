using Ferry.Testing;

namespace Ferry.Integration.Tests.Screens;

/// <summary>What shells offer after the generated scripts: asked as their own tests do, and by the Tab key on a terminal.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly FerryUser _user = new();

    public CompletionTests()
    {
        _user.Tree.MakeDirectory("bin");
        _user.Tree.Symlink("bin/ferry", FerryBinary.Path);
        _user.Tree.MakeDirectory("home/some where");
        _user.Tree.Write("home/some file");
        _user.ConfigureCaches([("HF_HOME", _user.Tree["hf"]), ("TORCH_HOME", _user.Tree["torch"])]);
    }

    public void Dispose() => _user.Dispose();

    public static TheoryData<string, string> Offers => new()
    {
        { "ferry st", "status" },
        { "ferry sync --verb", "--verbose" },
        { "ferry sync -n --var ", "HF_HOME TORCH_HOME" },
        { "ferry sync --var HF_HOME --var T", "TORCH_HOME" },
        { "ferry sync --var=T", "TORCH_HOME" },
        { "ferry sync --engine ", "native rsync" },
        { "ferry sync --engine=n", "native" },
        { "ferry sync --jobs ", "" },
        { "ferry sync --scratch some", "some where/" },
        { "ferry config pa", "path" },
        { "ferry config show --j", "--json" },
        { "ferry --fo", "" },
        { "ferry completion ", "bash fish zsh" },
        { "ferry shell-init --shell t", "tcsh" },
        { "ferry push --conflict s", "scratch source" },
        { "ferry migrate T", "TORCH_HOME" },
        { "ferry config set caches.HF_HOME.s", "caches.HF_HOME.source" },
        { "ferry run --var=H", "HF_HOME" },
        { "ferry run -- basenam", "basename" },
        { "euler-files sync --ti", "--timestamps" },
        { "ef stat", "status" },
        { "ef sync --var H", "HF_HOME" },
    };

    [RequiresTheory("ferry", "bash")]
    [MemberData(nameof(Offers))]
    public void Bash_offers(string line, string expected)
    {
        // As bash splits a line, at "=" too.
        var words = line.Replace("=", " = ", StringComparison.Ordinal).Split(' ');
        var script = "source <(ferry completion bash); COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _ferry 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Assert.Equal(expected.Replace("/", "", StringComparison.Ordinal), Sorted(Run("bash", ["--norc", "-c", script, "bash", .. words])));
    }

    [RequiresTheory("ferry", "fish")]
    [MemberData(nameof(Offers))]
    public void Fish_offers(string line, string expected)
    {
        var script = "alias euler-files=ferry; eval (euler-files shell-init --shell fish); ferry completion fish | source; complete -C $argv[1]";
        var lines = Run("fish", ["--no-config", "-c", script, line]).Lines.Select(offer => offer.Split('\t')[0].Replace("\\ ", " ", StringComparison.Ordinal));
        var prefix = line.Contains('=') ? line[(line.LastIndexOf(' ') + 1)..(line.IndexOf('=') + 1)] : "";
        Assert.Equal(expected, string.Join(' ', lines.Select(offer => offer[prefix.Length..]).Order(StringComparer.Ordinal)));
    }

    [RequiresTheory("ferry", "tmux", "bash", "zsh", "fish")]
    [InlineData("bash", "source <(ferry completion bash)")]
    [InlineData("zsh", "autoload -U compinit && compinit -u; source <(ferry completion zsh)")]
    [InlineData("zsh", "ferry completion zsh >bin/_ferry; fpath=($PWD/bin $fpath); autoload -U compinit && compinit -u")]
    [InlineData("fish", "ferry completion fish | source")]
    public void The_Tab_key_completes(string shell, string load)
    {
        using var screen = new TmuxScreen(100, 24, Env);
        var start = shell switch { "bash" => "bash --norc", "zsh" => "zsh -f", _ => "fish --no-config" };
        screen.Enter($"cd {_user.Tree.Path}; PS1='> ' PROMPT='> ' {start}");
        screen.Enter($"{load}; echo ready; alias euler-files=ferry; clear; echo go");
        screen.WaitFor(lines => lines.Contains("go"));
        Press("ferry sy", "ferry sync ");
        Press("ferry sync --var TOR", "ferry sync --var TORCH_HOME ");
        Press("ferry sync --engine=rs", "ferry sync --engine=rsync ");
        Press("ferry sync --scratch home/some\\ w", "ferry sync --scratch home/some\\ where/");
        Press("euler-files sync --var HF", "euler-files sync --var HF_HOME ");
        if (shell == "fish")
        {
            screen.Enter("ferry shell-init --shell fish | source; clear; echo go");
            screen.WaitFor(lines => lines.Contains("go"));
        }

        Press("ef config sh", "ef config show ");

        void Press(string typed, string expected)
        {
            screen.Type(typed);
            screen.Press("Tab");
            // The cursor shows whether a blank follows.
            screen.Type("X");
            screen.WaitFor(lines => lines.Any(line => line.EndsWith(expected + "X", StringComparison.Ordinal)));
            screen.Press("C-u");
        }
    }

    [RequiresFact("ferry")]
    public void A_configuration_that_is_wrong_is_not_talked_about_while_typing()
    {
        _user.Configure("version: 1\ncaches: [");
        foreach (var what in (string[])["variables", "keys", "nonsense"])
        {
            var answer = _user.Run("internal-complete", what);
            Assert.Equal((0, "", ""), (answer.ExitCode, answer.Text, answer.Stderr));
        }
    }

    [RequiresFact("ferry")]
    public void Keys_are_those_of_the_configuration()
    {
        var keys = _user.Run("internal-complete", "keys").OrThrow().Lines;
        Assert.Contains("transfer.jobs", keys);
        Assert.Contains("caches.TORCH_HOME.enabled", keys);
    }

    [RequiresTheory("ferry", "bash", "shellcheck")]
    [InlineData("ef")]
    [InlineData("my-ef")]
    public void The_script_for_bash_has_no_faults(string function)
    {
        var script = _user.Tree.Write("script", _user.Run("completion", "bash", "--function", function).OrThrow().Text);
        Assert.Equal("", Tool.Run("shellcheck", ["--shell", "bash", script]).Text);
        Assert.Contains($"complete -F _ferry ferry euler-files {function}\n", File.ReadAllText(script), StringComparison.Ordinal);
    }

    [RequiresTheory("ferry")]
    [InlineData("tcsh", "there are completions for bash, zsh, fish, not 'tcsh'")]
    [InlineData("zhs", "there are completions for bash, zsh, fish, not 'zhs' (did you mean 'zsh'?)")]
    public void Other_shells_are_refused(string shell, string message)
    {
        var refused = _user.Run("completion", shell);
        Assert.Equal((2, $"ferry: {message}\n"), (refused.ExitCode, refused.Stderr));
    }

    private Dictionary<string, string?> Env => new()
    {
        ["HOME"] = _user.Home, ["PATH"] = $"{_user.Tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
    };

    private ToolResult Run(string shell, string[] args) => Tool.Run(shell, args, new ToolOptions { CleanEnv = true, Env = Env, Cwd = _user.Home }).OrThrow();

    private static string Sorted(ToolResult result) => string.Join(' ', result.Lines.Distinct().Order(StringComparer.Ordinal)).Trim();
}
