using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Gating;

public sealed class PushGateTests : IDisposable
{
    // Section 5 of the Apache License 2.0, whose "agreement" the older tool took for the sign of a gate.
    private const string Apache =
        "Notwithstanding the above, nothing herein shall supersede or modify the terms of any separate license agreement you may have executed with Licensor";

    private static readonly RepoId Id = Repo("org/name");

    private readonly TempTree _hub = new();
    private readonly Clock _clock = new();

    public PushGateTests() => _hub.MakeDirectory(Id.Folder);

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData(RepoVisibility.Public, true)]
    [InlineData(RepoVisibility.Gated, false)]
    [InlineData(RepoVisibility.Private, false)]
    [InlineData(RepoVisibility.Unknown, false)]
    public async Task Only_what_the_hub_calls_public_goes(RepoVisibility answer, bool isAllowed)
    {
        var decision = await Decide(new Hub(answer));
        Assert.Equal((isAllowed, answer), (decision.IsAllowed, decision.Visibility));
        Assert.Equal(isAllowed, decision.Reason is null);
        Assert.True((await Decide(new Hub(answer), allowGated: true)).IsAllowed);
    }

    [Fact]
    public async Task Without_a_hub_and_without_a_record_nothing_goes() => Assert.False((await Decide(null)).IsAllowed);

    [Fact]
    public async Task An_answer_is_kept_for_a_while_and_then_asked_for_again()
    {
        Assert.True((await Decide(new Hub(RepoVisibility.Public))).IsAllowed);
        Assert.True((await Decide(null)).IsAllowed);
        var hub = new Hub(RepoVisibility.Gated);
        Assert.True((await Decide(hub)).IsAllowed);
        Assert.Equal(0, hub.Questions);
        _clock.Now += PushGate.PublicFor;
        Assert.False((await Decide(null)).IsAllowed);
        Assert.False((await Decide(hub)).IsAllowed);
        Assert.Equal(1, hub.Questions);
        Assert.Equal(RepoVisibility.Gated, (await Decide(null)).Visibility);
    }

    [Fact]
    public async Task A_repository_that_was_opened_goes_at_once()
    {
        Assert.False((await Decide(new Hub(RepoVisibility.Gated))).IsAllowed);
        Assert.True((await Decide(new Hub(RepoVisibility.Public))).IsAllowed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"visibility\": \"public\"}")]
    [InlineData("{\"visibility\": \"open\", \"checked\": \"2019-12-31T00:00:00Z\"}")]
    [InlineData("{\"visibility\": \"public\", \"checked\": \"2999-01-01T00:00:00Z\"}")]
    [InlineData("{\"visibility\": 1, \"checked\": 2}")]
    public async Task A_record_that_cannot_be_right_opens_nothing(string record)
    {
        _hub.Write($"{Id.Folder}/{VisibilityRecord.FileName}", record);
        Assert.False((await Decide(null)).IsAllowed);
    }

    [Fact]
    public async Task The_text_of_a_licence_only_warns()
    {
        const string llama = "LLAMA 2 COMMUNITY LICENSE AGREEMENT";
        Assert.Null((await Decide(new Hub(RepoVisibility.Public), texts: Apache)).Warning);
        var decision = await Decide(new Hub(RepoVisibility.Public), texts: llama);
        Assert.True(decision.IsAllowed);
        Assert.NotNull(decision.Warning);
    }

    [Theory]
    [InlineData("LICENSE", true)]
    [InlineData("LICENSE.md", true)]
    [InlineData("licence.txt", true)]
    [InlineData("USE_POLICY.md", true)]
    [InlineData("sub/LICENSE", false)]
    [InlineData("config.json", false)]
    public void Files_with_terms_are_known_by_their_names(string path, bool isOne) => Assert.Equal(isOne, LicenceText.IsOne(Path(path)));

    private Task<GateDecision> Decide(IVisibilitySource? hub, bool allowGated = false, params string[] texts) =>
        new PushGate(_hub.Path, hub, allowGated, _clock).DecideAsync(Id, texts, CancellationToken.None);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Hub(RepoVisibility answer) : IVisibilitySource
    {
        public int Questions { get; private set; }

        public Task<RepoVisibility> FindAsync(RepoId repo, CancellationToken cancellation)
        {
            Questions++;
            return Task.FromResult(answer);
        }
    }
}
