using Ferry.Testing;

namespace Ferry.Integration.Tests.RealInput;

public sealed class NuGetCacheTests
{
    /// <summary>The cache that these tests themselves were restored from.</summary>
    private static string PackageCache => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [RequiresFact("ferry", "rsync")]
    public void This_machines_package_cache_is_staged_as_it_is()
    {
        using var user = new FerryUser();
        Staging.StageAndCheck(user, "NUGET_PACKAGES", PackageCache);
    }
}
