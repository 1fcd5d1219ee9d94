namespace Ferry.Core.Linux.Native;

/// <summary>The C library.</summary>
internal static class Libc
{
    /// <summary>Its full name: for "libc" alone the loader tries five other files first, at every start.</summary>
    public const string Name = "libc.so.6";
}
