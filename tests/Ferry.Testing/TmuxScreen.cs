using System.Diagnostics;

namespace Ferry.Testing;

/// <summary>A bash on a real terminal emulator, tmux, that tests type into and look at. Disposing ends it.</summary>
public sealed class TmuxScreen : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TempTree _directory = new();

    /// <param name="columns">Width.</param>
    /// <param name="rows">Height.</param>
    /// <param name="env">Variables beside PATH and LANG; must hold HOME.</param>
    public TmuxScreen(int columns, int rows, IReadOnlyDictionary<string, string?> env)
    {
        var options = new ToolOptions { CleanEnv = true, Env = env };
        string[] start = ["-S", _directory["socket"], "-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", "PS1='$ ' bash --norc"];
        Tool.Run("tmux", start, options).OrThrow();
        WaitFor(lines => lines is ["$"]);
    }

    /// <summary>The lines that can be seen, without empty ones at the end.</summary>
    public string[] Lines => Seen();

    /// <summary>Whether the terminal has broken a line because it was too long.</summary>
    public bool HasWrappedLine => Seen("-J").Length < Lines.Length;

    public bool CursorIsVisible => Tmux("display-message", "-p", "#{cursor_flag}").Text.Trim() == "1";

    /// <summary>Types a line.</summary>
    public void Enter(string line)
    {
        Tmux("send-keys", "-l", line);
        Tmux("send-keys", "Enter");
    }

    /// <summary>Presses a key, in tmux's words: <c>Tab</c>, <c>C-c</c>.</summary>
    public void Press(string key) => Tmux("send-keys", key);

    /// <summary>Types text without Enter.</summary>
    public void Type(string text) => Tmux("send-keys", "-l", text);

    public void Resize(int columns, int rows) => Tmux("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>The process that bash is running in the foreground.</summary>
    public int RunningProcess()
    {
        var bash = Tmux("display-message", "-p", "#{pane_pid}").Text.Trim();
        return int.Parse(File.ReadAllText($"/proc/{bash}/task/{bash}/children").Split(' ')[0]);
    }

    /// <summary>Waits until the screen looks so; returns its lines.</summary>
    /// <exception cref="TimeoutException">It never does; the message shows it.</exception>
    public string[] WaitFor(Func<string[], bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_patience; Thread.Sleep(20))
        {
            var lines = Lines;
            if (condition(lines)) return lines;
        }
        throw new TimeoutException("the screen is:\n" + string.Join('\n', Lines));
    }

    public void Dispose()
    {
        Tool.Run("tmux", ["-S", _directory["socket"], "kill-server"]);
        _directory.Dispose();
    }

    private string[] Seen(params string[] options) =>
        Tmux(["capture-pane", "-p", .. options]).Text.TrimEnd('\n', ' ').Split('\n').Select(line => line.TrimEnd()).ToArray();

    private ToolResult Tmux(params string[] args) => Tool.Run("tmux", ["-S", _directory["socket"], .. args]).OrThrow();
}
