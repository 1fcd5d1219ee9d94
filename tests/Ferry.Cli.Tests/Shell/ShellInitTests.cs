using Ferry.Cli.Config;
using Ferry.Cli.Shell;
using Ferry.Cli.Tests.Support;
using Ferry.Testing;

namespace Ferry.Cli.Tests.Shell;

/// <summary>The functions in real shells, with a script in ferry's place that prints what ferry would.</summary>
public sealed class ShellInitTests : IDisposable
{
    private const string FakeFerry = """
        #!/bin/bash
        [ "$1" = sync ] || { echo "called: $*"; exit 7; }
        shell=$3
        line() { case $shell in fish) echo "set -gx $1 $2;" ;; tcsh) echo "setenv $1 $2;" ;; *) echo "export $1=$2" ;; esac; }
        case " $* " in
            *--help*) echo "Description: it's"; echo "touch evaluated"; exit 0 ;;
            *--json*) echo '{ "a": 1 }'; exit 1 ;;
            *--nothing*) exit 2 ;;
            *--partly*) line A partly; exit 1 ;;
        esac
        echo "progress" >&2
        line A "/scratch/x"; line COUNT $#; [ -z "$4" ] || line ARG "$(printf %q "$4")"
        """;

    private readonly TempDirectory _directory = new();

    public ShellInitTests()
    {
        var ferry = _directory.Write("bin/ferry", FakeFerry);
        File.SetUnixFileMode(ferry, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("tcsh")]
    public void Without_arguments_it_syncs_and_exports(string shell) =>
        Assert.Equal("0 /scratch/x 3\n", Run(shell, "ef", "A", "COUNT"));

    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Arguments_of_sync_are_passed_on_as_they_are(string shell) =>
        Assert.Equal("0 --var=a b 4\n", Run(shell, "ef sync '--var=a b'", "ARG", "COUNT"));

    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("tcsh")]
    public void Other_commands_pass_through_with_their_exit_code(string shell) =>
        Assert.Equal("called: status -v a b\n7\n", Run(shell, "ef status -v 'a b'"));

    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("tcsh")]
    public void Help_is_shown_and_not_evaluated(string shell)
    {
        Assert.Equal("Description: it's\ntouch evaluated\n0\n", Run(shell, "ef sync --help"));
        Assert.Equal("{ \"a\": 1 }\n1\n", Run(shell, "ef sync --json"));
        Assert.False(File.Exists(_directory.At("evaluated")));
    }

    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("tcsh")]
    public void Partial_success_exports_and_returns_the_code(string shell)
    {
        Assert.Equal("1 partly\n", Run(shell, "ef sync --partly", "A"));
        Assert.Equal("2\n", Run(shell, "ef sync --nothing"));
    }

    [RequiresTheory("bash", "zsh")]
    [InlineData("bash", "set -euo pipefail; alias ef=false")]
    [InlineData("bash", "set -o posix")]
    [InlineData("zsh", "setopt err_exit no_unset; alias ef=false")]
    [InlineData("zsh", "setopt ksh_arrays sh_word_split extended_glob")]
    public void Strict_shells_survive_a_partial_success(string shell, string options)
    {
        var result = Execute(shell, $"{options}\neval \"$(cat init)\"\nef sync --partly || echo \"$? $A\"\nef\necho \"$A\"\n");
        Assert.Equal("1 partly\n/scratch/x\n", result.Text);
        Assert.Equal("progress\n", result.Error);
    }

    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash", "set")]
    [InlineData("zsh", "set")]
    [InlineData("fish", "set")]
    [InlineData("tcsh", "set")]
    public void Nothing_is_left_behind(string shell, string list) =>
        Assert.DoesNotContain("ef_", Run(shell, "ef", "A") + Execute(shell, Init(shell) + "ef >/dev/null\n" + list + " | grep -v '^_='\n").Text
            .Replace("ef_out=$(", "", StringComparison.Ordinal).Split("ef ()")[0], StringComparison.Ordinal);

    [RequiresTheory("fish")]
    [InlineData("eval (cat init)")]
    [InlineData("cat init | source")]
    public void Fish_takes_it_both_ways(string load) =>
        Assert.Equal("/scratch/x\n", Execute("fish", load + "\nef\necho $A\n").Text);

    [RequiresTheory("bash", "zsh", "fish")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void A_binary_that_is_not_on_PATH_is_called_by_its_path(string shell)
    {
        var program = _directory.At("odd 'dir/ferry");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.Copy(_directory.At("bin/ferry"), program);
        var kind = ShellKinds.Parse(shell);
        File.WriteAllText(_directory.At("init"), ShellInit.Text(kind, "my-ferry", program));
        var result = ShellProcess.Run(shell, Init(shell) + "my-ferry status\nmy-ferry\nprintenv A\n", _directory.Path);
        Assert.Equal("called: status\n/scratch/x\n", result.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("-a")]
    [InlineData("1a")]
    [InlineData("eval")]
    public void Function_names_are_checked(string name) =>
        Assert.Contains("--function", Assert.Throws<ConfigException>(() => ShellInit.Text(ShellKind.Bash, name, null)).Message, StringComparison.Ordinal);

    private static string Init(string shell) => shell switch
    {
        "fish" => "eval (cat init)\n",
        "tcsh" => "eval `cat init`\n",
        _ => "eval \"$(cat init)\"\n",
    };

    /// <summary>Calls the function; returns what it printed, then its exit code and the variables on one line.</summary>
    private string Run(string shell, string call, params string[] variables)
    {
        var report = shell == "fish" ? "echo $status" : "echo \"$status";
        if (shell is "bash" or "zsh")
            report = "echo \"$?";
        var values = string.Concat(variables.Select(v => " $" + v));
        return Execute(shell, $"{Prepare(shell)}{call}\n{report}{values}{(shell == "fish" ? "" : "\"")}\n").Text;
    }

    private string Prepare(string shell)
    {
        WriteInit(shell);
        return Init(shell);
    }

    private ShellResult Execute(string shell, string script)
    {
        WriteInit(shell);
        return ShellProcess.Run(shell, script, _directory.Path, path: _directory.At("bin") + ":/usr/bin:/bin");
    }

    private void WriteInit(string shell) =>
        File.WriteAllText(_directory.At("init"), ShellInit.Text(ShellKinds.Parse(shell), ShellInit.DefaultFunction, null));
}
