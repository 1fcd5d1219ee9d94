using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary><c>ferry run</c> under a shell with job control: keys and input are the command's, as if ferry were not there.</summary>
public sealed class RunTerminalTests : IDisposable
{
    private readonly FerryUser _user = new();

    public RunTerminalTests()
    {
        _user.Tree.Write("source/model", "weights");
        _user.ConfigureCaches([("HF_HOME", _user.Tree["source"])]);
        _user.Run("sync").OrThrow();
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "tmux")]
    public void The_command_reads_from_the_terminal_is_stopped_and_goes_on_in_the_foreground()
    {
        using var terminal = Terminal();
        terminal.Enter("ferry run -q -- sh -c 'echo up; sed -u s/^/read:/'");
        WaitForLine(terminal, "up");
        TypeUntilRead(terminal, "one");
        terminal.Press("C-z");
        WaitForStop(terminal);
        terminal.Enter("echo shell; fg");
        WaitForLine(terminal, "shell");
        TypeUntilRead(terminal, "two");
        terminal.Press("C-d");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void Ctrl_C_reaches_the_command_once()
    {
        using var terminal = Terminal();
        var log = _user.Tree["log"];
        terminal.Enter($"ferry run -q -- sh -c 'trap \"echo INT >> {log}\" INT; echo up; while ! test -s {log}; do sleep 0.1; done; sleep 0.3; exit 9'");
        WaitForLine(terminal, "up");
        terminal.Press("C-c");
        AssertCode(terminal, 9);
        Assert.Equal("INT\n", File.ReadAllText(log));
    }

    [RequiresFact("ferry", "tmux")]
    public void Ctrl_C_reaches_a_command_once_that_does_not_have_the_terminal()
    {
        using var terminal = Terminal();
        var log = _user.Tree["log"];
        terminal.Enter($"ferry run -q -- sh -c 'trap \"echo INT >> {log}\" INT; echo up; while ! test -s {log}; do sleep 0.1; done; sleep 0.3; exit 9' | (trap '' INT; cat); c=${{PIPESTATUS[0]}}; echo; echo $c=code");
        WaitForLine(terminal, "up");
        terminal.Press("C-c");
        WaitForLine(terminal, "9=code");
        Assert.Equal("INT\n", File.ReadAllText(log));
    }

    [RequiresFact("ferry", "tmux")]
    public void Ctrl_C_ends_a_command_that_does_not_handle_it()
    {
        using var terminal = Terminal();
        terminal.Enter("ferry run -q -- sh -c 'echo up; exec sleep 1000'");
        WaitForLine(terminal, "up");
        terminal.Press("C-c");
        AssertCode(terminal, 130);
    }

    [RequiresFact("ferry", "tmux")]
    public void The_terminal_comes_back_from_a_command_that_was_killed()
    {
        using var terminal = Terminal();
        terminal.Enter("sh -c 'ferry run -q -- sh -c \"kill -9 \\$\\$\"; echo up; read x; echo read $x'");
        WaitForLine(terminal, "up");
        terminal.Enter("back");
        WaitForLine(terminal, "read back");
    }

    [RequiresFact("ferry", "tmux")]
    public void Another_program_of_a_pipeline_may_read_the_keys()
    {
        using var terminal = Terminal();
        terminal.Enter("ferry run -q -- seq 3 | sh -c 'cat; read x </dev/tty; echo key:$x'");
        WaitForLine(terminal, "3");
        terminal.Enter("q");
        WaitForLine(terminal, "key:q");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void A_command_in_a_pipeline_gets_the_terminal_when_it_reads_from_it()
    {
        using var terminal = Terminal();
        terminal.Enter("echo data | ferry run -q -- sh -c 'cat; read x </dev/tty; echo answer:$x' | cat");
        WaitForLine(terminal, "data");
        terminal.Enter("yes");
        WaitForLine(terminal, "answer:yes");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void In_the_background_it_stops_when_it_reads_and_goes_on_in_the_foreground()
    {
        using var terminal = Terminal();
        terminal.Enter("ferry run -q -- sed -u s/^/read:/ &");
        WaitForStop(terminal, isToBeAsked: true);
        terminal.Enter("fg");
        TypeUntilRead(terminal, "one");
        terminal.Press("C-d");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void A_script_around_it_is_stopped_and_continued_with_it()
    {
        using var terminal = Terminal();
        terminal.Enter("sh -c 'ferry run -q -- sh -c \"echo up; sed -u s/^/read:/\"; echo after $?'");
        WaitForLine(terminal, "up");
        terminal.Press("C-z");
        WaitForStop(terminal);
        terminal.Enter("fg");
        TypeUntilRead(terminal, "one");
        terminal.Press("C-d");
        WaitForLine(terminal, "after 0");
    }

    [RequiresFact("ferry", "tmux")]
    public void A_push_can_be_stopped_and_continued_and_Ctrl_C_twice_ends_it()
    {
        using var terminal = Terminal();
        terminal.Enter("ferry run --push --bandwidth-limit 1MB -- sh -c 'head -c 90000000 /dev/zero | tr \"\\0\" x > $HF_HOME/large'");
        terminal.WaitFor(lines => lines.Any(line => line.Contains("90.0 MB", StringComparison.Ordinal)));
        terminal.Press("C-z");
        WaitForStop(terminal);
        terminal.Enter("clear; fg");
        terminal.WaitFor(lines => lines.Any(line => line.Contains("90.0 MB", StringComparison.Ordinal)));
        terminal.Press("C-c");
        terminal.WaitFor(lines => lines.Any(line => line.EndsWith("; Ctrl-C again ends it now", StringComparison.Ordinal)));
        terminal.Press("C-c");
        terminal.WaitFor(lines => lines.Any(line => line.Contains("on scratch only", StringComparison.Ordinal)));
        AssertCode(terminal, 1);
    }

    [RequiresFact("ferry", "tmux", "setsid")]
    public void Where_no_shell_could_continue_it_the_stop_key_does_nothing()
    {
        using var terminal = Terminal();
        // A session of its own on the same terminal: like a command that sshd starts.
        terminal.Enter("exec setsid --ctty --wait ferry run -q -- sh -c 'echo up; sed -u s/^/read:/; sleep 1000'");
        WaitForLine(terminal, "up");
        terminal.Press("C-z");
        TypeUntilRead(terminal, "one");
    }

    private TmuxScreen Terminal() => new(80, 50, new Dictionary<string, string?>(_user.Env)
    {
        ["HOME"] = _user.Home,
        ["PATH"] = $"{Path.GetDirectoryName(FerryBinary.Path)}:{Environment.GetEnvironmentVariable("PATH")}",
    });

    private static void WaitForLine(TmuxScreen terminal, string line) => terminal.WaitFor(lines => lines.Contains(line));

    private static void WaitForStop(TmuxScreen terminal, bool isToBeAsked = false) => terminal.WaitFor(lines =>
    {
        // With the prompt below it: what is typed before that may be lost.
        if (lines.Any(line => line.Contains("Stopped ", StringComparison.Ordinal))) return lines[^1] == "$";
        // What stops in the background the shell tells before its next prompt.
        if (isToBeAsked) terminal.Enter("");
        return false;
    });

    /// <summary>What is typed while the shell still has the terminal is lost between its line editing and the terminal's.</summary>
    private static void TypeUntilRead(TmuxScreen terminal, string word) => terminal.WaitFor(lines =>
    {
        if (lines.Contains($"read:{word}")) return true;
        terminal.Enter(word);
        return false;
    });

    private static void AssertCode(TmuxScreen terminal, int code)
    {
        terminal.Enter("echo $?=code");
        WaitForLine(terminal, $"{code}=code");
    }
}
