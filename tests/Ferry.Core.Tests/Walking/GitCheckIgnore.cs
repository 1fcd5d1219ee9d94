using System.Diagnostics;
using System.Text;

namespace Ferry.Core.Tests.Walking;

/// <summary>The oracle: <c>git check-ignore</c> in an empty repository of its own.</summary>
internal sealed class GitCheckIgnore : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("ferry-git-").FullName;

    public GitCheckIgnore()
    {
        Tree = Directory.CreateDirectory(Path.Combine(_home, "tree")).FullName;
        Run([], "init", "--quiet");
    }

    /// <summary>The work tree, where tests may make files and directories; git looks there whether a path is a directory.</summary>
    public string Tree { get; }

    /// <summary>Asks for the line of the rule that decides about each path; 0 where none does.</summary>
    public int[] DecidingLines(byte[] patterns, IReadOnlyList<byte[]> paths)
    {
        string file = Path.Combine(_home, "patterns");
        File.WriteAllBytes(file, patterns);
        // With "./" in front, for a path that begins with a colon would be taken for more than a path.
        byte[] input = [.. paths.SelectMany(p => (byte[])[.. "./"u8, .. p, 0])];
        byte[] output = Run(
            input, "-c", "core.excludesFile=" + file, "check-ignore", "--no-index", "-z", "--stdin", "--verbose", "--non-matching");
        // Four fields to a path: source, line, pattern, path.
        string[] fields = Encoding.Latin1.GetString(output).Split('\0');
        Assert.Equal(4 * paths.Count + 1, fields.Length);
        return [.. Enumerable.Range(0, paths.Count).Select(i => fields[4 * i + 1] is "" ? 0 : int.Parse(fields[4 * i + 1]))];
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private byte[] Run(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Tree,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = _home;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using Process git = Process.Start(start)!;
        using var output = new MemoryStream();
        Task read = git.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> errors = git.StandardError.ReadToEndAsync();
        git.StandardInput.BaseStream.Write(input);
        git.StandardInput.Close();
        read.GetAwaiter().GetResult();
        git.WaitForExit();
        // check-ignore exits with 1 when it found nothing.
        Assert.True(git.ExitCode <= 1, errors.GetAwaiter().GetResult());
        return output.ToArray();
    }
}
