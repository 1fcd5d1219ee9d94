using Ferry.Core.Linux;

namespace Ferry.Cli.Config;

/// <summary>Where the configuration files are.</summary>
internal sealed class ConfigFiles(IHostEnvironment environment, IHostFiles files)
{
    /// <summary>The variable that names the user's file.</summary>
    public const string PathVariable = "FERRY_CONFIG";

    /// <summary>The name of a project's file.</summary>
    public const string ProjectFileName = "ferry.yaml";

    /// <summary>
    /// The user's file: <c>$FERRY_CONFIG</c>, or <c>ferry/config.yaml</c> in <c>$XDG_CONFIG_HOME</c> or <c>~/.config</c>.
    /// </summary>
    public string UserPath
    {
        get
        {
            if (environment.Get(PathVariable) is { Length: > 0 } path)
                return Path.GetFullPath(path, environment.WorkingDirectory ?? "/");
            var directory = environment.Get("XDG_CONFIG_HOME");
            // The XDG specification says to ignore relative paths.
            if (directory is null || !directory.StartsWith('/'))
                directory = environment.Home + "/.config";
            return directory + "/ferry/config.yaml";
        }
    }

    /// <summary>Whether the user chose the file; then it must exist.</summary>
    public bool UserPathIsExplicit => environment.Get(PathVariable) is { Length: > 0 };

    /// <summary>The file of the older tool.</summary>
    public string OlderPath => environment.Home + "/.euler-files.json";

    /// <summary>
    /// Finds and opens the nearest <c>ferry.yaml</c>, upwards from the working directory and within its file system. One that
    /// another user owns is ignored: anybody may put one into a shared directory.
    /// </summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="notes">Gets a line if a file is ignored.</param>
    /// <returns>The open file, or null.</returns>
    public SmallFile? OpenProjectFile(out string path, List<string> notes)
    {
        path = "";
        ulong? device = null;
        for (var directory = environment.WorkingDirectory; directory is not null; directory = Parent(directory))
        {
            if (files.Facts(directory) is not { } facts || facts.Device != (device ??= facts.Device))
                return null;
            path = (directory.Length == 1 ? "/" : directory + "/") + ProjectFileName;
            if (files.Facts(path) is not { } candidate || candidate.IsDirectory)
                continue;
            // Asked before opening too: to open somebody's FIFO would hang.
            if (IsForeign(candidate.OwnerId) || ConfigText.TryOpen(path) is not { } file)
            {
                notes.Add($"{path} belongs to another user and is ignored");
                continue;
            }
            if (file.Facts is { } opened && !IsForeign(opened.OwnerId))
                return file;
            file.Dispose();
            notes.Add($"{path} belongs to another user and is ignored");
        }
        return null;
    }

    private static string? Parent(string directory) =>
        directory.Length == 1 ? null : directory[..Math.Max(1, directory.LastIndexOf('/'))];

    private bool IsForeign(uint owner) => owner != 0 && owner != files.UserId;
}
