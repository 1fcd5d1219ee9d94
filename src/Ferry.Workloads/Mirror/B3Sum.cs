using System.Globalization;
using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Mirror;

/// <summary>The program <c>b3sum</c>. Thread-safe.</summary>
/// <param name="processes">Runs it.</param>
/// <param name="threads">Threads for one file; 0 for as many as it likes.</param>
internal sealed class B3Sum(IProcessRunner processes, int threads) : IExternalHasher
{
    private const string Tool = "b3sum";

    /// <summary>Whether it is installed, and works.</summary>
    public bool IsInstalled(CancellationToken cancellation)
    {
        try
        {
            return processes.Run(Tool, ["--version"], cancellation).ExitCode == 0;
        }
        catch (ToolNotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Digest>? Hash(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        string[] limit = threads == 0 ? [] : ["--num-threads", threads.ToString(CultureInfo.InvariantCulture)];
        ProcessResult result;
        try
        {
            result = processes.Ask(Tool, [.. limit, "--no-names", "--", .. paths], cancellation);
        }
        catch (ToolNotFoundException)
        {
            return null;
        }

        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var digests = new List<Digest>(lines.Length);
        foreach (var line in lines)
        {
            if (!Digest.TryParseHex(Encoding.ASCII.GetBytes(line), out var digest))
            {
                return null;
            }

            digests.Add(digest);
        }

        // By position alone a digest has its file: with one missing, all are without.
        return result.ExitCode == 0 && digests.Count == paths.Count ? digests : null;
    }
}
