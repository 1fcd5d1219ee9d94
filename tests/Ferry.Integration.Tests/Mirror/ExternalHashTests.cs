using System.Globalization;
using System.Text.RegularExpressions;
using Ferry.Testing;
using Xunit;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>Who hashes a file, and with how many threads.</summary>
public sealed partial class ExternalHashTests : IDisposable
{
    private readonly MirrorUser _user = new();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "b3sum")]
    public void B3sum_hashes_where_it_is_preferred_and_the_manifest_is_the_same()
    {
        WriteFiles();
        var own = _user.Mirror("--step", "make-manifest", "--manifest", "-").OrThrow().Text;
        var log = ReplaceB3sum("exec \"$real\" \"$@\"");
        var theirs = _user.Mirror("--step", "make-manifest", "--manifest", "-", "--rehash", "--prefer-external-b3", "--blake3-threads", "3").OrThrow().Text;
        Assert.Equal(own, theirs);
        Assert.Contains("--num-threads 3 --no-names -- ", File.ReadAllText(log), StringComparison.Ordinal);

        File.Delete(log);
        _user.Mirror("--prefer-external-b3").OrThrow();
        Assert.Contains("--no-names -- ", File.ReadAllText(log), StringComparison.Ordinal);
        _user.DamageTarget("d0/f0");
        var result = _user.Mirror("--step", "verify", "--prefer-external-b3", "--json");
        Assert.Equal(["d0/f0"], MirrorUser.Paths(MirrorUser.Json(result), "changed"));
    }

    [RequiresTheory("ferry", "b3sum")]
    [InlineData("echo 'no such thing' >&2; exit 1")]
    [InlineData("\"$real\" \"$@\" | tail -n +2")]
    [InlineData("\"$real\" \"$@\" | tr '\\n' x; echo")]
    [InlineData("[ \"$1\" = --version ] || for f; do [ -f \"$f\" ] && echo >>\"$f\"; done; \"$real\" \"$@\"")]
    public void What_b3sum_does_not_do_rightly_ferry_does_itself(string script)
    {
        _user.WithFiles();
        ReplaceB3sum(script);
        _user.Mirror("--step", "make-manifest", "--prefer-external-b3").OrThrow();
        Assert.Equal(MirrorUser.Files, File.ReadAllLines($"{_user.Source}/{MirrorUser.Manifest}").Length);
        Tool.Run(Requirements.FindProgram("b3sum")!, ["--check", "--quiet", MirrorUser.Manifest], new ToolOptions { Cwd = _user.Source }).OrThrow();
    }

    [RequiresTheory("ferry", "b3sum", "rsync")]
    [InlineData("b3sum", "--step", "make-manifest", "--prefer-external-b3", "src")]
    [InlineData("rsync", "--engine", "rsync", "src", "dst")]
    [InlineData("ssh", "src", "nobody@host.invalid:dst")]
    public void A_program_in_the_working_directory_is_not_taken_for_a_tool(string tool, params string[] arguments)
    {
        _user.WithFiles();
        _user.Tree.Write(tool, $"#!/bin/sh\ntouch '{_user.Tree["was-run"]}'\n");
        _user.Tree.Chmod(tool, "755");
        foreach (var path in (string?[])[Environment.GetEnvironmentVariable("PATH"), ":.:" + Environment.GetEnvironmentVariable("PATH")])
        {
            var env = _user.RunEnv;
            env["PATH"] = path;
            _ = FerryBinary.Run(["mirror", .. arguments], env, cwd: _user.Tree.Path);
            Assert.False(_user.Tree.Exists("was-run"));
        }
    }

    [RequiresFact("ferry")]
    public void Without_b3sum_a_line_says_so()
    {
        WriteFiles();
        _user.Env["PATH"] = _user.Tree.MakeDirectory("empty");
        var result = _user.Mirror("--step", "make-manifest", "--prefer-external-b3").OrThrow();
        Assert.Contains("b3sum     is not installed; ferry hashes itself", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("b3sum", _user.Mirror("--step", "make-manifest", "--prefer-external-b3", "--algo", "sha256").OrThrow().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "b3sum", "strace")]
    public void With_one_thread_for_each_file_a_large_file_is_copied_and_hashed_from_its_beginning_to_its_end()
    {
        _user.WriteSource("large", 80_000_000, 1);
        _user.Env["MIRROR_B3THREADS"] = "1";
        var log = _user.Tree["calls"];
        Tool.Run("strace", ["-f", "-qq", "-e", "trace=pwrite64", "-o", log, FerryBinary.Path, "mirror", _user.Source, _user.Target],
            new ToolOptions { CleanEnv = true, Env = _user.RunEnv }).OrThrow();
        var offsets = File.ReadLines(log).Select(static line => Offset().Match(line)).Where(static match => match.Success)
            .Select(static match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(offsets.Length > 20, $"{offsets.Length} writes");
        Assert.Equal(offsets.Order(), offsets);
        MirrorUser.AssertB3sum(_user.Target, MirrorUser.Manifest);
    }

    // As in: pwrite64(14, "..."..., 262144, 4194304) = 262144
    [GeneratedRegex(@"pwrite64\(.*, [0-9]{5,}, ([0-9]+)( <unfinished|\) *=)")]
    private static partial Regex Offset();

    private void WriteFiles()
    {
        _user.WithFiles();
        _user.Tree.Write([.. "src/caf"u8, 0xe9], "not text"u8);
    }

    /// <summary>Puts a script in the place of b3sum that notes its arguments; returns where.</summary>
    private string ReplaceB3sum(string script)
    {
        var log = _user.Tree["b3sum.log"];
        _user.Tree.Write("path/b3sum", $"#!/bin/bash\nreal={Requirements.FindProgram("b3sum")}\necho \"$@\" >>'{log}'\n{script}\n");
        _user.Tree.Chmod("path/b3sum", "755");
        _user.Env["PATH"] = $"{_user.Tree["path"]}:{Environment.GetEnvironmentVariable("PATH")}";
        return log;
    }
}
