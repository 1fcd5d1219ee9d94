using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Hub;

namespace Ferry.Fault.Tests.Hub;

/// <summary>
/// Somebody with a cache of the hub and a team's bucket: a directory, or a prefix on a server. The cache has two repositories, small files with names by git and by LFS, a
/// content of several parts, and a revision without a ref.
/// </summary>
public sealed class HubScene : IDisposable
{
    private const string Model = "models/org/model";
    private const string Dataset = "datasets/org/data";

    private readonly FerryUser _user = new();
    private readonly HubServer? _server;
    private readonly string _prefix = Guid.NewGuid().ToString("N");

    /// <summary>Writes the cache.</summary>
    /// <param name="server">Where the bucket is; null for a directory.</param>
    /// <param name="largeBytes">Size of the content of several parts.</param>
    /// <param name="smallFiles">How many small files there are.</param>
    public HubScene(HubServer? server, int largeBytes, int smallFiles)
    {
        _server = server;
        var random = new Random(7);
        Tree = new HubTree(Source);
        for (var i = 0; i < smallFiles; i++)
            Tree.Add(i % 2 == 0 ? Model : Dataset, Commit(i % 5 == 4 ? 'b' : 'a'), $"dir{i % 5}/file{i}", Bytes(random, random.Next(1, 20_000)), isLfs: i % 4 == 0);
        Tree.Add(Model, Commit('a'), "model.safetensors", Bytes(random, largeBytes), isLfs: true);
        foreach (var repo in (string[])[Model, Dataset])
            Tree.Ref(repo, "main", Commit('a')).MarkPublic(repo);
    }

    /// <summary>What the cache has.</summary>
    public HubTree Tree { get; }

    /// <summary>The home of the cache that is pushed.</summary>
    public string Source => _user.Tree.MakeDirectory("source");

    /// <summary>The home of the cache that is pulled to.</summary>
    public string Target => _user.Tree.MakeDirectory("target");

    /// <summary>What refs reach: all that a pull of all can bring.</summary>
    public IEnumerable<string> Reachable => Tree.Facts.Where(static fact => fact.StartsWith("ref ", StringComparison.Ordinal) || fact.Contains("@" + Commit('a'), StringComparison.Ordinal));

    private string Bucket => _user.Tree.MakeDirectory("bucket");

    public static string Commit(char digit) => new(digit, 40);

    /// <summary>Forgets what was pulled.</summary>
    public void ClearTarget() => Directory.Delete(Target, recursive: true);

    /// <summary>Forgets what was pushed.</summary>
    public async Task ClearBucketAsync()
    {
        await using var store = OpenBucket();
        var keys = new List<string>();
        await foreach (var found in store.ListAsync("", CancellationToken.None)) keys.Add(found.Key);
        foreach (var batch in keys.Chunk(500)) Assert.Empty(await store.RemoveAsync(batch, CancellationToken.None));
    }

    /// <summary>Runs <c>ferry hf</c> on one of the caches.</summary>
    /// <param name="home">Its home.</param>
    /// <param name="args">What comes after <c>hf</c>.</param>
    /// <param name="endpoint">Of a proxy before the server; null for the server's.</param>
    /// <param name="keys">Other keys than the owner's.</param>
    /// <param name="bucket">Another bucket.</param>
    public ToolResult Run(string home, string[] args, Uri? endpoint = null, (string AccessKey, string SecretKey)? keys = null, string bucket = HubServer.Bucket) =>
        FerryBinary.Run(["hf", .. args], Env(home, endpoint, keys, bucket), timeout: TimeSpan.FromMinutes(5));

    /// <inheritdoc cref="Run"/>
    public RunningTool Start(string home, string[] args) => FerryBinary.Start(["hf", .. args], Env(home, null, null, HubServer.Bucket), timeout: TimeSpan.FromMinutes(5));

    /// <summary>Opens the bucket, past any proxy.</summary>
    public IObjectStore OpenBucket() => _server?.Open(_prefix + "/") ?? new LocalDirectoryStore(Bucket, 2, TimeProvider.System);

    /// <summary>Nothing in the bucket has a wrong name or leads to nothing.</summary>
    public async Task<BucketCheck> CheckBucketAsync(string label)
    {
        await using var store = OpenBucket();
        var check = await BucketCheck.OfAsync(store);
        Assert.True(check.Wrong.Count == 0, $"{label}: {string.Join("; ", check.Wrong)}");
        return check;
    }

    /// <summary>The client loads the cache, and finds nothing in it that the source does not have.</summary>
    public IReadOnlyList<string> CheckCache(string home, string label)
    {
        var found = HubTree.ReadByClient(home);
        Assert.True(found.All(Tree.Facts.Contains), $"{label}: the client finds {string.Join("; ", found.Except(Tree.Facts).Take(3))}");
        return found;
    }

    public void Dispose() => _user.Dispose();

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private Dictionary<string, string?> Env(string home, Uri? endpoint, (string AccessKey, string SecretKey)? keys, string bucket)
    {
        var env = new Dictionary<string, string?>(_user.Env) { ["HOME"] = _user.Home, ["HF_HOME"] = home, ["HF_HUB_OFFLINE"] = "1" };
        if (_server is null)
        {
            env["FERRY_REMOTE_URL"] = "file://" + Bucket;
            return env;
        }

        env["FERRY_REMOTE_URL"] = $"s3://{bucket}/{_prefix}";
        env["FERRY_REMOTE_ENDPOINT"] = (endpoint ?? _server.Server.Endpoint).ToString();
        env["FERRY_REMOTE_REGION"] = "us-east-1";
        // What stalls is given up soon.
        env["FERRY_REMOTE_TIMEOUT"] = "2s";
        (env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]) = keys ?? _server.Server.Owner;
        return env;
    }
}
