using System.Text.RegularExpressions;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Screens;

/// <summary>What people see while a sync runs, on a terminal emulator and in what a terminal is sent.</summary>
public sealed partial class ProgressTests : IDisposable
{
    private static readonly string[] s_caches = ["HF_HOME", "PIP_CACHE_DIR", "A_CACHE_WITH_QUITE_A_LONG_NAME"];

    private readonly FerryUser _user = new();

    public ProgressTests()
    {
        for (var i = 0; i < s_caches.Length; i++)
        {
            for (var file = 0; file < 20; file++)
                _user.Tree.WriteRandom($"{s_caches[i]}/{file}", 100_000, i * 100 + file);
        }
        _user.ConfigureCaches(s_caches.Select(name => (name, _user.Tree[name])));
        _user.Tree.MakeDirectory("bin");
        _user.Tree.Symlink("bin/ferry", FerryBinary.Path);
    }

    public void Dispose() => _user.Dispose();

    [RequiresTheory("ferry", "tmux")]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void A_line_for_each_cache_stays_within_the_width_and_goes(int columns)
    {
        using var screen = Screen(columns);
        screen.Enter("clear; ferry sync --bandwidth-limit 3MB >exports; echo over");
        screen.WaitFor(lines => lines.Count(line => line.Contains('%')) == 3);
        Assert.False(screen.HasWrappedLine);
        Assert.True(screen.CursorIsVisible);
        var last = screen.WaitFor(lines => lines.Contains("over"));
        Assert.All(last, line => Assert.DoesNotMatch(Progress(), line));
        Assert.All(s_caches, name => Assert.Single(last, line => line.StartsWith(name, StringComparison.Ordinal)));
    }

    [RequiresFact("ferry", "tmux")]
    public void A_terminal_that_changes_its_size_keeps_nothing_of_what_was_drawn()
    {
        using var screen = Screen(100);
        screen.Enter("clear; ferry sync --bandwidth-limit 1500kB >exports; echo over");
        screen.WaitFor(lines => lines.Any(line => line.Contains('%')));
        foreach (var columns in (int[])[50, 30, 120, 45, 80])
        {
            screen.Resize(columns, 24);
            // Above the progress is what was typed, which may need several rows.
            screen.WaitFor(lines => lines.Count(line => Progress().IsMatch(line)) <= 3
                && s_caches.All(name => lines.Count(line => line.StartsWith(name[..6], StringComparison.Ordinal)) == 1));
        }

        var last = screen.WaitFor(lines => lines.Contains("over"));
        Assert.All(last, line => Assert.DoesNotMatch(Progress(), line));
        Assert.Equal(3, last.Count(line => line.Contains("synced: 20 files", StringComparison.Ordinal)));
    }

    [RequiresFact("ferry", "tmux")]
    public void More_caches_than_rows_are_counted()
    {
        var names = Enumerable.Range(10, 12).Select(i => $"CACHE_{i}").ToArray();
        foreach (var name in names)
            _user.Tree.WriteRandom($"{name}/file", 1_000_000);
        _user.ConfigureCaches(names.Select(name => (name, _user.Tree[name])), "transfer: { parallel_caches: 12 }\n");
        using var screen = Screen(80, rows: 8);
        screen.Enter("clear; ferry sync --bandwidth-limit 3MB >exports; echo over");
        var during = screen.WaitFor(lines => lines.Any(line => line == "and 6 more"));
        Assert.Equal(7, during.Length);
        screen.WaitFor(lines => lines.Contains("over") && !lines.Any(line => Progress().IsMatch(line)));
    }

    [RequiresFact("ferry", "tmux")]
    public void A_kill_leaves_the_cursor_on_and_the_prompt_below()
    {
        using var screen = Screen(80);
        screen.Enter("clear; ferry sync --bandwidth-limit 1MB >exports");
        screen.WaitFor(lines => lines.Count(line => line.Contains('%')) == 3);
        Tool.Run("kill", ["-9", $"{screen.RunningProcess()}"]).OrThrow();
        var last = screen.WaitFor(lines => lines[^1] == "$");
        Assert.True(screen.CursorIsVisible);
        Assert.Contains(last, line => line.Contains("Killed", StringComparison.Ordinal));
        Assert.Equal(3, last.Count(line => line.Contains('%')));
    }

    [RequiresFact("ferry", "tmux")]
    public void A_sync_that_waits_for_another_says_so()
    {
        using var screen = Screen(80);
        using var other = _user.Start("sync", "--var", "HF_HOME", "--bandwidth-limit", "500kB");
        screen.WaitFor(_ => File.Exists($"{_user.Scratch}/.cache/ferry/.HF_HOME.lock"));
        screen.Enter("clear; ferry sync --var HF_HOME >exports; echo over");
        screen.WaitFor(lines => lines.Any(line => Regex.IsMatch(line, @"^HF_HOME  waiting for another process  \d+s$")));
        other.Kill();
        Assert.DoesNotContain(screen.WaitFor(lines => lines.Contains("over")), line => line.Contains("process  ", StringComparison.Ordinal));
    }

    [RequiresFact("ferry", "script")]
    public void Frames_are_whole_and_coloured()
    {
        var sent = OnTerminal("COLUMNS=70", "TERM=xterm", "LC_ALL=C.UTF-8");
        var frames = Frame().Matches(sent);
        Assert.InRange(frames.Count, 3, 100);
        Assert.Contains("\u001b[36m━", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[?25", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", Frame().Replace(sent, ""), StringComparison.Ordinal);
        Assert.All(frames, frame => Assert.All(
            Escape().Replace(frame.Value, "").Split("\r\n").Where(line => Progress().IsMatch(line)), line => Assert.InRange(line.Trim('\r').Length, 10, 69)));
    }

    [RequiresTheory("ferry", "script")]
    [InlineData("NO_COLOR=1", "LC_ALL=C.UTF-8", "━")]
    [InlineData("NO_COLOR=1", "LC_ALL=C", "#")]
    public void Colour_and_characters_follow_the_environment(string colour, string locale, string bar)
    {
        var sent = OnTerminal("COLUMNS=100", "TERM=xterm", colour, locale);
        Assert.DoesNotMatch("\u001b\\[[0-9]*m", sent);
        Assert.Matches($@"HF_HOME .* {bar}.* \d+%", sent);
        Assert.Equal(locale == "LC_ALL=C", sent.All(char.IsAscii));
    }

    [RequiresFact("ferry", "script")]
    public void A_dumb_terminal_is_sent_no_escapes() =>
        Assert.DoesNotContain("\u001b", OnTerminal("TERM=dumb", "LC_ALL=C.UTF-8"), StringComparison.Ordinal);

    [RequiresFact("ferry")]
    public void A_pipe_gets_plain_lines()
    {
        var sync = _user.Run("sync", "--bandwidth-limit", "3MB").OrThrow();
        Assert.DoesNotContain("\u001b", sync.Stderr + sync.Text, StringComparison.Ordinal);
        Assert.Equal(3, sync.Stderr.TrimEnd('\n').Split('\n').Length);
    }

    [RequiresFact("ferry", "script")]
    public void A_fresh_sync_draws_nothing()
    {
        _user.Run("sync").OrThrow();
        Assert.DoesNotContain("\u001b", OnTerminal("TERM=xterm", "LC_ALL=C.UTF-8"), StringComparison.Ordinal);
    }

    /// <summary>All that a slow sync sends to a terminal, of which only COLUMNS tells the width.</summary>
    private string OnTerminal(params string[] environment)
    {
        string[] words = ["env", .. environment, $"HOME={_user.Home}", FerryBinary.Path, "sync", "--bandwidth-limit", "3MB", ">/dev/null"];
        var options = new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["SHELL"] = "/bin/bash" } };
        return Tool.Run("script", ["-qec", string.Join(' ', words), _user.Tree["typescript"]], options).OrThrow().Text;
    }

    private TmuxScreen Screen(int columns, int rows = 24) => new(columns, rows, new Dictionary<string, string?>
    {
        ["HOME"] = _user.Home,
        ["PATH"] = $"{_user.Tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
    });

    [GeneratedRegex(@"%  |(comparing|committing|checking|process)  \d|[━╸─]{3}")]
    private static partial Regex Progress();

    [GeneratedRegex("\u001b\\[\\?2026h.*?\u001b\\[\\?2026l", RegexOptions.Singleline)]
    private static partial Regex Frame();

    [GeneratedRegex("\u001b\\[[?0-9]*[a-zA-Z]")]
    private static partial Regex Escape();
}
