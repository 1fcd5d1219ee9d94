using System.Globalization;
using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>
/// When revisions were used, as far as Ferry saw it: a file of its own in the user's state directory, because many file systems do not keep the times of reading (noatime), or once a
/// day (relatime). One line for each use: seconds since 1970, folder, commit. Nothing depends on it: what cannot be read is passed over.
/// </summary>
/// <param name="path">Absolute; its directory is made with the first use.</param>
public sealed class HubAccessLog(string path)
{
    /// <summary>The log is shortened when it is longer, in bytes: some 8,000 uses.</summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>Notes a use.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(RepoId repo, Revision commit, DateTimeOffset at)
    {
        try
        {
            PrivateDirectory.EnsureOwn(Path.GetDirectoryName(path)!);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }

        LogFile.Append(path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()} {repo.Folder} {commit}\n")), MaxBytes);
    }

    /// <summary>The last use of each revision in it.</summary>
    /// <exception cref="LinuxException">It is there and cannot be read.</exception>
    public IReadOnlyDictionary<(RepoId Repo, Revision Commit), Timestamp> Read()
    {
        var uses = new Dictionary<(RepoId, Revision), Timestamp>();
        foreach (var line in Encoding.UTF8.GetString(LogFile.ReadTail(path, 2 * MaxBytes)).Split('\n'))
        {
            if (line.Split(' ') is [var seconds, var folder, var hex]
                && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                && RepoId.TryParseFolder(folder, out var repo, out _) && Revision.TryParse(hex, out var commit, out _))
            {
                var use = new Timestamp(at, 0);
                uses[(repo, commit)] = uses.TryGetValue((repo, commit), out var former) && former > use ? former : use;
            }
        }

        return uses;
    }
}
