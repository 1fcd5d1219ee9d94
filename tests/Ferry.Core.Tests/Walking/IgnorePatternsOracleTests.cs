using System.Text;
using Ferry.Core.Walking;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Core.Tests.Walking;

/// <summary>Random patterns and paths, made to be difficult, must be decided by the very rule that git names.</summary>
public sealed class IgnorePatternsOracleTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Alphabet =
        ["*", "?", "[", "]", "!", "#", "\\", " ", ".", "a", "b", "ab", "-", "^", ":", "A", "1", "\r", "\xe9", "\t"];

    private static readonly string[] Wild =
    [
        "*", "**", "***", "?", "/", "//", "/**/", "**/", "/**", "/*/", "\\/", "**\\/", "\\*", "\\", "\\\\", "\\ ", " ", "  ", "!", "#",
        "[a-b]", "[!a]", "[^a]", "[]", "[]]", "[]-]", "[!]a]", "[b-a]", "[a-", "[\\]]", "[a\\-b]", "[a-\\b]",
        "[[:alpha:]]", "[![:punct:]]",
        "[[:digit:]-b]", "[[:alpha:]", "[[:nothing:]]", "[[:a]", "[[:]", "[[::]]", "[a[:space:]]", "[*?]",
        "[/]", "[!/]", "[.-a]", "[--0]", "[ -~]",
        "\r", "\xef\xbb\xbf", "{a,b}", "[[.a.]]", "[[=a=]]",
    ];

    private static bool IsLong => Environment.GetEnvironmentVariable("FERRY_TEST_LONG") == "1";

    private readonly GitCheckIgnore _git = new();

    public void Dispose() => _git.Dispose();

    [RequiresFact("git")]
    public void Every_random_path_is_decided_by_the_same_line_as_with_git()
    {
        int pairs = 0, decided = 0;
        (int trees, int sets) = IsLong ? (40, 60) : (3, 20);
        int firstSeed = IsLong ? 1000 : 1;
        for (int seed = firstSeed; seed < firstSeed + trees; seed++)
        {
            var random = new Random(seed);
            List<(string Path, bool IsDirectory)> paths = MakeTree(random);
            for (int set = 0; set < sets; set++)
            {
                decided += Compare($"seed {seed}, set {set}", RandomPatterns(random, paths), paths);
                pairs += paths.Count;
            }
            DeleteTree();
        }
        output.WriteLine($"{pairs} pairs, {decided} of them decided by a rule");
        // Patterns that never matched would agree with anything.
        Assert.InRange(decided, pairs / 10, pairs);
    }

    [RequiresFact("git")]
    public void Each_class_has_the_same_members_as_with_git()
    {
        string[] classes =
        [
            "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit", "word", "ALPHA", "",
        ];
        List<(string, bool)> paths = [.. Enumerable.Range(1, 255).Where(b => b != '/').Select(b => ($"x{(char)b}y", false))];
        foreach (string name in classes)
        {
            Compare(name, $"x[[:{name}:]]y", paths);
            Compare("not " + name, $"x[^[:{name}:]]y", paths);
        }
        for (int first = 0x20; first < 0x100; first += 7)
            Compare($"range from {first}", $"x[{(char)first}-{(char)(255 - first / 2)}]y\nx[!\\{(char)first}]y", paths);
    }

    private void DeleteTree()
    {
        foreach (string directory in Directory.GetDirectories(_git.Tree))
        {
            if (!directory.EndsWith("/.git", StringComparison.Ordinal))
                Directory.Delete(directory, recursive: true);
        }
    }

    private int Compare(string about, string patterns, List<(string Path, bool IsDirectory)> paths)
    {
        byte[] text = Encoding.Latin1.GetBytes(patterns);
        byte[][] bytes = [.. paths.Select(p => Encoding.Latin1.GetBytes(p.Path))];
        int[] expected = _git.DecidingLines(text, bytes);
        var ours = IgnorePatterns.Parse(text);
        for (int i = 0; i < paths.Count; i++)
        {
            IgnoreRule? rule = ours.FindIgnoring(bytes[i], paths[i].IsDirectory) ?? ours.LastMatch(bytes[i], paths[i].IsDirectory);
            if ((rule?.Line ?? 0) != expected[i])
            {
                Assert.Fail($"{about}: path \"{paths[i].Path}\" directory {paths[i].IsDirectory}: git line {expected[i]}, "
                    + $"ours {rule?.Line ?? 0} of\n{patterns.Replace("\r", "\\r", StringComparison.Ordinal)}");
            }
        }
        return expected.Count(line => line != 0);
    }

    /// <summary>Makes directories and files with names of the alphabet, and names paths below them that do not exist.</summary>
    private List<(string Path, bool IsDirectory)> MakeTree(Random random)
    {
        var paths = new Dictionary<string, bool>();
        List<string> directories = [""];
        while (paths.Count < 60)
        {
            string parent = directories[random.Next(directories.Count)];
            string name = RandomName(random);
            string path = parent + name;
            // .NET names are UTF-16, so only ASCII names exist as directories here; others stand for files.
            bool isDirectory = random.Next(3) > 0 && path.Count(c => c == '/') < 4 && path.All(char.IsAscii);
            if (name is "." or ".." || paths.ContainsKey(path))
                continue;
            paths.Add(path, isDirectory);
            if (!isDirectory)
                continue;
            Directory.CreateDirectory(_git.Tree + "/" + path);
            directories.Add(path + "/");
        }
        return [.. paths.Select(p => (p.Key, p.Value))];
    }

    private static string RandomName(Random random)
    {
        // Short names over few letters, so that patterns often nearly match.
        int kinds = random.Next(2) == 0 ? Alphabet.Length : 16;
        return string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            random.Next(2) == 0 ? Alphabet[8 + random.Next(4)] : Alphabet[random.Next(kinds)]));
    }

    private static string RandomPatterns(Random random, List<(string Path, bool IsDirectory)> paths)
    {
        var text = new StringBuilder(random.Next(20) == 0 ? "\xef\xbb\xbf" : "");
        for (int line = random.Next(1, 9); line > 0; line--)
        {
            text.Append(random.Next(4) == 0 ? "!" : "").Append(random.Next(4) == 0 ? "/" : "");
            text.Append(random.Next(3) == 0 ? RandomPattern(random) : Disguise(random, paths[random.Next(paths.Count)].Path));
            text.Append(random.Next(4) == 0 ? "/" : "").Append(random.Next(8) == 0 ? " " : "");
            text.Append(random.Next(6) == 0 ? "\r\n" : line == 1 && random.Next(2) == 0 ? "" : "\n");
        }
        return text.ToString();
    }

    private static string RandomPattern(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ =>
            random.Next(2) == 0 ? Wild[random.Next(Wild.Length)] : Alphabet[random.Next(Alphabet.Length)]));

    /// <summary>Replaces pieces of a path by what may match them.</summary>
    private static string Disguise(Random random, string path)
    {
        if (random.Next(3) == 0)
            path = path[(path.LastIndexOf('/') + 1)..];
        var text = new StringBuilder();
        for (int i = 0; i < path.Length; i++)
        {
            char c = path[i];
            switch (random.Next(12))
            {
                case 0:
                    text.Append('*');
                    i += random.Next(3);
                    break;
                case 1:
                    text.Append("**");
                    i += random.Next(5) - 1;
                    break;
                case 2:
                    text.Append(c == '/' ? "/**/" : "?");
                    break;
                case 3:
                    text.Append('[').Append(random.Next(3) == 0 ? "!" : "").Append(c).Append(random.Next(2) == 0 ? "-b" : "").Append(']');
                    break;
                case 4:
                    text.Append(Wild[random.Next(Wild.Length)]);
                    break;
                case 5 or 6:
                    text.Append('\\').Append(c);
                    break;
                default:
                    // Mostly escaped where it must be, so that the pattern has a chance to match.
                    text.Append("*?[\\".Contains(c, StringComparison.Ordinal) && random.Next(4) > 0 ? "\\" : "").Append(c);
                    break;
            }
        }
        return text.ToString();
    }
}
