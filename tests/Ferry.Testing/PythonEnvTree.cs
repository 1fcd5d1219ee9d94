using System.Text;

namespace Ferry.Testing;

/// <summary>
/// Writes a tree with the shape of a Python environment: packages in packages, sources beside their bytecode, a few large
/// libraries, empty files, hard links, links that dangle. The same seed gives the same bytes, modes and times.
/// </summary>
public sealed class PythonEnvTree
{
    private const string SitePackages = "lib/python3.11/site-packages";
    private const int MeanSourceBytes = 6_000;

    private static readonly string[] Words = ["core", "utils", "io", "linalg", "tests", "_impl", "api", "compat", "stats", "base"];
    private static readonly string[] DistInfo = ["METADATA", "RECORD", "WHEEL", "INSTALLER", "top_level.txt"];

    private readonly string _root;
    private readonly int _seed;
    private readonly byte[] _noise = new byte[8 << 20];

    private PythonEnvTree(string root, int seed)
    {
        _root = root;
        _seed = seed;
        new Random(seed).NextBytes(_noise);
    }

    /// <summary>Fills <paramref name="path"/>, made if absent, with exactly this many regular files: 40,000 are about 350 MB.</summary>
    /// <param name="files">At least 100. Hard links and symbolic links come on top.</param>
    public static void Create(string path, int files = 40_000, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(files, 100);
        new PythonEnvTree(path, seed).Create(files);
    }

    private void Create(int files)
    {
        var top = new Package(this, "", _seed, files);
        WriteTopLevel(top);
        var packages = Math.Max(1, top.Left / 130);
        Parallel.For(0, packages, i =>
            new Package(this, $"{SitePackages}/package{i:d4}", _seed + i + 1, (top.Left + i) / packages).Fill());
        SetDirectoryTimes();
    }

    private static void WriteTopLevel(Package top)
    {
        foreach (var directory in new[] { "bin", "include", SitePackages, "share/man/man1" }) top.MakeDirectory(directory);
        top.Write("pyvenv.cfg", 120);
        top.Write("share/man/man1/tool.1", 4_000, "444");
        foreach (var script in new[] { "activate", "activate.fish", "pip", "pip3", "f2py" }) top.Write($"bin/{script}", 300, "755");
        top.Symlink("bin/python3", "/usr/bin/python3");
        top.Symlink("bin/python", "python3");
        top.Symlink("bin/python3.11", "python3");
        top.Symlink("lib64", "lib");
        top.Symlink("share/doc", "../no/such/place");
    }

    /// <summary>Last of all, for every file made in a directory changes its time.</summary>
    private void SetDirectoryTimes()
    {
        var random = new Random(_seed);
        var directories = Directory.EnumerateDirectories(_root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        foreach (var directory in directories.Append(_root)) SetRandomTime(Encoding.UTF8.GetBytes(directory + "\0"), random);
    }

    private static void SetRandomTime(byte[] path, Random random) =>
        LinuxCalls.SetTime(path, 1_500_000_000 + random.Next(200_000_000), random.Next(1_000_000_000));

    /// <summary>One package, with a random sequence of its own so that packages can be written at once.</summary>
    private sealed class Package(PythonEnvTree tree, string name, int seed, int quota)
    {
        private readonly Random _random = new(seed);
        private readonly List<string> _directories = [name];
        private readonly int _linkBelow = quota / 2;
        private int _serial;

        /// <summary>Files still to be written.</summary>
        public int Left { get; private set; } = quota;

        public void Fill()
        {
            WriteDistInfo();
            OpenDirectory(name);
            var linked = false;
            while (Left > 0)
            {
                var directory = _directories[_random.Next(_directories.Count)];
                switch (_random.Next(1000))
                {
                    case < 70: OpenDirectory($"{directory}/{Words[_random.Next(Words.Length)]}{_serial++}"); break;
                    case < 76: Write($"{directory}/_native{_serial++}.cpython-311-x86_64-linux-gnu.so", LibrarySize(), "755"); break;
                    case < 130: Write($"{directory}/data{_serial++}.json", SourceSize(), "444"); break;
                    default: WriteModule(directory, $"mod{_serial++}", SourceSize()); break;
                }
                if (!linked && Left < _linkBelow) linked = LinkTwice(directory);
            }
        }

        public void MakeDirectory(string relative) => Directory.CreateDirectory($"{tree._root}/{relative}");

        public void Symlink(string relative, string target)
        {
            var path = Absolute(relative);
            LinuxCalls.MakeSymlink(Encoding.UTF8.GetBytes(target + "\0"), path);
            SetRandomTime(path, _random);
        }

        public void Write(string relative, int size, string mode = "644")
        {
            if (Left == 0) return;
            Left--;
            var path = Absolute(relative);
            LinuxCalls.WriteFile(path, tree._noise.AsSpan(_random.Next(tree._noise.Length - size), size));
            if (mode != "644") LinuxCalls.SetMode(path, Convert.ToInt32(mode, 8));
            SetRandomTime(path, _random);
        }

        private void WriteDistInfo()
        {
            var directory = $"{name}-1.{seed % 10}.0.dist-info";
            MakeDirectory(directory);
            foreach (var file in DistInfo) Write($"{directory}/{file}", SourceSize() / 4);
        }

        private void OpenDirectory(string directory)
        {
            if (directory.Count(c => c == '/') > 8) return;
            MakeDirectory($"{directory}/__pycache__");
            if (directory != name) _directories.Add(directory);
            WriteModule(directory, "__init__", _random.Next(2) == 0 ? 0 : SourceSize());
        }

        private void WriteModule(string directory, string module, int size)
        {
            Write($"{directory}/{module}.py", size);
            Write($"{directory}/__pycache__/{module}.cpython-311.pyc", size + 150);
        }

        private bool LinkTwice(string directory)
        {
            LinuxCalls.MakeHardLink(Absolute($"{name}/__init__.py"), Absolute($"{directory}/linked{_serial++}.py"));
            Symlink($"{directory}/latest{_serial++}.py", "__init__.py");
            return true;
        }

        private int SourceSize() => (int)Math.Min(-Math.Log(1 - _random.NextDouble()) * MeanSourceBytes, 100_000);

        private int LibrarySize() => 20_000 + (int)(Math.Pow(_random.NextDouble(), 4) * 4_000_000);

        private byte[] Absolute(string relative) => Encoding.UTF8.GetBytes($"{tree._root}/{relative}\0");
    }
}
