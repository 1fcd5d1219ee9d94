using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Histories;

/// <summary>The source and the staged tree, and what people and jobs do to them. Every file and link that is written has contents of its own.</summary>
internal sealed class TwoTrees(StagedCache cache)
{
    private static readonly string[] Paths =
        ["a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "d/e/b", "f/a", "f/g/a", "f", "f/g"];

    private int _written;
    private int _timesSet;

    public TempTree Tree => cache.Tree;

    /// <summary>Relative path to contents: "directory", the text of a file, or "-> " and the target of a link.</summary>
    public static Dictionary<string, string> Snapshot(string root)
    {
        var found = new Dictionary<string, string>();
        if (Directory.Exists(root)) Add(found, root, "");
        return found;
    }

    public Dictionary<string, string> Source => Snapshot(Tree["source"]);

    public Dictionary<string, string> Staged => Snapshot(cache.Staged);

    /// <summary>The versions that lost a conflict.</summary>
    public Dictionary<string, string> Kept => Snapshot(Path.Combine(cache.CacheRoot, $".{StagedCache.Variable}.kept"));

    /// <summary>Does what the step says as far as it can be done; tells what it was in words.</summary>
    public string Do(Step step)
    {
        var root = step.OnScratch ? cache.Staged : Tree["source"];
        if (!Directory.Exists(root)) return "nothing: not staged";
        var (name, other) = (Paths[step.Path % Paths.Length], Paths[step.OtherPath % Paths.Length]);
        var path = Path.Combine(root, name);
        var side = step.OnScratch ? "scratch" : "source";
        try
        {
            return $"{side}: {Apply(step, path, Path.Combine(root, other))} {name} {(step.Kind is StepKind.Rename or StepKind.HardLink ? other : "")}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{side}: nothing: {step.Kind} {name}: {e.GetType().Name}";
        }
    }

    private string Apply(Step step, string path, string other)
    {
        switch (step.Kind)
        {
            case StepKind.Write:
                return Write(path, path, step);
            case StepKind.Replace:
                MakeParent(path);
                var text = Write(path, path + ".new", step);
                File.Move(path + ".new", path, overwrite: true);
                return $"rename over, {text}";
            case StepKind.Link:
                MakeParent(path);
                if (IsThere(path)) Remove(path);
                File.CreateSymbolicLink(path, NextContents(12));
                SetTime(path, path, step);
                return "link";
            case StepKind.HardLink:
                if (!File.Exists(path) || IsLink(path) || IsThere(other)) throw new IOException();
                MakeParent(other);
                Tree.HardLink(Below(other), Below(path));
                return "hard link";
            case StepKind.Remove:
                Remove(path);
                return "remove";
            case StepKind.Rename:
                MakeParent(other);
                if (Directory.Exists(path) && !IsLink(path)) Directory.Move(path, other);
                else File.Move(path, other, overwrite: true);
                return "rename";
            case StepKind.MakeDirectory:
                if (IsThere(path) && !Directory.Exists(path)) Remove(path);
                Directory.CreateDirectory(path);
                return "directory";
            case StepKind.Chmod:
                if (IsLink(path)) throw new IOException();
                Tree.Chmod(Below(path), Directory.Exists(path) ? (step.Variant % 2 == 0 ? "755" : "750") : (step.Variant % 2 == 0 ? "600" : "644"));
                return "chmod";
            default:
                if (!IsThere(path)) throw new IOException();
                SetTime(path, path, step);
                return "touch";
        }
    }

    /// <param name="former">Whose size or time may be kept.</param>
    /// <param name="path">What is written.</param>
    /// <param name="step">Its variant says which size and time.</param>
    private string Write(string former, string path, Step step)
    {
        var size = (step.Variant % 3) switch { 0 => 12, 1 => 40, _ => 3000 };
        var time = File.GetLastWriteTimeUtc(former);
        MakeParent(path);
        if (IsLink(path)) Remove(path);
        var contents = NextContents(size);
        File.WriteAllText(path, contents);
        // On scratch a time that is kept hides a change: a limit, see docs/semantics.md.
        if (!step.OnScratch && step.Variant % 7 == 0 && time.Year > 1970)
        {
            File.SetLastWriteTimeUtc(path, time);
            return $"write {contents[..12]} ({size}), time kept,";
        }
        SetTime(former, path, step);
        return $"write {contents[..12]} ({size}),";
    }

    /// <summary>Now, or long ago; never twice the same.</summary>
    private void SetTime(string former, string path, Step step)
    {
        var ticks = step.Variant % 4 == 0 && former == path
            ? new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(step.Variant).Ticks - DateTime.UnixEpoch.Ticks
            : DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks;
        Tree.SetTime(Below(path), ticks / TimeSpan.TicksPerSecond, (int)(ticks % TimeSpan.TicksPerSecond * 100 / 100_000 * 100_000) + (++_timesSet * 2 + 1));
    }

    private string NextContents(int size) => $"c{++_written:d11}".PadRight(size, '.');

    private string Below(string path) => Path.GetRelativePath(Tree.Path, path);

    private static void MakeParent(string path) => Directory.CreateDirectory(Path.GetDirectoryName(path)!);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static bool IsThere(string path) => Path.Exists(path) || IsLink(path);

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && !IsLink(path)) Directory.Delete(path, recursive: true);
        else if (!IsThere(path)) throw new IOException();
        else File.Delete(path);
    }

    private static void Add(Dictionary<string, string> found, string root, string below)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(root, below)).EnumerateFileSystemInfos())
        {
            var name = Path.Combine(below, entry.Name);
            if (entry.LinkTarget is { } target)
            {
                found[name] = $"-> {target}";
            }
            else if (entry is DirectoryInfo)
            {
                found[name] = Ledger.Directory;
                Add(found, root, name);
            }
            else
            {
                found[name] = File.ReadAllText(entry.FullName);
            }
        }
    }
}
