using System.Text;

namespace Ferry.Core.Linux;

/// <summary>One mounted file system.</summary>
/// <param name="Path">Where it is mounted; absolute.</param>
/// <param name="Type">As mount(8) names it: <c>nfs4</c>, <c>fuse.sshfs</c>.</param>
/// <param name="Source">The device or server it comes from.</param>
/// <param name="Options">Of this mount and of the file system, in the kernel's order.</param>
public sealed record Mount(string Path, string Type, string Source, IReadOnlyList<string> Options)
{
    /// <summary>Whether an option is in force, such as <c>noexec</c>.</summary>
    public bool Has(string option) => Options.Contains(option);

    /// <summary>The value of an option that has one, such as <c>local_lock</c>; null if it is not given.</summary>
    public string? ValueOf(string option) =>
        Options.FirstOrDefault(given => given.Length > option.Length && given[option.Length] == '=' && given.StartsWith(option, StringComparison.Ordinal))
            ?[(option.Length + 1)..];
}

/// <summary>The file systems that this process sees, from <c>/proc/self/mountinfo</c>: proc(5).</summary>
public sealed class MountTable
{
    // Mount ID, parent ID, device, root, mount point, options; then optional fields up to a lone dash; then type, source, options.
    private const int FixedFields = 6;

    private readonly List<Mount> _mounts = [];

    private MountTable()
    {
    }

    /// <summary>Reads the table; lines that are not of its format are passed over.</summary>
    public static MountTable Parse(string text)
    {
        var table = new MountTable();
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-", Math.Min(FixedFields, fields.Length));
            if (dash >= 0 && fields.Length >= dash + 4 && fields[4].StartsWith('/'))
            {
                table._mounts.Add(new Mount(
                    Unescape(fields[4]), Unescape(fields[dash + 1]), Unescape(fields[dash + 2]),
                    [.. $"{fields[5]},{fields[dash + 3]}".Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Unescape).Distinct()]));
            }
        }

        return table;
    }

    /// <summary>The table of this process; empty where there is no /proc.</summary>
    public static MountTable Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/self/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new MountTable();
        }
    }

    /// <summary>The mount that a path without links is on: the deepest, and of several in one place the last. Null if there is none.</summary>
    public Mount? Find(string path)
    {
        Mount? found = null;
        foreach (var mount in _mounts)
        {
            if (Contains(mount.Path, path) && mount.Path.Length >= (found?.Path.Length ?? 0))
            {
                found = mount;
            }
        }

        return found;
    }

    private static bool Contains(string directory, string path) =>
        directory == "/" || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));

    /// <summary>The kernel writes blanks, tabs, line ends and backslashes as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field.AsSpan(i + 1, 3), out var code))
            {
                text.Append((char)code);
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsOctal(ReadOnlySpan<char> digits, out int code)
    {
        code = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            code = (code * 8) + (digit - '0');
        }

        return code < 0x80;
    }
}
