using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary><c>ferry import</c> and what comes after it.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly FerryUser _user = new();

    public ImportTests()
    {
        _user.Env["SCRATCH"] = _user.Scratch;
        var source = Path.GetDirectoryName(_user.Tree.Write("home/.cache/hf/model", "weights"))!;
        _user.Tree.Write("home/.euler-files.json", $$$"""
            { "version": 1, "scratch_base": "$SCRATCH", "vars": { "HF_HOME": { "source": "{{{source}}}" } }, "skip_if_fresh_seconds": 60 }
            """);
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void What_the_older_tool_staged_is_used_further()
    {
        var before = _user.Run("sync").OrThrow().Text;
        _user.Run("import").OrThrow();
        _user.Tree.Write("home/.euler-files.json", "is not read any more");
        var after = _user.Run("sync").OrThrow();
        Assert.Equal(before, after.Text);
        Assert.Contains("fresh", after.Stderr, StringComparison.Ordinal);
        Assert.Equal(2, _user.Run("import").ExitCode);
    }

    [RequiresFact("ferry")]
    public void What_is_no_file_is_no_configuration()
    {
        Assert.Equal(2, _user.Run("import", _user.Home).ExitCode);
        Assert.Equal(2, _user.Run("import", _user.Tree["none"]).ExitCode);
        Assert.Equal(2, _user.Run("import", "/dev/zero").ExitCode);
        Assert.False(_user.Tree.Exists("home/.config"));
    }
}
