using Ferry.Testing;
using Ferry.Testing.Hub;
using Ferry.Testing.Stores;

namespace Ferry.Fault.Tests.Hub;

/// <summary>
/// Faults between Ferry and a real server: right bytes, or exit code 1 with a line that says why. Never a wrong content under a good name, a ref to what is not there, a cache that the
/// hub's client does not load; and the same command finishes when the trouble is over.
/// </summary>
[Collection(nameof(HubServerTests))]
public sealed class HubFaultTests(HubServer server)
{
    private const int LargeBytes = 40 << 20;
    private const int SmallFiles = 24;

    private static int Seeds => LongRun.Count(1, 20);

    public static TheoryData<string> PushFaults => [.. HubFault.OfPush.Keys];

    public static TheoryData<string> PullFaults => [.. HubFault.OfPull.Keys];

    [RequiresTheory("ferry", "s3-ceph", "npm-packages")]
    [MemberData(nameof(PushFaults))]
    public async Task A_push_ends_well_or_says_why(string name)
    {
        var fault = HubFault.OfPush[name];
        using var scene = new HubScene(server, LargeBytes, SmallFiles);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var label = $"push, {name}, seed {seed}";
            await scene.ClearBucketAsync();
            var result = Run(scene, scene.Source, ["push"], fault, seed, label);
            if (Check(result, fault.End, label)) await AssertPushedAsync(scene, label);
            else await scene.CheckBucketAsync(label);

            scene.Run(scene.Source, ["push"]).OrThrow();
            await AssertPushedAsync(scene, label + ", again");
        }
    }

    [RequiresTheory("ferry", "s3-ceph", "npm-packages")]
    [MemberData(nameof(PullFaults))]
    public void A_pull_ends_well_or_says_why(string name)
    {
        var fault = HubFault.OfPull[name];
        using var scene = new HubScene(server, LargeBytes, SmallFiles);
        scene.Run(scene.Source, ["push"]).OrThrow();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var label = $"pull, {name}, seed {seed}";
            scene.ClearTarget();
            var result = Run(scene, scene.Target, ["pull", "org/model"], fault, seed, label);
            if (Check(result, fault.End, label)) AssertPulled(scene, label);
            else if (Directory.Exists(Path.Join(scene.Target, "hub"))) scene.CheckCache(scene.Target, label);

            scene.Run(scene.Target, ["pull", "org/model"]).OrThrow();
            AssertPulled(scene, label + ", again");
        }
    }

    [RequiresTheory("ferry", "s3-ceph", "npm-packages")]
    [InlineData("repeated")]
    [InlineData("reset")]
    public async Task A_listing_of_several_pages_is_whole_or_fails(string trouble)
    {
        using var scene = new HubScene(server, LargeBytes, smallFiles: 1100);
        scene.Run(scene.Source, ["push"]).OrThrow();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var label = $"push again, {trouble} page, seed {seed}";
            using var proxy = new FaultProxy(server.Server.Endpoint);
            proxy.Plan(new ProxyFault(trouble == "repeated" ? ProxyFaultKind.Repeat : ProxyFaultKind.ResetAnswer)
            {
                Method = "GET", Target = "list-type=2", After = 1, At = new Random(seed).Next(100_000),
            });
            var result = scene.Run(scene.Source, ["push", "--json"], proxy.Endpoint);
            Assert.True(result.ExitCode == 0, $"{label}: {result}");
            Assert.Empty(proxy.Waiting);
            await AssertPushedAsync(scene, label);
        }
    }

    [RequiresTheory("ferry", "s3-ceph")]
    [InlineData("wrong secret")]
    [InlineData("unknown key")]
    [InlineData("read-only key")]
    [InlineData("another account")]
    public async Task Keys_that_do_not_fit_are_refused_at_once(string which)
    {
        using var scene = new HubScene(server, 1 << 20, smallFiles: 400);
        var owner = server.Server.Owner;
        var keys = which switch
        {
            "wrong secret" => (owner.AccessKey, "wrong" + owner.SecretKey),
            "unknown key" => ("NOBODY", owner.SecretKey),
            "read-only key" => server.Server.Reader,
            _ => server.Server.Stranger,
        };
        using var proxy = new FaultProxy(server.Server.Endpoint);
        var push = scene.Run(scene.Source, ["push"], proxy.Endpoint, keys);
        Assert.False(Check(push, FaultEnd.Failure, which));
        // What was on its way when the first refusal came, but not each of the contents.
        Assert.True(proxy.Requests < 200, $"{which}: {proxy.Requests} requests for keys that do not fit");
        Assert.Equal(0, (await scene.CheckBucketAsync(which)).Blobs);
        if (which != "read-only key") Assert.False(Check(scene.Run(scene.Target, ["pull", "org/model"], proxy.Endpoint, keys), FaultEnd.Failure, which));
    }

    [RequiresFact("ferry", "s3-ceph")]
    public void A_bucket_that_is_not_there_is_named()
    {
        using var scene = new HubScene(server, 1 << 20, SmallFiles);
        foreach (var result in (ToolResult[])[scene.Run(scene.Source, ["push"], bucket: "no-such-bucket"), scene.Run(scene.Target, ["pull", "org/model"], bucket: "no-such-bucket")])
        {
            Assert.False(Check(result, FaultEnd.Failure, "no bucket"));
            Assert.Contains("no-such-bucket", result.Stderr, StringComparison.Ordinal);
        }
    }

    private ToolResult Run(HubScene scene, string home, string[] command, HubFault fault, int seed, string label)
    {
        using var proxy = new FaultProxy(server.Server.Endpoint);
        var faults = fault.Plan(new Random(seed));
        var large = Directory.GetFiles(Path.Join(scene.Source, "hub", "models--org--model", "blobs")).MaxBy(static path => new FileInfo(path).Length);
        proxy.Plan([.. faults.Select(each => each.Target == HubFault.LargeBlob ? each with { Target = Path.GetFileName(large) } : each)]);
        var result = scene.Run(home, command, proxy.Endpoint);
        Assert.True(proxy.Waiting.Count == 0, $"{label}: no request met the fault; {result}");
        return result;
    }

    /// <summary>Whether it succeeded; a failure has its line.</summary>
    private static bool Check(ToolResult result, FaultEnd end, string label)
    {
        if (result.ExitCode == 0 && end != FaultEnd.Failure) return true;
        Assert.True(end != FaultEnd.Success && result.ExitCode == 1, $"{label}: expected {end}: {result}");
        Assert.Matches("(?m)^(ferry: |FAILED )", result.Stderr);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Stderr, StringComparison.Ordinal);
        return false;
    }

    private static async Task AssertPushedAsync(HubScene scene, string label)
    {
        var check = await scene.CheckBucketAsync(label);
        var missing = scene.Reachable.Where(static fact => !fact.StartsWith("ref ", StringComparison.Ordinal)).Except(check.Reached);
        Assert.True(!missing.Any(), $"{label}: not in the bucket: {string.Join("; ", missing.Take(3))}");
    }

    private static void AssertPulled(HubScene scene, string label) =>
        Assert.Equal(scene.Reachable.Where(static fact => fact.Contains("models/org/model", StringComparison.Ordinal)), scene.CheckCache(scene.Target, label));
}
