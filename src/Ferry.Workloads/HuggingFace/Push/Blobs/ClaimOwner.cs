using System.Globalization;
using Ferry.Core.Linux;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>Which process is behind a claim, so that another one of the same machine sees when it has ended.</summary>
internal static class ClaimOwner
{
    // Process ids mean something within a boot of a machine and a container of it only.
    private static readonly string s_place = $"{Convert.ToHexStringLower(BootId.Current)}/{PidNamespace()}/";

    /// <summary>This process.</summary>
    public static string Self { get; } = string.Create(CultureInfo.InvariantCulture, $"{s_place}{Environment.ProcessId}");

    /// <summary>Whether a process was one of this machine, and is one no more.</summary>
    public static bool IsGone(string owner) =>
        owner.StartsWith(s_place, StringComparison.Ordinal)
        && int.TryParse(owner.AsSpan(s_place.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}"));

    private static string PidNamespace()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
