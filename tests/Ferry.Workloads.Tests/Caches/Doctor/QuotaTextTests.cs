using Ferry.Core.Probing;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Workloads.Tests.Caches.Doctor;

/// <summary>What quota tools print, as they print it, and as they might.</summary>
public sealed class QuotaTextTests
{
    private const string Quota = """
        Disk quotas for user jdoe (uid 1000): 
             Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
        server:/other     10      20      30       0       1       2       3       0
        server:/home  48000000* 45000000 50000000 1700000000  120000  400000  500000       0
        """;

    private const string Lustre = "/cluster/scratch\n                1460  2000000000 2500000000       -      14  900000 1000000       -\n";

    private const string Gpfs =
        "mmlsquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:blockQuota:blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:filesInDoubt:filesGrace:remarks:quota:defQuota:fid:filesetname:\n"
        + "mmlsquota::0:1:::gpfs0:GRP:7:staff:1:2:3:0:none:1:2:3:0:none:i:on:off:::\n"
        + "mmlsquota::0:1:::gpfs0:USR:1000:jdoe:2048:0:4096:0:none:5:0:0:0:none:i:on:off:::\n";

    [Fact]
    public void Quota_tells_of_the_file_system_that_was_asked_for() =>
        Assert.Equal(new DiskQuota(48_000_000L * 1024, 50_000_000L * 1024, 120_000, 500_000), QuotaText.OfQuota(Quota, "server:/home"));

    [Fact]
    public void Lustre_breaks_the_line_after_a_long_path() =>
        Assert.Equal(new DiskQuota(1460 * 1024, 2_500_000_000L * 1024, 14, 1_000_000), QuotaText.OfLustre(Lustre, "/cluster/scratch"));

    [Fact]
    public void Gpfs_names_its_columns() => Assert.Equal(new DiskQuota(2048 * 1024, 4096 * 1024, 5, null), QuotaText.OfGpfs(Gpfs));

    [Fact]
    public void Beegfs_counts_bytes()
    {
        const string Text = "name,id,size,hard,files,hard\njdoe,1000,123456,unlimited,12,2000000\n";
        Assert.Equal(new DiskQuota(123_456, null, 12, 2_000_000), QuotaText.OfBeegfs(Text, "jdoe"));
    }

    [Fact]
    public void Without_a_hard_limit_the_soft_one_counts() =>
        Assert.Equal(new DiskQuota(1024, 5 * 1024, 1, 6), QuotaText.OfLustre("/x 1 5 0 - 1 6 0 -", "/x"));

    [Theory]
    [InlineData("")]
    [InlineData("Disk quotas for user jdoe (uid 1000): none")]
    [InlineData("/x [1460] 0 0 - 14 0 0 -")]
    [InlineData("/x 1.4G 0 0 - 14 0 0 -")]
    [InlineData("/x -1 0 0 - 14 0 0 -")]
    [InlineData("/x 99999999999999999999 0 0 - 14 0 0 -")]
    [InlineData("/x 9223372036854775807 0 0 - 14 0 0 -")]
    [InlineData("/y 1 0 0 - 14 0 0 -")]
    [InlineData("/x 1 0 0 - 14 0 0 - 5")]
    [InlineData("/x 1 0 0 - 14 0 0")]
    [InlineData("/x ١ 0 0 - 14 0 0 -")]
    [InlineData("\0\u001b[2J /x")]
    public void What_is_not_exactly_of_the_form_is_no_answer(string text)
    {
        Assert.Null(QuotaText.OfLustre(text, "/x"));
        Assert.Null(QuotaText.OfQuota(text, "/x"));
        Assert.Null(QuotaText.OfGpfs(text));
        Assert.Null(QuotaText.OfBeegfs(text, "/x"));
    }

    [Fact]
    public void Cut_or_damaged_answers_never_throw_and_never_show_another_line()
    {
        foreach (var text in (string[])[Quota, Lustre, Gpfs])
        {
            for (var length = 0; length < text.Length; length++)
            {
                var cut = text[..length];
                Assert.True(QuotaText.OfQuota(cut, "server:/home") is null || length > Quota.Length - 12);
                QuotaText.OfLustre(cut, "/cluster/scratch");
                QuotaText.OfGpfs(text.Remove(length, 1));
                QuotaText.OfBeegfs(cut, "jdoe");
            }
        }
    }
}
