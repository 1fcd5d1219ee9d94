namespace Ferry.Core.Linux;

/// <summary>Which run of which kernel this is: what was written before belongs to the same page cache only if it is equal.</summary>
public static class BootId
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 16;

    private const string Source = "/proc/sys/kernel/random/boot_id";

    /// <summary>The 16 bytes of this boot's identity; random, so equal to no other, where the kernel does not tell it.</summary>
    public static ReadOnlySpan<byte> Current => s_current;

    private static readonly byte[] s_current = Read();

    private static byte[] Read()
    {
        Span<byte> text = stackalloc byte[64];
        var fd = Kernel.Open(Native.Fcntl.AT_FDCWD, PathText.ToTerminated(Source), Kernel.ReadFile);
        if (fd < 0)
        {
            return Guid.NewGuid().ToByteArray();
        }

        var length = (int)Kernel.Read(fd, text);
        Kernel.Close(fd);
        return length > 0 && Guid.TryParse(text[..length].Trim((byte)'\n'), out var id) ? id.ToByteArray() : Guid.NewGuid().ToByteArray();
    }
}
