using Ferry.Testing;

namespace Ferry.Integration.Tests.RealInput;

public sealed class PythonEnvironmentTests
{
    [RequiresFact("ferry", "rsync")]
    public void An_environment_of_forty_thousand_files_is_staged_as_it_is()
    {
        using var user = new FerryUser();
        var source = user.Tree.MakeDirectory("venv");
        PythonEnvTree.Create(source, files: 40_000);
        Staging.StageAndCheck(user, "VIRTUAL_ENV_HOME", source);
    }

    [RequiresFact("ferry", "rsync", "fuse")]
    public void An_environment_on_slow_storage_is_staged_as_it_is()
    {
        using var user = new FerryUser();
        PythonEnvTree.Create(user.Tree.MakeDirectory("storage"), 1_000);
        using var slow = new SlowFs(
            user.Tree["storage"], metadataLatency: TimeSpan.FromMilliseconds(1), cache: TimeSpan.FromSeconds(1));
        Staging.StageAndCheck(user, "VIRTUAL_ENV_HOME", slow.Path);
    }
}
