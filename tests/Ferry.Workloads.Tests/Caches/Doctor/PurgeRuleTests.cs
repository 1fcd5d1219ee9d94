using Ferry.Workloads.Caches.Purging;

namespace Ferry.Workloads.Tests.Caches.Doctor;

public sealed class PurgeRuleTests
{
    [Theory]
    [InlineData("/cluster/scratch/jdoe", "eu-login-1", 15)]
    [InlineData("/capstor/scratch/cscs/jdoe", "", 30)]
    [InlineData("/scratch/project/jdoe", "setonix", 21)]
    [InlineData("/scratch/project/jdoe", "setonix-05", 21)]
    [InlineData("/scratch/project/jdoe", "other", null)]
    [InlineData("/cluster/scratchy/jdoe", "", null)]
    [InlineData("/cluster/home/jdoe", "", null)]
    [InlineData("/", "", null)]
    public void A_sites_rule_is_known_by_path_and_name(string path, string name, int? days) =>
        Assert.Equal(days, (int?)SitePurgeRules.For(path, [name])?.After.TotalDays);

    [Theory]
    [InlineData("q /tmp 1777 root root 10d\n", "/tmp", "10d")]
    [InlineData("# c\nq /tmp 1777 root root -\nq /var/tmp 1777 root root 30d", "/var/tmp", "30d")]
    [InlineData("d /tmp 1777 root root ~1w2d", "/tmp", "1w2d")]
    [InlineData("q /tmp 1777 root root -", "/tmp", null)]
    [InlineData("#q /tmp 1777 root root 10d", "/tmp", null)]
    [InlineData("x /tmp 1777 root root 10d", "/tmp", null)]
    [InlineData("q /tmp 1777 root root", "/tmp", null)]
    [InlineData("q /tmp 1777 root root \u001b[2J", "/tmp", null)]
    [InlineData("q /tmp 1777 root root 10d10d10d10d10d10d", "/tmp", null)]
    [InlineData("", "/tmp", null)]
    [InlineData("\n \n\t\n", "/tmp", null)]
    public void The_age_of_temporary_files_is_read_or_left(string text, string directory, string? age) =>
        Assert.Equal(age, TemporaryFilesRule.AgeFor(text, directory));

    [Theory]
    [InlineData(15, PurgeClock.Modification, true)]
    [InlineData(15, PurgeClock.Access, true)]
    [InlineData(15, PurgeClock.Change, false)]
    [InlineData(0, PurgeClock.Modification, false)]
    public void Old_times_are_taken_by_a_purge_that_looks_at_times_which_can_be_set(int days, PurgeClock clock, bool takes) =>
        Assert.Equal(takes, new PurgePolicy(TimeSpan.FromDays(days), clock, "").TakesOldTimes);
}
