using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary><c>ferry run</c>: what a command gets, and what is heard of it.</summary>
public sealed class RunTests : IDisposable
{
    private readonly FerryUser _user = new();

    public RunTests()
    {
        _user.Tree.Write("source/model", "weights");
        _user.ConfigureCaches([("HF_HOME", _user.Tree["source"])]);
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void The_command_finds_its_cache_on_scratch_and_standard_output_is_its_own()
    {
        var result = Run("sh", "-c", "printf '%s ' \"$HF_HOME\"; cat \"$HF_HOME/model\"");
        Assert.Equal($"{_user.Scratch}/.cache/ferry/HF_HOME weights", result.Text);
        Assert.Contains("HF_HOME  synced: 1 file", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("", _user.Run("run", "--quiet", "--", "true").Stderr);
    }

    [RequiresFact("ferry")]
    public void Every_exit_code_is_passed_on()
    {
        int[] codes = LongRun.IsOn ? [.. Enumerable.Range(0, 256)] : [0, 1, 2, 3, 125, 126, 127, 128, 130, 137, 254, 255];
        Assert.All(codes, code => Assert.Equal(code, Run("sh", "-c", $"exit {code}").ExitCode));
    }

    [RequiresTheory("ferry")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(34)]
    public void A_command_that_a_signal_ended_is_128_and_the_signal(int signal) =>
        Assert.Equal(128 + signal, Run("sh", "-c", $"kill -{signal} $$").ExitCode);

    [RequiresFact("ferry")]
    public void A_command_that_cannot_be_started_is_said_in_one_line_as_by_a_shell()
    {
        _user.Tree.Write("plain", "echo");
        _user.Tree.Write("script", "#!/no/such/interpreter\n");
        _user.Tree.Chmod("script", "755");
        Refused(127, "ferry: no-such-command: command not found", "no-such-command");
        Refused(127, "ferry: : command not found", "");
        Refused(127, $"ferry: {_user.Tree["nowhere"]}: No such file or directory", _user.Tree["nowhere"]);
        Refused(127, $"ferry: {_user.Tree["script"]}: No such file or directory", _user.Tree["script"]);
        Refused(126, $"ferry: {_user.Tree["plain"]}: Permission denied", _user.Tree["plain"]);
        Refused(126, $"ferry: {_user.Home}: Permission denied", _user.Home);

        void Refused(int code, string line, string command)
        {
            var result = _user.Run("run", "-q", "--", command);
            Assert.Equal((code, line + "\n"), (result.ExitCode, result.Stderr));
        }
    }

    [RequiresFact("ferry")]
    public void A_command_is_found_as_shells_find_it()
    {
        _user.Tree.Write("bin/of-mine", "echo \"$0 $*\"");
        _user.Tree.Chmod("bin/of-mine", "755");
        _user.Tree.Write("blocked/of-mine", "#!/bin/sh\necho wrong");
        _user.Env["PATH"] = $"{_user.Tree["blocked"]}:/no/such:{_user.Tree["bin"]}:/usr/bin:/bin";
        // A script without a first line that names an interpreter is the shell's.
        Assert.Equal($"{_user.Tree["bin/of-mine"]} a b\n", Run("of-mine", "a", "b").OrThrow().Text);
        _user.Env["PATH"] = _user.Tree["blocked"];
        Assert.Equal(126, Run("of-mine").ExitCode);
    }

    [RequiresFact("ferry")]
    public void Arguments_arrive_byte_for_byte()
    {
        var script = $"exec '{FerryBinary.Path}' run -q -- printf '<%s>' \"$(printf 'a\\376b')\" '' @file --help -- -q $'line\\nend\\n' 'ünï'";
        var output = Tool.Run("bash", ["-c", script], Options()).OrThrow().Stdout;
        Assert.Equal([.. "<a"u8, 0xfe, .. "b><><@file><--help><--><-q><line\nend\n><ünï>"u8], output);
    }

    [RequiresFact("ferry")]
    public void The_environment_arrives_byte_for_byte()
    {
        const string strange = "export X=$'\\xff\\nY=1' EMPTY=; ";
        var plain = Tool.Run("bash", ["-c", strange + "exec env -0"], Options()).OrThrow().Stdout;
        var run = Tool.Run("bash", ["-c", $"{strange} exec '{FerryBinary.Path}' run -q -- env -0"], Options()).OrThrow().Stdout;
        var added = Strings(run).Except(Strings(plain)).ToArray();
        Assert.Equal([$"HF_HOME={_user.Scratch}/.cache/ferry/HF_HOME"], added);
        Assert.Empty(Strings(plain).Except(Strings(run)));

        static string[] Strings(byte[] block) => Encoding.Latin1.GetString(block).Split('\0');
    }

    [RequiresFact("ferry")]
    public void A_variable_that_is_set_already_is_replaced()
    {
        _user.Env["HF_HOME"] = _user.Tree["source"];
        Assert.Equal($"{_user.Scratch}/.cache/ferry/HF_HOME\n", Run("sh", "-c", "echo $HF_HOME; env | grep -c ^HF_HOME= >&2").OrThrow().Text);
    }

    [RequiresFact("ferry")]
    public void Standard_input_and_large_outputs_pass_through()
    {
        var input = new byte[5_000_000];
        new Random(1).NextBytes(input);
        using var running = FerryBinary.Start(["run", "-q", "--", "cat"], Environment, stdin: input);
        Assert.Equal(input, running.Wait().OrThrow().Stdout);
    }

    [RequiresTheory("ferry")]
    [InlineData("022")]
    [InlineData("077")]
    public void The_command_is_started_as_ferry_was(string umask)
    {
        // The sync that comes first works without a umask, and with many files open.
        const string show = "umask; ls /proc/self/fd; grep -E 'SigBlk|SigIgn|SigCgt|Groups' /proc/self/status";
        var prepare = $"umask {umask}; exec 5</dev/null 7>/dev/null; ";
        // The test itself runs with SIGPIPE ignored, which ferry does not pass on.
        string Show(string program) =>
            Tool.Run("env", ["--default-signal", "bash", "-c", $"{prepare} {program} sh -c \"$0\"", show], Options()).OrThrow().Text;

        var (plain, run) = (Show(""), Show($"'{FerryBinary.Path}' run -q --"));
        // Signals 32 and 33 are the C library's own, and it ignores them in whatever it starts.
        Assert.Equal(plain, run.Replace("SigIgn:\t0000000180000", "SigIgn:\t0000000000000", StringComparison.Ordinal));
    }

    [RequiresFact("ferry")]
    public void What_nohup_ignores_stays_ignored_and_a_broken_pipe_is_not()
    {
        var options = Options();
        var ignored = Tool.Run(
            "env", ["--ignore-signal=HUP,INT,USR1,CHLD,PIPE", FerryBinary.Path, "run", "-q", "--", "sh", "-c", "kill -1 $$; kill -2 $$; kill -10 $$; exit 7"], options);
        Assert.Equal(7, ignored.ExitCode);
        Assert.Equal(128 + 13, Run("sh", "-c", "kill -13 $$").ExitCode);
    }

    [RequiresFact("ferry")]
    public void The_command_has_a_process_group_of_its_own()
    {
        var ids = Run("sh", "-c", "echo $$; ps -o pgid= -p $$; ps -o pgid= -p $PPID").OrThrow().Lines;
        Assert.Equal(ids[0], ids[1].Trim());
        Assert.NotEqual(ids[0], ids[2].Trim());
    }

    [RequiresFact("ferry")]
    public void Processes_that_the_command_leaves_behind_are_told_about_and_not_waited_for()
    {
        // It waits for a file that is made after ferry has ended.
        var mark = _user.Tree["mark"];
        var result = Run("sh", "-c", "(while ! test -e \"$0\"; do sleep 0.1; done; touch \"$0.seen\") >/dev/null 2>&1 & exit 4", mark);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("sh has left processes running (process group ", result.Stderr, StringComparison.Ordinal);
        File.WriteAllText(mark, "");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(mark + ".seen"), TimeSpan.FromSeconds(30)), "the process was killed");
    }

    [RequiresFact("ferry")]
    public void What_ended_before_the_command_is_not_taken_for_left_behind()
    {
        // The command ends when its orphan has, not before: that one is then ferry's to bury.
        const string script = "pid=$(sh -c 'true & echo $!'); while grep -qs 'State:.[^Z]' /proc/$pid/status; do sleep 0.01; done; exit 0";
        Assert.DoesNotContain("left processes", Run("sh", "-c", script).OrThrow().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_command_without_two_dashes_is_explained()
    {
        var result = _user.Run("run", "true");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("ferry: run: the command to run goes after '--', as in 'ferry run -- python train.py'\n", result.Stderr);
    }

    private Dictionary<string, string?> Environment => new(_user.Env) { ["HOME"] = _user.Home };

    private ToolOptions Options() => new() { CleanEnv = true, Env = Environment };

    private ToolResult Run(params string[] command) => _user.Run(["run", "--", .. command]);
}
