using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Inventory;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Inventory;

/// <summary>How people name what they mean.</summary>
public sealed class RepoSelectorTests
{
    [Theory]
    [InlineData("org/name", "models--org--name", null)]
    [InlineData("gpt2", "models--gpt2", null)]
    [InlineData("models/org/name", "models--org--name", null)]
    [InlineData("datasets/org/name@refs/pr/1", "datasets--org--name", "refs/pr/1")]
    [InlineData("spaces/org/name@2439f60ef33a0d46d85da5001d52aeda5b00ce9f", "spaces--org--name", "2439f60ef33a0d46d85da5001d52aeda5b00ce9f")]
    public void A_text_means_a_repository_and_perhaps_a_revision(string text, string folder, string? revision)
    {
        Assert.True(RepoSelector.TryParse(text, out var selector, out _));
        Assert.Equal((folder, revision), (selector.Repo.Folder, selector.Revision));
    }

    [Theory]
    [InlineData("org/name@")]
    [InlineData("org/name@../x")]
    [InlineData("../name")]
    [InlineData("a/b/c")]
    [InlineData("datasets/")]
    [InlineData("org/na--me")]
    [InlineData("@main")]
    public void What_leads_elsewhere_means_nothing(string text)
    {
        Assert.False(RepoSelector.TryParse(text, out _, out var reason));
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("org/name", true)]
    [InlineData("org/name@main", true)]
    [InlineData("org/name@aaaaaaa", true)]
    [InlineData("org/name@aaaaaa", false)]
    [InlineData("org/name@v1", false)]
    public void A_revision_is_meant_by_a_ref_or_enough_digits(string text, bool isMeant)
    {
        Assert.True(RepoSelector.TryParse(text, out var selector, out _));
        var revision = new CachedRevision { Commit = Commit('a'), Files = [], Refs = [Ref("main")], Broken = 0, IsComplete = false };
        Assert.Equal(isMeant, selector.Matches(revision));
    }
}
