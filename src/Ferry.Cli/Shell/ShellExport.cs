using System.Text;
using System.Text.Unicode;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Shell;

/// <summary>
/// Writes the line that sets and exports a variable. The value may hold any byte but NUL and arrives in the variable unchanged:
/// <list type="bullet">
/// <item>bash and zsh: <c>eval "$(ferry sync)"</c></item>
/// <item>fish: <c>ferry sync --shell fish | source</c> or <c>eval (ferry sync --shell fish)</c></item>
/// <item>tcsh: <c>eval `ferry sync --shell tcsh`</c> (also in double quotes)</item>
/// </list>
/// Every statement is one line, because fish and tcsh split what a command prints at its line ends.
/// </summary>
internal static class ShellExport
{
    /// <summary>What no shell looks at twice, wherever it stands in a word.</summary>
    private const string PlainPunctuation = "_/.-,+@:";

    /// <summary>Writes one statement with its line end.</summary>
    /// <param name="shell">The shell that will read it.</param>
    /// <param name="output">Gets the bytes in one call.</param>
    /// <param name="name">A valid variable name.</param>
    /// <param name="value">The value, without NUL.</param>
    /// <exception cref="ArgumentException">The name is not valid or the value holds a NUL.</exception>
    public static void Write(ShellKind shell, Stream output, string name, ReadOnlySpan<byte> value)
    {
        if (!VariableName.IsValid(name))
            throw new ArgumentException($"'{name}' is not the name of an environment variable", nameof(name));
        if (value.Contains((byte)0))
            throw new ArgumentException("no environment variable can hold a NUL", nameof(value));
        var line = new MemoryStream(value.Length + 64);
        switch (shell)
        {
            case ShellKind.Fish:
                Ascii(line, $"set -gx {name} ");
                WriteWord(shell, line, value);
                // eval joins the lines with spaces.
                line.Write(";\n"u8);
                break;
            case ShellKind.Tcsh:
                Ascii(line, $"setenv {name} ");
                WriteWord(shell, line, value);
                line.Write(";\n"u8);
                break;
            default:
                Ascii(line, $"export {name}=");
                WriteWord(shell, line, value);
                line.WriteByte((byte)'\n');
                break;
        }
        output.Write(line.GetBuffer(), 0, (int)line.Length);
    }

    /// <summary>Writes bytes as one word of the shell's language.</summary>
    public static void WriteWord(ShellKind shell, MemoryStream output, ReadOnlySpan<byte> value)
    {
        if (IsPlain(value))
            output.Write(value);
        else if (shell == ShellKind.Fish)
            FishWord(output, value);
        else if (shell == ShellKind.Tcsh)
            TcshWord(output, value);
        else
            BashWord(output, value);
    }

    private static bool IsPlain(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (!IsPlain(b))
                return false;
        }
        // A dash in front may be taken for an option of set or setenv.
        return !value.IsEmpty && value[0] != '-';
    }

    private static bool IsPlain(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || PlainPunctuation.Contains((char)b, StringComparison.Ordinal);

    /// <summary>Whether it is text on one line: UTF-8 without control characters.</summary>
    private static bool IsText(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyInRange((byte)0, (byte)0x1f) && !value.Contains((byte)0x7f) && Utf8.IsValid(value);

    // 'text', with ' as '\''; anything that is not text as $'\ooo'.
    private static void BashWord(MemoryStream line, ReadOnlySpan<byte> value)
    {
        var isText = IsText(value);
        line.Write(isText ? "'"u8 : "$'"u8);
        foreach (var b in value)
        {
            if (isText && b == '\'')
                line.Write("'\\''"u8);
            else if (isText || IsPlain(b) || b == ' ')
                line.WriteByte(b);
            else
                Octal(line, b);
        }
        line.WriteByte((byte)'\'');
    }

    // Single quotes, in which fish takes \' and \\ for themselves; outside of them \x0a for what is not text.
    private static void FishWord(MemoryStream line, ReadOnlySpan<byte> value)
    {
        line.WriteByte((byte)'\'');
        while (!value.IsEmpty)
        {
            var length = FishTextLength(value);
            if (length > 0)
            {
                if (value[0] is (byte)'\'' or (byte)'\\')
                    line.WriteByte((byte)'\\');
                line.Write(value[..length]);
            }
            else
            {
                Ascii(line, $"'\\X{value[0]:x2}'");
            }
            value = value[Math.Max(length, 1)..];
        }
        line.WriteByte((byte)'\'');
    }

    /// <summary>Bytes of the first character if fish may read it as it is; 0 if its first byte must be written as a number.</summary>
    private static int FishTextLength(ReadOnlySpan<byte> value)
    {
        // Fish keeps bytes that are no text in the private use area; real characters from there would be taken for such bytes.
        return Rune.DecodeFromUtf8(value, out var rune, out var length) == System.Buffers.OperationStatus.Done
            && !Rune.IsControl(rune) && rune.Value is not (>= 0xE000 and <= 0xF8FF) ? length : 0;
    }

    /// <summary>
    /// One word without blanks, pattern characters and history marks: tcsh splits what a command printed at blanks, expands patterns
    /// in the pieces (quoted or not), and joins them with single spaces before it reads them again. Hence $'\ooo' for all
    /// ASCII that is not plain. There, though, a number above 177 is a character, not a byte, and a byte that is not text does not
    /// survive the second reading; a line with such bytes comes from a printf of its own, which in turn cannot give line ends.
    /// </summary>
    private static void TcshWord(MemoryStream line, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            line.Write("''"u8);
        while (!value.IsEmpty)
        {
            var end = value.IndexOf((byte)'\n');
            var part = end < 0 ? value : value[..end];
            if (Utf8.IsValid(part))
                TcshText(line, part);
            else
                TcshBytes(line, part);
            if (end >= 0)
                line.Write("$'\\012'"u8);
            value = end < 0 ? [] : value[(end + 1)..];
        }
    }

    private static void TcshText(MemoryStream line, ReadOnlySpan<byte> text)
    {
        var quoted = false;
        foreach (var b in text)
        {
            var plain = b >= 0x80 || IsPlain(b);
            if (plain == quoted)
            {
                line.Write(quoted ? "'"u8 : "$'"u8);
                quoted = !quoted;
            }
            if (plain)
                line.WriteByte(b);
            else
                Octal(line, b);
        }
        if (quoted)
            line.WriteByte((byte)'\'');
    }

    private static void TcshBytes(MemoryStream line, ReadOnlySpan<byte> bytes)
    {
        line.Write("\"`printf '"u8);
        foreach (var b in bytes)
            Octal(line, b);
        line.Write("'`\""u8);
    }

    private static void Octal(MemoryStream line, byte b) =>
        line.Write([(byte)'\\', (byte)('0' + (b >> 6)), (byte)('0' + ((b >> 3) & 7)), (byte)('0' + (b & 7))]);

    private static void Ascii(MemoryStream line, string text)
    {
        foreach (var c in text)
            line.WriteByte((byte)c);
    }
}
