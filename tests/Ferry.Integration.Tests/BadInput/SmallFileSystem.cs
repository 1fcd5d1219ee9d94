using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>A file system in memory with limits, mounted below a tree. Needs root.</summary>
internal sealed class SmallFileSystem : IDisposable
{
    private readonly string _path;

    /// <param name="path">An existing directory.</param>
    /// <param name="options">Of tmpfs: <c>size=3m,nr_inodes=100</c>.</param>
    public SmallFileSystem(string path, string options)
    {
        _path = path;
        Tool.Run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).OrThrow();
    }

    public void Remount(string options) => Tool.Run("mount", ["-o", $"remount,{options}", _path]).OrThrow();

    public void Dispose() => Tool.Run("umount", ["-l", _path]);
}
