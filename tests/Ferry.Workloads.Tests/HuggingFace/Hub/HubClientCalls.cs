using System.Text;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Hub;

/// <summary>Short ways to ask a stub.</summary>
internal static class HubClientCalls
{
    public const string Token = "hf_SecretOfTheTest";

    public static readonly RepoId Model = Repo("org/name");

    public static HubClient Client(this StubHub stub, string? token = Token, TimeSpan? patience = null, TimeSpan? stallLimit = null) => new(new HubClientOptions
    {
        Endpoint = stub.Address,
        Token = token,
        UserAgent = "ferry-test",
        Retry = new RetryOptions { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(1), TotalTime = patience ?? TimeSpan.FromSeconds(30) },
        StallLimit = stallLimit ?? TimeSpan.FromSeconds(30),
    });

    public static Task<HubRevision> ResolveAsync(this HubClient client, string revision = "main") => client.ResolveAsync(Model, revision, CancellationToken.None);

    public static Task<ManifestReading> ListAsync(this HubClient client) =>
        client.ListAsync(new HubRevision(Model, Commit('a'), RepoVisibility.Public), CancellationToken.None);

    public static async Task<string> ReadAsync(this HubClient client, string path, string content, ByteRange? range = null, long? bytes = null)
    {
        var file = new ManifestFile(Path(path), Git(content), bytes ?? Encoding.UTF8.GetByteCount(content));
        await using var stream = await client.OpenAsync(Model, Commit('a'), file, range, CancellationToken.None);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    public static async Task<HubException> FailsAsync(Func<Task> call, HubError error)
    {
        var failure = await Assert.ThrowsAsync<HubException>(call);
        Assert.Equal(error, failure.Error);
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }
}
