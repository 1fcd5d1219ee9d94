using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>The older tool's command lines, as its own documentation prints them, with the alias that takes its place; only the paths are others.</summary>
public sealed class SeedTests : IDisposable
{
    private const string Disk = "mnt/DMLabHD5Tb1/MogilenkoLab_sequensing";
    private const string Data = "data1/data/DM_summer_2025";

    private readonly FerryUser _user = new();

    public SeedTests()
    {
        _user.Tree.MakeDirectory("bin");
        _user.Tree.Symlink("bin/ferry", FerryBinary.Path);
        for (var i = 0; i < 6; i++) _user.Tree.WriteRandom($"home/{Disk}/run{i % 2}/reads_{i}.fastq.gz", 20_000 + i, i);
        _user.Tree.Write($"home/{Disk}/.DS_Store", "litter");
        _user.Tree.Write($"home/{Disk}/run0/._reads_0.fastq.gz", "litter");
    }

    public void Dispose() => _user.Dispose();

    public static TheoryData<string> All => ["bash", "zsh", "fish"];

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Performance_tuning_examples(string shell)
    {
        Assert.Equal(["0", "0", "0", "0"], ExitCodes(shell,
            $"run-mirror --step all --jobs 16 --blake3-threads 4 --prefer-external-b3 {Disk} dest1",
            $"run-mirror --step all --jobs 4 --blake3-threads 1 {Disk} dest2",
            $"MIRROR_JOBS=32 MIRROR_B3THREADS=8 run-mirror --step all {Disk} dest3",
            $"run-mirror --step all --algo sha256 --jobs 12 {Disk} dest4"));
        foreach (var name in (string[])["dest1/BLAKE3SUMS", "dest2/BLAKE3SUMS", "dest3/BLAKE3SUMS", "dest4/SHA256SUMS"])
            Assert.True(_user.Tree.Exists($"home/{name}"), name);
        AssertArrived("dest3");
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish", "gzip")]
    [MemberData(nameof(All))]
    public void Usage_patterns(string shell)
    {
        Assert.Equal(["0", "0", "0", "0", "0", "0"], ExitCodes(shell,
            $"run-mirror --step copy --dry-run {Disk} dest",
            "test ! -e dest",
            $"run-mirror --step make-manifest --manifest - {Disk} | gzip > manifest.gz",
            $"run-mirror --step make-manifest {Disk}",
            $"run-mirror --step copy {Disk} dest",
            $"run-mirror --step verify {Disk} dest"));
        AssertArrived("dest");
        Assert.Equal(_user.Tree.ReadText($"home/{Disk}/BLAKE3SUMS"), Tool.Run("zcat", [_user.Tree["home/manifest.gz"]]).OrThrow().Text);
        Assert.Equal(["0", "1"], ExitCodes(shell,
            $"zcat manifest.gz > custom.manifest; run-mirror --step verify --manifest custom.manifest {Disk} dest",
            $"echo x >> dest/run0/reads_0.fastq.gz; run-mirror --step verify --manifest custom.manifest {Disk} dest"));
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void The_recommendation_for_many_processors_and_one_disk(string shell)
    {
        Assert.Equal(["0", "0", "0", "0", "0"], ExitCodes(shell,
            $"run-mirror \\\n    --step all \\\n    --algo blake3 \\\n    --prefer-external-b3 \\\n    --jobs 4 \\\n    --blake3-threads 1 \\\n    {Disk} \\\n    {Data}",
            $"run-mirror --jobs 4 --blake3-threads 1 {Disk} dest",
            $"run-mirror --jobs 2 --blake3-threads 1 {Disk} dest",
            $"run-mirror --jobs 2 --blake3-threads 1 --step make-manifest {Disk}",
            $"run-mirror --jobs 8 --blake3-threads 1 --step make-manifest {Disk}"));
        AssertArrived(Data);
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish", "gzip")]
    [MemberData(nameof(All))]
    public void Dry_run_full_run_and_a_compressed_manifest(string shell)
    {
        Assert.Equal(["0", "0", "0", "0"], ExitCodes(shell,
            $"run-mirror \\\n  --step copy --dry-run \\\n  {Disk}/ \\\n  {Data}",
            $"run-mirror \\\n  --step all --prefer-external-b3 --jobs 8 \\\n  {Disk}/ \\\n  {Data}",
            $"run-mirror \\\n  --step make-manifest --manifest - --jobs 8 \\\n  {Disk} \\\n  | gzip > {Disk}/BLAKE3SUMS.gz",
            $"zcat {Disk}/BLAKE3SUMS.gz | \\\nrun-mirror \\\n  --step verify --manifest - --jobs 8 \\\n  {Disk} \\\n  {Data}"));
        AssertArrived(Data);
    }

    [RequiresTheory("ferry", "bash", "zsh", "fish")]
    [MemberData(nameof(All))]
    public void Exit_codes(string shell) => Assert.Equal(["0", "1", "2", "2"], ExitCodes(shell,
        $"run-mirror {Disk} dest",
        $"rm dest/run1/reads_1.fastq.gz; run-mirror --step verify {Disk} dest",
        "run-mirror --step verify no/such/place dest",
        $"run-mirror --step everything {Disk} dest"));

    private void AssertArrived(string target)
    {
        var expected = _user.Tree.Files($"home/{Disk}").Where(static name => name.EndsWith(".fastq.gz", StringComparison.Ordinal) && !name.Contains("._", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, expected.Length);
        Assert.Equal(expected, _user.Tree.Files($"home/{target}").Where(static name => name.Contains("reads", StringComparison.Ordinal)));
        Assert.All(expected, name => Assert.Equal(_user.Tree.Read($"home/{Disk}/{name}"), _user.Tree.Read($"home/{target}/{name}")));
        Assert.False(_user.Tree.Exists($"home/{target}/.DS_Store"));
    }

    /// <summary>Runs lines in a shell that knows the alias; returns the exit code of each.</summary>
    private string[] ExitCodes(string shell, params string[] lines)
    {
        var script = new StringBuilder(shell == "bash" ? "shopt -s expand_aliases\n" : "").Append("alias run-mirror='ferry mirror'\nrm -f codes\n");
        foreach (var line in lines) script.Append(line).Append('\n').Append(shell == "fish" ? "echo $status >>codes\n" : "echo $? >>codes\n");
        var env = new Dictionary<string, string?> { ["HOME"] = _user.Home, ["PATH"] = $"{_user.Tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}" };
        Shells.EnvironmentAfter(shell, script.ToString(), env, _user.Home);
        return File.ReadAllLines(_user.Tree["home/codes"]);
    }
}
