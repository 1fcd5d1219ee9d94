using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Workloads.Tests.Caches;

public sealed class CacheOverlapTests
{
    [Theory]
    [InlineData("XDG_CACHE_HOME=/h/.cache HF_HOME=/h/.cache/huggingface", "HF_HOME")]
    [InlineData("HF_HUB_CACHE=/h/hf/hub HF_HOME=/h/hf HF_DATASETS_CACHE=/h/hf/datasets", "HF_HOME")]
    [InlineData("HF_HUB_CACHE=/a/hub TRANSFORMERS_CACHE=/a/hub", "HF_HUB_CACHE")]
    [InlineData("A=/a B=/ab", "A B")]
    [InlineData("A=/a/ B=/a/./b/../c", "A")]
    [InlineData("A=/link/x B=/real", "B")]
    [InlineData("A=/ B=/b", "A")]
    [InlineData("XDG_CACHE_HOME=/h/.cache A=/h", "A")]
    [InlineData("XDG_CACHE_HOME=/h/.cache", "XDG_CACHE_HOME")]
    [InlineData("XDG_CACHE_HOME=/h/.cache A=/h/.cache", "A")]
    [InlineData("C=/x/y/z B=/x/y A=/x D=/d", "A D")]
    [InlineData("", "")]
    public void Never_enables_both(string caches, string enabled)
    {
        var definitions = Definitions(caches);
        var decision = CacheOverlap.Decide(definitions, ResolveLinks);
        Assert.Equal(enabled, string.Join(' ', decision.Enabled));
        Assert.Equal(definitions.Count - decision.Enabled.Count, decision.Warnings.Count);
    }

    [Fact]
    public void Warns_in_one_line_that_names_both()
    {
        var decision = CacheOverlap.Decide(Definitions("XDG_CACHE_HOME=/c A=/c/a B=/c/b C=/c/b/c"), ResolveLinks);
        Assert.Equal(
            ["XDG_CACHE_HOME (/c) contains A, B, C; XDG_CACHE_HOME is left off", "C (/c/b/c) is inside B (/c/b); C is left off"],
            decision.Warnings);
    }

    [Fact]
    public void Disabled_caches_do_not_count()
    {
        var decision = CacheOverlap.Decide([new("A", "/a") { Enabled = false }, new("B", "/a/b")], ResolveLinks);
        Assert.Equal(["B"], decision.Enabled);
        Assert.Empty(decision.Warnings);
    }

    private static List<CacheDefinition> Definitions(string caches) =>
        [.. caches.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=')).Select(c => new CacheDefinition(c[0], c[1]))];

    private static string? ResolveLinks(string path) =>
        path.StartsWith("/link", StringComparison.Ordinal) ? "/real" + path["/link".Length..] : null;
}
