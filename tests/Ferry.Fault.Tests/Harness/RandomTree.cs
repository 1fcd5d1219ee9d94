using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>
/// A tree with what caches have in them: many small files and a few large ones, deep and flat directories, symbolic and hard links, read-only
/// and empty files. The same for the same seed. All times lie in the past.
/// </summary>
internal sealed class RandomTree(TempTree tree, string root, int seed)
{
    private const long FirstSecond = 1_600_000_000;
    private const int FlatShare = 4;

    private readonly Random _random = new(seed);
    private readonly List<string> _files = [];
    private readonly List<string> _directories = [""];
    private int _version;
    private int _made;

    /// <summary>Adds this many files; of twenty, one is a symbolic link and one a further name of an earlier file.</summary>
    public RandomTree Add(int count)
    {
        tree.MakeDirectory(root);
        for (var i = 0; i < count; i++)
        {
            var name = $"{NextDirectory()}f{_made++}";
            switch (_random.Next(20))
            {
                case 0:
                    tree.Symlink($"{root}/{name}", $"target-{_random.Next()}");
                    tree.SetTime($"{root}/{name}", NextSecond());
                    break;
                case 1 when _files.Count > 0:
                    tree.HardLink($"{root}/{name}", $"{root}/{_files[_random.Next(_files.Count)]}");
                    break;
                default:
                    WriteFile(name);
                    _files.Add(name);
                    break;
            }
        }
        SetDirectoryTimes();
        return this;
    }

    /// <summary>A later version: this share of the files gets other contents, and a tenth as many are added.</summary>
    public RandomTree Change(double share)
    {
        _version++;
        foreach (var name in _files.Where(_ => _random.NextDouble() < share).ToList())
        {
            File.Delete(tree[$"{root}/{name}"]);
            WriteFile(name);
        }
        return Add((int)(_files.Count * share / 10));
    }

    private void WriteFile(string name)
    {
        tree.WriteRandom($"{root}/{name}", NextSize(), _random.Next());
        if (_random.Next(10) == 0) tree.Chmod($"{root}/{name}", _random.Next(2) == 0 ? "444" : "755");
        tree.SetTime($"{root}/{name}", NextSecond(), _random.Next(1_000_000_000));
    }

    // A file that changes gets a later time, as files do.
    private long NextSecond() => FirstSecond + (_version * 1_000_000) + _random.Next(900_000);

    private int NextSize() => _random.Next(1000) switch
    {
        < 50 => 0,
        < 800 => _random.Next(8_000),
        < 950 => _random.Next(50_000),
        < 999 => _random.Next(200_000),
        _ => _random.Next(3_000_000, 6_000_000),
    };

    private string NextDirectory()
    {
        if (_random.Next(FlatShare) == 0) return "flat/";
        if (_random.Next(15) == 0) _directories.Add($"{_directories[_random.Next(_directories.Count)]}d{_directories.Count}/");
        return _directories[_random.Next(_directories.Count)];
    }

    private void SetDirectoryTimes()
    {
        foreach (var directory in _directories.Append("flat/"))
            if (tree.Exists($"{root}/{directory}"))
                tree.SetTime($"{root}/{directory}".TrimEnd('/'), NextSecond(), _random.Next(1_000_000_000));
    }
}
