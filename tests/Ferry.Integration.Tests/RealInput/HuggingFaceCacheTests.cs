using Ferry.Testing;

namespace Ferry.Integration.Tests.RealInput;

public sealed class HuggingFaceCacheTests
{
    [RequiresFact("ferry", "rsync", "npm-packages")]
    public void The_hubs_own_client_reads_the_staged_cache_offline()
    {
        using var user = new FerryUser();
        var home = user.Tree.MakeDirectory("persistent/huggingface");
        using (var hub = new HubStub()) hub.Download(home);
        var downloaded = HubStub.Read(home);
        Assert.Equal(9 + 20 + 3, downloaded.Length);

        var staged = Staging.StageAndCheck(user, "HF_HOME", home);
        // The source is gone: whatever the client reads now is on scratch.
        Directory.Delete(home, recursive: true);
        Assert.Equal(downloaded, HubStub.Read(staged));
    }

    [RequiresFact("ferry", "rsync", "npm-packages")]
    public void A_revision_downloaded_later_is_added_to_the_staged_cache()
    {
        using var user = new FerryUser();
        var home = user.Tree.MakeDirectory("persistent/huggingface");
        using var hub = new HubStub();
        hub.Download(home);
        Directory.Move(Path.Combine(home, "hub", "datasets--acme--words"), user.Tree["aside"]);
        Staging.StageAndCheck(user, "HF_HOME", home);

        Directory.Move(user.Tree["aside"], Path.Combine(home, "hub", "datasets--acme--words"));
        var staged = user.Exported(user.Run("sync", "--force").OrThrow(), "HF_HOME");
        Assert.Equal(HubStub.Read(home), HubStub.Read(staged));
    }
}
