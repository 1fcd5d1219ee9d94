namespace Ferry.Core.Linux;

/// <summary>What the engine expects of its process.</summary>
public static class ProcessSetup
{
    /// <summary>Once, at the start: files are made with exactly the modes asked for, whatever the umask.</summary>
    public static void Apply() => Kernel.ClearUmask();
}
