using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Cli.Config;

/// <summary>Reads configuration files as bytes, checked: bounded, UTF-8, no NUL.</summary>
internal static class ConfigText
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Opens a file; null if there is none.</summary>
    /// <exception cref="ConfigException">It is there and cannot be opened.</exception>
    public static SmallFile? TryOpen(string path)
    {
        try
        {
            return SmallFile.TryOpen(path);
        }
        catch (IOException e)
        {
            throw new ConfigException($"{path}: cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a whole file; null if there is none.</summary>
    /// <exception cref="ConfigException">It is there and is no text that can be a configuration.</exception>
    public static string? TryReadAll(string path)
    {
        using var file = TryOpen(path);
        return file is null ? null : Encoding.UTF8.GetString(Read(file, path).Span);
    }

    /// <summary>Reads all bytes, without a byte order mark.</summary>
    /// <exception cref="ConfigException">The file is too large, not UTF-8, holds a NUL, or cannot be read.</exception>
    public static ReadOnlyMemory<byte> Read(SmallFile file, string path)
    {
        var buffer = new byte[4096];
        var length = 0;
        try
        {
            // To the end, not to the length: a pipe (FERRY_CONFIG=<(...)) has none.
            while (file.Read(buffer.AsSpan(length)) is > 0 and var read)
            {
                length += read;
                if (length > MaxBytes)
                    throw new ConfigException($"{path}: larger than 1 MiB; this is no configuration file");
                if (length == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 4);
            }
        }
        catch (IOException e)
        {
            throw new ConfigException($"{path}: cannot be read: {e.Message}");
        }
        var start = buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
        CheckText(buffer.AsSpan(0, length), path);
        return buffer.AsMemory(start, length - start);
    }

    private static void CheckText(ReadOnlySpan<byte> bytes, string path)
    {
        var nul = bytes.IndexOf((byte)0);
        if (nul >= 0)
            throw new ConfigException($"{path}:{LineOf(bytes, nul)}: holds a NUL byte; a configuration is UTF-8 text");
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return;
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            offset += consumed;
        throw new ConfigException($"{path}:{LineOf(bytes, offset)}: not valid UTF-8");
    }

    private static string LineOf(ReadOnlySpan<byte> bytes, int offset)
    {
        var before = bytes[..offset];
        return $"{before.Count((byte)'\n') + 1}:{offset - before.LastIndexOf((byte)'\n')}";
    }
}
