using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Workloads.Tests.Caches;

public sealed class DiscoveryTests
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly HashSet<string> _directories = [];

    [Fact]
    public void Preset_names_are_variables_and_unique()
    {
        Assert.All(CachePresets.All, p => Assert.True(VariableName.IsValid(p.Variable) && !VariableName.IsReserved(p.Variable)));
        Assert.Equal(CachePresets.All.Count, CachePresets.All.Select(p => p.Variable).Distinct().Count());
        Assert.All(CachePresets.All, p => Assert.NotEmpty(p.Description));
        Assert.Equal(24, CachePresets.All.Count);
        Assert.All(CachePresets.All, p => Assert.All(p.DefaultLocations(Places()), l => Assert.StartsWith("/", l, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("HF_HUB_CACHE", "", "/h/.cache/huggingface/hub")]
    [InlineData("HF_HUB_CACHE", "XDG_CACHE_HOME=/c", "/c/huggingface/hub")]
    [InlineData("HF_HUB_CACHE", "HF_HOME=/hf XDG_CACHE_HOME=/c", "/hf/hub")]
    [InlineData("HF_HUB_CACHE", "HF_HUB_CACHE=/own HF_HOME=/hf", "/own")]
    [InlineData("TRITON_CACHE_DIR", "", "/h/.triton/cache")]
    [InlineData("TORCHINDUCTOR_CACHE_DIR", "", "/tmp/torchinductor_jdoe")]
    [InlineData("CONDA_PKGS_DIRS", "CONDA_PKGS_DIRS=/a,/b", "/a")]
    [InlineData("CONDA_PKGS_DIRS", "CONDA_EXE=/opt/conda/bin/conda", "/opt/conda/pkgs")]
    [InlineData("JULIA_DEPOT_PATH", "JULIA_DEPOT_PATH=/j:/k", "/j")]
    [InlineData("GOMODCACHE", "GOPATH=/g:/k", "/g/pkg/mod")]
    [InlineData("NXF_SINGULARITY_CACHEDIR", "NXF_WORK=/w", "/w/singularity")]
    [InlineData("R_LIBS_USER", "", "/h/R/x86_64-pc-linux-gnu-library/4.3")]
    public void Finds_a_preset_where_its_tool_keeps_it(string preset, string variables, string expected)
    {
        Set(variables);
        _directories.Add(expected);
        Assert.Equal(expected, Found().Single(f => f.Preset.Variable == preset).Source);
    }

    [Fact]
    public void A_variable_that_is_set_decides_alone()
    {
        Set("HF_HOME=/gone");
        _directories.Add("/h/.cache/huggingface");
        Assert.Empty(Found());
    }

    [Theory]
    [InlineData("SLURM_TMPDIR=/local/42 SCRATCH=/s TMPDIR=/t", "/local/42 /s /t", "$SLURM_TMPDIR")]
    [InlineData("SLURM_TMPDIR=/local/42 SCRATCH=/s", "/s", "$SCRATCH")]
    [InlineData("TMPDIR=/tmp", "/tmp /scratch/jdoe", "/scratch/jdoe")]
    [InlineData("SCRATCH=rel", "/pscratch/sd/j/jdoe /local/jdoe", "/pscratch/sd/j/jdoe")]
    [InlineData("SCRATCH=/gone", "", "/tmp/ferry-jdoe")]
    public void Finds_scratch(string variables, string directories, string expected)
    {
        Set(variables);
        _directories.UnionWith(directories.Split(' '));
        Assert.Equal(expected, ScratchLocator.Locate("jdoe", Lookup, _directories.Contains).Literal);
    }

    [Fact]
    public void Warns_of_a_variable_that_names_a_third_place()
    {
        var settings = new CacheSettings
        {
            ScratchBase = "/s",
            CacheRoot = "c",
            Caches = [new("A", "/a"), new("B", "/b"), new("C", "/c"), new("D", "/d") { Enabled = false }, new("E", "/e")],
        };
        Set("A=/other B=/b/ C=/s/c/C D=/other");
        Assert.Equal(
            ["A is set to /other, but its configured source is /a; unset it or run 'ferry config path' to see which file to change"],
            CongruencyCheck.Warnings(settings, Lookup, _ => null));
    }

    private string? Lookup(string name) => _variables.GetValueOrDefault(name);

    private PresetPlaces Places() => new("/h", "jdoe", Lookup);

    private IReadOnlyList<FoundCache> Found() => CachePresets.FoundOn(Places(), _directories.Contains);

    private void Set(string variables)
    {
        foreach (var pair in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            _variables[pair.Split('=')[0]] = pair.Split('=')[1];
    }
}
