using System.Text.RegularExpressions;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>One system call of a run.</summary>
/// <param name="Name">As strace names it.</param>
/// <param name="Number">Which of the thread's calls of that name it is, from 1: strace counts its <c>when=</c> like that.</param>
/// <param name="Thread">The thread's place in the order of appearance; 0 is the main one, which does all work when jobs is 1.</param>
/// <param name="Text">The line: arguments with the paths behind descriptors, and the result.</param>
internal sealed record SystemCall(string Name, int Number, int Thread, string Text);

/// <summary>Runs the real binary under strace, which lists its system calls, makes one of them fail, or kills it right before one.</summary>
internal static partial class Strace
{
    /// <summary>Calls that change names, attributes or what is on storage: between any two of them a kill may come.</summary>
    public const string ChangingCalls =
        "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,"
        + "fsync,syncfs,fdatasync,ftruncate,fchmod,fchmodat,utimensat,fchownat,fchown,pwrite64,fsetxattr";

    /// <summary>Calls that may fail in a sync, those of <see cref="ChangingCalls"/> and those that read.</summary>
    public const string FallibleCalls =
        ChangingCalls + ",openat,openat2,read,pread64,write,close,statx,getdents64,readlinkat,flock,statfs,fstatfs";

    /// <summary>Runs ferry; <paramref name="injection"/> is what stands behind strace's <c>-e inject=</c>.</summary>
    /// <returns>What it printed, with 128 + 9 as its exit code if it was killed; and the calls it made.</returns>
    public static (ToolResult Result, List<SystemCall> Calls) Run(StagedCache cache, string trace, string? injection, params string[] args)
    {
        var log = cache.Tree["strace.log"];
        // Without --seccomp-bpf: with it strace 6.1 sends no signals.
        List<string> all = ["-f", "-qq", "-y", "-s", "200", "-o", log, "-e", $"trace={trace}"];
        if (injection is not null) all.AddRange(["-e", $"inject={injection}"]);
        var result = Tool.Run("strace", [.. all, FerryBinary.Path, .. args], new ToolOptions { CleanEnv = true, Env = cache.Environment });
        return (result, Parse(File.ReadLines(log)));
    }

    private static List<SystemCall> Parse(IEnumerable<string> lines)
    {
        var threads = new List<string>();
        var counts = new Dictionary<(string, string), int>();
        var calls = new List<SystemCall>();
        foreach (var match in lines.Select(line => Line().Match(line)).Where(match => match.Success))
        {
            var (thread, name) = (match.Groups["thread"].Value, match.Groups["name"].Value);
            if (!threads.Contains(thread)) threads.Add(thread);
            var number = counts[(thread, name)] = counts.GetValueOrDefault((thread, name)) + 1;
            calls.Add(new SystemCall(name, number, threads.IndexOf(thread), match.Groups["text"].Value));
        }
        return calls;
    }

    // "123 renameat(...) = 0"; a call that another thread's line interrupts is "<unfinished ...>" and goes on as "<... renameat resumed>".
    [GeneratedRegex(@"^(?<thread>\d+) +(?<name>[a-z_0-9]+)\((?<text>.*)$")]
    private static partial Regex Line();
}
