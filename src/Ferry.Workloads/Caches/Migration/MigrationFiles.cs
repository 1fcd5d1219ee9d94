using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>What is kept of a migration while it lasts, in the user's state directory.</summary>
/// <param name="stateDirectory">The state directory; it need not exist.</param>
/// <param name="cache">The cache's name.</param>
internal sealed class MigrationFiles(string stateDirectory, string cache)
{
    private readonly string _directory = Path.Join(stateDirectory, "migrations");

    /// <summary>From where to where, and how far it is; there from before anything is written until all is done.</summary>
    public string Record => Path.Join(_directory, cache + ".json");

    /// <summary>The manifest of the copy.</summary>
    public string Manifest => Path.Join(_directory, cache + ".manifest");

    /// <summary>Held by the process that works on it.</summary>
    public string Lock => Path.Join(_directory, cache + ".lock");

    /// <summary>Makes the directory, for this user alone.</summary>
    /// <exception cref="IOException">It cannot be made, or others could change it.</exception>
    public void EnsureDirectory()
    {
        var parent = Path.GetDirectoryName(stateDirectory)!;
        Directory.CreateDirectory(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        PrivateDirectory.Ensure(parent, Path.Join(Path.GetFileName(stateDirectory), "migrations"));
    }

    /// <summary>Removes manifest and journals, of this migration or of one that is over.</summary>
    public void RemoveManifests()
    {
        foreach (var path in Directory.GetFiles(_directory, cache + ".manifest*"))
        {
            AtomicFile.Remove(path);
        }
    }
}
