using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>
/// A tree of everything that a file system can hold, and random changes to it. The same seed does the same things. Paths are as in
/// <see cref="Posix"/>.
/// </summary>
internal sealed class RandomTree(TempTree tree, string root, int seed, bool forNormalUser = false)
{
    private static readonly string[] Words =
    [
        "file", "Model", ".hidden", "with blank", " lead", "trail ", "-rf", "new\nline", "tab\t", "$(id)", "`id`", "quo'te", "dq\"", "back\\slash",
        "*?[", "\xff\xfe", "caf\xc3\xa9", "\xe2\x80\xae", "\x01\x1b[31m", new string('n', 240),
    ];

    private static readonly int[] FileModes = [0b110_100_100, 0b110_100_100, 0b110_000_000, 0b100_100_100, 0b111_101_101, 0b100_000_000];
    private static readonly int[] RootFileModes = [0, 0b100_111_101_101, 0b010_111_101_101, 0b001_110_100_100, 0b110_110_110];
    private static readonly int[] DirectoryModes = [0b111_101_101, 0b111_101_101, 0b111_000_000, 0b101_101_101, 0b010_111_111_101, 0b001_111_111_111];

    private readonly Random _random = new(seed);
    private readonly string _root = Posix.FromText(tree[root]);
    private readonly List<string> _directories = [""];
    private readonly List<string> _files = [];
    private readonly List<string> _links = [];
    private int _serial;

    /// <summary>Adds so many entries.</summary>
    public void Grow(int entries)
    {
        for (var i = 0; i < entries; i++) Add();
    }

    /// <summary>Changes so many things; returns what it did, for the message of a test that fails.</summary>
    public List<string> Change(int times)
    {
        var log = new List<string>();
        for (var i = 0; i < times; i++) log.Add(ChangeOne());
        return log;
    }

    private void Add()
    {
        switch (_random.Next(20))
        {
            case < 5: AddDirectory(NewPath()); break;
            case < 8: AddSymlink(NewPath()); break;
            case < 10 when _files.Count > 0: AddHardLink(Pick(_files), NewPath()); break;
            default: AddFile(NewPath()); break;
        }
    }

    private string ChangeOne()
    {
        switch (_random.Next(17))
        {
            case 0: Add(); return "add";
            case 1 when _files.Count > 0: return Did("rewrite", Pick(_files), path => WriteContent(path));
            case 2 when _files.Count > 0: return Did("mode", Pick(_files), SetFileMode);
            case 3: return Did("mode", Pick(_directories), SetDirectoryMode);
            case 4 when _files.Count > 0: return Did("time", Pick(_files), SetTime);
            case 5: return Did("time", Pick(_directories), SetTime);
            case 6 when _files.Count > 0: return Did("attribute", Pick(_files), SetAttribute);
            case 7: return Did("acl", Pick(_directories), SetAcl);
            case 8 when _files.Count > 0: return Did("remove", Pick(_files), Remove);
            case 9 when _directories.Count > 1: return Did("remove", PickDirectory(), Remove);
            case 10 when _directories.Count > 1: return Did("move", PickDirectory(), Move);
            case 11 when _files.Count > 0: return Did("move", Pick(_files), Move);
            case 12 when _files.Count > 0: return Did("replace", Pick(_files), Replace);
            case 13 when _directories.Count > 1: return Did("replace", PickDirectory(), Replace);
            case 14 when _links.Count > 0: return Did("replace", Pick(_links), Replace);
            case 15 when _files.Count > 0: return Did("unlink from others", Pick(_files), BreakLink);
            case 16 when _files.Count > 0: AddHardLink(Pick(_files), NewPath()); return "hard link";
            default: Add(); return "add";
        }
    }

    private static string Did(string what, string path, Action<string> change)
    {
        change(path);
        return $"{what} {path}";
    }

    private void AddFile(string path)
    {
        _files.Add(path);
        if (_random.Next(8) == 0) WriteHoles(path);
        else WriteContent(path);
        if (_random.Next(2) == 0) SetFileMode(path);
        if (_random.Next(5) == 0) SetAttribute(path);
        if (_random.Next(8) == 0) SetAcl(path);
        if (_random.Next(2) == 0) SetTime(path);
    }

    private void AddDirectory(string path)
    {
        _directories.Add(path);
        Posix.MakeDirectory(Absolute(path));
        if (_random.Next(2) == 0) SetDirectoryMode(path);
        if (_random.Next(6) == 0) SetAttribute(path);
        if (_random.Next(6) == 0) SetAcl(path);
        if (_random.Next(3) == 0) SetTime(path);
    }

    private void AddSymlink(string path)
    {
        _links.Add(path);
        string[] targets = ["/no/such/place", "..", ".", "file", Words[_random.Next(Words.Length)], new string('x', 4000), "/etc/passwd"];
        Posix.Symlink(targets[_random.Next(targets.Length)], Absolute(path));
        if (_random.Next(2) == 0) SetTime(path);
    }

    private void AddHardLink(string existing, string path)
    {
        Posix.Link(Absolute(existing), Absolute(path));
        _files.Add(path);
    }

    private void WriteContent(string path)
    {
        var size = _random.Next(10) switch { 0 => 0, 1 => _random.Next(700_000), _ => _random.Next(3_000) };
        var content = new byte[size];
        _random.NextBytes(content);
        tree.Write(Relative(path), content);
    }

    private void WriteHoles(string path)
    {
        tree.Write(Relative(path), default);
        var size = _random.Next(1, 2_000_000);
        var data = new byte[_random.Next(1, 5_000)];
        _random.NextBytes(data);
        Posix.WriteHoles(Absolute(path), size, data, _random.Next(size));
    }

    private void SetFileMode(string path)
    {
        int[] modes = forNormalUser ? FileModes : [.. FileModes, .. RootFileModes];
        Posix.SetMode(Absolute(path), modes[_random.Next(modes.Length)]);
    }

    private void SetDirectoryMode(string path) => Posix.SetMode(Absolute(path), DirectoryModes[_random.Next(DirectoryModes.Length)]);

    private void SetTime(string path)
    {
        long[] seconds = [-1_000_000_000, -1, 0, 1, 1_500_000_000, 4_000_000_000, 15_000_000_000];
        Posix.SetTime(Absolute(path), seconds[_random.Next(seconds.Length)] + _random.Next(1000), _random.Next(1_000_000_000));
    }

    private void SetAttribute(string path)
    {
        var name = $"user.a{_random.Next(3)}";
        if (_random.Next(4) == 0)
        {
            Posix.RemoveAttribute(Absolute(path), name);
            return;
        }

        var value = new byte[_random.Next(300)];
        _random.NextBytes(value);
        Posix.TrySetAttribute(Absolute(path), name, value);
    }

    private void SetAcl(string path)
    {
        var name = _directories.Contains(path) && _random.Next(2) == 0 ? "system.posix_acl_default" : "system.posix_acl_access";
        if (_random.Next(4) == 0) Posix.RemoveAttribute(Absolute(path), name);
        else Posix.TrySetAttribute(Absolute(path), name, AccessList.Encode(owner: 7, user: (1000 + _random.Next(9), 5), group: 5, mask: 5, other: 0));
    }

    /// <summary>The name gets an inode of its own with the same contents and time, often another mode.</summary>
    private void BreakLink(string path)
    {
        var (content, seconds) = (Posix.Read(Absolute(path)), _random.Next(1_600_000_000));
        Posix.SetTime(Absolute(path), seconds, 5);
        Posix.Unlink(Absolute(path));
        tree.Write(Relative(path), content);
        if (_random.Next(2) == 0) SetFileMode(path);
        Posix.SetTime(Absolute(path), seconds, 5);
    }

    private void Remove(string path)
    {
        foreach (var link in _links.Where(link => IsBelow(link, path)).ToArray()) Posix.Unlink(Absolute(link));
        foreach (var file in _files.Where(file => IsBelow(file, path)).ToArray()) Posix.Unlink(Absolute(file));
        foreach (var directory in _directories.Where(directory => IsBelow(directory, path)).OrderByDescending(static d => d.Length).ToArray())
            Posix.Rmdir(Absolute(directory));
        foreach (var list in (List<string>[])[_links, _files, _directories]) list.RemoveAll(entry => IsBelow(entry, path));
    }

    private void Move(string path)
    {
        var to = NewPath();
        if (IsBelow(to, path)) return;
        Posix.Rename(Absolute(path), Absolute(to));
        foreach (var list in (List<string>[])[_links, _files, _directories])
            for (var i = 0; i < list.Count; i++)
                if (IsBelow(list[i], path)) list[i] = to + list[i][path.Length..];
    }

    /// <summary>Something else takes the name.</summary>
    private void Replace(string path)
    {
        Remove(path);
        switch (_random.Next(3))
        {
            case 0: AddFile(path); break;
            case 1: AddDirectory(path); break;
            default: AddSymlink(path); break;
        }
    }

    private string NewPath()
    {
        var parent = Pick(_directories);
        if (parent.Length > 1200) parent = "";
        var word = Words[_random.Next(Words.Length)];
        var name = $"{word}{_serial++}";
        return parent.Length == 0 ? name : $"{parent}/{name}";
    }

    private string Pick(List<string> list) => list[_random.Next(list.Count)];

    private string PickDirectory() => _directories[_random.Next(1, _directories.Count)];

    private string Absolute(string path) => path.Length == 0 ? _root : $"{_root}/{path}";

    private byte[] Relative(string path) => Posix.Bytes(path.Length == 0 ? Posix.FromText(root) : $"{Posix.FromText(root)}/{path}");

    private static bool IsBelow(string entry, string path) => entry == path || entry.StartsWith(path + "/", StringComparison.Ordinal);
}
