namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Which other programs are here that Ferry knows to use.</summary>
internal sealed class ToolProbe(ToolFinder tools, TransferEngine engine) : IProbe
{
    private sealed record Known(string[] Names, string Purpose, string[]? Version = null);

    private const int LongestVersion = 24;

    private static readonly Known[] s_known =
    [
        new(["rsync"], "the engine rsync", ["--version"]),
        new(["apptainer", "singularity"], "containers", ["--version"]),
        new(["squashfuse"], "mounting images"),
        new(["fuse-overlayfs"], "writing over images"),
        new(["mksquashfs"], "making images", ["-version"]),
        new(["sbatch"], "Slurm", ["--version"]),
    ];

    public string Name => "tools";

    public void Run(FindingList findings)
    {
        var here = new List<string>();
        var missing = new List<string>();
        foreach (var tool in s_known)
        {
            if (Array.Find(tool.Names, name => tools.Find(name) is not null) is { } name)
            {
                here.Add(tool.Version is { } question ? $"{name}{VersionIn(tools.TryAsk(name, question))}" : name);
            }
            else
            {
                missing.Add($"{tool.Names[0]} ({tool.Purpose})");
            }
        }

        if (here.Count > 0)
        {
            findings.Ok($"found {string.Join(", ", here)}", value: string.Join(", ", here));
        }

        if (engine == TransferEngine.Rsync && tools.Find("rsync") is null)
        {
            findings.Problem("rsync is not installed, and the engine is rsync", "fails", "install it, or set 'transfer: { engine: native }'", "rsync");
        }

        if (missing.Count > 0)
        {
            findings.Note($"not found: {string.Join(", ", missing)}", "needs none of them for caches", value: string.Join(", ", missing));
        }
    }

    /// <summary>A blank and the first word of the first line that begins with a digit; nothing if there is none.</summary>
    internal static string VersionIn(string? output)
    {
        foreach (var word in (output ?? "").Split('\n')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (char.IsAsciiDigit(word[0]) && word.Length <= LongestVersion && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '_'))
            {
                return $" {word}";
            }
        }

        return "";
    }
}
