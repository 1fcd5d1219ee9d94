using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

public sealed class AttributeTests
{
    [RequiresTheory("ferry", "rsync")]
    [InlineData(false)]
    [InlineData(true)]
    public void Extended_attributes_arrive_change_and_go(bool onDisk)
    {
        using var cache = new StagedCache(onDisk);
        cache.Tree.Write("source/dir/file", "x");
        cache.Tree.SetTime("source/dir/file", 1_600_000_000);
        Set("a", "value"u8.ToArray());
        Set("empty", []);
        Set("binary", [0, 255, 10]);
        cache.SyncAndCompare();

        Set("a", "another"u8.ToArray());
        Posix.RemoveAttribute(cache.Source + "/dir/file", "user.binary");
        Posix.RemoveAttribute(cache.Source + "/dir", "user.empty");
        cache.MirrorAndCompare();

        void Set(string name, byte[] value)
        {
            Posix.TrySetAttribute(cache.Source + "/dir/file", "user." + name, value);
            Posix.TrySetAttribute(cache.Source + "/dir", "user." + name, value);
        }
    }

    [RequiresFact("ferry", "rsync")]
    public void Big_values_and_many_names_arrive_where_the_file_system_takes_them()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        var big = new byte[60_000];
        new Random(3).NextBytes(big);
        Posix.TrySetAttribute(cache.Source + "/file", "user.big", big);
        for (var i = 0; i < 200; i++) Posix.TrySetAttribute(cache.Source + "/file", $"user.one-of-many-names-{i}", [(byte)i]);
        cache.SyncAndCompare();

        // All of them go: the list of names of the target is long too.
        for (var i = 0; i < 200; i++) Posix.RemoveAttribute(cache.Source + "/file", $"user.one-of-many-names-{i}");
        cache.MirrorAndCompare();
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData(false)]
    [InlineData(true)]
    public void Access_lists_arrive_change_and_go(bool onDisk)
    {
        using var cache = new StagedCache(onDisk);
        cache.Tree.Write("source/dir/file", "x");
        cache.Tree.Write("source/dir/sub/plain", "y");
        var list = AccessList.Encode(owner: 7, user: (1234, 5), group: 5, mask: 5, other: 0);
        Posix.TrySetAttribute(cache.Source + "/dir/file", AccessList.Access, list);
        Posix.TrySetAttribute(cache.Source + "/dir", AccessList.Access, list);
        Posix.TrySetAttribute(cache.Source + "/dir", AccessList.Default, list);
        Posix.TrySetAttribute(cache.Source, AccessList.Default, list);
        cache.SyncAndCompare();
        cache.MirrorAndCompare();

        cache.Tree.Write("source/dir/inherits", "z");
        Posix.RemoveAttribute(cache.Source + "/dir/file", AccessList.Access);
        Posix.RemoveAttribute(cache.Source + "/dir", AccessList.Default);
        cache.MirrorAndCompare();
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_default_list_of_scratch_does_not_leak_into_what_is_staged(bool onDisk)
    {
        using var cache = new StagedCache(onDisk);
        var list = AccessList.Encode(owner: 7, user: (1234, 7), group: 7, mask: 7, other: 5);
        Tool.Run("rm", ["-r", cache.Tree["scratch/.cache"]]).OrThrow();
        Posix.TrySetAttribute(cache.Tree["scratch"], AccessList.Default, list);
        cache.Tree.Write("source/dir/file", "x");
        cache.Tree.Write("source/file", "x");
        cache.Tree.Symlink("source/link", "file");
        cache.SyncAndCompare();
        cache.Tree.Write("source/dir/more", "x");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "root", "rsync", "setpriv")]
    public void A_file_that_may_not_be_written_keeps_its_attributes_when_a_normal_user_stages_it()
    {
        using var cache = new StagedCache(userId: NormalUser.Id);
        cache.Tree.Write("source/file", "x");
        cache.Tree.SetAttribute("source/file", "user.origin", "hub"u8);
        cache.Tree.Chmod("source/file", "444");
        Tool.Run("chown", ["-R", $"{NormalUser.Id}:{NormalUser.Id}", cache.Source]).OrThrow();
        cache.SyncAndCompare();
        cache.Tree.SetAttribute("source/file", "user.origin", "another hub"u8);
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry", "root", "rsync")]
    public void Capabilities_of_a_program_survive_the_change_of_its_owner()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/program", "x");
        Tool.Run("chown", ["1000:1000", cache.Source + "/program"]).OrThrow();
        // VFS_CAP_REVISION_2 with cap_net_bind_service, permitted and effective.
        byte[] capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Posix.TrySetAttribute(cache.Source + "/program", "security.capability", capability);
        cache.SyncAndCompare();
        Tool.Run("chown", ["1001:1001", cache.Source + "/program"]).OrThrow();
        Posix.TrySetAttribute(cache.Source + "/program", "security.capability", capability);
        cache.MirrorAndCompare();
    }
}
