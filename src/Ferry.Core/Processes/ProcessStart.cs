using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>
/// How this process was started, to be handed on to a command: what is decoded or changed for our own use, as it was.
/// </summary>
public sealed class ProcessStart
{
    private readonly uint _umask;

    private ProcessStart(uint umask) => _umask = umask;

    /// <summary>The arguments as bytes, the program's name first.</summary>
    public static IReadOnlyList<byte[]> Arguments => Strings("/proc/self/cmdline");

    /// <summary>The environment as bytes.</summary>
    public static IReadOnlyList<byte[]> Environment => Strings("/proc/self/environ");

    /// <summary>Remembers what a sync changes. To be called before one.</summary>
    public static ProcessStart Capture()
    {
        var umask = Kernel.SetUmask(0);
        _ = Kernel.SetUmask(umask);
        return new ProcessStart(umask);
    }

    /// <summary>Runs what starts a command with the umask that this process was started with.</summary>
    internal T AsStarted<T>(Func<T> start)
    {
        var umask = Kernel.SetUmask(_umask);
        try
        {
            return start();
        }
        finally
        {
            _ = Kernel.SetUmask(umask);
        }
    }

    private static List<byte[]> Strings(string path)
    {
        var strings = new List<byte[]>();
        var rest = File.ReadAllBytes(path).AsSpan();
        for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
        {
            strings.Add(rest[..end].ToArray());
        }

        return strings;
    }
}
