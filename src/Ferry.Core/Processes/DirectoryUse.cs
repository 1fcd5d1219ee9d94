using System.Globalization;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>A process that uses a directory.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name, fit for a terminal.</param>
/// <param name="How">What shows it: a file that is open, its working directory, a mapped library, a variable.</param>
public readonly record struct DirectoryUser(int Id, string Name, string How);

/// <summary>
/// Finds processes of this machine that use a directory, as /proc tells: of this user only, unless for root. A process that was given a
/// variable with a path below the directory counts: it may open files there at any time.
/// </summary>
public static class DirectoryUse
{
    /// <summary>The first process found that uses <paramref name="directory"/>, other than this one and those that started it; null if none.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="variable">An environment variable that leads to the directory.</param>
    public static DirectoryUser? Find(string directory, string variable)
    {
        var place = new Place(directory, variable);
        var excluded = Ancestors();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var id)
                && !excluded.Contains(id) && place.UseBy(entry) is { } how)
            {
                return new DirectoryUser(id, NameOf(entry), how);
            }
        }

        return null;
    }

    private sealed class Place(string directory, string variable)
    {
        private readonly string _real = (PathFacts.RealPath(directory) ?? directory).TrimEnd('/');
        private readonly byte[] _assignment = [.. PathText.ToBytes(variable), (byte)'='];

        public string? UseBy(string process) =>
            IsWithin(LinkOf(process + "/cwd")) ? "works in it"
            : IsWithin(LinkOf(process + "/exe")) ? "is a program in it"
            : IsWithin(LinkOf(process + "/root")) ? "has it as its root"
            : HasOpen(process + "/fd") ? "has a file open in it"
            : HasOpen(process + "/map_files") || IsMapped(process + "/maps") ? "has mapped a file in it"
            : IsGiven(process + "/environ") ? $"was started with {variable}"
            : null;

        private bool IsWithin(string? path) =>
            path is not null && path.StartsWith(_real, StringComparison.Ordinal) && (path.Length == _real.Length || path[_real.Length] == '/');

        private bool HasOpen(string links)
        {
            try
            {
                return Directory.EnumerateFileSystemEntries(links).Any(link => IsWithin(LinkOf(link)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        private bool IsMapped(string maps)
        {
            try
            {
                return File.ReadLines(maps).Any(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at && IsWithin(line[at..]));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        private bool IsGiven(string environ)
        {
            ReadOnlySpan<byte> rest = ReadOrNothing(environ);
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf((byte)0);
                var entry = end < 0 ? rest : rest[..end];
                if (entry.StartsWith(_assignment) && LeadsHere(System.Text.Encoding.UTF8.GetString(entry[_assignment.Length..])))
                {
                    return true;
                }

                rest = end < 0 ? [] : rest[(end + 1)..];
            }

            return false;
        }

        private bool LeadsHere(string value) =>
            value.StartsWith('/') && (IsWithin(value) || value.TrimEnd('/') == directory.TrimEnd('/') || IsWithin(PathFacts.RealPath(value)));
    }

    private static HashSet<int> Ancestors()
    {
        var ancestors = new HashSet<int>();
        for (var id = Environment.ProcessId; id > 1 && ancestors.Add(id);)
        {
            id = ParentOf(id);
        }

        return ancestors;
    }

    /// <summary>Fourth field of /proc/PID/stat; the second is a name in parentheses that may hold anything.</summary>
    private static int ParentOf(int id)
    {
        var stat = System.Text.Encoding.UTF8.GetString(ReadOrNothing($"/proc/{id}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent) ? parent : 0;
    }

    private static string NameOf(string process) => PathText.Display(ReadOrNothing(process + "/comm").AsSpan().TrimEnd((byte)'\n'));

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
