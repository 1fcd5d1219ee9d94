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
        terminal.Line("ferry run -q -- sh -c 'echo up; sed -u s/^/read:/'");
        terminal.WaitFor("\nup");
        terminal.Line("one");
        terminal.WaitFor("read:one");
        terminal.Key("C-z");
        terminal.WaitFor("Stopped ");
        terminal.Line("echo shell; fg");
        terminal.WaitFor("\nshell");
        terminal.Line("two");
        terminal.WaitFor("read:two");
        terminal.Key("C-d");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void Ctrl_C_reaches_the_command_once()
    {
        using var terminal = Terminal();
        var log = _user.Tree["log"];
        terminal.Line($"ferry run -q -- sh -c 'trap \"echo INT >> {log}\" INT; echo up; while ! test -s {log}; do sleep 0.1; done; sleep 0.3; exit 9'");
        terminal.WaitFor("\nup");
        terminal.Key("C-c");
        AssertCode(terminal, 9);
        Assert.Equal("INT\n", File.ReadAllText(log));
    }

    [RequiresFact("ferry", "tmux")]
    public void Ctrl_C_reaches_a_command_once_that_does_not_have_the_terminal()
    {
        using var terminal = Terminal();
        var log = _user.Tree["log"];
        terminal.Line($"ferry run -q -- sh -c 'trap \"echo INT >> {log}\" INT; echo up; while ! test -s {log}; do sleep 0.1; done; sleep 0.3; exit 9' | (trap '' INT; cat); echo ${{PIPESTATUS[0]}}=code");
        terminal.WaitFor("\nup");
        terminal.Key("C-c");
        terminal.WaitFor("9=code");
        Assert.Equal("INT\n", File.ReadAllText(log));
    }

    [RequiresFact("ferry", "tmux")]
    public void Ctrl_C_ends_a_command_that_does_not_handle_it()
    {
        using var terminal = Terminal();
        terminal.Line("ferry run -q -- sh -c 'echo up; exec sleep 1000'");
        terminal.WaitFor("\nup");
        terminal.Key("C-c");
        AssertCode(terminal, 130);
    }

    [RequiresFact("ferry", "tmux")]
    public void The_terminal_comes_back_from_a_command_that_was_killed()
    {
        using var terminal = Terminal();
        terminal.Line("sh -c 'ferry run -q -- sh -c \"kill -9 \\$\\$\"; read x; echo read $x'");
        terminal.Line("back");
        terminal.WaitFor("read back");
    }

    [RequiresFact("ferry", "tmux")]
    public void Another_program_of_a_pipeline_may_read_the_keys()
    {
        using var terminal = Terminal();
        terminal.Line("ferry run -q -- seq 3 | sh -c 'cat; read x </dev/tty; echo key:$x'");
        terminal.WaitFor("\n3");
        terminal.Line("q");
        terminal.WaitFor("key:q");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void A_command_in_a_pipeline_gets_the_terminal_when_it_reads_from_it()
    {
        using var terminal = Terminal();
        terminal.Line("echo data | ferry run -q -- sh -c 'cat; read x </dev/tty; echo answer:$x' | cat");
        terminal.WaitFor("\ndata");
        terminal.Line("yes");
        terminal.WaitFor("answer:yes");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void In_the_background_it_stops_when_it_reads_and_goes_on_in_the_foreground()
    {
        using var terminal = Terminal();
        terminal.Line("ferry run -q -- sed -u s/^/read:/ &");
        SpinUntilStopped(terminal);
        terminal.Line("fg");
        terminal.Line("one");
        terminal.WaitFor("read:one");
        terminal.Key("C-d");
        AssertCode(terminal, 0);
    }

    [RequiresFact("ferry", "tmux")]
    public void A_script_around_it_is_stopped_and_continued_with_it()
    {
        using var terminal = Terminal();
        terminal.Line("sh -c 'ferry run -q -- sh -c \"echo up; sed -u s/^/read:/\"; echo after $?'");
        terminal.WaitFor("\nup");
        terminal.Key("C-z");
        terminal.WaitFor("Stopped ");
        terminal.Line("fg");
        terminal.Line("one");
        terminal.WaitFor("read:one");
        terminal.Key("C-d");
        terminal.WaitFor("after 0");
    }

    [RequiresFact("ferry", "tmux", "setsid")]
    public void Where_no_shell_could_continue_it_the_stop_key_does_nothing()
    {
        using var terminal = Terminal();
        // A session of its own on the same terminal: like a command that sshd starts.
        terminal.Line("exec setsid --ctty --wait ferry run -q -- sh -c 'echo up; sed -u s/^/read:/; sleep 1000'");
        terminal.WaitFor("\nup");
        terminal.Key("C-z");
        terminal.Line("one");
        terminal.WaitFor("read:one");
    }

    private TerminalSession Terminal() => new(new Dictionary<string, string?>(_user.Env) { ["HOME"] = _user.Home });

    private static void AssertCode(TerminalSession terminal, int code)
    {
        terminal.Line("echo $?=code");
        terminal.WaitFor($"\n{code}=code");
    }

    private static void SpinUntilStopped(TerminalSession terminal)
    {
        // The shell tells of it before its next prompt.
        for (var i = 0; i < 200 && !terminal.Screen.Contains("Stopped ", StringComparison.Ordinal); i++)
        {
            terminal.Line("");
            Thread.Sleep(50);
        }

        terminal.WaitFor("Stopped ");
    }
}
