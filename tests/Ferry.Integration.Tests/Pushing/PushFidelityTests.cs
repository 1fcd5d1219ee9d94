using System.Text;
using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Pushing;

/// <summary>What arrives in the source, and what stays of what it takes the place of.</summary>
public sealed class PushFidelityTests : IDisposable
{
    private const string Below = "scratch/.cache/ferry/" + StagedCache.Variable;
    private const int Group = 4343;

    private readonly StagedCache _cache = new();

    public void Dispose() => _cache.Dispose();

    [RequiresFact("ferry", "rsync")]
    public void New_files_and_directories_arrive_as_they_are()
    {
        Stage("first");
        _cache.Tree.Write($"{Below}/empty");
        _cache.Tree.WriteRandom($"{Below}/new/directory/file", 300_000);
        _cache.Tree.WriteSparse($"{Below}/sparse", 1 << 20, (600_000, [1, 2, 3]));
        _cache.Tree.WriteSparse($"{Below}/large", 70 << 20, (1_000_000, [4]), (69 << 20, [5]));
        _cache.Tree.MakeDirectory($"{Below}/nothing/in/it");
        _cache.Tree.Write($"{Below}/script", "#!");
        _cache.Tree.Chmod($"{Below}/script", "755");
        _cache.Tree.Write($"{Below}/read-only/file", "x");
        _cache.Tree.Chmod($"{Below}/read-only/file", "444");
        _cache.Tree.Chmod($"{Below}/read-only", "555");
        _cache.Tree.Symlink($"{Below}/dangling", "nowhere");
        _cache.Tree.Symlink($"{Below}/link", "new");
        _cache.Tree.SetAttribute($"{Below}/script", "user.note", "kept"u8);
        foreach (var name in (string[])["empty", "new/directory/file", "sparse", "script", "link"])
            _cache.Tree.SetTime($"{Below}/{name}", 1_700_000_000, 123_456_789);

        PushAndCompare();
        Assert.True(Blocks("source/sparse") < 100 && Blocks("source/large") < 200, "holes were filled");
    }

    [RequiresFact("ferry", "rsync")]
    public void Any_name_and_paths_beyond_4096_bytes_arrive()
    {
        Stage("first");
        _cache.Tree.Write([.. Encoding.UTF8.GetBytes($"{Below}/new\nline")], "1"u8);
        _cache.Tree.Write([.. Encoding.UTF8.GetBytes($"{Below}/caf"), 0xE9, (byte)' ', 0xFF], "2"u8);
        _cache.Tree.Write($"{Below}/{new string('n', 255)}", "3");
        Tool.Bash("cd \"$1\" && for i in $(seq 30); do mkdir $2 && cd $2; done && echo deep > file", _cache.Target, new string('d', 200)).OrThrow();
        _cache.Run("push").OrThrow();
        const string listing = "cd \"$1\" && find . -printf '%P\\0%y %s\\0' | sort -z | sha256sum";
        Assert.Equal(Tool.Bash(listing, _cache.Target).OrThrow().Text, Tool.Bash(listing, _cache.Source).OrThrow().Text);
        Assert.Contains("nothing to push", _cache.Run("push").OrThrow().Stderr, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry", "getfattr", "fuse")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_is_replaced_keeps_its_mode_owner_lists_and_attributes(bool hasStagedNone)
    {
        _cache.Tree.Write("source/file", "old");
        _cache.Tree.Chmod("source/file", "664");
        _cache.Tree.SetAttribute("source/file", "user.note", "of the source"u8);
        _cache.Tree.SetAttribute("source/file", AccessList.Access, AccessList.Encode(6, (4242, 6), 4, 6, 0));
        if (Environment.IsPrivilegedProcess) Tool.Run("chown", [$"1001:{Group}", _cache.Source + "/file"]).OrThrow();
        // A scratch without attributes must not hide those of the source.
        using var mount = hasStagedNone ? new SlowFs(_cache.Tree["scratch"], fail: ["listxattr:EOPNOTSUPP"]) : null;
        if (mount is not null) Configure(mount.Path);
        _cache.Sync().OrThrow();
        _cache.Tree.Write($"{Below}/new", "first of all, so that scratch is known to have none");
        Replace(_cache, "file", "by a job");
        var before = Describe("source/file");
        _cache.Run("push").OrThrow();
        Assert.Equal("by a job", _cache.Tree.ReadText("source/file"));
        Assert.Equal(before, Describe("source/file"));
    }

    [RequiresFact("ferry")]
    public void What_a_job_has_made_executable_is_so_in_the_source_and_a_change_of_mode_alone_does_not_arrive()
    {
        Stage("script", "other");
        _cache.Tree.Chmod("source/script", "664");
        _cache.Sync("--force").OrThrow();
        Replace(_cache, "script", "#!");
        _cache.Tree.Chmod($"{Below}/script", "700");
        _cache.Tree.Chmod($"{Below}/other", "600");
        _cache.Run("push").OrThrow();
        Assert.Equal("775", Tool.Run("stat", ["-c", "%a", _cache.Source + "/script"]).OrThrow().Text.Trim());
        Assert.Equal(UnixFileMode.GroupRead, File.GetUnixFileMode(_cache.Source + "/other") & UnixFileMode.GroupRead);
    }

    [RequiresTheory("ferry", "root", "setpriv", "getfattr")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_shared_directory_keeps_its_group_its_setgid_bit_and_its_default_list(bool asRoot)
    {
        using var cache = new StagedCache(userId: asRoot ? null : NormalUser.Id);
        cache.Tree.Write("source/shared/file", "old");
        cache.Tree.Chmod("source/shared/file", "664");
        cache.Tree.SetAttribute("source/shared", AccessList.Default, AccessList.Encode(7, (4242, 7), 7, 7, 5));
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{Group}", cache.Source]).OrThrow();
        cache.Tree.Chmod("source/shared", "2775");
        cache.Sync().OrThrow();
        cache.Tree.Write($"{Below}/shared/new", "new");
        cache.Tree.Write($"{Below}/shared/sub/deep/new", "new");
        Replace(cache, "shared/file", "by a job");
        if (!asRoot) Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Target]).OrThrow();
        cache.Run("push").OrThrow();
        foreach (var name in (string[])["file", "new", "sub", "sub/deep", "sub/deep/new"])
            Assert.Equal($"{Group}", Tool.Run("stat", ["-c", "%g", $"{cache.Source}/shared/{name}"]).OrThrow().Text.Trim());
        foreach (var name in (string[])["sub", "sub/deep"])
            Assert.Equal("2", Tool.Run("stat", ["-c", "%a", $"{cache.Source}/shared/{name}"]).OrThrow().Text[..1]);
        // The list that the directory gives is there: a named user may write.
        foreach (var name in (string[])["new", "sub/deep/new"])
            Assert.Contains("system.posix_acl_access", Attributes($"{cache.Source}/shared/{name}"), StringComparison.Ordinal);
        Assert.DoesNotContain("system.posix_acl_access", Attributes($"{cache.Source}/shared/file"), StringComparison.Ordinal);
        Assert.Equal("664", Tool.Run("stat", ["-c", "%a", $"{cache.Source}/shared/file"]).OrThrow().Text.Trim());
    }

    [RequiresFact("ferry", "root", "setpriv", "rsync")]
    public void A_normal_user_pushes_read_only_files_and_directories()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/module/file", "old");
        cache.Tree.Chmod("source/module/file", "444");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Source]).OrThrow();
        cache.Sync().OrThrow();
        // As a Go module cache is written.
        cache.Tree.Write($"{Below}/new/v1/sub/file", "new");
        Replace(cache, "module/file", "newer");
        Tool.Bash("chown -R $2:$2 \"$1\" && chmod 444 \"$1\"/new/v1/sub/file \"$1\"/module/file && chmod 555 \"$1\"/new/v1/sub \"$1\"/new/v1 \"$1\"/new",
            cache.Target, $"{NormalUser.Id}").OrThrow();
        cache.Run("push").OrThrow();
        Assert.Equal("newer", cache.Tree.ReadText("source/module/file"));
        cache.Sync("--force").OrThrow();
        StagedCache.AssertEqualTrees(cache.Source, cache.Target);
        Assert.Equal("555", Tool.Run("stat", ["-c", "%a", cache.Source + "/new/v1/sub"]).OrThrow().Text.Trim());
    }

    [RequiresFact("ferry", "rsync")]
    public void Names_of_one_file_on_scratch_arrive_as_files_of_their_own()
    {
        Stage("first");
        _cache.Tree.Write($"{Below}/one", "the same");
        _cache.Tree.HardLink($"{Below}/two", $"{Below}/one");
        _cache.Run("push").OrThrow();
        Assert.Equal(["the same", "the same"], [_cache.Tree.ReadText("source/one"), _cache.Tree.ReadText("source/two")]);
        Assert.Empty(StagedCache.HardLinks(_cache.Source));
        _cache.Sync("--force").OrThrow();
        Assert.Empty(RsyncOracle.Differences(_cache.Source, _cache.Target));
    }

    [RequiresFact("ferry")]
    public void A_pipe_is_named_and_skipped()
    {
        Stage("first");
        _cache.Tree.Fifo($"{Below}/pipe");
        _cache.Tree.Write($"{Below}/file", "x");
        var result = _cache.Run("push").OrThrow();
        Assert.Contains("/pipe: skipped", result.Stderr, StringComparison.Ordinal);
        Assert.False(_cache.Tree.Exists("source/pipe"));
        Assert.True(_cache.Tree.Exists("source/file"));
    }

    [RequiresFact("ferry", "fuse")]
    public void A_file_that_never_stands_still_is_named_and_not_half_pushed()
    {
        using var mount = new SlowFs(_cache.Tree["scratch"], metadataLatency: TimeSpan.FromMilliseconds(1));
        Configure(mount.Path);
        Stage("first");
        _cache.Tree.WriteRandom($"{Below}/log", 3_000_000);
        using var writer = RunningTool.Start(
            "bash", ["-c", "while :; do printf . >> \"$0\"; done", _cache.Target + "/log"], new ToolOptions());
        var result = _cache.Run("push");
        writer.Kill();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/log: changed while it was being read", result.Stderr, StringComparison.Ordinal);
        Assert.False(_cache.Tree.Exists("source/log"));
        _cache.Run("push").OrThrow();
        Assert.Equal(_cache.Tree.Read($"{Below}/log"), _cache.Tree.Read("source/log"));
    }

    private void Stage(params string[] names)
    {
        foreach (var name in names)
        {
            _cache.Tree.Write($"source/{name}", "old");
            _cache.Tree.SetTime($"source/{name}", 1_600_000_000, 5);
        }
        _cache.Sync().OrThrow();
    }

    private void PushAndCompare()
    {
        _cache.Run("push").OrThrow();
        _cache.SyncAndCompare("--force");
        Assert.Contains("nothing to push", _cache.Run("push").OrThrow().Stderr, StringComparison.Ordinal);
    }

    private void Configure(string scratch) => _cache.Tree.Write("home/.config/ferry/config.yaml",
        $"version: 1\nscratch: \"{scratch}\"\ncaches:\n  {StagedCache.Variable}: {{ source: \"{_cache.Source}\" }}\n");

    /// <summary>As most programs do: a new file that takes the name.</summary>
    private static void Replace(StagedCache cache, string name, string contents)
    {
        File.WriteAllText($"{cache.Target}/{name}.new", contents);
        File.Move($"{cache.Target}/{name}.new", $"{cache.Target}/{name}", overwrite: true);
    }

    private string Describe(string name) =>
        Tool.Run("stat", ["-c", "%a %u %g", _cache.Tree[name]]).OrThrow().Text + Attributes(_cache.Tree[name]);

    private static string Attributes(string path) => Tool.Run("getfattr", ["-d", "-m", "-", "--absolute-names", path]).OrThrow().Text;

    private long Blocks(string name) =>
        long.Parse(Tool.Run("stat", ["-c", "%b", _cache.Tree[name]]).OrThrow().Text, System.Globalization.CultureInfo.InvariantCulture);
}
