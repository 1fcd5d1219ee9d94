namespace Ferry.Cli.Tests.Support;

/// <summary>A directory that lives as long as a test.</summary>
internal sealed class TempDirectory : IDisposable
{
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("ferry-cli-").FullName;

    public string Path { get; }

    public string At(string relative) => System.IO.Path.Join(Path, relative);

    /// <summary>Writes a file and the directories above it; returns its path.</summary>
    public string Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(relative))!);
        File.WriteAllText(At(relative), text);
        // Commands that other tests run in this process take its umask away.
        File.SetUnixFileMode(At(relative), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return At(relative);
    }

    public string MakeDirectory(string relative) => Directory.CreateDirectory(At(relative)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
